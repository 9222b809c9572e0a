package main

import (
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

// running is a portal to talk to.
type running struct {
	*portal
	url string
	log *lines
}

// lines keeps what is logged.
type lines struct {
	mu sync.Mutex
	strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Builder.Write(b)
}

// trial is what a portal makes for itself, made once: its key takes a while.
var trial struct {
	sync.Once
	b []byte
}

func start(t *testing.T, o options) running {
	t.Helper()
	r := running{log: &lines{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if !strings.HasPrefix(req.URL.Path, "/demo/") {
			_, _ = r.log.Write([]byte(req.URL.String() + "\n"))
		}
		r.ServeHTTP(w, req)
	}))
	t.Cleanup(server.Close)
	r.url, o.baseURL = server.URL, server.URL
	if o.data == "" {
		o.data = t.TempDir()
		name := filepath.Join(o.data, "portal.json")
		trial.Do(func() {
			_, err := makeEntity(name, "http://127.0.0.1:1")
			require.NoError(t, err)
			trial.b, err = os.ReadFile(name)
			require.NoError(t, err)
		})
		require.NoError(t, os.WriteFile(name, trial.b, 0o600))
	}
	var err error
	r.portal, err = newPortal(t.Context(), o, slog.New(slog.NewTextHandler(r.log, nil)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.close()) })
	return r
}

func browser() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar}
}

// page is what a browser sees.
type page struct {
	status int
	url    string
	body   string
}

func see(t *testing.T, resp *http.Response, err error) page {
	t.Helper()
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return page{resp.StatusCode, resp.Request.URL.String(), string(body)}
}

func get(t *testing.T, c *http.Client, address string) page {
	t.Helper()
	resp, err := c.Get(address)
	return see(t, resp, err)
}

var (
	action = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
)

