package stamp

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"
	"strings"
)

// What a signature may use (XML Signature 1.1; RFC 4051, RFC 6931). Of the canonical
// forms, those with comments too: there are none.
const (
	sha256Digest = "http://www.w3.org/2001/04/xmlenc#sha256"
	enveloped    = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
)

var (
	digests = []string{
		sha256Digest, "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512",
	}
	canonicals = []string{
		"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11",
		"http://www.w3.org/2001/10/xml-exc-c14n#",
	}
	rsaMethods = []string{
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
		"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
	}
	ecdsaMethods = []string{
		"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
		"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
	}
)

// signature is what of a Signature counts.
type signature struct {
	method       string
	value        []byte
	certificates []*x509.Certificate // of KeyInfo, in their order
}

var (
	errForm  = errors.New("not one enveloped reference to the whole document, or an algorithm that is not accepted")
	errNoKey = errors.New("no certificate in KeyInfo")
	errKey   = errors.New("key too short, or not of the method")
)

// formOf checks the form of a Signature and its algorithms, before anything is computed.
func formOf(n *node) (s signature, err error) {
	if len(n.kids) < 2 || len(n.kids) > 3 || !n.dsig("Signature", "Id") ||
		!n.kids[0].dsig("SignedInfo", "Id") || !n.kids[1].dsig("SignatureValue", "Id") || len(n.kids[1].kids) > 0 {
		return s, bad(ErrSignature, errForm)
	}
	info, ok := n.kids[0].children("CanonicalizationMethod", "SignatureMethod", "Reference")
	if !ok || !info[0].method("CanonicalizationMethod", canonicals, "#WithComments") ||
		!info[1].method("SignatureMethod", slices.Concat(rsaMethods, ecdsaMethods), "") || !isReference(info[2]) {
		return s, bad(ErrSignature, errForm)
	}
	s.method, _ = info[1].attr("Algorithm")
	if s.value, ok = decode64(n.kids[1].text); !ok {
		return s, bad(ErrSignature, errForm)
	}
	if len(n.kids) == 2 {
		return s, bad(ErrCertificate, errNoKey)
	}
	if !n.kids[2].dsig("KeyInfo", "Id") {
		return s, bad(ErrSignature, errForm)
	}
	s.certificates, err = certificates(n.kids[2])
	return s, err
}

// isReference reports whether n refers to the whole document without its signature.
func isReference(n *node) bool {
	uri, ok := n.attr("URI")
	parts, inOrder := n.children("Transforms", "DigestMethod", "DigestValue")
	if !ok || uri != "" || !n.dsig("Reference", "Id", "URI") || !inOrder {
		return false
	}
	transforms := parts[0].kids
	if !parts[0].dsig("Transforms") || len(transforms) < 1 || len(transforms) > 2 ||
		!transforms[0].method("Transform", []string{enveloped}, "") ||
		len(transforms) == 2 && !transforms[1].method("Transform", canonicals, "#WithComments") {
		return false
	}
	return parts[1].method("DigestMethod", digests, "") && parts[2].dsig("DigestValue") && len(parts[2].kids) == 0
}

// dsig reports whether n is this element of a signature and has no attributes but some
// of these.
func (n *node) dsig(local string, attrs ...string) bool {
	return n.is(dsigSpace, local) &&
		!slices.ContainsFunc(n.attrs, func(a attr) bool { return !slices.Contains(attrs, a.name) })
}

// method reports whether n names one of these algorithms, with or without the suffix,
// and gives it no parameters.
func (n *node) method(local string, algorithms []string, suffix string) bool {
	algorithm, ok := n.attr("Algorithm")
	return ok && n.dsig(local, "Algorithm") && len(n.kids) == 0 && n.text == "" &&
		slices.Contains(algorithms, strings.TrimSuffix(algorithm, suffix))
}

// maxCertificates is more than any chain has.
const maxCertificates = 8

// certificates reads those of KeyInfo. Whatever else it holds, keys and revocation lists
// among them, proves nothing and is left alone.
func certificates(keyInfo *node) (all []*x509.Certificate, err error) {
	for _, data := range keyInfo.kids {
		for _, n := range data.kids {
			if !data.is(dsigSpace, "X509Data") || !n.is(dsigSpace, "X509Certificate") {
				continue
			}
			der, ok := decode64(n.text)
			if !ok || len(all) == maxCertificates {
				return nil, bad(ErrCertificate, errNoKey)
			}
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, bad(ErrCertificate, err)
			}
			all = append(all, cert)
		}
	}
	if len(all) == 0 {
		return nil, bad(ErrCertificate, errNoKey)
	}
	return all, nil
}

// minRSA is the least length of a key in bits.
const minRSA = 2048

// fits checks that the key is one of the method, and long enough.
func (s signature) fits(key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= minRSA && slices.Contains(rsaMethods, s.method)
	case *ecdsa.PublicKey:
		return k.Params().BitSize >= 256 && slices.Contains(ecdsaMethods, s.method)
	default:
		return false
	}
}
