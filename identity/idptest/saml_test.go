package idptest_test

import (
	"encoding/base64"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

const acs = "https://sp.example.org/acs"

// request returns an AuthnRequest that is not signed: nobody is trusted yet. Replacements
// are pairs of old and new.
func request(p *idptest.SAMLProvider, replacements ...string) identity.Challenge {
	doc := `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_r1" Version="2.0" IssueInstant="` +
		time.Now().UTC().Format("2006-01-02T15:04:05.000Z") + `" Destination="` + p.EntityID() + `/sso" ForceAuthn="true" AssertionConsumerServiceURL="` + acs +
		`" ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="https://sp.example.org">https://sp.example.org</saml:Issuer>` +
		`<samlp:NameIDPolicy Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"/><samlp:RequestedAuthnContext Comparison="minimum">` +
		`<saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></samlp:RequestedAuthnContext></samlp:AuthnRequest>`
	doc = strings.NewReplacer(replacements...).Replace(doc)
	return identity.Challenge{URL: p.EntityID() + "/sso", Form: url.Values{
		"SAMLRequest": {base64.StdEncoding.EncodeToString([]byte(doc))}, "RelayState": {"opaque"},
	}}
}

func answered(t *testing.T, p *idptest.SAMLProvider, scheme identity.Scheme, is idptest.Case) []byte {
	t.Helper()
	back, err := p.Answer(request(p), idptest.People(scheme)[0], is)
	require.NoError(t, err, is.Name)
	require.Equal(t, "POST", back.Method)
	require.Equal(t, acs, back.URL)
	require.Equal(t, "opaque", back.Values.Get("RelayState"))
	doc, err := base64.StdEncoding.DecodeString(back.Values.Get("SAMLResponse"))
	require.NoError(t, err)
	return doc
}

// xmlsec reports whether xmlsec1 verifies the signature of an element of a document.
func xmlsec(t *testing.T, p *idptest.SAMLProvider, doc []byte, element, at string) bool {
	t.Helper()
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Skip("skipped: no xmlsec1 here")
	}
	dir := t.TempDir()
	der, pem := filepath.Join(dir, "cert.der"), filepath.Join(dir, "doc.xml")
	require.NoError(t, os.WriteFile(der, p.Certificate().Raw, 0o600))
	require.NoError(t, os.WriteFile(pem, doc, 0o600))
	out, err := exec.CommandContext(t.Context(), program, "--verify", "--pubkey-cert-der", der, "--id-attr:ID", element, "--node-xpath", at, pem).CombinedOutput()
	t.Logf("%s", out)
	return err == nil
}

// TestSignaturesByXMLSec: what is signed here, another implementation verifies.
func TestSignaturesByXMLSec(t *testing.T) {
	const response, assertion = "urn:oasis:names:tc:SAML:2.0:protocol:Response", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion"
	ofResponse, ofAssertion := "/*/*[local-name()='Signature']", "/*/*[local-name()='Assertion']/*[local-name()='Signature']"
	for _, scheme := range []identity.Scheme{identity.SPID, identity.CIE, identity.EIDAS} {
		p := idptest.Start(t, scheme)
		for _, is := range append(idptest.Cases(scheme), idptest.Case{Name: "right"}) {
			// "empty KeyInfo" xmlsec1 reads too, having been told the key.
			if scheme != identity.SPID && is.Name != "right" { // the signature is made alike
				continue
			}
			if is.Err != nil && is.Name != "21" && is.Name != "two audiences" || is.Either || is.Level != identity.NoAssurance {
				continue
			}
			t.Run(string(scheme)+" "+is.Name, func(t *testing.T) {
				doc := answered(t, p, scheme, is)
				require.True(t, xmlsec(t, p, doc, assertion, ofAssertion))
				if is.Name != "response not signed" {
					require.True(t, xmlsec(t, p, doc, response, ofResponse))
				}
			})
		}
	}
}

// TestCases: names are unique, every case gives an answer, none is the usual one.
func TestCases(t *testing.T) {
	p := idptest.Start(t, identity.SPID)
	seen := map[string]bool{}
	for _, is := range idptest.Cases(identity.SPID) {
		require.False(t, seen[is.Name], is.Name)
		seen[is.Name] = true
		require.NotEmpty(t, is.About)
		require.NotEmpty(t, answered(t, p, identity.SPID, is))
	}
	require.Greater(t, len(seen), 150)
	for n := 2; n <= 113; n++ {
		switch n {
		case 6, 7, 50, 101, 102: // the judges have none
		default:
			require.True(t, seen[strconv.Itoa(n)], n)
		}
	}
}
