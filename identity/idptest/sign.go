package idptest

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// The names of XML signatures.
const (
	dsNS      = "http://www.w3.org/2000/09/xmldsig#"
	exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped = dsNS + "enveloped-signature"
	rsaSHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	rsaSHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
	rsaSHA1   = dsNS + "rsa-sha1"
	hmacSHA   = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"
	sha256URI = "http://www.w3.org/2001/04/xmlenc#sha256"
	sha512URI = "http://www.w3.org/2001/04/xmlenc#sha512"
	sha1URI   = dsNS + "sha1"
)

// keyPair is a key and its certificate.
type keyPair struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

// newKeyPair makes a certificate that is good for ten years from the clock's year on.
func newKeyPair(key *rsa.PrivateKey, name string, now time.Time) (keyPair, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return keyPair{}, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name, Organization: []string{"Test, Example"}},
		NotBefore: now.AddDate(-1, 0, 0), NotAfter: now.AddDate(10, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return keyPair{}, err
	}
	cert, err := x509.ParseCertificate(der)
	return keyPair{key: key, cert: cert}, err
}

// signature says how to sign. The zero value of a field is what is right.
type signature struct {
	by         keyPair
	shown      *x509.Certificate // in KeyInfo; default: by's
	noKeyInfo  bool
	method     string   // default: rsa-sha256
	digest     string   // default: sha256
	whole      bool     // refer to the whole document instead of the element's own ID
	inclusive  []string // prefixes of InclusiveNamespaces, as OpenSAML writes them
	transforms []string // default: enveloped-signature and exclusive canonicalisation
	more       string   // further Reference elements, as they are to be written
}

// sign puts an enveloped signature into e, after its Issuer or as the first child.
func (s signature) sign(e *etree.Element) error {
	if s.by.cert == nil {
		return errors.New("no key to sign with")
	}
	uri := "#" + e.SelectAttrValue("ID", "")
	if s.whole || uri == "#" {
		uri = ""
	}
	if s.method == "" {
		s.method = rsaSHA256
	}
	if s.digest == "" {
		s.digest = sha256URI
	}
	if s.transforms == nil {
		s.transforms = []string{enveloped, exclusive}
	}
	if s.shown == nil {
		s.shown = s.by.cert
	}
	sum := base64.StdEncoding.EncodeToString(digest(s.digest, canonical(e, nil, s.inclusive...)))
	var b strings.Builder
	b.WriteString(`<ds:Signature xmlns:ds="` + dsNS + `"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="` + exclusive +
		`"/><ds:SignatureMethod Algorithm="` + s.method + `"/><ds:Reference URI="` + uri + `"><ds:Transforms>`)
	for _, t := range s.transforms {
		switch {
		case strings.HasPrefix(t, "<"):
		case t == exclusive && s.inclusive != nil:
			t = `<ds:Transform Algorithm="` + t + `"><ec:InclusiveNamespaces xmlns:ec="` + t + `" PrefixList="` + strings.Join(s.inclusive, " ") + `"/></ds:Transform>`
		default:
			t = `<ds:Transform Algorithm="` + t + `"/>`
		}
		b.WriteString(t)
	}
	b.WriteString(`</ds:Transforms><ds:DigestMethod Algorithm="` + s.digest + `"/><ds:DigestValue>` + sum +
		`</ds:DigestValue></ds:Reference>` + s.more + `</ds:SignedInfo><ds:SignatureValue/>`)
	if !s.noKeyInfo {
		b.WriteString(`<ds:KeyInfo><ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(s.shown.Raw) +
			`</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`)
	}
	b.WriteString(`</ds:Signature>`)
	doc := etree.NewDocument()
	if err := doc.ReadFromString(b.String()); err != nil {
		return err
	}
	el := doc.Root()
	at := 0
	if issuer := e.SelectElement("Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	e.InsertChildAt(at, el)
	value, err := s.value(canonical(el.SelectElement("SignedInfo"), nil))
	if err != nil {
		return err
	}
	el.SelectElement("SignatureValue").SetText(base64.StdEncoding.EncodeToString(value))
	return nil
}

// value signs the octets.
func (s signature) value(octets []byte) ([]byte, error) {
	switch s.method {
	case hmacSHA: // with the public key as the secret: everybody has it
		mac := hmac.New(sha256.New, s.by.cert.RawSubjectPublicKeyInfo)
		mac.Write(octets)
		return mac.Sum(nil), nil
	case rsaSHA1:
		return rsa.SignPKCS1v15(rand.Reader, s.by.key, crypto.SHA1, digest(sha1URI, octets))
	case rsaSHA512:
		return rsa.SignPKCS1v15(rand.Reader, s.by.key, crypto.SHA512, digest(sha512URI, octets))
	default:
		return rsa.SignPKCS1v15(rand.Reader, s.by.key, crypto.SHA256, digest(sha256URI, octets))
	}
}

func digest(algorithm string, octets []byte) []byte {
	switch algorithm {
	case sha1URI:
		sum := sha1.Sum(octets)
		return sum[:]
	case sha512URI:
		sum := sha512.Sum512(octets)
		return sum[:]
	default:
		sum := sha256.Sum256(octets)
		return sum[:]
	}
}

// verify checks the enveloped signature of e against one of the certificates. It knows
// the one form that the rules let a service send: one reference to e's own ID,
// RSA with SHA-256 or SHA-512, exclusive canonicalisation.
func verify(e *etree.Element, certs []*x509.Certificate) error {
	el := e.SelectElement("Signature")
	if el == nil || len(e.SelectElements("Signature")) != 1 {
		return errors.New("not one Signature")
	}
	info := el.SelectElement("SignedInfo")
	if info == nil || len(info.SelectElements("Reference")) != 1 {
		return errors.New("not one Reference")
	}
	ref := info.SelectElement("Reference")
	if uri := ref.SelectAttrValue("URI", ""); uri != "#"+e.SelectAttrValue("ID", "") {
		return fmt.Errorf("reference to %q", uri)
	}
	sum, err := base64.StdEncoding.DecodeString(blanks.Replace(textAt(ref, "DigestValue")))
	if err != nil || !bytes.Equal(sum, digest(attrAt(ref, "DigestMethod", "Algorithm"), canonical(e, el))) {
		return errors.New("other digest")
	}
	value, err := base64.StdEncoding.DecodeString(blanks.Replace(textAt(el, "SignatureValue")))
	if err != nil {
		return errors.New("unreadable SignatureValue")
	}
	return verifyOctets(canonical(info, nil), value, attrAt(info, "SignatureMethod", "Algorithm"), certs)
}

// verifyOctets checks an RSA signature.
func verifyOctets(octets, value []byte, method string, certs []*x509.Certificate) error {
	hash, sum := crypto.SHA256, digest(sha256URI, octets)
	switch method {
	case rsaSHA256:
	case rsaSHA512:
		hash, sum = crypto.SHA512, digest(sha512URI, octets)
	default:
		return fmt.Errorf("signature method %q", method)
	}
	for _, cert := range certs {
		if key, isRSA := cert.PublicKey.(*rsa.PublicKey); isRSA && rsa.VerifyPKCS1v15(key, hash, sum, value) == nil {
			return nil
		}
	}
	return errors.New("the signature is by no key of the service's metadata")
}

var blanks = strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "")
