package login_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/login"
)

// posting is a provider that is asked by a form, has metadata and a logout.
type posting struct {
	*idptest.Provider
	logout    identity.Logout
	logoutErr error
	begin     identity.Challenge
}

var known = identity.Login{Scheme: "saml", IdP: "https://idp.example.org", NameID: "_canary", SessionIndex: "1"}

func (p *posting) Begin(ctx context.Context, req identity.Request) (identity.Challenge, error) {
	c, err := p.Provider.Begin(ctx, req)
	if req.IdP == "nobody" {
		return c, fmt.Errorf("posting: %w", identity.ErrProvider)
	}
	c.Pending.IdP = req.IdP
	c.Form = url.Values{"SAMLRequest": {`"><script>`}, "RelayState": {c.Pending.Handle}}
	return c, err
}

func (p *posting) Complete(ctx context.Context, back identity.Callback, pending identity.Pending) (identity.Authentication, error) {
	auth, err := p.Provider.Complete(ctx, back, pending)
	auth.Login = known
	return auth, err
}

func (p *posting) Metadata(context.Context) (body []byte, mediaType string, err error) {
	return []byte("<x/>"), "application/samlmetadata+xml", nil
}

func (p *posting) BeginLogout(_ context.Context, of identity.Login) (identity.Challenge, error) {
	if of != known {
		return identity.Challenge{}, errors.New("another login")
	}
	return p.begin, nil
}

func (p *posting) Logout(context.Context, identity.Callback) (identity.Logout, error) {
	return p.logout, p.logoutErr
}

func openPosting(t *testing.T) (*site, *posting) {
	t.Helper()
	p := &posting{Provider: idptest.New(mario, idptest.Config{})}
	return open(t, map[identity.Scheme]identity.Provider{"saml": p}, login.Config{}), p
}

var action = regexp.MustCompile(`action="([^"]*)"`)

// signIn goes through the form of posting.
func signIn(t *testing.T, s *site, c *http.Client) {
	t.Helper()
	_, page := get(t, c, s.URL+"/saml/login?idp=one")
	answer := strings.ReplaceAll(action.FindStringSubmatch(page)[1], "&amp;", "&")
	_, body := get(t, c, answer)
	require.Equal(t, "me: Canarino Rossi", body)
}

func TestFormToTheProvider(t *testing.T) {
	s, _ := openPosting(t)
	resp, page := get(t, browser(true), s.URL+"/saml/login?idp=one")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, page, `name="SAMLRequest" value="&#34;&gt;&lt;script&gt;"`)
	policy := resp.Header.Get("Content-Security-Policy")
	nonce := regexp.MustCompile(`script-src 'nonce-([A-Z2-7]+)'`).FindStringSubmatch(policy)[1]
	require.Contains(t, page, `<script nonce="`+nonce+`">`)
	require.NotContains(t, policy, "form-action", "the provider may send the browser on")

	resp, _ = get(t, browser(true), s.URL+"/saml/login?idp=nobody")
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
	resp, _ = get(t, browser(true), s.URL+"/saml/login?idp="+strings.Repeat("x", 2000))
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
	resp, body := get(t, browser(true), s.URL+"/saml/metadata")
	require.Equal(t, "application/samlmetadata+xml", resp.Header.Get("Content-Type"))
	require.Equal(t, "<x/>", body)
}

func TestHostileReturn(t *testing.T) {
	s := one(t, idptest.Config{}, login.Config{})
	for _, path := range []string{"//evil.example", `/\evil.example`, "https://evil.example", "/%2Fevil.example", "/%5cevil.example", "/\r\nSet-Cookie:a=b", "/%0d%0aX:y"} {
		c := browser(true)
		resp, _ := get(t, c, s.URL+"/test/login?return="+url.QueryEscape(path))
		require.Equal(t, s.URL+"/me", resp.Request.URL.String(), path)
	}
}

