package saml_test

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity/internal/saml"
)

// xmlsec1 is another implementation of XML signatures, in C. It returns what the program
// wrote and whether it was content, or skips the test.
func xmlsec1(t *testing.T, doc, element string, args ...string) (string, bool) {
	t.Helper()
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Skip("skipped: xmlsec1 is not installed (Debian: xmlsec1)")
	}
	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	for i, arg := range args {
		who := idpKey
		if strings.HasSuffix(arg, "-ecdsa") {
			who = curveKey
		}
		switch strings.TrimSuffix(arg, "-ecdsa") {
		case "CERT":
			args[i] = file("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: who().cert.Raw}))
		case "KEY":
			der, err := x509.MarshalPKCS8PrivateKey(who().key)
			require.NoError(t, err)
			args[i] = file("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
		}
	}
	args = append(args, "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:protocol:Response", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
		"--node-xpath", "//*[local-name()='"+element+"']/*[local-name()='Signature']", file("doc.xml", []byte(doc)))
	cmd := exec.CommandContext(t.Context(), program, args...)
	var why strings.Builder
	cmd.Stderr = &why
	out, err := cmd.Output()
	if err != nil {
		return why.String(), false
	}
	return string(out), true
}

// What we find right is right to xmlsec1 too, and what was changed is right to neither.
func TestXmlsecAgrees(t *testing.T) {
	for name, c := range map[string]struct {
		by   forger
		cert string
	}{
		"rsa-sha256":   {forger{}, "CERT"},
		"rsa-sha512":   {forger{method: "rsa-sha512", digest: "sha512"}, "CERT"},
		"ecdsa-sha256": {forger{by: curveKey, method: "ecdsa-sha256"}, "CERT-ecdsa"},
		"prefix list":  {forger{prefixes: "xs xsi"}, "CERT"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := c.by.answer(t, ">Rossi<", ">D'&amp;&#13;À<")
			e := expect(idpKey().cert, curveKey().cert)
			_, err := saml.ReadResponse(encoded(doc), e)
			require.NoError(t, err, why(err))
			changed := strings.Replace(doc, "SpidL2", "SpidL3", 1)
			_, err = saml.ReadResponse(encoded(changed), e)
			require.Error(t, err)
			for _, element := range []string{"Response", "Assertion"} {
				said, ok := xmlsec1(t, doc, element, "--verify", "--pubkey-cert-pem", c.cert)
				require.True(t, ok, said)
				_, ok = xmlsec1(t, changed, element, "--verify", "--pubkey-cert-pem", c.cert)
				require.False(t, ok)
			}
		})
	}
}

// What xmlsec1 signs, as the public judge spid-sp-test has it do, we find right.
func TestXmlsecSigns(t *testing.T) {
	for name, c := range map[string]struct {
		method, digest, transform, key string
		edits                          []string
	}{
		"as the judge":       {more + "rsa-sha256", digestNames["sha256"], "", "KEY", nil},
		"sha384":             {more + "rsa-sha384", digestNames["sha384"], "", "KEY", nil},
		"sha512":             {more + "rsa-sha512", digestNames["sha512"], "", "KEY", nil},
		"ECDSA":              {more + "ecdsa-sha256", digestNames["sha256"], "", "KEY-ecdsa", nil},
		"prefix list":        {more + "rsa-sha256", digestNames["sha256"], `<ec:InclusiveNamespaces xmlns:ec="` + exclusive + `" PrefixList="xs xsd"/>`, "KEY", nil},
		"prefix far above":   {more + "rsa-sha256", digestNames["sha256"], `<ec:InclusiveNamespaces xmlns:ec="` + exclusive + `" PrefixList="far"/>`, "KEY", []string{"<samlp:Response ", `<samlp:Response xmlns:far="urn:far" `}},
		"other prefixes":     {more + "rsa-sha256", digestNames["sha256"], "", "KEY", []string{"saml:", "s:", "samlp:", "p:", ":saml=", ":s=", ":samlp=", ":p="}},
		"default namespaces": {more + "rsa-sha256", digestNames["sha256"], "", "KEY", []string{"saml:", "", "<Issuer", `<Issuer xmlns="urn:oasis:names:tc:SAML:2.0:assertion"`, "<Assertion", `<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"`}},
		"references":         {more + "rsa-sha256", digestNames["sha256"], "", "KEY", []string{">Rossi<", ">\n  D&apos;&#x41;&#13;&#10;&gt;&quot;\t<", ` Version="2.0"`, ` Version='2.0' Consent="a&quot;&#9;&#10;&lt;&gt;'"`}},
	} {
		t.Run(name, func(t *testing.T) {
			template := func(id string) string {
				return `<ds:Signature xmlns:ds="` + dsigNS + `"><ds:SignedInfo>
  <ds:CanonicalizationMethod Algorithm="` + exclusive + `" /><ds:SignatureMethod Algorithm="` + c.method + `" />
  <ds:Reference URI="#` + id + `"><ds:Transforms><ds:Transform Algorithm="` + dsigNS + `enveloped-signature" /><ds:Transform Algorithm="` + exclusive + `">` + c.transform + `</ds:Transform></ds:Transforms>
  <ds:DigestMethod Algorithm="` + c.digest + `" /><ds:DigestValue /></ds:Reference></ds:SignedInfo><ds:SignatureValue /><ds:KeyInfo><ds:X509Data><ds:X509Certificate /></ds:X509Data></ds:KeyInfo></ds:Signature>`
			}
			doc := edited(t, rightAnswer, c.edits)
			behind := ">https://idp.example.org</saml:Issuer>"
			if !strings.Contains(doc, behind) {
				behind = ">https://idp.example.org</s:Issuer>"
			}
			if !strings.Contains(doc, behind) {
				behind = ">https://idp.example.org</Issuer>"
			}
			parts := strings.Split(doc, behind)
			require.Len(t, parts, 3)
			doc = parts[0] + behind + template("_response") + parts[1] + behind + template("_assertion") + parts[2]
			for _, element := range []string{"Assertion", "Response"} {
				var ok bool
				doc, ok = xmlsec1(t, doc, element, "--sign", "--privkey-pem", c.key)
				require.True(t, ok, doc)
			}
			a, err := saml.ReadResponse(encoded(doc), expect(idpKey().cert, curveKey().cert))
			require.NoError(t, err, why(err))
			require.Equal(t, "Mario", a.Attributes["name"])
			_, err = saml.ReadResponse(encoded(strings.Replace(doc, "Mario", "Maria", 1)), expect(idpKey().cert, curveKey().cert))
			require.Error(t, err)
		})
	}
}
