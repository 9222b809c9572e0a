package idptest_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

// TestLoginPage: a browser asks, chooses and goes back.
func TestLoginPage(t *testing.T) {
	var p *idptest.SAMLProvider
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.ServeHTTP(w, r) }))
	defer server.Close()
	var err error
	p, err = idptest.NewSAML(identity.SPID, idptest.SAMLConfig{EntityID: server.URL + "/idp"})
	require.NoError(t, err)

	code, body := do(t, "GET", server.URL+"/idp/metadata", nil)
	require.Equal(t, 200, code)
	require.Equal(t, string(p.Metadata()), body)

	c := request(p)
	code, page := do(t, "POST", c.URL, c.Form)
	require.Equal(t, 200, code)
	require.Contains(t, page, "Mario Rossi")
	require.Contains(t, page, "xsw9")
	for _, choice := range []struct{ field, value, wanted string }{
		{"person", "1", "Lucia"},
		{"person", "99", "Mario"},
		{"cancel", "1", "ErrorCode nr25"},
		{"case", "106", "ErrorCode nr21"},
		{"level", "3", "SpidL3"},
	} {
		form := hidden(page)
		form.Set(choice.field, choice.value)
		code, back := do(t, "POST", server.URL+"/idp/login", form)
		require.Equal(t, 200, code)
		require.Contains(t, back, `action="`+acs+`"`)
		answer, err := base64.StdEncoding.DecodeString(hidden(back).Get("SAMLResponse"))
		require.NoError(t, err)
		require.Contains(t, string(answer), choice.wanted)
		require.Equal(t, "opaque", hidden(back).Get("RelayState"))
	}

	for _, wrong := range []string{"/idp/sso", "/idp/sso?SAMLRequest=x", "/idp/slo?SAMLRequest=x", "/idp/slo?SAMLResponse=x"} {
		code, body := do(t, "GET", server.URL+wrong, nil)
		require.Equal(t, 400, code)
		require.Contains(t, body, "SAML")
	}
	code, _ = do(t, "POST", server.URL+"/idp/login", url.Values{"SAMLRequest": {"x"}})
	require.Equal(t, 400, code)
	code, body = do(t, "GET", server.URL+"/idp/slo", nil)
	require.Equal(t, 200, code)
	require.Contains(t, body, "Uscita completata")
	code, _ = do(t, "GET", server.URL+"/idp/other", nil)
	require.Equal(t, 404, code)
	code, _ = do(t, "POST", server.URL+"/idp/sso", url.Values{"x": {strings.Repeat("x", 3<<20)}})
	require.Equal(t, 400, code)
}

// TestLogoutPage: the service's wish is answered through the browser.
func TestLogoutPage(t *testing.T) {
	s := newSP(t)
	p := trusted(t, s)
	q := s.query(t, "SAMLRequest", `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l1" Version="2.0" IssueInstant="`+
		time.Now().UTC().Format(time.RFC3339)+`" Destination="`+p.EntityID()+`/slo"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://sp.example.org">https://sp.example.org</saml:Issuer>`+
		`<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="x">_n</saml:NameID></samlp:LogoutRequest>`)
	w := httptest.NewRecorder()
	p.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", p.EntityID()+"/slo?"+q, nil))
	require.Equal(t, 302, w.Code)
	require.True(t, strings.HasPrefix(w.Header().Get("Location"), "https://sp.example.org/slo/answer?SAMLResponse="))
}

func do(t *testing.T, method, address string, form url.Values) (code int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(b)
}

var inputs = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// hidden returns the hidden fields of a page.
func hidden(page string) url.Values {
	fields := url.Values{}
	for _, m := range inputs.FindAllStringSubmatch(page, -1) {
		fields.Set(m[1], strings.NewReplacer("&#43;", "+", "&amp;", "&", "&#34;", `"`, "&#61;", "=").Replace(m[2]))
	}
	return fields
}
