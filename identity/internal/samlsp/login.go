package samlsp

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// Begin starts a sign-in at the identity provider that req names; none will do if only one
// is known. A level below the scheme's lowest is raised to it.
func (p *Provider) Begin(_ context.Context, req identity.Request) (identity.Challenge, error) {
	idp, ok := p.idp(req.IdP)
	if !ok {
		return identity.Challenge{}, fmt.Errorf("%s: begin: %w", p.rules.Scheme, identity.ErrProvider)
	}
	preferred := saml.Redirect
	if p.cfg.POST {
		preferred = saml.POST
	}
	to, ok := endpoint(idp.SSO, preferred)
	if !ok {
		return identity.Challenge{}, fmt.Errorf("%s: begin: no address that can be used: %w", p.rules.Scheme, identity.ErrProvider)
	}
	set, ok := p.set(req.Attributes)
	if !ok {
		return identity.Challenge{}, fmt.Errorf("%s: begin: no attribute set %d", p.rules.Scheme, req.Attributes)
	}
	pending, err := p.begin(idp)
	if err != nil {
		return identity.Challenge{}, err
	}
	pending.Assurance, pending.Attributes = p.level(req.Assurance), set.Index
	sending, err := saml.AuthnRequest{
		ID: pending.RequestID, EntityID: p.service.EntityID, IssuedAt: pending.IssuedAt, Attributes: set.Index, Level: pending.Assurance,
		Force: p.force(pending.Assurance), Comparison: p.comparison(pending.Assurance),
	}.Send(to, pending.Handle, p.signer)
	if err != nil {
		return identity.Challenge{}, fmt.Errorf("%s: begin: %w", p.rules.Scheme, err)
	}
	pending.Request = sending.Message
	return identity.Challenge{URL: sending.URL, Form: sending.Form, Pending: pending}, nil
}

// begin returns what is kept of a request to idp until its answer comes.
func (p *Provider) begin(idp saml.IdP) (identity.Pending, error) {
	id, err := p.newID()
	if err != nil {
		return identity.Pending{}, err
	}
	handle, err := p.random(32)
	if err != nil {
		return identity.Pending{}, err
	}
	// Whole seconds: an answer that gives no fractions must not look older than this.
	now := p.cfg.Now().UTC().Truncate(time.Second)
	return identity.Pending{
		Handle: base64.RawURLEncoding.EncodeToString(handle), Scheme: p.rules.Scheme, IdP: idp.EntityID, RequestID: id,
		IssuedAt: now, Expires: now.Add(p.cfg.Lifetime),
	}, nil
}

// Complete reads the answer, sees to it that it is the first one, and logs the exchange,
// whatever came of it and even if the browser is gone.
func (p *Provider) Complete(ctx context.Context, back identity.Callback, pending identity.Pending) (identity.Authentication, error) {
	fields, relay := back.Values[saml.ResponseParam], back.Values[saml.RelayParam]
	if back.Method != http.MethodPost || len(fields) != 1 || len(relay) != 1 || pending.Handle == "" || pending.Scheme != p.rules.Scheme ||
		pending.Assurance == identity.NoAssurance || // of a logout
		subtle.ConstantTimeCompare([]byte(relay[0]), []byte(pending.Handle)) != 1 {
		return identity.Authentication{}, fmt.Errorf("%s: complete: %w", p.rules.Scheme, identity.ErrPending)
	}
	now := p.cfg.Now().UTC()
	auth, answer, err := p.read(ctx, fields[0], pending, now)
	if logged := p.log(ctx, exchange(fields[0], pending, answer, err, now)); logged != nil {
		err = errors.Join(err, fmt.Errorf("log: %w", logged))
	}
	if err != nil {
		return identity.Authentication{}, fmt.Errorf("%s: complete: %w", p.rules.Scheme, err)
	}
	return auth, nil
}

