package saml

import (
	"crypto/x509"
	"encoding/asn1"
)

// ReadCertificate reads a certificate for the sake of its key. It also takes one with
// which package x509 finds fault, as it does with that of the SPID federation: then there
// is nothing but Raw and PublicKey in what it returns.
func ReadCertificate(der []byte) (*x509.Certificate, error) {
	if cert, err := x509.ParseCertificate(der); err == nil {
		return cert, nil
	}
	var cert struct { // RFC 5280, 4.1
		Signed struct {
			Version                                      int `asn1:"optional,explicit,default:0,tag:0"`
			Serial, Algorithm, Issuer, Validity, Subject asn1.RawValue
			Key                                          asn1.RawValue
		}
		Algorithm asn1.RawValue
		Signature asn1.BitString
	}
	if rest, err := asn1.Unmarshal(der, &cert); err != nil || len(rest) > 0 {
		return nil, reason("certificate unreadable")
	}
	key, err := x509.ParsePKIXPublicKey(cert.Signed.Key.FullBytes)
	if err != nil {
		return nil, reason("certificate unreadable")
	}
	return &x509.Certificate{Raw: der, PublicKey: key}, nil
}
