package saml

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"math/big"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// verified checks the signature of e with the keys of the certificates, and returns
// what it covers as the canonical bytes say it: a new tree, without the signature. The
// dates of the certificates are not looked at.
func verified(e *etree.Element, certs []*x509.Certificate) (*etree.Element, error) {
	sig := one(e, dsigNS, "Signature")
	if sig == nil {
		return nil, reason("not signed")
	}
	method, value, err := formOf(sig, e)
	if err != nil {
		return nil, err
	}
	alone, err := detached(e)
	if err != nil {
		return nil, err
	}
	parts := one(alone, dsigNS, "Signature").ChildElements()
	if len(parts) == 3 { // KeyInfo: it proves nothing, and the library would believe it
		parts[0].Parent().RemoveChild(parts[2])
	}
	octets, err := canonicalInfo(parts[0])
	if err != nil {
		return nil, err
	}
	for _, cert := range certs {
		raw, ok := signedBy(cert, method, octets, value)
		if !ok {
			continue
		}
		parts[1].SetText(base64.StdEncoding.EncodeToString(raw))
		covered, err := (&dsig.ValidationContext{
			CertificateStore: &dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}},
			IdAttribute:      dsig.DefaultIdAttr,
			Clock:            dsig.NewFakeClockAt(cert.NotBefore),
		}).Validate(alone)
		if err == nil {
			return covered, nil
		}
	}
	return nil, reason("the signature is by no key of the metadata, or of something else")
}

// detached returns a copy of e with the declarations of its ancestors. A root has none:
// it may be larger than the library copies.
func detached(e *etree.Element) (*etree.Element, error) {
	if isRoot(e) {
		return e.Copy(), nil
	}
	scope, err := etreeutils.NSBuildParentContext(e)
	if err != nil {
		return nil, reason("namespaces")
	}
	alone, err := etreeutils.NSDetatch(scope, e)
	if err != nil {
		return nil, reason("namespaces")
	}
	return alone, nil
}

// isRoot reports whether only the document is above e.
func isRoot(e *etree.Element) bool { return e.Parent() != nil && e.Parent().Parent() == nil }

// minRSA is the least length of a key in bits.
const minRSA = 2048

// strong reports whether signatures by the key count.
func strong(key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= minRSA
	case *ecdsa.PublicKey:
		return k.Params().BitSize >= 256
	default:
		return false
	}
}

// canonicalInfo returns the octets that a signature signs. The library finds them again; here
// they tell cheaply which of several keys it is.
func canonicalInfo(info *etree.Element) ([]byte, error) {
	alone, err := detached(info)
	if err != nil {
		return nil, err
	}
	octets, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(alone)
	if err != nil {
		return nil, reason("canonicalisation of the signature")
	}
	return octets, nil
}

// methods are how a signature may be made.
var methods = map[string]x509.SignatureAlgorithm{
	dsig.RSASHA256SignatureMethod: x509.SHA256WithRSA, dsig.ECDSASHA256SignatureMethod: x509.ECDSAWithSHA256,
	dsig.RSASHA384SignatureMethod: x509.SHA384WithRSA, dsig.ECDSASHA384SignatureMethod: x509.ECDSAWithSHA384,
	dsig.RSASHA512SignatureMethod: x509.SHA512WithRSA, dsig.ECDSASHA512SignatureMethod: x509.ECDSAWithSHA512,
}

// signedBy reports whether the value is a signature of the octets by the certificate's
// key, and returns it in the form that package x509 reads. XML has an ECDSA signature as
// two numbers of the length of the curve (XML Signature 1.1, 6.4.3).
func signedBy(cert *x509.Certificate, method string, octets, value []byte) (raw []byte, ok bool) {
	if !strong(cert.PublicKey) {
		return nil, false
	}
	if key, isECDSA := cert.PublicKey.(*ecdsa.PublicKey); isECDSA {
		size := (key.Params().BitSize + 7) / 8
		if len(value) != 2*size {
			return nil, false
		}
		der, err := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:])})
		if err != nil {
			return nil, false
		}
		value = der
	}
	return value, cert.CheckSignature(methods[method], octets, value) == nil
}
