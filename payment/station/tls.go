package station

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"
)

// TLS says which certificates a station shows and which it asks for. The node calls
// with a certificate of its own, which PagoPA publishes (SANP 3.12, connectivity); who
// has none of those named here cannot even send a request. At least one of Pinned,
// PinnedKeys and Authorities must be set; where several are, pins and authority must
// both hold.
type TLS struct {
	// Certificates are the station's own. GetCertificate, if set, comes first: it is
	// for those who renew them while the program runs.
	Certificates   []tls.Certificate
	GetCertificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	// Pinned are the node's certificates, several while it goes from one to the next.
	// What counts is their public key: a certificate renewed with the same key goes on.
	Pinned []*x509.Certificate
	// PinnedKeys are SHA-256 digests of the node's public keys (SubjectPublicKeyInfo).
	PinnedKeys [][sha256.Size]byte
	// Authorities are who may have issued the node's certificate. Alone they let in
	// everybody to whom they issued one: pin too, unless the authority is the node's.
	Authorities *x509.CertPool
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// ErrNotTheNode says that a caller's certificate is none of the node's.
var ErrNotTheNode = errors.New("station: not the node's certificate")

// Config returns the configuration for a server: TLS 1.2 at least, a client
// certificate required and checked in every connection, resumed ones too. Its error
// says what is missing.
func (t TLS) Config() (*tls.Config, error) {
	pins := slices.Clone(t.PinnedKeys)
	for _, c := range t.Pinned {
		pins = append(pins, sha256.Sum256(c.RawSubjectPublicKeyInfo))
	}
	switch {
	case len(pins) == 0 && t.Authorities == nil:
		return nil, errors.New("station: TLS names no certificate of the node")
	case len(t.Certificates) == 0 && t.GetCertificate == nil:
		return nil, errors.New("station: TLS has no certificate of the station")
	}
	if t.Now == nil {
		t.Now = clock
	}
	cfg := &tls.Config{
		MinVersion:     tls.VersionTLS12,
		Certificates:   slices.Clone(t.Certificates),
		GetCertificate: t.GetCertificate,
		ClientAuth:     tls.RequireAnyClientCert,
		Time:           t.Now,
	}
	if t.Authorities != nil {
		cfg.ClientAuth, cfg.ClientCAs = tls.RequireAndVerifyClientCert, t.Authorities
	}
	cfg.VerifyConnection = func(s tls.ConnectionState) error { return isNode(s, pins, t.Now()) }
	return cfg, nil
}

// isNode checks what the handshake does not: the pins, and the days of a certificate
// that no authority vouches for.
func isNode(s tls.ConnectionState, pins [][sha256.Size]byte, now time.Time) error {
	if len(s.PeerCertificates) == 0 {
		return ErrNotTheNode
	}
	leaf := s.PeerCertificates[0]
	switch {
	case len(pins) > 0 && !slices.Contains(pins, sha256.Sum256(leaf.RawSubjectPublicKeyInfo)):
		return ErrNotTheNode
	case now.Before(leaf.NotBefore), now.After(leaf.NotAfter):
		return fmt.Errorf("%w: outside its days", ErrNotTheNode)
	}
	return nil
}
