package saml_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

const (
	sp        = "https://sp.example.org"
	acs       = "https://sp.example.org/spid/acs"
	slo       = "https://sp.example.org/spid/slo"
	idpName   = "https://idp.example.org"
	dsigNS    = "http://www.w3.org/2000/09/xmldsig#"
	exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	more      = "http://www.w3.org/2001/04/xmldsig-more#"
)

// The request was sent a minute ago.
var (
	now         = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	requestedAt = now.Add(-time.Minute)
)

// rightAnswer is as SPID wants it; edits change it before it is signed.
const rightAnswer = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" Destination="https://sp.example.org/spid/acs" ID="_response" InResponseTo="_request" IssueInstant="2026-11-24T09:59:50Z" Version="2.0">
  <saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example.org</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
  <saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_assertion" IssueInstant="2026-11-24T09:59:51Z" Version="2.0">
    <saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example.org</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="https://idp.example.org">
        _name
      </saml:NameID>
      <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="_request" NotOnOrAfter="2026-11-24T10:04:00Z" Recipient="https://sp.example.org/spid/acs"/></saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="2026-11-24T09:59:51Z" NotOnOrAfter="2026-11-24T10:05:00Z"><saml:AudienceRestriction><saml:Audience>https://sp.example.org</saml:Audience></saml:AudienceRestriction></saml:Conditions>
    <saml:AuthnStatement AuthnInstant="2026-11-24T09:59:52Z" SessionIndex="_session"><saml:AuthnContext><saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL2</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>
      <saml:Attribute Name="name"><saml:AttributeValue xsi:type="xs:string">Mario</saml:AttributeValue></saml:Attribute>
      <saml:Attribute Name="familyName"><saml:AttributeValue xsi:type="xs:string">Rossi</saml:AttributeValue></saml:Attribute>
      <saml:Attribute Name="fiscalNumber"><saml:AttributeValue xsi:type="xs:string">TINIT-RSSMRA80A01H501U</saml:AttributeValue></saml:Attribute>
    </saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>`

// says is what rightAnswer says.
func says() saml.Answer {
	return saml.Answer{
		ResponseID: "_response", InResponseTo: "_request", Signed: true, ResponseIssued: time.Date(2026, 11, 24, 9, 59, 50, 0, time.UTC), Issuer: idpName,
		AssertionID: "_assertion", NameID: "_name", NameQualifier: idpName, SessionIndex: "_session", Level: identity.Substantial,
		AuthnAt: time.Date(2026, 11, 24, 9, 59, 52, 0, time.UTC), NotOnOrAfter: time.Date(2026, 11, 24, 10, 4, 0, 0, time.UTC),
		Attributes: map[string]string{"name": "Mario", "familyName": "Rossi", "fiscalNumber": "TINIT-RSSMRA80A01H501U"},
	}
}

// expect is what we asked for.
func expect(certs ...*x509.Certificate) saml.Expect {
	return saml.Expect{
		Scheme: identity.SPID, EntityID: sp, ACS: acs, IdP: saml.IdP{EntityID: idpName, Certificates: certs}, RequestID: "_request",
		IssuedAt: requestedAt, Least: identity.Substantial, Comparison: "minimum", Attributes: []string{"fiscalNumber", "name", "familyName"},
		Now: now, Skew: time.Minute,
	}
}

// holder has a key and its certificate, which expired long ago: nobody looks.
type holder struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func hold(key crypto.Signer) holder {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: now.AddDate(-9, 0, 0), NotAfter: now.AddDate(-1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return holder{key, cert}
}

func rsaHolder(bits int) func() holder {
	return sync.OnceValue(func() holder {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			panic(err)
		}
		return hold(key)
	})
}

func ecdsaHolder(curve elliptic.Curve) func() holder {
	return sync.OnceValue(func() holder {
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			panic(err)
		}
		return hold(key)
	})
}

// Those who sign in these tests.
var (
	idpKey   = rsaHolder(2048)
	otherKey = rsaHolder(2048)
	shortKey = rsaHolder(1024)
	curveKey = ecdsaHolder(elliptic.P256())
	tinyKey  = ecdsaHolder(elliptic.P224())
)

// forger signs, in whatever way; zero fields are the right one.
type forger struct {
	by       func() holder
	method   string // as in "rsa-sha256"
	digest   string
	uri      string // "none" is without
	prefixes string // of InclusiveNamespaces
	edits    []string
	bare     bool // the Response is not signed
	open     bool // nor is the Assertion
}

var hashes = map[string]crypto.Hash{"sha1": crypto.SHA1, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}

var digestNames = map[string]string{
	"sha1": dsigNS + "sha1", "sha256": "http://www.w3.org/2001/04/xmlenc#sha256",
	"sha384": more + "sha384", "sha512": "http://www.w3.org/2001/04/xmlenc#sha512",
}

// answer returns the edited and signed answer; edits are old and new, in turns.
func (f forger) answer(tb testing.TB, edits ...string) string {
	tb.Helper()
	root := parsed(tb, edited(tb, rightAnswer, edits))
	if assertion := root.SelectElement("Assertion"); assertion != nil && !f.open {
		f.sign(tb, assertion)
	}
	if !f.bare {
		f.sign(tb, root)
	}
	return written(tb, root)
}

func edited(tb testing.TB, doc string, edits []string) string {
	tb.Helper()
	for i := 0; i < len(edits); i += 2 {
		require.Contains(tb, doc, edits[i])
		doc = strings.ReplaceAll(doc, edits[i], edits[i+1])
	}
	return doc
}

func parsed(tb testing.TB, doc string) *etree.Element {
	tb.Helper()
	tree := etree.NewDocument()
	require.NoError(tb, tree.ReadFromString(doc))
	return tree.Root()
}

func written(tb testing.TB, root *etree.Element) string {
	tb.Helper()
	tree := etree.NewDocument()
	tree.SetRoot(root)
	tree.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true} // or else a &#13; is lost
	doc, err := tree.WriteToString()
	require.NoError(tb, err)
	return doc
}

// sign puts a signature of e behind its Issuer, or first.
func (f forger) sign(tb testing.TB, e *etree.Element) {
	tb.Helper()
	if f.by == nil {
		f.by = idpKey
	}
	if f.method == "" {
		f.method = "rsa-sha256"
	}
	if f.digest == "" {
		f.digest = "sha256"
	}
	namespace := more
	if f.method == "rsa-sha1" {
		namespace = dsigNS
	}
	uri := ` URI="#` + e.SelectAttrValue("ID", "") + `"`
	if f.uri != "" {
		uri = strings.ReplaceAll(` URI="`+f.uri+`"`, ` URI="none"`, "")
	}
	transform := `<ds:Transform Algorithm="` + exclusive + `"/>`
	if f.prefixes != "" {
		transform = `<ds:Transform Algorithm="` + exclusive + `"><ec:InclusiveNamespaces xmlns:ec="` + exclusive + `" PrefixList="` + f.prefixes + `"/></ds:Transform>`
	}
	sum := hashes[f.digest].New()
	sum.Write(canonical(tb, e, f.prefixes))
	sig := parsed(tb, edited(tb, `<ds:Signature xmlns:ds="`+dsigNS+`"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="`+exclusive+`"/><ds:SignatureMethod Algorithm="`+
		namespace+f.method+`"/><ds:Reference`+uri+`><ds:Transforms><ds:Transform Algorithm="`+dsigNS+`enveloped-signature"/>`+transform+`</ds:Transforms><ds:DigestMethod Algorithm="`+
		digestNames[f.digest]+`"/><ds:DigestValue>`+base64.StdEncoding.EncodeToString(sum.Sum(nil))+`</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data></ds:KeyInfo></ds:Signature>`, f.edits))
	at := 0
	if issuer := e.SelectElement("Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	e.InsertChildAt(at, sig)
	sig.SelectElement("SignatureValue").SetText(base64.StdEncoding.EncodeToString(f.value(tb, canonical(tb, sig.SelectElement("SignedInfo"), ""))))
}

