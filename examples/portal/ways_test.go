package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
)

// TestWays asks for the one right button of a nationality.
func TestWays(t *testing.T) {
	r := start(t, options{})
	all := []string{"/spid/login", "/cie/login", "/eidas/login", `"/local/login"`}
	for nationality, want := range map[string]struct {
		hint string
		ways []string
	}{
		"":   {"", all},
		"IT": {"SPID o con CIE", all[:2]},
		"DE": {"Accedi con eIDAS", all[:3]}, // and who lives in Italy may have SPID or CIE
		"de": {"Accedi con eIDAS", all[:3]},
		"US": {"Nazionalità assente", []string{all[0], all[1], all[3]}},
		"ZZ": {"codice di nazione", all},
	} {
		page := get(t, browser(), r.url+"/?nationality="+nationality)
		require.Equal(t, nationality == "ZZ", page.status == http.StatusBadRequest)
		require.Contains(t, page.body, want.hint, nationality)
		for _, way := range all {
			require.Equal(t, strings.Contains(strings.Join(want.ways, " "), way), strings.Contains(page.body, way), "%s: %s", nationality, way)
		}
		foreign := nationality == "DE" || nationality == "de" || nationality == "US"
		require.Equal(t, foreign, strings.Contains(page.body, "Chi ha SPID o CIE"), nationality)
	}
	require.Contains(t, get(t, browser(), r.url+"/?nationality=US").body, `href="/local/register?nationality=US"`)
	require.Contains(t, get(t, browser(), r.url+"/local/register?nationality=US").body, `<option value="US" selected>`)
	// The texts name the buttons.
	for _, name := range []string{"Accedi con eIDAS", "Login without eIDAS"} {
		require.Contains(t, get(t, browser(), r.url).body, ">"+name+"<")
	}
	require.Contains(t, pagonline.NewError(pagonline.CodeEIDASCountryAvailable).It, `"Accedi con eIDAS"`)

	for lang, has := range map[string][]string{
		"it": {`<h2 lang="en">Login without eIDAS</h2>`, `<h1 lang="it">Accedi come utente</h1>`, ">Stati Uniti<"},
		"en": {`<h1 lang="it">Accedi come utente</h1>`, `<h2>Login with eIDAS</h2>`, ">United States<", `lang="it">ACCOUNT`},
	} {
		req, err := http.NewRequest(http.MethodGet, r.url, nil)
		require.NoError(t, err)
		req.Header.Set("Accept-Language", lang)
		resp, err := http.DefaultClient.Do(req)
		body := see(t, resp, err).body
		for _, part := range has {
			require.Contains(t, body, part, lang)
		}
	}

	// The pages of the fictional providers have headers of their own.
	resp, err := http.Get(r.url + "/demo/spid/sso")
	see(t, resp, err)
	require.Equal(t, "nosniff", resp.Header.Get("X-Content-Type-Options"))
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'sha256-")
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ base, listening, cert, want string }{
		{"", "127.0.0.1:8080", "", "http://127.0.0.1:8080"},
		{"", "[::1]:8443", "c", "https://[::1]:8443"},
		{"", "192.0.2.1:8443", "c", "https://192.0.2.1:8443"},
		{"https://portal.example.org/", "[::]:8080", "", "https://portal.example.org"},
		{"http://localhost:8080", "[::]:8080", "", "http://localhost:8080"},
		{"", "[::]:8080", "", ""},
		{"", "0.0.0.0:8443", "c", ""},
		{"", "192.0.2.1:8080", "", ""},
		{"http://portal.example.org", "[::]:8080", "", ""},
		{"https://portal.example.org/x", "[::]:8080", "", ""},
		{"portal.example.org", "[::]:8080", "", ""},
	} {
		got, err := options{baseURL: tt.base, tlsCert: tt.cert}.address(tt.listening)
		require.Equal(t, tt.want, got, tt)
		require.Equal(t, tt.want == "", err != nil)
	}
	dir := filepath.Join(t.TempDir(), "data")
	var told strings.Builder
	require.Equal(t, 1, run(t.Context(), []string{"-listen", ":0", "-data", dir}, io.Discard, &told))
	require.Contains(t, told.String(), "-base-url is needed")
	_, err := os.Stat(dir)
	require.ErrorIs(t, err, os.ErrNotExist, "nothing is written that would stay wrong")
}

func TestClientHeader(t *testing.T) {
	require.Nil(t, options{}.client())
	client := options{clientHeader: "X-Forwarded-For"}.client()
	for _, tt := range []struct{ sent, want string }{
		{"192.0.2.1", "192.0.2.1"},
		{"198.51.100.7, 192.0.2.1", "192.0.2.1"}, // what the browser says of itself stands before
		{"2001:db8::1", "2001:db8::1"},
		{"nonsense", "invalid IP"},
		{"", "invalid IP"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("X-Forwarded-For", tt.sent)
		require.Equal(t, tt.want, client(r).String())
	}
}

// TestNoLimitOfTheNetwork: all who try it out come from one address. An account has its
// limits there too.
func TestNoLimitOfTheNetwork(t *testing.T) {
	r := start(t, options{})
	for _, here := range []string{r.url, "http://localhost:8080", "https://[::1]:8443"} {
		require.True(t, options{baseURL: here}.onThisMachine(), here)
	}
	require.False(t, options{baseURL: "https://portal.example.org"}.onThisMachine())
	for range 1001 {
		w := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodGet, r.url+"/spid/acs", nil)
		req.RemoteAddr = "127.0.0.1:7"
		r.ServeHTTP(w, req)
		require.Equal(t, http.StatusForbidden, w.Code)
	}
	try := func(email string) int {
		resp, err := http.PostForm(r.url+"/local/login", url.Values{"email": {email}, "password": {"una frase qualsiasi"}})
		return see(t, resp, err).status
	}
	for range 10 {
		require.Equal(t, http.StatusForbidden, try("mario.rossi@example.org"))
	}
	require.Equal(t, http.StatusTooManyRequests, try("mario.rossi@example.org"))
	require.Equal(t, http.StatusForbidden, try("anna.bianchi@example.org"))
}
