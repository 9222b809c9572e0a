package spid_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
)

// template is the signature that xmlsec1 fills in, with a KeyInfo that stays empty, as
// the public judge sends it.
const template = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>
<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
<ds:Reference URI="#ID"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>
<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>
<ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>`

// TestSignedByXMLSec: what another implementation signs is accepted.
func TestSignedByXMLSec(t *testing.T) {
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Skip("skipped: no xmlsec1 here")
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	keyFile, docFile := filepath.Join(dir, "key.pem"), filepath.Join(dir, "doc.xml")
	require.NoError(t, os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	idp, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{Key: key})
	require.NoError(t, err)
	s := matrixWith(t, idp, spid.Config{})

	ids := regexp.MustCompile(` ID="([^"]+)"`)
	mario := idptest.People(identity.SPID)[0]
	for _, both := range []bool{false, true} {
		c, err := s.service.Begin(t.Context(), identity.Request{IdP: idp.EntityID()})
		require.NoError(t, err)
		back, err := idp.Answer(c, mario, named(t, "2"))
		require.NoError(t, err)
		unsigned, err := base64.StdEncoding.DecodeString(back.Values.Get("SAMLResponse"))
		require.NoError(t, err)
		found := ids.FindAllStringSubmatch(string(unsigned), -1)
		require.Len(t, found, 2)

		sign := func(doc, element, id string, nth int) string {
			parts := strings.SplitAfterN(doc, "</saml:Issuer>", nth+1)
			doc = strings.Join(parts[:nth], "") + strings.Replace(template, "ID", id, 1) + parts[nth]
			require.NoError(t, os.WriteFile(docFile, []byte(doc), 0o600))
			at := map[string]string{"protocol:Response": "/*/*[local-name()='Signature']", "assertion:Assertion": "/*/*/*[local-name()='Signature']"}[element]
			out, err := exec.CommandContext(t.Context(), program, "--sign", "--privkey-pem", keyFile, "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:"+element, "--node-xpath", at, docFile).Output()
			require.NoError(t, err)
			return string(out)
		}
		doc := sign(string(unsigned), "assertion:Assertion", found[1][1], 2)
		if both {
			doc = sign(doc, "protocol:Response", found[0][1], 1)
		}
		back.Values.Set("SAMLResponse", base64.StdEncoding.EncodeToString([]byte(doc)))
		auth, err := s.service.Complete(t.Context(), back, c.Pending)
		require.NoError(t, err)
		require.Equal(t, mario, auth.Person)
	}
}
