package saml_test

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

const logoutHead = ` xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="https://sp.example.org/spid/slo" ID="_logout" IssueInstant="2026-11-24T09:59:50Z" Version="2.0"`

const logoutRequest = `<samlp:LogoutRequest` + logoutHead + `><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://idp.example.org">https://idp.example.org</saml:Issuer>` +
	`<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="https://idp.example.org">
    _name
  </saml:NameID><samlp:SessionIndex>_session</samlp:SessionIndex></samlp:LogoutRequest>`

const logoutResponse = `<samlp:LogoutResponse` + logoutHead + ` InResponseTo="_mine"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://idp.example.org">
    https://idp.example.org</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`

// message returns the edited and signed message.
func (f forger) message(tb testing.TB, doc string, edits ...string) string {
	tb.Helper()
	root := parsed(tb, edited(tb, doc, edits))
	f.sign(tb, root)
	return written(tb, root)
}

// query returns a message as the Redirect binding has it.
func (f forger) query(tb testing.TB, param, doc, state string) string {
	tb.Helper()
	if f.by == nil {
		f.by = idpKey
	}
	if f.method == "" {
		f.method = "rsa-sha256"
	}
	namespace := more
	if f.method == "rsa-sha1" {
		namespace = dsigNS
	}
	query := param + "=" + url.QueryEscape(deflated(tb, doc))
	if state != "" {
		query += "&RelayState=" + url.QueryEscape(state)
	}
	query += "&SigAlg=" + url.QueryEscape(namespace+f.method)
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(f.value(tb, []byte(query))))
}

func deflated(tb testing.TB, doc string) string {
	tb.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	require.NoError(tb, err)
	_, err = w.Write([]byte(doc))
	require.NoError(tb, err)
	require.NoError(tb, w.Close())
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func readLogout(back identity.Callback) (saml.LogoutMessage, error) {
	return saml.ReadLogout(back, func(entityID string) (saml.IdP, bool) {
		return expect(otherKey().cert, idpKey().cert, curveKey().cert).IdP, entityID == idpName
	}, sp, slo, now, time.Minute)
}

// both returns a message by each binding.
func (f forger) both(tb testing.TB, param, doc string, edits ...string) map[string]identity.Callback {
	tb.Helper()
	return map[string]identity.Callback{
		"POST":     {Method: "POST", Values: url.Values{param: {encoded(f.message(tb, doc, edits...))}, "RelayState": {"state"}}},
		"Redirect": {Method: "GET", Query: f.query(tb, param, edited(tb, doc, edits), "st/a te")},
	}
}

func TestReadLogout(t *testing.T) {
	request := saml.LogoutMessage{
		Request: true, ID: "_logout", Issuer: idpName, NameID: "_name", NameQualifier: idpName, SessionIndex: "_session",
		Destination: slo, IssuedAt: time.Date(2026, 11, 24, 9, 59, 50, 0, time.UTC),
	}
	response := saml.LogoutMessage{ID: "_logout", InResponseTo: "_mine", Issuer: idpName, Destination: slo, IssuedAt: request.IssuedAt, Success: true}
	const success = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>`
	for name, c := range map[string]struct {
		by         forger
		param, doc string
		edits      []string
		want       saml.LogoutMessage
		differ     func(*saml.LogoutMessage)
	}{
		"request":       {param: "SAMLRequest", doc: logoutRequest, want: request},
		"no session":    {param: "SAMLRequest", doc: logoutRequest, edits: []string{"<samlp:SessionIndex>_session</samlp:SessionIndex>", ""}, want: request, differ: func(m *saml.LogoutMessage) { m.SessionIndex = "" }},
		"all sessions":  {param: "SAMLRequest", doc: logoutRequest, edits: []string{"</samlp:SessionIndex>", "</samlp:SessionIndex><samlp:SessionIndex>_b</samlp:SessionIndex>"}, want: request, differ: func(m *saml.LogoutMessage) { m.SessionIndex = "" }},
		"ECDSA":         {by: forger{by: curveKey, method: "ecdsa-sha256"}, param: "SAMLRequest", doc: logoutRequest, want: request},
		"the other key": {by: forger{by: otherKey, method: "rsa-sha512"}, param: "SAMLRequest", doc: logoutRequest, want: request},
		"our name":      {param: "SAMLRequest", doc: logoutRequest, edits: []string{"<saml:NameID ", `<saml:NameID SPNameQualifier="` + sp + `" `}, want: request},
		"response":      {param: "SAMLResponse", doc: logoutResponse, want: response},
		"partial": {
			param: "SAMLResponse", doc: logoutResponse, want: response,
			edits:  []string{success, `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:statuss:PartialLogout"/></samlp:StatusCode>`},
			differ: func(m *saml.LogoutMessage) { m.Success, m.Partial = false, true },
		},
		"failure": {
			param: "SAMLResponse", doc: logoutResponse, want: response, edits: []string{":Success", ":Responder"},
			differ: func(m *saml.LogoutMessage) { m.Success = false },
		},
	} {
		for binding, back := range c.by.both(t, c.param, c.doc, c.edits...) {
			t.Run(name+" "+binding, func(t *testing.T) {
				want := c.want
				if c.differ != nil {
					c.differ(&want)
				}
				got, err := readLogout(back)
				require.NoError(t, err, why(err))
				require.Equal(t, want, got)
			})
		}
	}
}

func TestReadLogoutRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		by         forger
		param, doc string
		edits      []string
	}{
		"a key of nobody's":     {by: forger{by: shortKey}},
		"SHA-1":                 {by: forger{method: "rsa-sha1"}},
		"kind of key":           {by: forger{by: curveKey, method: "ecdsa-sha256", edits: []string{"ecdsa-sha256", "rsa-sha256"}}, edits: []string{`Version="2.0"`, `Version="2"`}},
		"unknown issuer":        {edits: []string{">https://idp.example.org<", ">https://other.example.org<"}},
		"format of the issuer":  {edits: []string{":entity", ":persistent"}},
		"another destination":   {edits: []string{"/spid/slo", "/spid/acs"}},
		"no destination":        {edits: []string{`Destination="https://sp.example.org/spid/slo" `, ""}},
		"old":                   {edits: []string{"09:59:50Z", "09:48:00Z"}},
		"of tomorrow":           {edits: []string{"24T09:59:50Z", "25T09:59:50Z"}},
		"no instant":            {edits: []string{"2026-11-24T09:59:50Z", "now"}},
		"no ID":                 {edits: []string{`ID="_logout"`, `ID="1 2"`}},
		"no name":               {edits: []string{"_name", ""}},
		"somebody else's name":  {edits: []string{"<saml:NameID ", `<saml:NameID SPNameQualifier="https://other.example.org" `}},
		"empty session":         {edits: []string{">_session<", "><"}},
		"element in the name":   {edits: []string{"_name", "_na<saml:Audience/>me"}},
		"encrypted name":        {edits: []string{"saml:NameID", "saml:EncryptedID"}},
		"extensions":            {edits: []string{"<saml:NameID ", "<samlp:Extensions/><saml:NameID "}},
		"in the other field":    {param: "SAMLResponse"},
		"answer in the other":   {doc: logoutResponse},
		"answer to nothing":     {param: "SAMLResponse", doc: logoutResponse, edits: []string{` InResponseTo="_mine"`, ""}},
		"answer without status": {param: "SAMLResponse", doc: logoutResponse, edits: []string{`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`, ""}},
	} {
		if c.param == "" {
			c.param = "SAMLRequest"
		}
		if c.doc == "" {
			c.doc = logoutRequest
		}
		for binding, back := range c.by.both(t, c.param, c.doc, c.edits...) {
			t.Run(name+" "+binding, func(t *testing.T) {
				m, err := readLogout(back)
				require.ErrorIs(t, err, identity.ErrAnswer)
				require.Zero(t, m)
				require.NotContains(t, err.Error()+why(err), "_name")
			})
		}
	}
}

