// Package samlsp is the service provider that SPID, CIE and the Italian eIDAS node share:
// sign-in, logout, metadata and the registry of identity providers. What differs between
// them is in [Rules], which the packages spid, cie and eidas fill in; their providers
// embed [Provider].
package samlsp

import (
	"cmp"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// Rules are what one scheme does in its own way.
type Rules struct {
	Scheme identity.Scheme
	// Floor is the lowest level that is ever asked for.
	Floor identity.Assurance
	// AlwaysForce asks for a fresh sign-in at every level, not from the second on only.
	AlwaysForce bool
	// Comparisons are those that may be configured, and Comparison returns which of them
	// is written for a level.
	Comparisons []string
	Comparison  func(configured string, level identity.Assurance) string
	// FirstSet and LastSet bound the indexes of the published sets that the scheme asks
	// for.
	FirstSet, LastSet int
	// Issuer says whether the Issuer of an assertion names its format.
	Issuer saml.FormatRule
	// PlainLogout opens the logout address as it is, without a SAML message.
	PlainLogout bool
	// Person reads the attributes, and names those that are malformed.
	Person func(saml.Answer) (identity.Person, []string)
}

// Config is the part of the configuration that all schemes have. Its fields are those of
// the packages' own Config, where they are explained.
type Config struct {
	Assurance  identity.Assurance
	Comparison string
	POST       bool
	Federation *x509.Certificate
	Log        *slog.Logger
	Lifetime   time.Duration
	Skew       time.Duration
	Now        func() time.Time
	Random     io.Reader
	Shuffle    func(n int, swap func(i, j int))
}

// Provider is the service provider of one scheme. It is safe for concurrent use.
type Provider struct {
	rules    Rules
	service  saml.Service
	signer   saml.Signer
	metadata []byte
	replays  identity.ReplayGuard
	audit    identity.AuditLog
	cfg      Config
	idps     atomic.Pointer[registry]
	family   *family
}

// family are the providers of one service, which share its logout address.
type family struct {
	mu  sync.Mutex
	all []*Provider
}

func (f *family) add(p *Provider) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, p)
}

func (f *family) members() []*Provider {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.all)
}

// New returns a provider that knows no identity provider yet.
func New(rules Rules, service saml.Service, key tls.Certificate, replays identity.ReplayGuard, audit identity.AuditLog, cfg Config) (*Provider, error) {
	if replays == nil || audit == nil {
		return nil, fmt.Errorf("%s: no replay guard or no audit log", rules.Scheme)
	}
	if err := check(service); err != nil {
		return nil, fmt.Errorf("%s: %w", rules.Scheme, err)
	}
	signer, err := signerOf(key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rules.Scheme, err)
	}
	metadata, err := service.Metadata(signer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rules.Scheme, err)
	}
	p := &Provider{rules: rules, service: service, signer: signer, metadata: metadata, replays: replays, audit: audit, cfg: cfg, family: &family{}}
	p.family.add(p)
	return p, p.settle()
}

// Twin returns a provider of another scheme for the same service: it has p's metadata,
// addresses and configuration, but for what it changes, and identity providers of its own.
func (p *Provider) Twin(rules Rules, change func(*Config)) (*Provider, error) {
	twin := &Provider{rules: rules, service: p.service, signer: p.signer, metadata: p.metadata, replays: p.replays, audit: p.audit, cfg: p.cfg, family: p.family}
	change(&twin.cfg)
	if err := twin.settle(); err != nil {
		return nil, err
	}
	p.family.add(twin)
	return twin, nil
}

// settle fills in the defaults.
func (p *Provider) settle() error {
	p.idps.Store(&registry{})
	c := &p.cfg
	c.Assurance = max(cmp.Or(c.Assurance, identity.Substantial), p.rules.Floor)
	c.Comparison = cmp.Or(c.Comparison, "minimum")
	c.Lifetime = cmp.Or(c.Lifetime, 10*time.Minute)
	c.Skew = cmp.Or(c.Skew, time.Minute)
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if c.Random == nil {
		c.Random = rand.Reader
	}
	if c.Shuffle == nil {
		c.Shuffle = mathrand.Shuffle
	}
	switch {
	case !slices.Contains(p.rules.Comparisons, c.Comparison):
		return fmt.Errorf("%s: comparison %q, want one of %q", p.rules.Scheme, c.Comparison, p.rules.Comparisons)
	case c.Assurance > identity.High:
		return fmt.Errorf("%s: no such assurance: %s", p.rules.Scheme, c.Assurance)
	case len(p.sets()) == 0:
		return fmt.Errorf("%s: the service publishes no attribute set from %d to %d", p.rules.Scheme, p.rules.FirstSet, p.rules.LastSet)
	}
	return nil
}

// sets returns the published sets that the scheme asks for.
func (p *Provider) sets() []saml.AttributeSet {
	return slices.DeleteFunc(slices.Clone(p.service.Sets), func(s saml.AttributeSet) bool {
		return s.Index < p.rules.FirstSet || s.Index > p.rules.LastSet
	})
}
