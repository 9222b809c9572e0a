package stamp_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // a method that must be refused
	"crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/stamp"
	"github.com/pagonline/pagonline/payment/stamp/stamptest"
)

const (
	space = "http://www.agenziaentrate.gov.it/2014/MarcaDaBollo"
	dsigs = "http://www.w3.org/2000/09/xmldsig#"
	more  = "http://www.w3.org/2001/04/xmldsig-more#"

	inclusive   = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	inclusive11 = "http://www.w3.org/2006/12/xml-c14n11"
	exclusive   = "http://www.w3.org/2001/10/xml-exc-c14n#"
)

var (
	now     = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	bought  = time.Date(2026, 11, 23, 19, 18, 1, 0, time.UTC)
	sixteen = euro.MustParse("16.00")
	psp     = stamp.PSP{FiscalCode: "99999000013", Name: "PSP di prova & figli"}
)

// documentHash is base64 of the SHA-256 of a document, such as a request for copies.
func documentHash(document string) string {
	sum := sha256.Sum256([]byte(document))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// market is an authority and a seller under it; making their keys takes a while.
type market struct {
	ca     *stamptest.CA
	seller *stamptest.Seller
}

var openMarket = sync.OnceValues(func() (market, error) {
	ca, err := stamptest.NewCA(now)
	if err != nil {
		return market{}, err
	}
	seller, err := ca.Seller(psp)
	return market{ca, seller}, err
})

func theMarket(tb testing.TB) market {
	tb.Helper()
	m, err := openMarket()
	require.NoError(tb, err)
	return m
}

// genuine returns a stamp as a PSP sells it, and what it says.
func genuine(tb testing.TB) (attachment []byte, says stamp.Stamp) {
	tb.Helper()
	hash := documentHash("istanza")
	attachment, err := theMarket(tb).seller.Sell("01240002186093", bought, sixteen, hash)
	require.NoError(tb, err)
	return attachment, stamp.Stamp{
		PSP: psp, IUBD: "01240002186093", PurchasedAt: bought, Amount: sixteen, Type: "01", Hash: hash,
	}
}

func verifier(tb testing.TB, cfg stamp.Config) *stamp.Verifier {
	tb.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return now }
	}
	v, err := stamp.New(theMarket(tb).ca.Pool(), cfg)
	require.NoError(tb, err)
	return v
}

// forgery is a stamp of which every part can be had otherwise; its signature is right
// all the same. The zero value, with a seller, is genuine.
type forgery struct {
	seller     *stamptest.Seller // whose key signs and whose certificate is shown
	content    string            // inside the root, canonical
	method     string            // of the signature
	digest     string
	hash       crypto.Hash // of both
	c14n       string      // of SignedInfo
	uri        string      // the attribute
	transforms string      // inside Transforms
	reference  string      // before the Reference
	keyInfo    string      // in place of KeyInfo
	object     string      // after it
	signature  string      // attributes of Signature
	canonical  string      // SignedInfo's start tag in canonical form
}

func (f forgery) sign(tb testing.TB) []byte {
	tb.Helper()
	for _, part := range []struct {
		of    *string
		value string
	}{
		{&f.content, f.seller.Content("1", bought, sixteen, documentHash("istanza"))},
		{&f.method, more + "rsa-sha256"},
		{&f.digest, "http://www.w3.org/2001/04/xmlenc#sha256"},
		{&f.c14n, inclusive},
		{&f.uri, ` URI=""`},
		{&f.transforms, `<Transform Algorithm="` + dsigs + `enveloped-signature"></Transform>`},
		{&f.keyInfo, keyInfo(f.seller.Certificate())},
		{&f.canonical, `<SignedInfo xmlns="` + dsigs + `" xmlns:ns2="` + dsigs + `">`},
	} {
		if *part.of == "" {
			*part.of = part.value
		}
	}
	if f.hash == 0 {
		f.hash = crypto.SHA256
	}
	info := `<CanonicalizationMethod Algorithm="` + f.c14n + `"></CanonicalizationMethod>` +
		`<SignatureMethod Algorithm="` + f.method + `"></SignatureMethod>` + f.reference +
		`<Reference` + f.uri + `><Transforms>` + f.transforms + `</Transforms>` +
		`<DigestMethod Algorithm="` + f.digest + `"></DigestMethod>` +
		`<DigestValue>` + base64.StdEncoding.EncodeToString(f.sum(root(f.content))) + `</DigestValue></Reference>`
	value, err := f.seller.Key().Sign(rand.Reader, f.sum(f.canonical+info+`</SignedInfo>`), f.hash)
	require.NoError(tb, err)
	if key, ok := f.seller.Key().(*ecdsa.PrivateKey); ok {
		value = raw(tb, value, (key.Params().BitSize+7)/8)
	}
	return []byte(root(f.content + `<Signature xmlns="` + dsigs + `"` + f.signature + `><SignedInfo>` + info + `</SignedInfo>` +
		`<SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</SignatureValue>` + f.keyInfo + f.object + `</Signature>`))
}

func (f forgery) sum(s string) []byte {
	h := f.hash.New()
	h.Write([]byte(s))
	return h.Sum(nil)
}

func root(content string) string {
	return `<marcaDaBollo xmlns="` + space + `" xmlns:ns2="` + dsigs + `">` + content + `</marcaDaBollo>`
}

func keyInfo(certificates ...*x509.Certificate) string {
	var b strings.Builder
	for _, c := range certificates {
		b.WriteString("<X509Certificate>" + base64.StdEncoding.EncodeToString(c.Raw) + "</X509Certificate>")
	}
	return "<KeyInfo><X509Data>" + b.String() + "</X509Data></KeyInfo>"
}

func ecdsaKey(tb testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	tb.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(tb, err)
	return key
}

// certify returns a seller under the authority of the market.
func certify(tb testing.TB, key crypto.Signer, from, until time.Time) *stamptest.Seller {
	tb.Helper()
	s, err := theMarket(tb).ca.Certify(psp, key, from, until)
	require.NoError(tb, err)
	return s
}

// ecdsaSeller has the key that is fastest to make.
func ecdsaSeller(tb testing.TB) *stamptest.Seller {
	tb.Helper()
	return certify(tb, ecdsaKey(tb, elliptic.P256()), now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0))
}

func rsaKey(tb testing.TB, bits int) *rsa.PrivateKey {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(tb, err)
	return key
}

// raw turns an ECDSA signature into the form that XML has: two numbers of size bytes.
func raw(tb testing.TB, der []byte, size int) []byte {
	tb.Helper()
	var sig struct{ R, S *big.Int }
	_, err := asn1.Unmarshal(der, &sig)
	require.NoError(tb, err)
	return append(sig.R.FillBytes(make([]byte, size)), sig.S.FillBytes(make([]byte, size))...)
}
