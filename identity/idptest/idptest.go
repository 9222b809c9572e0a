// Package idptest is identity providers for tests and examples.
//
// [New] signs in the fictional person it is given, without asking anything of a browser
// and without any protocol.
//
// [NewSAML], or [Start] within a test, is an identity provider as those of SPID, of CIE
// and as the Italian eIDAS node are: it reads and checks signed requests, and signs its
// answers with a key of its own. It answers as it is told: rightly, or by one of the
// [Cases], which are those of the public judges of the services (spid-sp-test,
// spid-saml-check), signature wrapping, forged signatures, and whatever else a service
// has to refuse; and some that look unusual and have to be accepted. A test of a service
// takes three lines:
//
//	idp := idptest.Start(t, identity.SPID)                       // its Metadata go to the service
//	err := idp.Trust(metadata)                                   // and the service's to it
//	back, err := idp.Answer(challenge, person, idptest.Case{})   // what the browser brings back
//
// The identity provider is an http.Handler too, with a login page where a person, a level
// and a case are chosen. It signs and verifies by an implementation of its own, so that
// it does not share the mistakes of the one under test. Nothing in here is for production:
// it vouches for anybody.
package idptest

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net/url"
	"sync"
	"time"

	"github.com/pagonline/pagonline/identity"
)

// Provider signs one fictional person in. It is safe for concurrent use.
type Provider struct {
	person identity.Person
	cfg    Config

	mu   sync.Mutex
	used map[string]bool // the sign-ins that are over, by their request
}

var _ identity.Provider = (*Provider)(nil)

// Config says how the provider behaves. The zero value signs the person in.
type Config struct {
	// Assurance is the level it vouches for. Default: substantial.
	Assurance identity.Assurance
	// Cancel makes the person break off every sign-in.
	Cancel bool
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// New returns a provider for person. A person without a subject gets one of scheme
// "test", made from the name.
func New(person identity.Person, cfg Config) *Provider {
	if person.Subject.IsZero() {
		person.Subject = identity.SubjectID{Scheme: identity.Test, Value: person.Name()}
	}
	if cfg.Assurance == identity.NoAssurance {
		cfg.Assurance = identity.Substantial
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Provider{person: person, cfg: cfg, used: map[string]bool{}}
}

// Begin returns a challenge that leads straight back to the callback.
func (p *Provider) Begin(ctx context.Context, req identity.Request) (identity.Challenge, error) {
	if err := ctx.Err(); err != nil {
		return identity.Challenge{}, err
	}
	back, err := url.Parse(req.CallbackURL)
	if err != nil {
		return identity.Challenge{}, fmt.Errorf("idptest: callback address: %w", err)
	}
	pending := identity.Pending{
		Handle: rand.Text(), Scheme: identity.Test, IdP: req.IdP, RequestID: rand.Text(), Assurance: req.Assurance, IssuedAt: p.cfg.Now(),
		Expires: p.cfg.Now().Add(10 * time.Minute),
	}
	query := back.Query()
	query.Set("handle", pending.Handle)
	query.Set("answer", pending.RequestID)
	back.RawQuery = query.Encode()
	return identity.Challenge{URL: back.String(), Pending: pending}, nil
}

// Complete signs the person in, if the answer is to pending, the first one and in time. A
// value "cancel" in the answer is a person who breaks off.
func (p *Provider) Complete(ctx context.Context, back identity.Callback, pending identity.Pending) (identity.Authentication, error) {
	if err := ctx.Err(); err != nil {
		return identity.Authentication{}, err
	}
	now := p.cfg.Now()
	switch {
	case !same(back.Values.Get("handle"), pending.Handle) || !same(back.Values.Get("answer"), pending.RequestID):
		return identity.Authentication{}, fmt.Errorf("idptest: other answer: %w", identity.ErrPending)
	case !p.first(pending.RequestID):
		return identity.Authentication{}, fmt.Errorf("idptest: answered before: %w", identity.ErrPending)
	case now.After(pending.Expires):
		return identity.Authentication{}, fmt.Errorf("idptest: too late: %w", identity.ErrPending)
	case p.cfg.Cancel || back.Values.Has("cancel"):
		return identity.Authentication{}, fmt.Errorf("idptest: %w", identity.ErrCancelled)
	case p.cfg.Assurance < pending.Assurance:
		return identity.Authentication{}, fmt.Errorf("idptest: %s: %w", p.cfg.Assurance, identity.ErrAssurance)
	}
	return identity.Authentication{Person: p.person, Assurance: p.cfg.Assurance, At: now.UTC()}, nil
}

// first reports whether a request is answered for the first time.
func (p *Provider) first(request string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	again := p.used[request]
	p.used[request] = true
	return !again
}

func same(a, b string) bool {
	return b != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
