package saml_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// certified returns a certificate of key by itself.
func certified(tb testing.TB, key crypto.Signer) *x509.Certificate {
	tb.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(tb, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(tb, err)
	return cert
}

func signer(tb testing.TB) saml.Signer {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(tb, err)
	s, err := saml.NewSigner(key, certified(tb, key))
	require.NoError(tb, err)
	return s
}

func TestNewSignerRefuses(t *testing.T) {
	long, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	t.Setenv("GODEBUG", "rsa1024min=0")
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	broken := *certified(t, long)
	broken.SignatureAlgorithm = x509.SHA1WithRSA
	for name, c := range map[string]struct {
		key  crypto.Signer
		cert *x509.Certificate
	}{
		"no key":            {nil, certified(t, long)},
		"no certificate":    {long, nil},
		"1024 bits":         {short, certified(t, short)},
		"elliptic curve":    {curve, certified(t, curve)},
		"of another key":    {long, certified(t, other)},
		"SHA-1 certificate": {long, &broken},
	} {
		_, err := saml.NewSigner(c.key, c.cert)
		require.Error(t, err, name)
	}
}

func TestSignRefuses(t *testing.T) {
	s := signer(t)
	require.ErrorContains(t, s.Sign(etree.NewElement("Empty"), ""), "ID")
	require.ErrorContains(t, s.Sign(etree.NewElement("Empty"), "Issuer"), "Issuer")
}

// outgoing are the messages that a service sends.
func outgoing(binding saml.Binding, by saml.Signer) (map[string]saml.Sending, error) {
	to := saml.Endpoint{Binding: binding, Location: "https://idp.example.org/here?a=1&b=2", ResponseLocation: "https://idp.example.org/back"}
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.FixedZone("", 3600))
	request, err := saml.AuthnRequest{
		ID: "_request", EntityID: "https://sp.example.org/?a&b", IssuedAt: at, Force: true, Attributes: 1,
		Comparison: "minimum", Level: identity.Substantial,
	}.Send(to, "handle", by)
	if err != nil {
		return nil, err
	}
	wish, err := saml.LogoutRequest{
		ID: "_logout", EntityID: "https://sp.example.org/?a&b", IssuedAt: at, NameID: "<name>", NameQualifier: "https://idp.example.org", SessionIndex: "_session",
	}.Send(to, "", by)
	if err != nil {
		return nil, err
	}
	answer, err := saml.LogoutResponse{ID: "_over", InResponseTo: "_wish", EntityID: "https://sp.example.org/?a&b", IssuedAt: at}.Send(to, "theirs", by)
	return map[string]saml.Sending{"AuthnRequest": request, "LogoutRequest": wish, "LogoutResponse": answer}, err
}

func TestMessages(t *testing.T) {
	const head = ` xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"`
	const issuer = `<saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://sp.example.org/?a&amp;b">https://sp.example.org/?a&amp;b</saml:Issuer>`
	want := map[string]string{
		"AuthnRequest": `<samlp:AuthnRequest` + head + ` ID="_request" Version="2.0" IssueInstant="2026-11-24T09:00:00.000Z" Destination="https://idp.example.org/here?a=1&amp;b=2"` +
			` ForceAuthn="true" AssertionConsumerServiceIndex="0" AttributeConsumingServiceIndex="1">` + issuer +
			`<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/>` +
			`<samlp:RequestedAuthnContext Comparison="minimum"><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`,
		"LogoutRequest": `<samlp:LogoutRequest` + head + ` ID="_logout" Version="2.0" IssueInstant="2026-11-24T09:00:00.000Z" Destination="https://idp.example.org/here?a=1&amp;b=2">` + issuer +
			`<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="https://idp.example.org">&lt;name&gt;</saml:NameID><samlp:SessionIndex>_session</samlp:SessionIndex></samlp:LogoutRequest>`,
		"LogoutResponse": `<samlp:LogoutResponse` + head + ` ID="_over" Version="2.0" IssueInstant="2026-11-24T09:00:00.000Z" Destination="https://idp.example.org/back" InResponseTo="_wish">` + issuer +
			`<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status></samlp:LogoutResponse>`,
	}
	got, err := outgoing(saml.Redirect, signer(t))
	require.NoError(t, err)
	for name, s := range got {
		require.Equal(t, want[name], string(s.Message), name)
	}
}

func TestLevels(t *testing.T) {
	for level, want := range map[identity.Assurance]string{
		identity.NoAssurance: "SpidL1", identity.Low: "SpidL1", identity.Substantial: "SpidL2", identity.High: "SpidL3", identity.High + 1: "SpidL3",
	} {
		s, err := saml.AuthnRequest{ID: "_r", Level: level}.Send(saml.Endpoint{Binding: saml.Redirect, Location: "https://idp.example.org"}, "", signer(t))
		require.NoError(t, err)
		require.Contains(t, string(s.Message), ">https://www.spid.gov.it/"+want+"<")
		require.NotContains(t, string(s.Message), "ForceAuthn")
	}
}

