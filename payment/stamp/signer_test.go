package stamp_test

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/stamp"
	"github.com/pagonline/pagonline/payment/stamp/stamptest"
)

// Every algorithm of the list, and only they; each signature here is right.
func TestAlgorithms(t *testing.T) {
	m, v := theMarket(t), verifier(t, stamp.Config{})
	curve := ecdsaSeller(t)
	p384 := certify(t, ecdsaKey(t, elliptic.P384()), now.AddDate(-1, 0, 0), now)
	p521 := certify(t, ecdsaKey(t, elliptic.P521()), now.AddDate(-1, 0, 0), now)
	p224 := certify(t, ecdsaKey(t, elliptic.P224()), now.AddDate(-1, 0, 0), now)
	const sha1ID, sha384ID, sha512ID = dsigs + "sha1", more + "sha384", "http://www.w3.org/2001/04/xmlenc#sha512"
	transform := `<Transform Algorithm="` + dsigs + `enveloped-signature"></Transform>`
	bare := `<SignedInfo xmlns="` + dsigs + `">`
	for name, c := range map[string]struct {
		forgery
		want stamp.FaultError
	}{
		"RSA SHA-256": {forgery{}, ""},
		"RSA SHA-384": {forgery{method: more + "rsa-sha384", digest: sha384ID, hash: crypto.SHA384}, ""},
		"RSA SHA-512": {forgery{method: more + "rsa-sha512", digest: sha512ID, hash: crypto.SHA512}, ""},
		"P-256":       {forgery{seller: curve, method: more + "ecdsa-sha256"}, ""},
		"P-384":       {forgery{seller: p384, method: more + "ecdsa-sha384", digest: sha384ID, hash: crypto.SHA384}, ""},
		"P-521":       {forgery{seller: p521, method: more + "ecdsa-sha512", digest: sha512ID, hash: crypto.SHA512}, ""},

		"canonical XML 1.1":         {forgery{c14n: inclusive11}, ""},
		"exclusive":                 {forgery{c14n: exclusive, canonical: bare}, ""},
		"with comments":             {forgery{c14n: inclusive + "#WithComments"}, ""},
		"a canonical transform":     {forgery{transforms: transform + `<Transform Algorithm="` + inclusive + `"></Transform>`}, ""},
		"one with comments":         {forgery{transforms: transform + `<Transform Algorithm="` + inclusive + `#WithComments"></Transform>`}, ""},
		"a signature with a name":   {forgery{signature: ` Id="a"`}, ""},
		"a reference with a name":   {forgery{uri: ` Id="a" URI=""`}, ""},
		"more in KeyInfo":           {forgery{keyInfo: strings.Replace(keyInfo(m.seller.Certificate()), "<X509Data>", "<KeyName>x</KeyName><X509Data><X509CRL>AAAA</X509CRL>", 1)}, ""},
		"SHA-1":                     {forgery{method: dsigs + "rsa-sha1", digest: sha1ID, hash: crypto.SHA1}, stamp.ErrSignature},
		"SHA-1 of the document":     {forgery{digest: sha1ID}, stamp.ErrSignature},
		"ECDSA SHA-1":               {forgery{seller: curve, method: more + "ecdsa-sha1", digest: sha1ID, hash: crypto.SHA1}, stamp.ErrSignature},
		"HMAC":                      {forgery{method: more + "hmac-sha256"}, stamp.ErrSignature},
		"PSS by name":               {forgery{method: "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"}, stamp.ErrSignature},
		"no method":                 {forgery{method: " "}, stamp.ErrSignature},
		"RSA named ECDSA":           {forgery{method: more + "ecdsa-sha256"}, stamp.ErrCertificate},
		"P-224":                     {forgery{seller: p224, method: more + "ecdsa-sha256"}, stamp.ErrCertificate},
		"no canonical form":         {forgery{c14n: "urn:none"}, stamp.ErrSignature},
		"canonical form by halves":  {forgery{c14n: inclusive + "#WithComments#WithComments"}, stamp.ErrSignature},
		"no reference to anything":  {forgery{uri: " "}, stamp.ErrSignature},
		"a reference to a name":     {forgery{uri: ` URI="#a"`, signature: ` Id="a"`}, stamp.ErrSignature},
		"a reference to no name":    {forgery{uri: ` URI="#"`}, stamp.ErrSignature},
		"an xpointer":               {forgery{uri: ` URI="#xpointer(/)"`}, stamp.ErrSignature},
		"a reference of a type":     {forgery{uri: ` Type="urn:x" URI=""`}, stamp.ErrSignature},
		"two references":            {forgery{reference: reference()}, stamp.ErrSignature},
		"not enveloped":             {forgery{transforms: `<Transform Algorithm="` + inclusive + `"></Transform>`}, stamp.ErrSignature},
		"enveloped twice":           {forgery{transforms: transform + transform}, stamp.ErrSignature},
		"a third transform":         {forgery{transforms: transform + strings.Repeat(`<Transform Algorithm="`+inclusive+`"></Transform>`, 2)}, stamp.ErrSignature},
		"XPath":                     {forgery{transforms: transform + `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"></Transform>`}, stamp.ErrSignature},
		"XSLT":                      {forgery{transforms: transform + `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"></Transform>`}, stamp.ErrSignature},
		"base64":                    {forgery{transforms: transform + `<Transform Algorithm="` + dsigs + `base64"></Transform>`}, stamp.ErrSignature},
		"a transform with children": {forgery{transforms: strings.Replace(transform, "><", "><XPath>true()</XPath><", 1)}, stamp.ErrSignature},
		"a transform with text":     {forgery{transforms: strings.Replace(transform, "><", ">true()<", 1)}, stamp.ErrSignature},
		"an object":                 {forgery{object: "<Object><a></a></Object>"}, stamp.ErrSignature},
		"a second KeyInfo":          {forgery{object: keyInfo(m.seller.Certificate())}, stamp.ErrSignature},
		"an attribute of Signature": {forgery{signature: ` a="b"`}, stamp.ErrSignature},
	} {
		t.Run(name, func(t *testing.T) {
			if c.seller == nil {
				c.seller = m.seller
			}
			_, err := v.Verify(c.sign(t), stamp.Want{Hash: documentHash("istanza")})
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.want)
			}
		})
	}
}