// submit posts the page's only form, with some fields filled in.
func (p page) submit(t *testing.T, c *http.Client, fill ...string) page {
	t.Helper()
	found := action.FindStringSubmatch(p.body)
	require.NotNil(t, found, p.body)
	to, err := url.Parse(p.url)
	require.NoError(t, err)
	to, err = to.Parse(html.UnescapeString(found[1]))
	require.NoError(t, err)
	form := url.Values{}
	for _, field := range hidden.FindAllStringSubmatch(p.body, -1) {
		form.Set(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
	}
	for i := 0; i < len(fill); i += 2 {
		form.Set(fill[i], fill[i+1])
	}
	resp, err := c.PostForm(to.String(), form)
	return see(t, resp, err)
}

// signIn follows the button of a scheme on the first page.
func (r running) signIn(t *testing.T, c *http.Client, scheme, answer string) page {
	t.Helper()
	first := get(t, c, r.url)
	button := regexp.MustCompile(`href="(/` + scheme + `/login\?[^"]+)"`).FindStringSubmatch(first.body)
	require.NotNil(t, button, first.body)
	return get(t, c, r.url+html.UnescapeString(button[1])).submit(t, c, "case", answer, "person", "0").submit(t, c)
}

func TestSignIn(t *testing.T) {
	r := start(t, options{})
	for _, scheme := range samlSchemes {
		t.Run(string(scheme), func(t *testing.T) {
			person := idptest.People(scheme)[0]
			c := browser()
			nobody := get(t, c, r.url+"/me")
			require.Equal(t, http.StatusUnauthorized, nobody.status)
			require.Contains(t, nobody.body, "Accedi come utente")
			me := r.signIn(t, c, string(scheme), "")
			require.Equal(t, http.StatusOK, me.status, me.body)
			require.Equal(t, r.url+"/me", me.url)
			require.Contains(t, me.body, person.GivenName)
			require.Contains(t, me.body, "FAC-SIMILE")
			require.Contains(t, me.body, "<dd>"+schemeNames[scheme]+", livello ")
			if code := person.FiscalCode.String(); code != "" {
				require.Contains(t, me.body, code)
			}
			require.Contains(t, me.body, `action="/contact"`, "an address is asked for")
			resp, err := c.Post(r.url+"/logout", "", nil)
			out := see(t, resp, err)
			require.Contains(t, out.body, "Accesso terminato")
			require.Contains(t, out.body, "ACCOUNT: Accedi come utente", "nobody is signed in on this page either")
			require.Equal(t, http.StatusUnauthorized, get(t, c, r.url+"/me").status)
			logged := r.log.String()
			for _, canary := range []string{person.GivenName, person.FamilyName, person.FiscalCode.String(), person.Email, string(person.ForeignID), person.SPIDCode} {
				require.False(t, canary != "" && strings.Contains(logged, canary), "the log, or an address, names somebody")
			}
		})
	}
}

// TestAnswers has the portal read a wrong answer of each kind.
func TestAnswers(t *testing.T) {
	r := start(t, options{})
	for _, scheme := range samlSchemes {
		tried := map[pagonline.Code]bool{}
		for _, is := range idptest.Cases(scheme) {
			code := pagonline.CodeOf(is.Want(identity.Substantial))
			if tried[code] || is.Either {
				continue
			}
			tried[code] = true
			c := browser()
			got := r.signIn(t, c, string(scheme), is.Name)
			if code == "" {
				require.Equal(t, http.StatusOK, got.status, "%s %s", scheme, is.Name)
				require.Contains(t, got.body, idptest.People(scheme)[0].FamilyName, "%s %s", scheme, is.Name)
				continue
			}
			require.Equal(t, http.StatusForbidden, got.status, "%s %s: %s", scheme, is.Name, is.About)
			require.Contains(t, got.body, html.EscapeString(pagonline.NewError(code).It))
			require.Equal(t, http.StatusUnauthorized, get(t, c, r.url+"/me").status)
		}
		require.Greater(t, len(tried), 5)
	}
}

func TestAnotherBrowser(t *testing.T) {
	r := start(t, options{})
	mine, thief := browser(), browser()
	r.signIn(t, thief, "spid", "25") // broken off: it has a cookie of its own
	login := get(t, mine, r.url+"/spid/login?idp="+url.QueryEscape(r.url+"/demo/spid"))
	answer := login.submit(t, mine)
	require.Equal(t, http.StatusForbidden, answer.submit(t, thief).status)
	require.Equal(t, http.StatusForbidden, answer.submit(t, mine).status, "it was good for one taking")

	// The answer to SPID's request is none to CIE's.
	login = get(t, mine, r.url+"/spid/login?idp="+url.QueryEscape(r.url+"/demo/spid"))
	answer = login.submit(t, mine)
	card := get(t, mine, r.url+"/cie/login").submit(t, mine)
	relay := regexp.MustCompile(`name="RelayState" value="([^"]+)"`)
	answer.body = strings.Replace(answer.body, relay.FindStringSubmatch(answer.body)[1], relay.FindStringSubmatch(card.body)[1], 1)
	require.Equal(t, http.StatusForbidden, answer.submit(t, mine).status)
}

func TestAccountByEmail(t *testing.T) {
	r := start(t, options{})
	c := browser()
	const password = "una frase che nessuno usa"
	sent := get(t, c, r.url+"/local/register").submit(t, c, "email", "jane@example.org", "password", password,
		"given_name", "Jane", "family_name", "Doe", "nationality", "US")
	require.Contains(t, sent.body, "Controllare la posta")
	mails := get(t, c, r.url+"/mail")
	link := regexp.MustCompile(`<a href="([^"]+token=[^"]+)">`).FindStringSubmatch(mails.body)
	require.NotNil(t, link, mails.body)
	activate := get(t, c, html.UnescapeString(link[1]))
	token := regexp.MustCompile(`name="token"[^>]* value="([^"]+)"`).FindStringSubmatch(activate.body)
	require.Equal(t, http.StatusOK, activate.submit(t, c, "token", token[1]).status)
	me := get(t, c, r.url+"/local/login").submit(t, c, "email", "jane@example.org", "password", password)
	require.Equal(t, http.StatusOK, me.status)
	require.Equal(t, r.url+"/me", me.url)
	require.Contains(t, me.body, "jane@example.org", "an address that was confirmed is not asked for")
	for _, path := range []string{"/local/email", "/local/close"} {
		require.Contains(t, me.body, `href="`+path+`"`)
		require.Equal(t, http.StatusOK, get(t, c, r.url+path).status)
	}
	require.NotContains(t, r.signIn(t, browser(), "spid", "").body, "/local/close", "no account of ours")
	require.NoError(t, r.prune(t.Context()))
	require.Equal(t, http.StatusOK, get(t, c, r.url+"/me").status, "what is in use stays")
}

func TestEntityStays(t *testing.T) {
	dir := t.TempDir()
	read := func() string {
		r := start(t, options{data: dir})
		for _, scheme := range samlSchemes {
			m := get(t, browser(), r.url+"/"+string(scheme)+"/metadata")
			require.Equal(t, http.StatusOK, m.status)
			require.Contains(t, m.body, "Archivio di Stato di Prova")
		}
		b, err := os.ReadFile(filepath.Join(dir, "portal.json"))
		require.NoError(t, err)
		return string(b)
	}
	first := read()
	require.Equal(t, first, read())
	info, err := os.Stat(filepath.Join(dir, "portal.json"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	var e entityFile
	b, err := os.ReadFile(filepath.Join(dir, "portal.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &e))
	e.Environment = "production"
	for _, broken := range []string{`{"x":1}`, `{`, `{}`, strings.Replace(string(b), "BEGIN CERTIFICATE", "BEGIN", 1)} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "portal.json"), []byte(broken), 0o600))
		_, err = newPortal(t.Context(), options{data: dir, baseURL: "http://127.0.0.1:1"}, slog.New(slog.DiscardHandler))
		require.Error(t, err, broken)
	}
	b, err = json.Marshal(e)
	require.NoError(t, err)
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "portal.json"), b, 0o600))
	_, err = newPortal(t.Context(), options{data: other, baseURL: "http://127.0.0.1:1"}, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "-smtp", "activation codes are nobody else's")
	sent := options{data: other, smtp: "127.0.0.1:1", from: "portale@example.org"}
	live := start(t, sent)
	page := get(t, browser(), live.url)
	require.NotContains(t, page.body, "FAC-SIMILE")
	require.NotContains(t, page.body, "/spid/login", "no fictional people in production")
	require.Equal(t, http.StatusNotFound, get(t, browser(), live.url+"/mail").status)
	require.Contains(t, live.log.String(), "no publication of the Commission confirms")
	require.NoError(t, os.Chmod(filepath.Join(other, "portal.json"), 0o644)) // others read the key
	sent.baseURL = "http://127.0.0.1:1"
	_, err = newPortal(t.Context(), sent, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "chmod 600")
	require.NoError(t, os.Chmod(filepath.Join(dir, "portal.json"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "portal.json"), []byte(first), 0o644))
	require.Contains(t, start(t, options{data: dir}).log.String(), "chmod 600", "a warning will do for test values")
}