// What is done to a query after it was signed, and to the way a message comes.
func TestReadLogoutRefusesCarriers(t *testing.T) {
	query := forger{}.query(t, "SAMLRequest", logoutRequest, "state")
	head, signature, _ := strings.Cut(query, "&Signature=")
	message, rest, _ := strings.Cut(query, "&")
	posted := encoded(forger{}.message(t, logoutRequest))
	inside := forger{}.query(t, "SAMLRequest", forger{}.message(t, logoutRequest), "")
	for name, back := range map[string]identity.Callback{
		"nothing":             {},
		"HEAD":                {Method: "HEAD", Query: query},
		"empty":               {Method: "GET"},
		"not signed":          {Method: "GET", Query: head},
		"no SigAlg":           {Method: "GET", Query: message + "&Signature=" + signature},
		"other state":         {Method: "GET", Query: strings.Replace(query, "=state", "=estate", 1)},
		"no state":            {Method: "GET", Query: strings.Replace(query, "&RelayState=state", "", 1)},
		"message twice":       {Method: "GET", Query: message + "&" + query},
		"both kinds":          {Method: "GET", Query: query + "&SAMLResponse=x"},
		"signature twice":     {Method: "GET", Query: query + "&Signature=" + signature},
		"disguised":           {Method: "GET", Query: query + "&SAML%52equest=x"},
		"in another case":     {Method: "GET", Query: query + "&samlrequest=x"},
		"name in disguise":    {Method: "GET", Query: strings.Replace(query, "SAMLRequest", "SAML%52equest", 1)},
		"other encoding":      {Method: "GET", Query: query + "&SAMLEncoding=x"},
		"half an escape":      {Method: "GET", Query: query + "&%"},
		"half a value":        {Method: "GET", Query: "SAMLRequest=%2&" + rest},
		"two signatures":      {Method: "GET", Query: inside},
		"GET of a form":       {Method: "GET", Query: "SAMLRequest=" + url.QueryEscape(posted)},
		"POST of a query":     {Method: "POST", Query: query, Values: mustQuery(t, query)},
		"POST of two":         {Method: "POST", Values: url.Values{"SAMLRequest": {posted, posted}}},
		"POST of both kinds":  {Method: "POST", Values: url.Values{"SAMLRequest": {posted}, "SAMLResponse": {posted}}},
		"POST of nothing":     {Method: "POST"},
		"POST, not signed":    {Method: "POST", Values: url.Values{"SAMLRequest": {encoded(logoutRequest)}}},
		"POST, changed":       {Method: "POST", Values: url.Values{"SAMLRequest": {encoded(strings.Replace(forger{}.message(t, logoutRequest), "_session", "_Session", 1))}}},
		"a very long query":   {Method: "GET", Query: query + "&x=" + strings.Repeat("x", 1<<20)},
		"a sign-in's answer":  {Method: "POST", Values: url.Values{"SAMLResponse": {encoded(forger{}.answer(t))}}},
		"not deflated":        {Method: "GET", Query: strings.Replace(query, message, "SAMLRequest="+url.QueryEscape(posted), 1)},
		"deflated to a bomb":  {Method: "GET", Query: "SAMLRequest=" + url.QueryEscape(deflated(t, strings.Repeat(" ", 64<<20))) + "&" + rest},
		"signed for the form": {Method: "GET", Query: "SAMLRequest=" + url.QueryEscape(deflated(t, forger{}.message(t, logoutRequest)))},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readLogout(back)
			require.ErrorIs(t, err, identity.ErrAnswer)
		})
	}
	got, err := readLogout(identity.Callback{Method: "GET", Query: "lang=it&" + query + "&SAMLEncoding=" + url.QueryEscape("urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE")})
	require.NoError(t, err)
	require.Equal(t, "_name", got.NameID)
}

func mustQuery(t *testing.T, query string) url.Values {
	t.Helper()
	values, err := url.ParseQuery(query)
	require.NoError(t, err)
	return values
}

func TestDecodeRedirect(t *testing.T) {
	got, err := saml.DecodeRedirect(deflated(t, logoutRequest))
	require.NoError(t, err)
	require.Equal(t, logoutRequest, string(got))
	for _, value := range []string{"", "!", encoded("no deflate"), deflated(t, strings.Repeat("x", 256<<10+1))} {
		_, err := saml.DecodeRedirect(value)
		require.ErrorIs(t, err, identity.ErrAnswer)
	}
}
