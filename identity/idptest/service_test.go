package idptest_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

// sp is a small service, for tests of the identity provider: it signs by the key of
// another identity provider, whose certificate its metadata show.
type sp struct {
	key  *rsa.PrivateKey
	cert []byte
}

func newSP(t *testing.T) sp {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{Key: key})
	require.NoError(t, err)
	return sp{key: key, cert: p.Certificate().Raw}
}

func (s sp) metadata() []byte {
	return []byte(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://sp.example.org"><md:SPSSODescriptor>` +
		`<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(s.cert) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
		`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://sp.example.org/slo" ResponseLocation="https://sp.example.org/slo/answer"/>` +
		`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp.example.org/slo/post"/>` +
		`<md:AssertionConsumerService index="0" Location="` + acs + `"/>` +
		`<md:AttributeConsumingService index="3"><md:RequestedAttribute Name="fiscalNumber"/></md:AttributeConsumingService></md:SPSSODescriptor></md:EntityDescriptor>`)
}

// query packs and signs a message for the Redirect binding.
func (s sp) query(t *testing.T, field, doc string) string {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	require.NoError(t, err)
	_, err = w.Write([]byte(doc))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	q := field + "=" + url.QueryEscape(base64.StdEncoding.EncodeToString(packed.Bytes())) + "&RelayState=opaque&SigAlg=" +
		url.QueryEscape("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
	sum := sha256.Sum256([]byte(q))
	value, err := rsa.SignPKCS1v15(rand.Reader, s.key, crypto.SHA256, sum[:])
	require.NoError(t, err)
	return q + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value))
}

// trusted returns an identity provider that knows the service.
func trusted(t *testing.T, s sp) *idptest.SAMLProvider {
	t.Helper()
	p := idptest.Start(t, identity.SPID)
	require.NoError(t, p.Trust(s.metadata()))
	return p
}

func document(t *testing.T, c identity.Challenge) string {
	t.Helper()
	doc, err := base64.StdEncoding.DecodeString(c.Form.Get("SAMLRequest"))
	require.NoError(t, err)
	return string(doc)
}

// TestSignedRequest: a request is checked against the metadata of the service.
func TestSignedRequest(t *testing.T) {
	s := newSP(t)
	p := trusted(t, s)
	mario := idptest.People(identity.SPID)[0]
	doc := document(t, request(p, `AssertionConsumerServiceURL="`+acs+`" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"`,
		`AssertionConsumerServiceIndex="0" AttributeConsumingServiceIndex="3"`))
	q := s.query(t, "SAMLRequest", doc)
	back, err := p.Answer(identity.Challenge{URL: p.EntityID() + "/sso?" + q}, mario, idptest.Case{})
	require.NoError(t, err)
	require.Equal(t, acs, back.URL)
	answer, err := base64.StdEncoding.DecodeString(back.Values.Get("SAMLResponse"))
	require.NoError(t, err)
	require.Contains(t, string(answer), mario.FiscalCode.String())
	require.NotContains(t, string(answer), mario.Email, "the set with index 3 does not ask for it")

	unsigned, _, _ := strings.Cut(q, "&SigAlg")
	for name, c := range map[string]identity.Challenge{
		"not signed":    {URL: p.EntityID() + "/sso?" + unsigned},
		"altered":       {URL: p.EntityID() + "/sso?" + strings.Replace(q, "opaque", "opaqua", 1)},
		"by another":    {URL: p.EntityID() + "/sso?" + newSP(t).query(t, "SAMLRequest", doc)},
		"POST unsigned": request(p),
		"no such acs":   {URL: p.EntityID() + "/sso?" + s.query(t, "SAMLRequest", strings.Replace(doc, `ServiceIndex="0"`, `ServiceIndex="7"`, 1))},
		"nothing":       {URL: p.EntityID() + "/sso"},
		"no deflate":    {URL: p.EntityID() + "/sso?SAMLRequest=AAAA"},
		"no base64":     {URL: p.EntityID() + "/sso?SAMLRequest=%25"},
		"no address":    {URL: "http://[::1"},
	} {
		_, err := p.Answer(c, mario, idptest.Case{})
		require.Error(t, err, name)
	}
}