var regexpDigest = regexp.MustCompile(`<DigestValue>[^<]*</DigestValue>`)

func reference() string {
	return `<Reference URI=""><Transforms><Transform Algorithm="` + dsigs + `enveloped-signature"></Transform></Transforms>` +
		`<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><DigestValue>AAAA</DigestValue></Reference>`
}

// Who may sign. Each signature here is right for the key that is shown, unless the name
// says otherwise.
func TestSigners(t *testing.T) {
	m, v := theMarket(t), verifier(t, stamp.Config{})
	elsewhere, err := stamptest.NewCA(now)
	require.NoError(t, err)
	foreign, err := elsewhere.Certify(psp, ecdsaKey(t, elliptic.P256()), now.AddDate(-1, 0, 0), now)
	require.NoError(t, err)
	mine := ecdsaSeller(t)
	short := certify(t, rsaKey(t, 1024), now.AddDate(-1, 0, 0), now)
	before := certify(t, ecdsaKey(t, elliptic.P256()), now.AddDate(-1, 0, 0), bought.Add(-time.Second))
	after := certify(t, ecdsaKey(t, elliptic.P256()), bought.Add(time.Second), now.AddDate(1, 0, 0))
	const ecdsa256 = more + "ecdsa-sha256"
	for name, c := range map[string]struct {
		forgery
		want stamp.FaultError
	}{
		"one of ours":               {forgery{seller: mine, method: ecdsa256}, ""},
		"and his authority":         {forgery{seller: mine, method: ecdsa256, keyInfo: keyInfo(mine.Certificate(), m.ca.Certificate())}, ""},
		"behind his authority":      {forgery{seller: mine, method: ecdsa256, keyInfo: keyInfo(m.ca.Certificate(), mine.Certificate())}, ""},
		"a stranger":                {forgery{seller: foreign, method: ecdsa256}, stamp.ErrCertificate},
		"with his authority":        {forgery{seller: foreign, method: ecdsa256, keyInfo: keyInfo(foreign.Certificate(), elsewhere.Certificate())}, stamp.ErrCertificate},
		"with ours":                 {forgery{seller: foreign, method: ecdsa256, keyInfo: keyInfo(foreign.Certificate(), m.ca.Certificate())}, stamp.ErrCertificate},
		"with one of ours behind":   {forgery{seller: foreign, method: ecdsa256, keyInfo: keyInfo(foreign.Certificate(), mine.Certificate())}, stamp.ErrCertificate},
		"showing one of ours":       {forgery{seller: foreign, method: ecdsa256, keyInfo: keyInfo(mine.Certificate())}, stamp.ErrSignature},
		"showing one of ours first": {forgery{seller: foreign, method: ecdsa256, keyInfo: keyInfo(mine.Certificate(), foreign.Certificate())}, stamp.ErrSignature},
		"a short key":               {forgery{seller: short}, stamp.ErrCertificate},
		"expired by then":           {forgery{seller: before, method: ecdsa256}, stamp.ErrExpired},
		"not valid yet":             {forgery{seller: after, method: ecdsa256}, stamp.ErrExpired},
		"no KeyInfo":                {forgery{seller: mine, method: ecdsa256, keyInfo: " "}, stamp.ErrCertificate},
		"an empty one":              {forgery{seller: mine, method: ecdsa256, keyInfo: "<KeyInfo></KeyInfo>"}, stamp.ErrCertificate},
		"a name only":               {forgery{seller: mine, method: ecdsa256, keyInfo: "<KeyInfo><KeyName>x</KeyName></KeyInfo>"}, stamp.ErrCertificate},
		"a bare key":                {forgery{seller: foreign, method: ecdsa256, keyInfo: "<KeyInfo><KeyValue><ECKeyValue></ECKeyValue></KeyValue></KeyInfo>"}, stamp.ErrCertificate},
		"no certificate":            {forgery{seller: mine, method: ecdsa256, keyInfo: "<KeyInfo><X509Data><X509Certificate>AAAA</X509Certificate></X509Data></KeyInfo>"}, stamp.ErrCertificate},
		"no base64":                 {forgery{seller: mine, method: ecdsa256, keyInfo: "<KeyInfo><X509Data><X509Certificate>!</X509Certificate></X509Data></KeyInfo>"}, stamp.ErrCertificate},
		"certificates elsewhere":    {forgery{seller: mine, method: ecdsa256, keyInfo: strings.ReplaceAll(keyInfo(mine.Certificate()), "X509Data", "KeyValue")}, stamp.ErrCertificate},
		"too many":                  {forgery{seller: mine, method: ecdsa256, keyInfo: keyInfo(certificates(mine.Certificate(), 9)...)}, stamp.ErrCertificate},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Verify(c.sign(t), stamp.Want{Hash: documentHash("istanza")})
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.want)
			}
		})
	}
}

