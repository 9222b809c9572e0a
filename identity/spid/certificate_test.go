package spid_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity/spid"
)

func subject() spid.Subject {
	return spid.Subject{
		EntityID: "https://archivio.example.org", CommonName: "Archivio", Organization: "Archivio di Esempio", City: "Roma",
		IPACode: "ipa_test", NotBefore: today,
	}
}

func TestNewCertificate(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	for identifier, change := range map[string]func(*spid.Subject){
		"PA:IT-ipa_test":         func(*spid.Subject) {},
		"VATIT-99999000013":      func(s *spid.Subject) { s.IPACode, s.VATNumber, s.FiscalCode = "", "IT99999000013", "99999000013" },
		"CF:IT-RSSMRA80A01H501U": func(s *spid.Subject) { s.IPACode, s.FiscalCode = "", "RSSMRA80A01H501U" },
	} {
		s := subject()
		change(&s)
		pair, err := spid.NewCertificate(key, s)
		require.NoError(t, err)
		cert, err := x509.ParseCertificate(pair.Certificate[0])
		require.NoError(t, err)
		names := map[string]any{}
		for _, name := range cert.Subject.Names {
			names[name.Type.String()] = name.Value
		}
		require.Equal(t, map[string]any{
			"2.5.4.3": "Archivio", "2.5.4.10": "Archivio di Esempio", "2.5.4.7": "Roma", "2.5.4.6": "IT",
			"2.5.4.83": "https://archivio.example.org", "2.5.4.97": identifier,
		}, names)
		policy := "1.3.76.16.4.3.1"
		if s.IPACode != "" {
			policy = "1.3.76.16.4.2.1"
		}
		require.Equal(t, "1.3.76.16.6", cert.Policies[0].String())
		require.Equal(t, policy, cert.Policies[1].String())
		require.Equal(t, x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment, cert.KeyUsage)
		require.False(t, cert.IsCA)
		require.Equal(t, today.AddDate(3, 0, 0).Unix(), cert.NotAfter.Unix())
		_, err = spid.New(public(), pair, guard{}, &journal{}, spid.Config{})
		require.NoError(t, err)
	}
}

func TestNewCertificateRefuses(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	odd, err := rsa.GenerateKey(rand.Reader, 2050)
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	_, err = spid.NewCertificate(odd, subject())
	require.Error(t, err, "a length that the notice does not allow")
	_, err = spid.NewCertificate(curve, subject())
	require.Error(t, err)
	_, err = spid.NewCertificate(nil, subject())
	require.Error(t, err)
	for name, change := range map[string]func(*spid.Subject){
		"nobody":       func(s *spid.Subject) { s.IPACode = "" },
		"foreign VAT":  func(s *spid.Subject) { s.IPACode, s.VATNumber = "", "DE123456789" },
		"no entity":    func(s *spid.Subject) { s.EntityID = "" },
		"no beginning": func(s *spid.Subject) { s.NotBefore = subject().NotAfter },
	} {
		s := subject()
		change(&s)
		_, err := spid.NewCertificate(key, s)
		require.Error(t, err, name)
	}
}