// TestRequestRules: each rule of the request is checked.
func TestRequestRules(t *testing.T) {
	spid, cie := idptest.Start(t, identity.SPID), idptest.Start(t, identity.CIE)
	mario := idptest.People(identity.SPID)[0]
	_, err := cie.Answer(request(cie), mario, idptest.Case{})
	require.NoError(t, err)
	_, err = spid.Answer(request(spid, spid.EntityID()+"/sso", spid.EntityID()), mario, idptest.Case{})
	require.NoError(t, err, "SPID takes the entity ID as Destination")
	_, err = cie.Answer(request(cie, cie.EntityID()+"/sso", cie.EntityID()), mario, idptest.Case{})
	require.ErrorContains(t, err, "Destination")

	for want, change := range map[string][2]string{
		"ID":                       {`ID="_r1"`, `ID="1"`},
		"Version":                  {`Version="2.0"`, `Version="1.1"`},
		"IssueInstant":             {`IssueInstant="2`, `IssueInstant="1`},
		"Destination":              {`Destination="`, `Destination="x`},
		"ForceAuthn":               {`ForceAuthn="true"`, ``},
		"AssertionConsumerService": {`ProtocolBinding="`, `ProtocolBinding="x`},
		"IsPassive":                {`ID="_r1"`, `ID="_r1" IsPassive="false"`},
		"Issuer":                   {` NameQualifier="https://sp.example.org"`, ``},
		"NameIDPolicy: Format":     {`:transient`, `:persistent`},
		"AllowCreate":              {`:transient"`, `:transient" AllowCreate="true"`},
		"Comparison":               {`"minimum"`, `"most"`},
		"AuthnContextClassRef":     {`SpidL2`, `SpidL4`},
		"Scoping":                  {`</samlp:AuthnRequest>`, `<samlp:Scoping/></samlp:AuthnRequest>`},
		"no AuthnRequest":          {`AuthnRequest`, `LogoutRequest`},
	} {
		_, err := spid.Answer(request(spid, change[0], change[1]), mario, idptest.Case{})
		require.ErrorContains(t, err, want)
	}
}

// TestTrust: what is no metadata of a service is not trusted.
func TestTrust(t *testing.T) {
	p := idptest.Start(t, identity.SPID)
	good := string(newSP(t).metadata())
	for name, doc := range map[string]string{
		"no XML": "<", "empty": "", "an identity provider": string(p.Metadata()),
		"no base64":      strings.Replace(good, "<ds:X509Certificate>", "<ds:X509Certificate>%", 1),
		"no certificate": strings.Replace(good, "<ds:X509Certificate>MII", "<ds:X509Certificate>AAA", 1),
	} {
		require.Error(t, p.Trust([]byte(doc)), name)
	}
	require.NoError(t, p.Trust([]byte(good)))
}

// TestLogout: both ways, with both bindings.
func TestLogout(t *testing.T) {
	s := newSP(t)
	p := trusted(t, s)
	doc := `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_l1" Version="2.0" IssueInstant="` +
		time.Now().UTC().Format(time.RFC3339) + `" Destination="` + p.EntityID() + `/slo"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://sp.example.org">https://sp.example.org</saml:Issuer>` +
		`<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="x">_n</saml:NameID></samlp:LogoutRequest>`
	wish := identity.Challenge{URL: p.EntityID() + "/slo?" + s.query(t, "SAMLRequest", doc)}
	for _, is := range idptest.LogoutCases() {
		back, err := p.AnswerLogout(wish, is)
		require.NoError(t, err, is.Name)
		to := map[bool]string{false: "https://sp.example.org/slo/answer", true: "https://sp.example.org/slo/post"}[is.POST]
		require.True(t, strings.HasPrefix(back.URL, to), back.URL)
		require.Equal(t, is.POST, back.Method == http.MethodPost)
		require.Equal(t, "opaque", back.Values.Get("RelayState"))

		back, err = p.Logout(identity.Login{NameID: "_n", NameQualifier: "q", SessionIndex: "_s"}, is)
		require.NoError(t, err, is.Name)
		require.Equal(t, is.POST, back.Query == "")
		require.Equal(t, is.Name == "not signed", !back.Values.Has("Signature") && !strings.Contains(posted(t, back), "SignatureValue"), is.Name)
	}
	_, err := p.AnswerLogout(identity.Challenge{URL: p.EntityID() + "/slo?" + newSP(t).query(t, "SAMLRequest", doc)}, idptest.LogoutCase{})
	require.ErrorContains(t, err, "signature")
	for _, change := range [][2]string{{"_l1", ""}, {"/slo", "/x"}, {"2.0", "1.1"}, {":transient", ":persistent"}, {"LogoutRequest", "AuthnRequest"}, {"NameID", "BaseID"}} {
		altered := s.query(t, "SAMLRequest", strings.NewReplacer(change[0]+`"`, change[1]+`"`, "samlp:"+change[0], "samlp:"+change[1], "saml:"+change[0], "saml:"+change[1]).Replace(doc))
		_, err := p.AnswerLogout(identity.Challenge{URL: p.EntityID() + "/slo?" + altered}, idptest.LogoutCase{})
		require.Error(t, err, change)
	}
	answer := strings.NewReplacer("LogoutRequest", "LogoutResponse", `ID="_l1"`, `ID="_l1" InResponseTo="_l0"`).Replace(doc)
	answer, _, _ = strings.Cut(answer, "<saml:NameID")
	answer += `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`
	require.NoError(t, p.EndLogout(identity.Challenge{URL: p.EntityID() + "/slo?" + s.query(t, "SAMLResponse", answer)}))
	failed := strings.Replace(answer, "status:Success", "status:Responder", 1)
	require.ErrorContains(t, p.EndLogout(identity.Challenge{URL: p.EntityID() + "/slo?" + s.query(t, "SAMLResponse", failed)}), "status")

	stranger := idptest.Start(t, identity.SPID)
	_, err = stranger.AnswerLogout(wish, idptest.LogoutCase{})
	require.ErrorContains(t, err, "Trust")
	_, err = stranger.Logout(identity.Login{}, idptest.LogoutCase{})
	require.ErrorContains(t, err, "Trust")
}