func (p *Provider) read(ctx context.Context, field string, pending identity.Pending, now time.Time) (identity.Authentication, saml.Answer, error) {
	idp, known := p.idp(pending.IdP)
	set, published := p.set(pending.Attributes)
	if !known || !published {
		return identity.Authentication{}, saml.Answer{}, identity.ErrProvider
	}
	answer, err := saml.ReadResponse(field, saml.Expect{
		Scheme: p.rules.Scheme, EntityID: p.service.EntityID, ACS: p.service.ACS, IdP: idp,
		RequestID: pending.RequestID, IssuedAt: pending.IssuedAt, Least: pending.Assurance, Comparison: p.comparison(pending.Assurance),
		Force: p.force(pending.Assurance), Attributes: set.Attributes, IssuerFormat: p.rules.Issuer, Now: now, Skew: p.cfg.Skew,
	})
	switch { // after the answer is read: the log wants to know what it is
	case now.After(pending.Expires):
		err = identity.ErrPending
	case err == nil:
		err = ctx.Err()
	}
	if err != nil {
		return identity.Authentication{}, answer, err
	}
	if err := p.once(ctx, pending, answer); err != nil {
		return identity.Authentication{}, answer, err
	}
	person, malformed := p.rules.Person(answer)
	if person.Subject.Value == "" {
		return identity.Authentication{}, answer, fmt.Errorf("%w: nobody is named", identity.ErrAnswer)
	}
	person.Subject.Scheme = p.rules.Scheme
	return identity.Authentication{
		Person: person, Assurance: answer.Level, At: answer.AuthnAt, Malformed: malformed,
		Login: identity.Login{
			Scheme: p.rules.Scheme, IdP: idp.EntityID,
			NameID: answer.NameID, NameQualifier: answer.NameQualifier, SessionIndex: answer.SessionIndex,
		},
	}, answer, nil
}

// once lets the first answer to a request through, and each assertion once.
func (p *Provider) once(ctx context.Context, pending identity.Pending, answer saml.Answer) error {
	for _, seen := range []struct {
		kind, id string
		until    time.Time
	}{
		{"request", pending.RequestID, pending.Expires},
		{"assertion", answer.Issuer + "\x00" + answer.AssertionID, answer.NotOnOrAfter.Add(p.cfg.Skew)},
	} {
		sum := sha256.Sum256([]byte(string(p.rules.Scheme) + "\x00" + seen.kind + "\x00" + seen.id))
		first, err := p.replays.First(ctx, hex.EncodeToString(sum[:]), seen.until)
		if err != nil {
			return fmt.Errorf("replay guard: %w", err)
		}
		if !first {
			return fmt.Errorf("%w: came before", identity.ErrPending)
		}
	}
	return nil
}

// level returns what to ask for.
func (p *Provider) level(wanted identity.Assurance) identity.Assurance {
	return min(max(cmp.Or(wanted, p.cfg.Assurance), p.rules.Floor, identity.Low), identity.High)
}

// force says whether to ask for a fresh sign-in.
func (p *Provider) force(level identity.Assurance) bool {
	return p.rules.AlwaysForce || level >= identity.Substantial
}

func (p *Provider) comparison(level identity.Assurance) string {
	if p.rules.Comparison == nil {
		return p.cfg.Comparison
	}
	return p.rules.Comparison(p.cfg.Comparison, level)
}

// set returns the attribute set with the index, the first one for zero.
func (p *Provider) set(index int) (saml.AttributeSet, bool) {
	sets := p.sets()
	if index == 0 {
		return sets[0], true
	}
	i := slices.IndexFunc(sets, func(s saml.AttributeSet) bool { return s.Index == index })
	if i < 0 {
		return saml.AttributeSet{}, false
	}
	return sets[i], true
}

// newID returns an NCName that was never used before.
func (p *Provider) newID() (string, error) {
	b, err := p.random(16)
	return "_" + hex.EncodeToString(b), err
}

func (p *Provider) random(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(p.cfg.Random, b); err != nil {
		return nil, fmt.Errorf("%s: random: %w", p.rules.Scheme, err)
	}
	return b, nil
}
