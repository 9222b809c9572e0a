// Package eidas signs people of other countries in, through the Italian eIDAS node
// (eid.gov.it; AgID, eidas-italian-node).
//
// For a service provider the node is one more identity provider of SPID: the service is
// the very SPID entity, with two more attribute sets in its metadata. So [New] takes the
// provider of package spid, whose entity has EIDAS set, and shares its metadata, keys and
// addresses: the answer comes to the ACS and the logout to the SLO of that entity. Which
// of the two providers an answer is for is told by the Scheme of its [identity.Pending].
//
// The methods of [Provider] are those of [identity.Provider], [identity.MetadataProvider]
// and [identity.LogoutProvider], and Update and IdPs, as in the package spid, with a
// registry of its own: give Update the metadata of the node. A sign-in need not name it.
//
// The country is chosen at the node. The node tells name, family name, date of birth and
// the identifier that the country gave ([identity.ForeignID]), and no fiscal code and no
// e-mail address.
package eidas

import (
	"crypto/x509"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
	"github.com/pagonline/pagonline/identity/internal/samlsp"
	"github.com/pagonline/pagonline/identity/spid"
)

// The attribute sets, for the Attributes of an [identity.Request].
const (
	MinimumSet = 99  // identifier, names and date of birth: what is asked for by default
	FullSet    = 100 // place of birth, address and gender as well
)

// Config says how to sign in. The zero value of each field works; what it does not say is
// as in the [spid.Config] of the entity.
type Config struct {
	// Assurance is what is asked for if a request names no level. Default: substantial,
	// which is also the least that is ever asked for: it is from there on that countries
	// have to recognise each other's identities (eIDAS regulation, article 6).
	Assurance identity.Assurance
	// Federation is who signs the node's metadata. Default: nobody, whoever calls Update
	// answers for them.
	Federation *x509.Certificate
}

// Provider signs people in with eIDAS. It is safe for concurrent use. Beside the methods of
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

// New returns the provider for the entity of service. The error says what is missing, as
// the two attribute sets are if the entity has no EIDAS.
func New(service *spid.Provider, cfg Config) (*Provider, error) {
	p, err := service.Twin(samlsp.Rules{
		Scheme: identity.EIDAS, Floor: identity.Substantial, Comparisons: []string{"exact", "minimum", "better", "maximum"},
		FirstSet: MinimumSet, LastSet: FullSet, Issuer: saml.FormatRequired, Person: samlsp.Foreign,
	}, func(c *samlsp.Config) {
		c.Assurance, c.Federation = cfg.Assurance, cfg.Federation
	})
	if err != nil {
		return nil, err
	}
	return &Provider{Provider: p}, nil
}
