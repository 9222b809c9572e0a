package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program starts a browser, or what drives it, and ends it with the test.
func program(t *testing.T, name, debian string, args ...string) io.Reader {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("skipped: %s is not installed (Debian: %s)", name, debian)
	}
	cmd, home := exec.Command(path, args...), folder(t)
	cmd.Env = append(os.Environ(), "HOME="+home, "TMPDIR="+home)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { // the browser has been told to end
		late := time.AfterFunc(5*time.Second, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		late.Stop()
	})
	return out
}

// folder makes a folder, and removes it as far as a browser that is ending lets it.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "browser-") //nolint:usetesting // t.TempDir would fail the test for what a browser still writes
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// firefox opens Firefox with a new profile, in a language.
func firefox(t *testing.T, language string) window {
	profile := folder(t)
	require.NoError(t, os.WriteFile(filepath.Join(profile, "user.js"), fmt.Appendf(nil, `user_pref("marionette.port", 0);
user_pref("intl.accept_languages", %q);
`, language), 0o600))
	program(t, "firefox-esr", "firefox-esr", "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", profile)
	var port []byte
	require.True(t, wait(func() bool {
		port, _ = os.ReadFile(filepath.Join(profile, "MarionetteActivePort"))
		return len(port) > 0
	}), "Firefox does not start")
	conn, err := net.Dial("tcp", "127.0.0.1:"+strings.TrimSpace(string(port)))
	require.NoError(t, err)
	m := &marionette{conn: conn, r: bufio.NewReader(conn)}
	t.Cleanup(func() { _ = m.send("Marionette:Quit", nil, nil); conn.Close() })
	_, err = m.read() // it says hello
	require.NoError(t, err)
	w := window{t: t, browser: "firefox", send: func(command string, params map[string]any, result any) error {
		return m.send("WebDriver:"+command, params, result)
	}}
	w.do("NewSession", map[string]any{"acceptInsecureCerts": true}, nil)
	chrome := func(result any, body string, args ...any) { // in the browser itself
		require.NoError(t, m.send("Marionette:SetContext", map[string]any{"value": "chrome"}, nil))
		require.NoError(t, w.script(result, body, args...))
		require.NoError(t, m.send("Marionette:SetContext", map[string]any{"value": "content"}, nil))
	}
	w.complaints = func() (all []string) {
		chrome(&all, `const all = Services.console.getMessageArray().filter(m => m instanceof Ci.nsIScriptError && /^https?:/.test(m.sourceName)).map(m => m.category + ": " + m.errorMessage);
Services.console.reset(); return all`)
		return all
	}
	w.resize = func(width int) { // of what shows the page: a window has a least width
		chrome(nil, `window.resizeTo(1280, 1000); gBrowser.selectedBrowser.style.maxWidth = arguments[0] + "px"`, width)
		require.True(t, wait(func() bool {
			var is int
			return w.script(&is, "return innerWidth") == nil && is == width
		}))
	}
	return w
}

// marionette speaks Firefox's protocol: JSON with its length before it.
type marionette struct {
	conn net.Conn
	r    *bufio.Reader
	id   int
}

func (m *marionette) read() ([]byte, error) {
	length, err := m.r.ReadString(':')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil || n < 0 || n > 64<<20 {
		return nil, errors.New("marionette: no length")
	}
	b := make([]byte, n)
	_, err = io.ReadFull(m.r, b)
	return b, err
}

func (m *marionette) send(command string, params map[string]any, result any) error {
	m.id++
	if params == nil {
		params = map[string]any{}
	}
	b, err := json.Marshal([]any{0, m.id, command, params})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(m.conn, "%d:%s", len(b), b); err != nil {
		return err
	}
	var answer [4]json.RawMessage // 1, the id, an error, a result
	if b, err = m.read(); err == nil {
		err = json.Unmarshal(b, &answer)
	}
	if err != nil || string(answer[2]) != "null" {
		return errors.Join(err, fmt.Errorf("marionette: %s", answer[2]))
	}
	return unwrap(answer[3], result)
}

// unwrap reads a result that may stand in {"value": …}.
func unwrap(b []byte, result any) error {
	var wrapped struct{ Value json.RawMessage }
	if json.Unmarshal(b, &wrapped) == nil && wrapped.Value != nil {
		b = wrapped.Value
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(b, result)
}

// chromium opens Chromium with a new profile, in a language.
func chromium(t *testing.T, language string) window {
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("skipped: chromium is not installed (Debian: chromium)")
	}
	out := bufio.NewReader(program(t, "chromedriver", "chromium-driver", "--port=0"))
	var port []string
	for port == nil {
		line, err := out.ReadString('\n')
		require.NoError(t, err)
		port = regexp.MustCompile(`successfully on port (\d+)`).FindStringSubmatch(line)
	}
	base := "http://127.0.0.1:" + port[1] + "/session"
	w := window{t: t, browser: "chromium", send: func(command string, params map[string]any, result any) error {
		return webdriver(base, command, params, result)
	}}
	args := []string{"--headless=new", "--disable-gpu", "--disable-dev-shm-usage"}
	if os.Getuid() == 0 { // its sandbox is not for root
		args = append(args, "--no-sandbox")
	}
	t.Cleanup(func() {
		_ = w.send("DeleteSession", nil, nil)
		_ = webdriver("http://127.0.0.1:"+port[1], "Shutdown", nil, nil)
	})
	var session struct{ SessionID string }
	w.do("NewSession", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"acceptInsecureCerts": true, "goog:loggingPrefs": map[string]any{"browser": "ALL"},
		"goog:chromeOptions": map[string]any{"args": args, "prefs": map[string]any{"intl.accept_languages": language}},
	}}}, &session)
	base += "/" + session.SessionID
	w.complaints = func() (all []string) {
		var entries []struct{ Message string }
		w.do("GetLog", map[string]any{"type": "browser"}, &entries)
		for _, e := range entries {
			if !strings.Contains(e.Message, "the server responded with a status of 40") { // as the pages say themselves
				all = append(all, e.Message)
			}
		}
		return all
	}
	w.resize = func(width int) {
		w.do("DevTools", map[string]any{"cmd": "Emulation.setDeviceMetricsOverride", "params": map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}}, nil)
	}
	return w
}

// overHTTP is where chromedriver takes the commands.
var overHTTP = map[string]string{
	"NewSession": "POST ", "DeleteSession": "DELETE ", "Shutdown": "GET /shutdown", "Navigate": "POST /url",
	"ExecuteScript": "POST /execute/sync", "PerformActions": "POST /actions", "TakeScreenshot": "GET /screenshot",
	"ElementClick": "POST /element/{id}/click", "ElementClear": "POST /element/{id}/clear", "ElementSendKeys": "POST /element/{id}/value",
	"GetCookies": "GET /cookie", "DeleteAllCookies": "DELETE /cookie", "GetLog": "POST /se/log", "DevTools": "POST /goog/cdp/execute",
}

func webdriver(base, command string, params map[string]any, result any) error {
	method, path, _ := strings.Cut(overHTTP[command], " ")
	id, _ := params["id"].(string)
	var body io.Reader
	if method == http.MethodPost {
		b, err := json.Marshal(params)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, base+strings.ReplaceAll(path, "{id}", id), body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return errors.Join(err, fmt.Errorf("webdriver: %s", b))
	}
	return unwrap(b, result)
}
