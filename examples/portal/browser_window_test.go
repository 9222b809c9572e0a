package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// window is a window of a real browser. Both browsers take the commands of WebDriver:
// Firefox by its own Marionette protocol, Chromium by its chromedriver.
type window struct {
	t       *testing.T
	browser string
	send    func(command string, params map[string]any, result any) error
	// complaints returns what the browser had to complain of since it was last asked.
	complaints func() []string
	resize     func(width int)
}

// patience is how long a page may take to come, on a busy machine.
const patience = 30 * time.Second

func (w window) do(command string, params map[string]any, result any) {
	w.t.Helper()
	require.NoError(w.t, w.send(command, params, result), "%s: %s", w.browser, command)
}

// script runs the body of a function in the page.
func (w window) script(result any, body string, args ...any) error {
	return w.send("ExecuteScript", map[string]any{"script": body, "args": append([]any{}, args...)}, result)
}

func (w window) open(address string) {
	w.t.Helper()
	w.do("Navigate", map[string]any{"url": address}, nil)
}

// page returns what is seen: the visible text, the address and the status.
func (w window) page() (p page) {
	var all []any
	if w.script(&all, `return document.readyState !== "complete" ? null : [document.body.innerText, location.href, performance.getEntriesByType("navigation")[0].responseStatus]`) != nil || len(all) != 3 {
		return page{} // on its way to the next one
	}
	p.body, _ = all[0].(string)
	p.url, _ = all[1].(string)
	status, _ := all[2].(float64)
	p.status = int(status)
	return p
}

// see waits for a page with the text, and returns it.
func (w window) see(text string) page {
	w.t.Helper()
	var p page
	if !wait(func() bool { p = w.page(); return strings.Contains(p.body, text) }) {
		require.Fail(w.t, "not seen", "%s: %q in %d %s\n%s", w.browser, text, p.status, p.url, p.body)
	}
	return p
}

// wait waits until something is so, and reports whether it is.
func wait(is func() bool) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(30 * time.Millisecond) {
		if is() {
			return true
		}
	}
	return false
}

// element returns the one that the body of a function finds for a visible text.
func (w window) element(body, text string) map[string]any {
	w.t.Helper()
	var found map[string]string
	require.NoError(w.t, w.script(&found, body, text), w.browser)
	for _, id := range found {
		return map[string]any{"id": id}
	}
	require.Fail(w.t, "not found", "%s: %q in %s", w.browser, text, w.page().body)
	return nil
}

// click clicks on the link, button, option or label with the visible text.
func (w window) click(text string) {
	w.t.Helper()
	w.do("ElementClick", w.element(`return [...document.querySelectorAll("a, button, option, label")].find(e => e.textContent.trim() === arguments[0])`, text), nil)
}

// fill types into the field whose label begins with the text.
func (w window) fill(label, value string) {
	w.t.Helper()
	field := w.element(`return [...document.querySelectorAll("label")].find(l => l.textContent.trim().startsWith(arguments[0]))?.control`, label)
	w.do("ElementClear", field, nil)
	field["text"] = value
	w.do("ElementSendKeys", field, nil)
}

// The keys of WebDriver.
const (
	tab   = "\uE004"
	enter = "\uE007"
)

// press presses a key, wherever the focus is.
func (w window) press(key string) {
	w.t.Helper()
	w.do("PerformActions", map[string]any{"actions": []any{map[string]any{"type": "key", "id": "keyboard", "actions": []any{
		map[string]any{"type": "keyDown", "value": key}, map[string]any{"type": "keyUp", "value": key},
	}}}}, nil)
}

// cookie is what a browser keeps.
type cookie struct {
	Name             string
	Secure, HTTPOnly bool
	SameSite         string
}

func (w window) cookies() (all []cookie) { w.t.Helper(); w.do("GetCookies", nil, &all); return all }

// shoot leaves a picture of the page in the folder that PAGONLINE_SHOTS names.
func (w window) shoot(name string) {
	if dir := os.Getenv("PAGONLINE_SHOTS"); dir != "" {
		var b64 string
		w.do("TakeScreenshot", map[string]any{"full": true}, &b64)
		b, err := base64.StdEncoding.DecodeString(b64)
		require.NoError(w.t, err)
		require.NoError(w.t, os.WriteFile(filepath.Join(dir, w.browser+"-"+name+".png"), b, 0o600))
	}
}
