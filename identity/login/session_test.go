package login_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func TestHookUndoesTheSignIn(t *testing.T) {
	fail := true
	s := one(t, idptest.Config{}, login.Config{OnSignIn: func(context.Context, identity.Session, identity.Session) error {
		if fail {
			return pagonline.NewError(pagonline.CodeUnavailable)
		}
		return nil
	}})
	c := browser(false)
	resp, _ := get(t, c, steps(t, s, c, ""))
	finish := s.URL + resp.Header.Get("Location")
	resp, _ = get(t, c, finish)
	require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode)
	require.Empty(t, resp.Cookies())
	fail = false
	resp, _ = get(t, c, finish)
	require.Equal(t, http.StatusSeeOther, resp.StatusCode, "nothing of it was kept")
}

func TestSessionsEnd(t *testing.T) {
	s, c := one(t, idptest.Config{}, login.Config{Idle: 10 * time.Minute, Lifetime: time.Hour}), browser(true)
	begun := *s.now.Load()
	get(t, c, s.URL+"/test/login")
	for at := range 6 {
		s.set(begun.Add(time.Duration(at) * 9 * time.Minute))
		_, body := get(t, c, s.URL+"/me")
		require.Equal(t, "me: Canarino Rossi", body)
	}
	s.set(begun.Add(time.Hour))
	_, body := get(t, c, s.URL+"/me")
	require.Equal(t, "me: ", body, "at most an hour")

	get(t, c, s.URL+"/test/login")
	s.set(begun.Add(time.Hour + 10*time.Minute))
	_, body = get(t, c, s.URL+"/me")
	require.Equal(t, "me: ", body, "ten minutes without a visit")
	s.set(begun.Add(48 * time.Hour))
	require.NoError(t, s.h.Prune(t.Context()))
}

func TestOtherOrigin(t *testing.T) {
	s := one(t, idptest.Config{}, login.Config{})
	for path, want := range map[string]int{"/logout": http.StatusForbidden, "/me": http.StatusForbidden, "/test/acs": http.StatusForbidden} {
		req := must(http.NewRequest(http.MethodPost, s.URL+path, nil))
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		resp, body := read(t, must(http.DefaultClient.Do(req)))
		require.Equal(t, want, resp.StatusCode, path)
		if path == "/test/acs" {
			require.Contains(t, body, "Accesso scaduto", "the answer was looked at")
		} else {
			require.Contains(t, body, "Operazione non consentita")
		}
	}
}

func TestHeadersAndForms(t *testing.T) {
	s := one(t, idptest.Config{}, login.Config{})
	resp, body := get(t, browser(true), s.URL+"/nothing")
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
	require.Contains(t, body, `<html lang="it">`)
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
	} {
		require.Equal(t, want, resp.Header.Get(name))
	}
	require.Contains(t, resp.Header.Get("Content-Security-Policy"), "default-src 'none'")
	_, err := s.h.Start(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, s.URL, nil))
	require.ErrorContains(t, err, "outside Wrap")
	w := httptest.NewRecorder()
	s.h.Wrap(http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, s.URL, nil))
	require.Contains(t, w.Header().Get("Content-Security-Policy"), "; style-src 'self'; ")
	require.NotContains(t, resp.Header.Get("Content-Security-Policy"), "unsafe")

	req := must(http.NewRequest(http.MethodGet, s.URL+"/nothing", nil))
	req.Header.Set("Accept-Language", "de,en-GB;q=0.8,it;q=0.7")
	_, body = read(t, must(http.DefaultClient.Do(req)))
	require.Contains(t, body, `<html lang="en">`)

	long := url.Values{"handle": {strings.Repeat("x", 1<<20)}}
	resp = must(http.PostForm(s.URL+"/test/acs", long))
	resp, _ = read(t, resp)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
	resp = must(http.Post(s.URL+"/test/acs", "application/x-www-form-urlencoded", strings.NewReader("%zz")))
	resp, _ = read(t, resp)
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
}

func TestNew(t *testing.T) {
	for _, base := range []string{"", "portal.example.org", "http://portal.example.org", "https://portal.example.org/x", "ftp://127.0.0.1", "https://u@portal.example.org", "https://p.example.org?x", "::"} {
		_, err := login.New(base, new(memory.Store), nil, login.Config{})
		require.Error(t, err, base)
	}
	for _, base := range []string{"https://portal.example.org", "https://portal.example.org/", "http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080"} {
		_, err := login.New(base, new(memory.Store), nil, login.Config{})
		require.NoError(t, err, base)
	}
	for _, scheme := range []identity.Scheme{"", "login", "local", "a/b", "A"} {
		_, err := login.New("https://portal.example.org", new(memory.Store), map[identity.Scheme]identity.Provider{scheme: idptest.New(mario, idptest.Config{})}, login.Config{})
		require.Error(t, err, scheme)
	}
	_, err := login.New("https://portal.example.org", nil, nil, login.Config{})
	require.Error(t, err)
}

func TestSecureCookies(t *testing.T) {
	h, err := login.New("https://portal.example.org", new(memory.Store), map[identity.Scheme]identity.Provider{
		identity.Test: idptest.New(mario, idptest.Config{}),
	}, login.Config{})
	require.NoError(t, err)
	do := func(target string, cookies ...*http.Cookie) *http.Response {
		req := httptest.NewRequest(http.MethodGet, target, nil)
		for _, c := range cookies {
			req.AddCookie(c)
		}
		req.Header.Set("Sec-Fetch-Site", "cross-site")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		return w.Result()
	}
	resp := do("https://portal.example.org/test/login")
	nonce := resp.Cookies()[0]
	require.Equal(t, "__Host-login", nonce.Name)
	require.True(t, nonce.Secure && nonce.HttpOnly && nonce.Path == "/" && nonce.SameSite == http.SameSiteNoneMode && nonce.MaxAge == 600 && nonce.Domain == "")
	answer := resp.Header.Get("Location")
	require.Equal(t, http.StatusForbidden, do(answer).StatusCode, "here the cookie comes along always")

	answer = do("https://portal.example.org/test/login", nonce).Header.Get("Location")
	resp = do("https://portal.example.org"+do(answer, nonce).Header.Get("Location"), nonce)
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	require.Len(t, resp.Cookies(), 1, "the sign-in's cookie stays for other tabs")
	session := resp.Cookies()[0]
	require.Equal(t, "__Host-session", session.Name)
	require.True(t, session.Secure && session.HttpOnly && session.Path == "/" && session.SameSite == http.SameSiteLaxMode && session.Domain == "")
	require.NotEmpty(t, resp.Header.Get("Strict-Transport-Security"))
}

// The answers for eIDAS come to the address of SPID: the log names the sign-in's scheme.
func TestSchemeInTheLog(t *testing.T) {
	s, c := open(t, map[identity.Scheme]identity.Provider{
		identity.SPID: idptest.New(mario, idptest.Config{}), identity.EIDAS: idptest.New(mario, idptest.Config{}),
	}, login.Config{}), browser(false)
	resp, _ := get(t, c, s.URL+"/eidas/login")
	resp, _ = get(t, c, strings.Replace(resp.Header.Get("Location"), "/eidas/acs", "/spid/acs", 1)+"&cancel=")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	require.Contains(t, s.log.String(), "step=answer scheme=eidas")
	get(t, c, s.URL+"/spid/acs?handle=x") // no sign-in is named: the address is all there is
	require.Contains(t, s.log.String(), "step=answer scheme=spid")
}