// posted returns the document in a form, "" if there is none.
func posted(t *testing.T, back identity.Callback) string {
	t.Helper()
	if back.Method != http.MethodPost {
		return ""
	}
	doc, err := base64.StdEncoding.DecodeString(back.Values.Get("SAMLRequest"))
	require.NoError(t, err)
	require.NoError(t, etree.NewDocument().ReadFromBytes(doc))
	return string(doc)
}

func ExampleNewSAML() {
	idp, err := idptest.NewSAML(identity.CIE, idptest.SAMLConfig{EntityID: "https://idp.example.org/cie"})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The challenge comes from the service's provider; its metadata go to idp.Trust.
	back, err := idp.Answer(request(idp), idptest.People(identity.CIE)[0], idptest.Case{})
	fmt.Println(back.Method, back.URL, err)
	// Output: POST https://sp.example.org/acs <nil>
}

func ExampleStart() {
	var t testing.T // that of the test
	idp := idptest.Start(&t, identity.SPID)
	back, err := idp.Answer(request(idp), idptest.People(identity.SPID)[0], idptest.Case{})
	fmt.Println(back.Values.Has("SAMLResponse"), err)
	// Output: true <nil>
}

func ExampleMixUps() {
	other, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{EntityID: "https://other.example.org"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, is := range idptest.MixUps(other) {
		fmt.Println(is.Name)
	}
	// Output:
	// another provider
	// another provider's key
}

func ExampleCases() {
	for _, is := range idptest.Cases(identity.SPID) {
		if is.Name == "18" || is.Name == "31" || is.Name == "94" {
			fmt.Println(is.Name, is.About, "-", is.Want(identity.Substantial))
		}
	}
	// Output:
	// 18 Response: InResponseTo diverso dall'ID della request - login_answer: The identity provider's answer is not valid: you are not signed in.
	// 94 AuthnContextClassRef SpidL1 - assurance_too_low: Authentication level too low.
	// 31 Response: Format di Issuer omesso - <nil>
}

func ExampleCase_Want() {
	fmt.Println(idptest.Case{Level: identity.Low}.Want(identity.Low))
	// Output: <nil>
}

func ExampleLogoutCases() {
	for _, is := range idptest.LogoutCases() {
		if is.Partial {
			fmt.Println(is.Name, is.About, is.POST)
		}
	}
	// Output:
	// partial uscita parziale false
	// partial uscita parziale true
	// partial success uscita riuscita in parte false
	// partial success uscita riuscita in parte true
	// failed uscita non riuscita false
	// failed uscita non riuscita true
	// denied uscita negata false
	// denied uscita negata true
}

func ExamplePeople() {
	for _, p := range idptest.People(identity.EIDAS) {
		fmt.Println(p.Name())
	}
	// Output:
	// Erika Mustermann
	// Jean Dupont
}

// FuzzAnswer: what the service did not sign is never answered.
func FuzzAnswer(f *testing.F) {
	p, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{})
	require.NoError(f, err)
	require.NoError(f, p.Trust(sp{cert: p.Certificate().Raw}.metadata()))
	c := request(p)
	doc, err := base64.StdEncoding.DecodeString(c.Form.Get("SAMLRequest"))
	require.NoError(f, err)
	f.Add("SAMLRequest=x&SigAlg=y&Signature=z", string(doc))
	f.Add("", strings.Replace(string(doc), "</saml:Issuer>", `</saml:Issuer><Signature><SignedInfo><Reference URI="#_r1"/></SignedInfo></Signature>`, 1))
	f.Fuzz(func(t *testing.T, query, doc string) {
		for _, c := range []identity.Challenge{
			{URL: p.EntityID() + "/sso?" + query},
			{URL: p.EntityID(), Form: url.Values{"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(doc))}}},
		} {
			if _, err := p.Answer(c, identity.Person{}, idptest.Case{}); err == nil {
				t.Errorf("answered: %q %q", query, doc)
			}
			if _, err := p.AnswerLogout(c, idptest.LogoutCase{}); err == nil {
				t.Errorf("answered: %q %q", query, doc)
			}
		}
		_ = p.EndLogout(identity.Challenge{URL: p.EntityID() + "/slo?" + query})
	})
}

// FuzzTrust: metadata of any form are read or refused.
func FuzzTrust(f *testing.F) {
	p, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{})
	require.NoError(f, err)
	good := sp{cert: p.Certificate().Raw}.metadata()
	require.NoError(f, p.Trust(good))
	f.Add(good)
	f.Fuzz(func(_ *testing.T, doc []byte) { _ = p.Trust(doc) })
}
