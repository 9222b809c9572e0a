package stamp_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/stamp"
	"github.com/pagonline/pagonline/payment/stamp/stamptest"
)

// tool returns the path of a program, or skips the test.
func tool(tb testing.TB, name, debian string) string {
	tb.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		tb.Skipf("skipped: %s is not installed (Debian: %s)", name, debian)
	}
	return path
}

// What stamptest sells is what the official schema says.
func TestSchema(t *testing.T) {
	schema := officialtest.Path(t, "xsd-common/MarcaDaBollo.xsd")
	xmllint := tool(t, "xmllint", "libxml2-utils")
	attachment, _ := genuine(t)
	cmd := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", schema, "-")
	cmd.Stdin = bytes.NewReader(attachment)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
}

// files writes the market's certificate and a seller's key and certificate for xmlsec1.
func files(t *testing.T, seller *stamptest.Seller) (ca, key, certificate string) {
	t.Helper()
	dir := t.TempDir()
	write := func(name, kind string, der []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
		return path
	}
	private, err := x509.MarshalPKCS8PrivateKey(seller.Key())
	require.NoError(t, err)
	return write("ca.pem", "CERTIFICATE", theMarket(t).ca.Certificate().Raw), write("key.pem", "PRIVATE KEY", private),
		write("cert.pem", "CERTIFICATE", seller.Certificate().Raw)
}

// sellers are one with RSA and one with ECDSA, and the methods of their keys.
func sellers(t *testing.T) map[string]*stamptest.Seller {
	t.Helper()
	return map[string]*stamptest.Seller{"rsa-sha256": theMarket(t).seller, "ecdsa-sha256": ecdsaSeller(t)}
}

// xmlsec1 finds ours good, and an altered one bad.
func TestXmlsecVerifies(t *testing.T) {
	xmlsec := tool(t, "xmlsec1", "xmlsec1")
	for method, seller := range sellers(t) {
		ca, _, _ := files(t, seller)
		verify := func(doc []byte) (string, error) {
			path := filepath.Join(t.TempDir(), "stamp.xml")
			require.NoError(t, os.WriteFile(path, doc, 0o600))
			out, err := exec.CommandContext(t.Context(), xmlsec, "--verify", "--trusted-pem", ca,
				"--verification-time", "2026-11-23 20:18:01", path).CombinedOutput()
			return string(out), err
		}
		doc := forgery{seller: seller, method: more + method}.sign(t)
		out, err := verify(doc)
		require.NoError(t, err, out)
		_, err = verify(bytes.Replace(doc, []byte(">16.00<"), []byte(">26.00<"), 1))
		require.Error(t, err)
	}
	attachment, _ := genuine(t)
	ca, _, _ := files(t, theMarket(t).seller)
	path := filepath.Join(t.TempDir(), "stamp.xml")
	require.NoError(t, os.WriteFile(path, attachment, 0o600))
	out, err := exec.CommandContext(t.Context(), xmlsec, "--verify", "--trusted-pem", ca,
		"--verification-time", "2026-11-23 20:18:01", path).CombinedOutput()
	require.NoError(t, err, string(out))
}

// template is a stamp that waits for xmlsec1 to sign it, folded as people write XML.
func template(content, method, c14n, transforms string) string {
	return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<marcaDaBollo xmlns=\"" + space + "\"\n\txmlns:ns2='" + dsigs + "'>\n" + content +
		"\r\n<Signature xmlns=\"" + dsigs + "\">\n <SignedInfo>\n  <CanonicalizationMethod Algorithm=\"" + c14n + "\"/>\n" +
		"  <SignatureMethod Algorithm=\"" + more + method + "\"/>\n  <Reference URI=\"\">\n   <Transforms>\n" +
		"    <Transform Algorithm=\"" + dsigs + "enveloped-signature\" />" + transforms + "\n   </Transforms>\n" +
		"   <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\n   <DigestValue/>\n  </Reference>\n </SignedInfo>\n" +
		" <SignatureValue/>\n <KeyInfo><X509Data/></KeyInfo>\n</Signature>\n</marcaDaBollo>\n"
}

// We find good what xmlsec1 signs, in every canonical form.
func TestXmlsecSigns(t *testing.T) {
	xmlsec := tool(t, "xmlsec1", "xmlsec1")
	v := verifier(t, stamp.Config{})
	_, says := genuine(t)
	for method, seller := range sellers(t) {
		_, key, certificate := files(t, seller)
		content := strings.ReplaceAll(seller.Content(says.IUBD, bought, sixteen, says.Hash), "><", ">\r\n  <")
		content = strings.Replace(content, "></DigestMethod>", "/>", 1)
		for _, c14n := range []string{inclusive, inclusive11, exclusive, inclusive + "#WithComments"} {
			for _, transforms := range []string{"", `<Transform Algorithm="` + c14n + `"/>`} {
				path := filepath.Join(t.TempDir(), "template.xml")
				require.NoError(t, os.WriteFile(path, []byte(template(content, method, c14n, transforms)), 0o600))
				doc, err := exec.CommandContext(t.Context(), xmlsec, "--sign", "--privkey-pem", key+","+certificate, path).Output()
				require.NoError(t, err, string(doc))
				got, err := v.Verify(doc, stamp.Want{Hash: says.Hash, Amount: sixteen})
				require.NoError(t, err, "%s %s %s", method, c14n, doc)
				require.Equal(t, says, got)
			}
		}
	}
}

// We find good what the library signs, with prefixes, once its ECDSA signatures have the
// form that XML asks for.
func TestLibrarySigns(t *testing.T) {
	v := verifier(t, stamp.Config{})
	_, says := genuine(t)
	for method, seller := range sellers(t) {
		for name, c14n := range map[string]dsig.Canonicalizer{
			"inclusive": dsig.MakeC14N10RecCanonicalizer(), "1.1": dsig.MakeC14N11Canonicalizer(),
			"exclusive": dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""),
		} {
			t.Run(method+" "+name, func(t *testing.T) {
				ctx, err := dsig.NewSigningContext(seller.Key(), [][]byte{seller.Certificate().Raw})
				require.NoError(t, err)
				ctx.Canonicalizer, ctx.Hash = c14n, crypto.SHA256
				doc := etree.NewDocument()
				require.NoError(t, doc.ReadFromString(prefixed(root(seller.Content(says.IUBD, bought, sixteen, says.Hash)))))
				signed, err := ctx.SignEnveloped(doc.Root())
				require.NoError(t, err)
				if key, ok := seller.Key().(*ecdsa.PrivateKey); ok {
					require.Equal(t, elliptic.P256(), key.Curve)
					value := signed.FindElement("./Signature/SignatureValue")
					der, err := base64.StdEncoding.DecodeString(value.Text())
					require.NoError(t, err)
					value.SetText(base64.StdEncoding.EncodeToString(raw(t, der, 32)))
				}
				out := etree.NewDocumentWithRoot(signed)
				b, err := out.WriteToBytes()
				require.NoError(t, err)
				got, err := v.Verify(b, stamp.Want{Hash: says.Hash})
				require.NoError(t, err, string(b))
				require.Equal(t, says, got)
			})
		}
	}
}
