// Package spid signs people in with SPID, for a public or a private service provider
// (SPID technical rules; AgID notices 19, 25 and 29).
//
// [Entity] says who the service is. [New] makes the [Provider] of it, whose methods are
// those of [identity.Provider], [identity.MetadataProvider] and [identity.LogoutProvider],
// and two of its own:
//
//   - Update(metadata ...[]byte) error takes the documents that describe the identity
//     providers, in the place of those that were known. Call it before the first sign-in
//     and then once a day: keys change. The registry is at
//     https://registry.spid.gov.it/. An identity provider that is malformed, or whose
//     validUntil is past, is left out, and [Config.Log] is told; a document that leaves
//     nobody, or that Federation did not sign, is an error, and all stays as it was.
//     What passes its validUntil later is known no more from then on.
//   - IdPs(language string) iter.Seq2[string, string] gives the entity ID and the name of
//     each, for the buttons, in another order each time.
//
// What Metadata returns goes to AgID, which tells the identity providers; this module
// sends it nowhere. [NewCertificate] makes the certificate that a public body signs with.
//
// Complete keeps the request and the answer in the audit log, whatever came of it, and a
// sign-in that cannot be kept fails. An answer that the identity provider did not sign is
// kept whole only if it is a Response to the request, of 8 KiB at most. Of any other,
// Response of the [identity.Exchange] holds a line "sha256=HASH bytes=LENGTH", of what was
// posted, and the first 2 KiB. Call it outside a transaction that may be undone. A
// value with a wrong form is left out of the Person and named in Malformed; it makes no
// sign-in fail.
//
// The keys that count are those of the metadata given to Update, nothing else.
package spid

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
	// Comparison says how the level is meant: "exact", "minimum", "better" or "maximum".
	// Default: "minimum".
	Comparison string
	// POST sends requests by a form rather than in an address, where the identity
	// provider takes both.
	POST bool
	// Federation is who signs the identity providers' metadata. Default: nobody, whoever
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
	// Shuffle orders the buttons, as [math/rand/v2.Shuffle] does. Default: that.
	Shuffle func(n int, swap func(i, j int))
}

// Provider signs people in with SPID. It is safe for concurrent use. Beside the methods of
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
// that an answer is taken once. Call Update before the first sign-in. The error says what
// is wrong with the entity, the key or the configuration.
func New(entity Entity, key tls.Certificate, replays identity.ReplayGuard, audit identity.AuditLog, cfg Config) (*Provider, error) {
	service, err := entity.service()
	if err != nil {
		return nil, err
	}
	p, err := samlsp.New(samlsp.Rules{
		Scheme: identity.SPID, Floor: identity.Low, Comparisons: []string{"exact", "minimum", "better", "maximum"},
		LastSet: lastSet, Issuer: saml.FormatRequired, Person: samlsp.Italian,
	}, service, key, replays, audit, samlsp.Config(cfg))
	if err != nil {
		return nil, err
	}
	return &Provider{Provider: p}, nil
}
