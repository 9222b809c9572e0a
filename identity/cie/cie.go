// Package cie signs people in with the Italian electronic identity card, by the SAML
// profile of Entra con CIE (CIE manual for service providers).
//
// [Entity] says who the service is. [New] makes the [Provider] of it, whose methods are
// those of [identity.Provider], [identity.MetadataProvider] and [identity.LogoutProvider],
// and Update and IdPs, as in the package spid. There is one identity provider, of the
// Ministry of the Interior, so that a sign-in need not name it. Its metadata are at
// https://idserver.servizicie.interno.gov.it/idp/shibboleth?Metadata; the service's go to
// https://federazione.servizicie.interno.gov.it.
//
// CIE tells name, family name, date of birth and fiscal code, and no e-mail address. A
// sign-in with the card is another subject than one with SPID, even where the fiscal code
// is the same.
//
// BeginLogout opens the logout address of CIE as it is: there is no SAML in it, and
// nothing comes back.
package cie

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
	"github.com/pagonline/pagonline/identity/internal/samlsp"
)

// Config says how to sign in. The zero value of each field works.
type Config struct {
	// Assurance is what is asked for if a request names no level. Default: substantial.
	Assurance identity.Assurance
	// Comparison says how the highest level is meant: "exact" or "minimum"; the others
	// are always a minimum. Default: "minimum".
	Comparison string
	// POST sends requests by a form rather than in an address.
	POST bool
	// Federation is who signs the identity provider's metadata. Default: nobody, whoever
	// calls Update answers for them.
	Federation *x509.Certificate
	// Log is told which identity providers Update left out, and why. Default: nobody.
	Log *slog.Logger
	// Lifetime is how long a sign-in may take. Default: 10 minutes.
	Lifetime time.Duration
	// Skew is how far another's clock may be apart. Default: one minute.
	Skew time.Duration
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Random makes the ids and the handles. Default: the system's secure source; another
	// one is for tests.
	Random io.Reader
	// Shuffle orders what IdPs lists. Default: [math/rand/v2.Shuffle].
	Shuffle func(n int, swap func(i, j int))
}

// Provider signs people in with CIE. It is safe for concurrent use. Beside the methods of
// [identity.MetadataProvider] and [identity.LogoutProvider] it has
//
//	Update(metadata ...[]byte) error                // takes the identity providers from their metadata
//	IdPs(language string) iter.Seq2[string, string] // their entity IDs and names, in another order each time
//
// Update replaces all at once, and nothing if it returns an error. It leaves out one that
// is malformed or past its validUntil, and tells the log; it is an error if nobody is left
// of a document, or if the federation did not sign it.
type Provider struct {
	*samlsp.Provider
}

var (
	_ identity.MetadataProvider = (*Provider)(nil)
	_ identity.LogoutProvider   = (*Provider)(nil)
)

// New returns the provider of the entity, which signs with key: RSA, of 2048 bits at
// least, and its certificate, as [tls.LoadX509KeyPair] reads them. The guard sees to it
// that an answer is taken once, the log keeps each sign-in. Call Update before the first
// one. The error says what is wrong with the entity, the key or the configuration.
func New(entity Entity, key tls.Certificate, replays identity.ReplayGuard, audit identity.AuditLog, cfg Config) (*Provider, error) {
	service, err := entity.service()
	if err != nil {
		return nil, err
	}
	p, err := samlsp.New(samlsp.Rules{
		Scheme: identity.CIE, Floor: identity.Low, AlwaysForce: true, Comparisons: []string{"exact", "minimum"},
		Comparison: comparison, Issuer: saml.FormatOptional, PlainLogout: true, Person: samlsp.Italian,
	}, service, key, replays, audit, samlsp.Config(cfg))
	if err != nil {
		return nil, err
	}
	return &Provider{Provider: p}, nil
}

// comparison lets only the highest level be exact (CIE manual, authentication request).
func comparison(configured string, level identity.Assurance) string {
	if level < identity.High {
		return "minimum"
	}
	return configured
}
