package stamp

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"math/big"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// covered checks the signature with the key of signer and returns the canonical bytes
// that it covers. KeyInfo is taken out first: the signature does not cover it, and the
// key is chosen by then.
func (s signature) covered(attachment []byte, signer *x509.Certificate, at time.Time) ([]byte, error) {
	doc := etree.NewDocument()
	doc.ReadSettings.MaxDepth = maxDepth + 1
	if err := doc.ReadFromBytes(bytes.TrimPrefix(attachment, []byte("\ufeff"))); err != nil {
		return nil, err
	}
	children := doc.Root().ChildElements() // formOf has checked that they are there
	element := children[len(children)-1]
	parts := element.ChildElements()
	element.RemoveChild(parts[2])
	value := s.value
	if key, ok := signer.PublicKey.(*ecdsa.PublicKey); ok {
		var err error
		if value, err = asn1Signature(value, (key.Params().BitSize+7)/8); err != nil {
			return nil, err
		}
	}
	parts[1].SetText(base64.StdEncoding.EncodeToString(value))

	verified, err := (&dsig.ValidationContext{
		CertificateStore: &dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{signer}},
		IdAttribute:      dsig.DefaultIdAttr, // the root has no attributes
		Clock:            dsig.NewFakeClockAt(at),
	}).Validate(doc.Root())
	if err != nil {
		return nil, err
	}
	return dsig.MakeC14N10RecCanonicalizer().Canonicalize(verified)
}

// asn1Signature turns an ECDSA signature as XML has it, two numbers of size bytes (XML
// Signature 1.1, 6.4.3), into the form that package x509 reads.
func asn1Signature(raw []byte, size int) ([]byte, error) {
	if len(raw) != 2*size {
		return nil, errors.New("ECDSA signature not of the length of the curve")
	}
	return asn1.Marshal(struct{ R, S *big.Int }{
		new(big.Int).SetBytes(raw[:size]), new(big.Int).SetBytes(raw[size:]),
	})
}