// TestRedirect: the signature is over the octets as they are sent, in the order of the
// rules.
func TestRedirect(t *testing.T) {
	by := signer(t)
	all, err := outgoing(saml.Redirect, by)
	require.NoError(t, err)
	for name, s := range all {
		require.Nil(t, s.Form)
		_, query, _ := strings.Cut(strings.Replace(s.URL, "?a=1&b=2&", "?", 1), "?")
		octets, value, found := strings.Cut(query, "&Signature=")
		require.True(t, found)
		var names []string
		for part := range strings.SplitSeq(octets, "&") {
			names = append(names, strings.SplitN(part, "=", 2)[0])
		}
		require.Equal(t, map[string][]string{
			"AuthnRequest": {"SAMLRequest", "RelayState", "SigAlg"}, "LogoutRequest": {"SAMLRequest", "SigAlg"}, "LogoutResponse": {"SAMLResponse", "RelayState", "SigAlg"},
		}[name], names)
		value, err = url.QueryUnescape(value)
		require.NoError(t, err)
		signature, err := base64.StdEncoding.DecodeString(value)
		require.NoError(t, err)
		digest := sha256.Sum256([]byte(octets))
		public, ok := by.Certificate.PublicKey.(*rsa.PublicKey)
		require.True(t, ok)
		require.NoError(t, rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], signature))
		values, err := url.ParseQuery(octets)
		require.NoError(t, err)
		require.Equal(t, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", values.Get("SigAlg"))
		require.Equal(t, string(s.Message), inflated(t, values.Get(names[0])))
	}
}

func inflated(t *testing.T, value string) string {
	t.Helper()
	packed, err := base64.StdEncoding.DecodeString(value)
	require.NoError(t, err)
	message, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	require.NoError(t, err)
	return string(message)
}

// TestPost: the signature is inside, right behind the Issuer, and another implementation
// takes it.
func TestPost(t *testing.T) {
	by := signer(t)
	all, err := outgoing(saml.POST, by)
	require.NoError(t, err)
	for name, s := range all {
		doc := etree.NewDocument()
		require.NoError(t, doc.ReadFromBytes(s.Message))
		children := doc.Root().ChildElements()
		require.Equal(t, "Issuer", children[0].Tag)
		require.Equal(t, "Signature", children[1].Tag)
		for path, want := range map[string]string{
			"SignedInfo/CanonicalizationMethod": "http://www.w3.org/2001/10/xml-exc-c14n#",
			"SignedInfo/SignatureMethod":        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
			"SignedInfo/Reference/DigestMethod": "http://www.w3.org/2001/04/xmlenc#sha256",
		} {
			require.Equal(t, want, children[1].FindElement(path).SelectAttrValue("Algorithm", ""))
		}
		require.Equal(t, "#"+doc.Root().SelectAttrValue("ID", ""), children[1].FindElement("SignedInfo/Reference").SelectAttrValue("URI", ""))
		require.Equal(t, base64.StdEncoding.EncodeToString(by.Certificate.Raw), children[1].FindElement("KeyInfo/X509Data/X509Certificate").Text())

		field := map[string]string{"LogoutResponse": saml.ResponseParam}[name]
		if field == "" {
			field = saml.RequestParam
		}
		require.Equal(t, base64.StdEncoding.EncodeToString(s.Message), s.Form.Get(field))
		require.Equal(t, map[string]string{"AuthnRequest": "handle", "LogoutRequest": "", "LogoutResponse": "theirs"}[name], s.Form.Get("RelayState"))
		verifiedByXMLSec(t, s.Message, "urn:oasis:names:tc:SAML:2.0:protocol:"+name, by.Certificate)
	}
}

func verifiedByXMLSec(t *testing.T, message []byte, element string, cert *x509.Certificate) {
	t.Helper()
	path, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Skip("skipped: no xmlsec1")
	}
	dir := t.TempDir()
	file, trusted := filepath.Join(dir, "message.xml"), filepath.Join(dir, "cert.der")
	require.NoError(t, os.WriteFile(file, message, 0o600))
	require.NoError(t, os.WriteFile(trusted, cert.Raw, 0o600))
	out, err := exec.CommandContext(t.Context(), path, "--verify", "--id-attr:ID", element, "--pubkey-cert-der", trusted, file).CombinedOutput()
	require.NoError(t, err, string(out))
}

func TestRelayState(t *testing.T) {
	long := strings.Repeat("r", saml.MaxRelay+1)
	_, err := saml.RedirectURL("https://idp.example.org", saml.RequestParam, nil, long, nil)
	require.Error(t, err)
	_, err = saml.PostForm(saml.RequestParam, nil, long)
	require.Error(t, err)
	_, err = saml.RedirectURL("https://idp.example.org/%zz", saml.RequestParam, nil, "", nil)
	require.Error(t, err)
}

// FuzzRedirect: what is packed comes out as it was, whatever stands around it.
func FuzzRedirect(f *testing.F) {
	f.Add([]byte("<a/>"), "handle")
	f.Add([]byte(""), "&Signature=x")
	f.Add([]byte{0xff, 0}, "è%26")
	f.Fuzz(func(t *testing.T, message []byte, relay string) {
		got, err := saml.RedirectURL("https://idp.example.org/sso", saml.RequestParam, message, relay, nil)
		if len(relay) > saml.MaxRelay {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		u, err := url.Parse(got)
		require.NoError(t, err)
		values, err := url.ParseQuery(u.RawQuery)
		require.NoError(t, err)
		require.Equal(t, string(message), inflated(t, values.Get(saml.RequestParam)))
		require.Equal(t, relay, values.Get(saml.RelayParam))
	})
}