// value signs octets, as XML wants it.
func (f forger) value(tb testing.TB, octets []byte) []byte {
	tb.Helper()
	_, name, _ := strings.Cut(f.method, "-")
	sum := hashes[name].New()
	sum.Write(octets)
	value, err := f.by().key.Sign(rand.Reader, sum.Sum(nil), hashes[name])
	require.NoError(tb, err)
	if key, ok := f.by().key.(*ecdsa.PrivateKey); ok {
		var pair struct{ R, S *big.Int }
		_, err := asn1.Unmarshal(value, &pair)
		require.NoError(tb, err)
		size := (key.Params().BitSize + 7) / 8
		value = append(pair.R.FillBytes(make([]byte, size)), pair.S.FillBytes(make([]byte, size))...)
	}
	return value
}

func canonical(tb testing.TB, e *etree.Element, prefixes string) []byte {
	tb.Helper()
	alone := e.Copy()
	if e.Parent() != nil && e.Parent().Parent() != nil { // below a root: with what was declared above
		scope, err := etreeutils.NSBuildParentContext(e)
		require.NoError(tb, err)
		alone, err = etreeutils.NSDetatch(scope, e)
		require.NoError(tb, err)
	}
	octets, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixes).Canonicalize(alone)
	require.NoError(tb, err)
	return octets
}

func encoded(doc string) string { return base64.StdEncoding.EncodeToString([]byte(doc)) }
