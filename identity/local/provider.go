package local

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"net/url"
	"time"

	"github.com/pagonline/pagonline/identity"
)

// signInTime is how long a sign-in may be under way.
const signInTime = 15 * time.Minute

// Provider is an [identity.Provider] for accounts by e-mail.
type Provider struct {
	accounts *Accounts
	page     url.URL
}

var _ identity.Provider = (*Provider)(nil)

// NewProvider returns a provider that sends the browser to page, with the query
// "handle". The page asks for e-mail address and password and posts them with the handle
// to where the callback is taken, as the fields "email", "password" and "handle". It
// refuses a page that is neither https nor on this machine.
//
// Open the session in a transaction that calls [Accounts.Still] first, with the account
// that the subject's Value names: it finds a lock or a deletion that came in between. The
// provider is for programs with pages of their own: not with package login, which has
// Config.Local.
func NewProvider(a *Accounts, page string) (*Provider, error) {
	if err := checkLink(page); err != nil {
		return nil, err
	}
	u, err := url.Parse(page)
	if err != nil {
		return nil, err
	}
	return &Provider{accounts: a, page: *u}, nil
}

// Begin starts a sign-in, see [identity.Provider]. There is no other IdP than this one,
// and the callback's address is the page's affair.
func (p *Provider) Begin(ctx context.Context, req identity.Request) (identity.Challenge, error) {
	if err := ctx.Err(); err != nil {
		return identity.Challenge{}, err
	}
	if req.IdP != "" {
		return identity.Challenge{}, identity.ErrProvider
	}
	now := p.accounts.cfg.Now()
	pending := identity.Pending{
		Handle: hex.EncodeToString(random(32)), Scheme: identity.Local,
		Assurance: req.Assurance, Attributes: req.Attributes,
		IssuedAt: now, Expires: now.Add(signInTime),
	}
	page := p.page
	query := page.Query()
	query.Set("handle", pending.Handle)
	page.RawQuery = query.Encode()
	return identity.Challenge{URL: page.String(), Pending: pending}, nil
}

// Complete reads what the page posted, see [identity.Provider]. The errors of
// [Accounts.SignIn] come through: wrong ones wrap [identity.ErrAnswer] and too many
// [identity.ErrAttempts], so that the person may try again. An answer that was not
// posted is refused: passwords stay out of addresses. A handle is good for one right
// password; wrong ones leave it.
func (p *Provider) Complete(ctx context.Context, back identity.Callback, pending identity.Pending) (identity.Authentication, error) {
	handle := back.Values.Get("handle")
	now := p.accounts.cfg.Now()
	inQuery, err := url.ParseQuery(back.Query)
	switch {
	case ctx.Err() != nil:
		return identity.Authentication{}, ctx.Err()
	case pending.Scheme != identity.Local || pending.IdP != "" || pending.Handle == "" ||
		subtle.ConstantTimeCompare([]byte(handle), []byte(pending.Handle)) != 1 ||
		now.Before(pending.IssuedAt) || !now.Before(pending.Expires):
		return identity.Authentication{}, identity.ErrPending
	case back.Method != "POST" || err != nil || inQuery.Has("password"): //nolint:usestdlibvars // net/http is not linked for a word
		return identity.Authentication{}, identity.ErrAnswer
	case pending.Assurance > identity.SelfAsserted:
		return identity.Authentication{}, identity.ErrAssurance
	}
	account, err := p.accounts.SignIn(ctx, back.Values.Get("email"), back.Values.Get("password"))
	if err != nil {
		return identity.Authentication{}, err
	}
	first, err := p.accounts.store.Replays().First(ctx, "local:"+identity.HashSecret(pending.Handle), pending.Expires)
	if err != nil {
		return identity.Authentication{}, err
	}
	if !first {
		return identity.Authentication{}, identity.ErrPending
	}
	return identity.Authentication{Person: account.Person(), Assurance: identity.SelfAsserted, At: now}, nil
}