func TestLogout(t *testing.T) {
	s, p := openPosting(t)
	for name, tt := range map[string]struct {
		begin identity.Challenge
		want  string
	}{
		"link":    {identity.Challenge{URL: "https://idp.example.org/slo?SAMLRequest=x"}, `<a href="https://idp.example.org/slo?SAMLRequest=x">Esci anche`},
		"form":    {identity.Challenge{URL: "https://idp.example.org/slo", Form: url.Values{"SAMLRequest": {"x"}}}, `action="https://idp.example.org/slo"`},
		"nothing": {identity.Challenge{}, "Qui l&#39;accesso è terminato"},
	} {
		t.Run(name, func(t *testing.T) {
			p.begin = tt.begin
			c := browser(true)
			signIn(t, s, c)
			old := c.Jar.Cookies(must(url.Parse(s.URL)))
			resp, body := read(t, must(c.Post(s.URL+"/logout", "", nil)))
			require.Equal(t, http.StatusOK, resp.StatusCode)
			require.Contains(t, strings.ReplaceAll(body, "'", "&#39;"), strings.ReplaceAll(tt.want, "'", "&#39;"))
			c.Jar.SetCookies(must(url.Parse(s.URL)), old)
			_, body = get(t, c, s.URL+"/me")
			require.Equal(t, "me: ", body, "the session is over, whoever kept its cookie")
		})
	}
	resp, _ := get(t, browser(true), s.URL+"/logout")
	require.Equal(t, http.StatusNotFound, resp.StatusCode, "a link signs nobody out")
	require.NotContains(t, s.log.String(), "_canary")
}

func TestSingleLogout(t *testing.T) {
	s, p := openPosting(t)
	c := browser(true)
	signIn(t, s, c)
	other := browser(true)
	signIn(t, s, other)

	p.logoutErr = fmt.Errorf("posting: %w", identity.ErrAnswer)
	resp, _ := get(t, browser(false), s.URL+"/saml/slo?SAMLRequest=x")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	_, body := get(t, c, s.URL+"/me")
	require.Equal(t, "me: Canarino Rossi", body)

	ended := known
	ended.Scheme = "another" // known under two schemes
	p.logoutErr, p.logout = nil, identity.Logout{Ended: ended, Reply: identity.Challenge{URL: "https://idp.example.org/slo?SAMLResponse=x"}}
	resp, _ = get(t, browser(false), s.URL+"/saml/slo?SAMLRequest=x")
	require.Equal(t, http.StatusFound, resp.StatusCode)
	require.Equal(t, "https://idp.example.org/slo?SAMLResponse=x", resp.Header.Get("Location"))
	for _, c := range []*http.Client{c, other} {
		_, body = get(t, c, s.URL+"/me")
		require.Equal(t, "me: ", body)
	}

	p.logout.Reply.Form = url.Values{"SAMLResponse": {"x"}}
	req := must(http.NewRequest(http.MethodPost, s.URL+"/saml/slo", strings.NewReader("SAMLRequest=x")))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, body = read(t, must(http.DefaultClient.Do(req)))
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, `name="SAMLResponse"`)

	p.logout = identity.Logout{Partial: true}
	_, body = get(t, browser(true), s.URL+"/saml/slo?SAMLResponse=x")
	require.Contains(t, body, "chiudere il browser")
}

// An answer to a logout is shown once, and only if there was such a logout.
func TestLogoutAnswered(t *testing.T) {
	s, p := openPosting(t)
	c := browser(true)
	signIn(t, s, c)
	p.begin = identity.Challenge{URL: "https://idp.example.org/slo", Pending: identity.Pending{
		Handle: "relay", Scheme: "saml", IdP: known.IdP, RequestID: "_1", Expires: s.now.Load().Add(time.Minute),
	}}
	p.logout = identity.Logout{InResponseTo: "_1", Partial: true}
	answer := func() (int, string) {
		resp, body := get(t, c, s.URL+"/saml/slo?SAMLResponse=x")
		return resp.StatusCode, body
	}
	code, _ := answer()
	require.Equal(t, http.StatusForbidden, code, "nobody asked")
	read(t, must(c.Post(s.URL+"/logout", "", nil)))
	p.logout.InResponseTo = "_2"
	code, body := answer()
	require.Equal(t, http.StatusForbidden, code, "something else was asked")
	require.NotContains(t, body, "Accesso terminato")
	for _, handle := range []string{"relay", "_1", "logout _1"} {
		resp, _ := get(t, c, s.URL+"/saml/acs?handle="+url.QueryEscape(handle)+"&idp=x")
		require.Equal(t, http.StatusForbidden, resp.StatusCode, "a logout is no sign-in")
		if handle == "logout _1" { // which was good for one taking
			signIn(t, s, c)
			read(t, must(c.Post(s.URL+"/logout", "", nil)))
		}
	}
	p.logout.InResponseTo = "_1"
	code, body = answer()
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, body, "Presso il gestore di identità o altri servizi")
	require.Contains(t, body, `<a href="/">`, "where one chooses how to sign in")
	code, _ = answer()
	require.Equal(t, http.StatusForbidden, code, "once")

	signIn(t, s, c)
	read(t, must(c.Post(s.URL+"/logout", "", nil)))
	s.set(s.now.Load().Add(time.Hour))
	code, _ = answer()
	require.Equal(t, http.StatusForbidden, code, "too late")
}