func certificates(c *x509.Certificate, n int) (all []*x509.Certificate) {
	for range n {
		all = append(all, c)
	}
	return all
}

// A chain with an authority between, and certificates that may do other things.
func TestChains(t *testing.T) {
	rootKey, midKey, key := ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P256())
	serial := int64(0)
	issue := func(usage x509.KeyUsage, isCA bool, parent *x509.Certificate, public crypto.PublicKey, by crypto.Signer) *x509.Certificate {
		t.Helper()
		serial++
		template := &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: big.NewInt(serial).String()},
			NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(1, 0, 0),
			KeyUsage: usage, IsCA: isCA, BasicConstraintsValid: true,
		}
		if parent == nil {
			parent = template
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, by)
		require.NoError(t, err)
		c, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return c
	}
	top := issue(x509.KeyUsageCertSign, true, nil, rootKey.Public(), rootKey)
	mid := issue(x509.KeyUsageCertSign, true, top, midKey.Public(), rootKey)
	leaf := issue(x509.KeyUsageDigitalSignature, false, mid, key.Public(), midKey)
	anything := issue(0, false, mid, key.Public(), midKey)
	encrypts := issue(x509.KeyUsageKeyEncipherment, false, mid, key.Public(), midKey)
	authority := issue(x509.KeyUsageCertSign|x509.KeyUsageDigitalSignature, true, mid, key.Public(), midKey)
	pretender := issue(x509.KeyUsageCertSign, false, top, midKey.Public(), rootKey) // says that it is no authority

	seller := certify(t, key, now.AddDate(-1, 0, 0), now) // only its key is used
	for name, c := range map[string]struct {
		anchor *x509.Certificate
		shown  []*x509.Certificate
		want   stamp.FaultError
	}{
		"with the one between":         {top, []*x509.Certificate{leaf, mid}, ""},
		"without it":                   {top, []*x509.Certificate{leaf}, stamp.ErrCertificate},
		"the one between as anchor":    {mid, []*x509.Certificate{leaf}, ""},
		"itself as anchor":             {leaf, []*x509.Certificate{leaf}, ""},
		"no key usage":                 {top, []*x509.Certificate{anything, mid}, ""},
		"a key to encrypt":             {top, []*x509.Certificate{encrypts, mid}, stamp.ErrCertificate},
		"an authority":                 {top, []*x509.Certificate{authority, mid}, stamp.ErrCertificate},
		"under one that may not issue": {top, []*x509.Certificate{leaf, pretender}, stamp.ErrCertificate},
	} {
		t.Run(name, func(t *testing.T) {
			pool := x509.NewCertPool()
			pool.AddCert(c.anchor)
			v, err := stamp.New(pool, stamp.Config{Now: func() time.Time { return now }})
			require.NoError(t, err)
			_, err = v.Verify(forgery{seller: seller, method: more + "ecdsa-sha256", keyInfo: keyInfo(c.shown...)}.sign(t), stamp.Want{})
			if c.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, c.want)
			}
		})
	}
}
