// Package stamptest sells digital stamps to test against, signed under a certification
// authority of its own. It is what the sandbox has in place of the Agenzia delle Entrate
// and its PSPs; nobody else believes in it.
//
//	ca, err := stamptest.NewCA(now)
//	seller, err := ca.Seller(stamp.PSP{FiscalCode: "99999000013", Name: "PSP di prova"})
//	attachment, err := seller.Sell("1", now, amount, hash)
//	...
//	verifier, err := stamp.New(ca.Pool(), stamp.Config{})
//
// Its stamps look like those that PSPs sell: RSA with SHA-256, canonical XML 1.0, the
// certificate in KeyInfo. It writes them with the standard library alone, already in
// canonical form, so that they also try the reader, which knows other code.
package stamptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/stamp"
)

// CA is a certification authority. It is safe for concurrent use.
type CA struct {
	certificate *x509.Certificate
	key         crypto.Signer
	from, until time.Time
}

// NewCA returns an authority whose certificates are valid from a year before now to five
// years after.
func NewCA(now time.Time) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("stamptest: %w", err)
	}
	ca := &CA{key: key, from: now.AddDate(-1, 0, 0), until: now.AddDate(5, 0, 0)}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{Country: []string{"IT"}, CommonName: "CA Bollo di prova"},
		NotBefore:    ca.from, NotAfter: ca.until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	if ca.certificate, err = create(template, template, key.Public(), key); err != nil {
		return nil, err
	}
	return ca, nil
}

// create makes a certificate and reads it back.
func create(template, parent *x509.Certificate, public any, key crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, fmt.Errorf("stamptest: %w", err)
	}
	return x509.ParseCertificate(der)
}

// Certificate returns the authority's own certificate.
func (ca *CA) Certificate() *x509.Certificate { return ca.certificate }

// Pool returns the authority as trust anchors.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.certificate)
	return pool
}

// Seller returns one who may sell stamps, with an RSA key of his own, which takes a
// moment to make.
func (ca *CA) Seller(psp stamp.PSP) (*Seller, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("stamptest: %w", err)
	}
	return ca.Certify(psp, key, ca.from, ca.until)
}

// Certify returns a seller with this key, RSA or not, and a certificate that is valid
// for some time only. [Seller.Sell] needs RSA.
func (ca *CA) Certify(psp stamp.PSP, key crypto.Signer, from, until time.Time) (*Seller, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, fmt.Errorf("stamptest: %w", err)
	}
	certificate, err := create(&x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{Country: []string{"IT"}, CommonName: psp.FiscalCode + " " + psp.Name},
		NotBefore:    from, NotAfter: until,
		KeyUsage: x509.KeyUsageContentCommitment, // as the real ones have it
	}, ca.certificate, key.Public(), ca.key)
	if err != nil {
		return nil, err
	}
	return &Seller{psp: psp, key: key, certificate: certificate}, nil
}

// Seller is a PSP that sells stamps. It is safe for concurrent use.
type Seller struct {
	psp         stamp.PSP
	key         crypto.Signer
	certificate *x509.Certificate
}

// Key returns the seller's key.
func (s *Seller) Key() crypto.Signer { return s.key }

// Certificate returns the seller's certificate.
func (s *Seller) Certificate() *x509.Certificate { return s.certificate }

const (
	space     = "http://www.agenziaentrate.gov.it/2014/MarcaDaBollo"
	dsigSpace = "http://www.w3.org/2000/09/xmldsig#"
	sha256ID  = "http://www.w3.org/2001/04/xmlenc#sha256"
)

// Sell returns a signed stamp: the bytes of the MBDAttachment, before base64. The hash
// is that of the document as the position asked for it, base64 of its SHA-256.
func (s *Seller) Sell(iubd string, at time.Time, amount euro.Amount, hash string) ([]byte, error) {
	key, ok := s.key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("stamptest: the seller's key is not RSA")
	}
	content := s.Content(iubd, at, amount, hash)
	digest := sha256.Sum256([]byte(root(content)))
	info := `<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></CanonicalizationMethod>` +
		`<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod>` +
		`<Reference URI=""><Transforms>` +
		`<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></Transform></Transforms>` +
		`<DigestMethod Algorithm="` + sha256ID + `"></DigestMethod>` +
		`<DigestValue>` + base64.StdEncoding.EncodeToString(digest[:]) + `</DigestValue></Reference>`
	// In canonical form, SignedInfo declares the namespaces around it too.
	canonical := sha256.Sum256([]byte(`<SignedInfo xmlns="` + dsigSpace + `" xmlns:ns2="` + dsigSpace + `">` + info + `</SignedInfo>`))
	value, err := key.Sign(rand.Reader, canonical[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("stamptest: %w", err)
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + root(content+
		`<Signature xmlns="`+dsigSpace+`"><SignedInfo>`+info+`</SignedInfo>`+
		`<SignatureValue>`+base64.StdEncoding.EncodeToString(value)+`</SignatureValue>`+
		`<KeyInfo><X509Data><X509Certificate>`+base64.StdEncoding.EncodeToString(s.certificate.Raw)+
		`</X509Certificate></X509Data></KeyInfo></Signature>`)), nil
}

// Content returns what a stamp says inside its root, in canonical form, without the
// signature.
func (s *Seller) Content(iubd string, at time.Time, amount euro.Amount, hash string) string {
	return `<PSP><CodiceFiscale>` + escape(s.psp.FiscalCode) + `</CodiceFiscale>` +
		`<Denominazione>` + escape(s.psp.Name) + `</Denominazione></PSP>` +
		`<IUBD>` + escape(iubd) + `</IUBD>` +
		`<OraAcquisto>` + at.In(pagonline.Rome()).Format(time.RFC3339) + `</OraAcquisto>` +
		`<Importo>` + amount.String() + `</Importo><TipoBollo>` + stamp.Ordinary + `</TipoBollo>` +
		`<ImprontaDocumento><DigestMethod Algorithm="` + sha256ID + `"></DigestMethod>` +
		`<ns2:DigestValue>` + escape(hash) + `</ns2:DigestValue></ImprontaDocumento>`
}

// root puts the root around a content.
func root(content string) string {
	return `<marcaDaBollo xmlns="` + space + `" xmlns:ns2="` + dsigSpace + `">` + content + `</marcaDaBollo>`
}

// escape writes character data as canonical XML does.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;").Replace(s)
}
