package saml

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// minKeyBits is the least length of our key (SPID technical rules, metadata).
const minKeyBits = 2048

// Signer signs what we send with RSA and SHA-256, the one algorithm that SPID, CIE and
// the Italian eIDAS node all take.
type Signer struct {
	Key         crypto.Signer
	Certificate *x509.Certificate
}

// NewSigner returns a signer with an RSA key of 2048 bits at least and the certificate of
// that key. It looks at no date: an expired certificate still signs.
func NewSigner(key crypto.Signer, cert *x509.Certificate) (Signer, error) {
	if key == nil || cert == nil {
		return Signer{}, errors.New("saml: no key or no certificate")
	}
	public, ok := key.Public().(*rsa.PublicKey)
	switch {
	case !ok:
		return Signer{}, errors.New("saml: the key is not RSA")
	case public.N.BitLen() < minKeyBits:
		return Signer{}, fmt.Errorf("saml: a key of %d bits, want %d", public.N.BitLen(), minKeyBits)
	case !public.Equal(cert.PublicKey):
		return Signer{}, errors.New("saml: the certificate is of another key")
	case slices.Contains([]x509.SignatureAlgorithm{x509.MD5WithRSA, x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1}, cert.SignatureAlgorithm):
		return Signer{}, errors.New("saml: the certificate is signed with a broken hash")
	}
	return Signer{Key: key, Certificate: cert}, nil
}

// Sign signs doc with an enveloped signature that refers to doc's attribute ID, and puts
// it right behind the direct child with the local name after, or first if that is "".
func (s Signer) Sign(doc *etree.Element, after string) error {
	at := 0
	if after != "" {
		i := slices.IndexFunc(doc.ChildElements(), func(e *etree.Element) bool { return e.Tag == after })
		if i < 0 {
			return fmt.Errorf("saml: sign: no child %s", after)
		}
		at = doc.ChildElements()[i].Index() + 1
	}
	if doc.SelectAttrValue("ID", "") == "" {
		return errors.New("saml: sign: no ID")
	}
	ctx, err := dsig.NewSigningContext(s.Key, [][]byte{s.Certificate.Raw})
	if err != nil {
		return fmt.Errorf("saml: sign: %w", err)
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := ctx.SetSignatureMethod(dsig.RSASHA256SignatureMethod); err != nil {
		return fmt.Errorf("saml: sign: %w", err)
	}
	signature, err := ctx.ConstructSignature(doc, true)
	if err != nil {
		return fmt.Errorf("saml: sign: %w", err)
	}
	doc.InsertChildAt(at, signature)
	return nil
}

// SignQuery returns the query with SigAlg and Signature behind it. The signature is over
// the very octets of query, which has to be sent as it is (SAML bindings, 3.4.4.1).
func (s Signer) SignQuery(query string) (string, error) {
	query += "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	digest := sha256.Sum256([]byte(query))
	value, err := s.Key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return "", fmt.Errorf("saml: sign: %w", err)
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value)), nil
}
