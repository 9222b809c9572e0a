package spid

import (
	"cmp"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"
)

// Subject is whom a certificate names.
type Subject struct {
	EntityID     string // as in the metadata
	CommonName   string // what the entity is called
	Organization string // the full legal name, as in the metadata
	City         string
	Country      string // ISO 3166 alpha-2. Default: IT

	IPACode    string // of a public body; or else of a private one:
	VATNumber  string // with its country in front, as in "IT99999000013"
	FiscalCode string

	NotBefore time.Time
	NotAfter  time.Time // Default: three years after NotBefore
}

// The names that AgID notice 29 asks for, and what Go has no name for.
var (
	uriOID          = asn1.ObjectIdentifier{2, 5, 4, 83}
	organizationOID = asn1.ObjectIdentifier{2, 5, 4, 97}
	policiesOID     = asn1.ObjectIdentifier{2, 5, 29, 32}
	constraintsOID  = asn1.ObjectIdentifier{2, 5, 29, 19}
	noticeOID       = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 2}
	agidOID         = asn1.ObjectIdentifier{1, 3, 76, 16, 6}
	publicOID       = asn1.ObjectIdentifier{1, 3, 76, 16, 4, 2, 1}
	privateOID      = asn1.ObjectIdentifier{1, 3, 76, 16, 4, 3, 1}
)

// keySizes are the lengths that AgID notice 29 allows, in bits.
var keySizes = []int{2048, 3072, 4096}

// NewCertificate returns a certificate for key, signed with it, and both as [New] takes
// them (AgID notice 29, version 3). A public body may sign its own certificate so and use
// it in production; a private one gets its certificate from AgID, and this one is for its
// tests. Key has to be RSA of 2048, 3072 or 4096 bits.
func NewCertificate(key crypto.Signer, of Subject) (tls.Certificate, error) {
	if key == nil {
		return tls.Certificate{}, errors.New("spid: certificate: no key")
	}
	public, ok := key.Public().(*rsa.PublicKey)
	if !ok || !slices.Contains(keySizes, public.N.BitLen()) {
		return tls.Certificate{}, fmt.Errorf("spid: certificate: the key is not RSA of %v bits", keySizes)
	}
	if of.EntityID == "" || of.CommonName == "" || of.Organization == "" || of.City == "" || of.NotBefore.IsZero() {
		return tls.Certificate{}, errors.New("spid: certificate: EntityID, CommonName, Organization, City or NotBefore missing")
	}
	identifier, policy, text := of.identifier()
	if identifier == "" {
		return tls.Certificate{}, errors.New("spid: certificate: neither IPACode, nor an Italian VATNumber or a FiscalCode")
	}
	extensions, err := policies(policy, text)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("spid: certificate: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("spid: certificate: %w", err)
	}
	if of.NotAfter.IsZero() {
		of.NotAfter = of.NotBefore.AddDate(3, 0, 0)
	}
	keyID := sha256.Sum256(x509.MarshalPKCS1PublicKey(public)) // RFC 7093, method 1
	template := &x509.Certificate{
		SerialNumber: serial, SignatureAlgorithm: x509.SHA256WithRSA, NotBefore: of.NotBefore, NotAfter: of.NotAfter,
		Subject: pkix.Name{
			CommonName: of.CommonName, Organization: []string{of.Organization}, Locality: []string{of.City}, Country: []string{cmp.Or(of.Country, "IT")},
			ExtraNames: []pkix.AttributeTypeAndValue{{Type: uriOID, Value: of.EntityID}, {Type: organizationOID, Value: identifier}},
		},
		KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		SubjectKeyId: keyID[:20], ExtraExtensions: extensions,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("spid: certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// identifier returns the organizationIdentifier, the policy and what the policy says.
func (s Subject) identifier() (identifier string, policy asn1.ObjectIdentifier, text string) {
	switch {
	case s.IPACode != "":
		return "PA:IT-" + s.IPACode, publicOID, "cert_SP_Pub"
	case len(s.VATNumber) > 2 && s.VATNumber[:2] == "IT":
		return "VATIT-" + s.VATNumber[2:], privateOID, "cert_SP_Priv"
	case s.FiscalCode != "":
		return "CF:IT-" + s.FiscalCode, privateOID, "cert_SP_Priv"
	default:
		return "", nil, ""
	}
}

// policies returns the extensions that Go does not write so: basic constraints that are
// not critical, and policies with a notice to the user (RFC 5280, 4.2.1.4 and 4.2.1.9).
func policies(policy asn1.ObjectIdentifier, text string) ([]pkix.Extension, error) {
	type notice struct {
		Text string `asn1:"utf8"`
	}
	type qualifier struct {
		ID     asn1.ObjectIdentifier
		Notice notice
	}
	type information struct {
		Policy     asn1.ObjectIdentifier
		Qualifiers []qualifier
	}
	all, err := asn1.Marshal([]information{
		{Policy: agidOID, Qualifiers: []qualifier{{ID: noticeOID, Notice: notice{Text: "agIDcert"}}}},
		{Policy: policy, Qualifiers: []qualifier{{ID: noticeOID, Notice: notice{Text: text}}}},
	})
	if err != nil {
		return nil, err
	}
	none, err := asn1.Marshal(struct{}{})
	return []pkix.Extension{{Id: constraintsOID, Value: none}, {Id: policiesOID, Value: all}}, err
}
