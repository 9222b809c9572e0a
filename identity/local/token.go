package local

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// put keeps a new token and returns its secret; hash and end are set here.
func (a *Accounts) put(ctx context.Context, t identity.Token) (string, error) {
	valid := a.cfg.ActivationTime
	if t.Purpose == identity.ResetPassword {
		valid = a.cfg.ResetTime
	}
	secret := base64.RawURLEncoding.EncodeToString(random(32))
	t.Hash, t.Expires = identity.HashSecret(secret), a.cfg.Now().Add(valid)
	return secret, a.store.Tokens().Put(ctx, t)
}

// putForNobody does the work of put for an address without account. What it keeps is
// mailed to nobody and good for nothing.
func (a *Accounts) putForNobody(ctx context.Context, purpose identity.Purpose, address string) error {
	_, err := a.put(ctx, identity.Token{Purpose: purpose, Holder: "nobody:" + identity.HashSecret(address)})
	return err
}

func tokenInvalid() error { return pagonline.NewError(pagonline.CodeTokenInvalid).At("token") }

// find returns the token if it is good for the purpose, and leaves it where it is.
func (a *Accounts) find(ctx context.Context, purpose identity.Purpose, secret string) (identity.Token, error) {
	if len(secret) > 1024 {
		return identity.Token{}, tokenInvalid()
	}
	secret = strings.Join(strings.Fields(secret), "") // mail programs break lines
	t, err := a.store.Tokens().Get(ctx, identity.HashSecret(secret))
	switch {
	case errors.Is(err, identity.ErrNotFound):
		return identity.Token{}, tokenInvalid()
	case err != nil:
		return identity.Token{}, err
	case t.Purpose != purpose:
		return identity.Token{}, tokenInvalid()
	case a.cfg.Now().Before(t.Expires):
		return t, nil
	case purpose == identity.ActivateAccount:
		return identity.Token{}, pagonline.NewError(pagonline.CodeActivationExpired).At("token")
	}
	return identity.Token{}, tokenInvalid()
}

// take is find, and uses the token up: of two who take it one gets it.
func (a *Accounts) take(ctx context.Context, purpose identity.Purpose, secret string) (identity.Token, error) {
	t, err := a.find(ctx, purpose, secret)
	if err != nil {
		return identity.Token{}, err
	}
	t, err = a.store.Tokens().Take(ctx, t.Hash)
	if errors.Is(err, identity.ErrNotFound) {
		return identity.Token{}, tokenInvalid()
	}
	return t, err
}

// Peek reports whether the code is good for the purpose, and does not use it up: it is
// for the page that a link opens, which mail scanners open too. Its error has
// [pagonline.CodeTokenInvalid], or [pagonline.CodeActivationExpired] for an activation
// that came late.
func (a *Accounts) Peek(ctx context.Context, purpose identity.Purpose, token string) error {
	t, err := a.find(ctx, purpose, token)
	if err != nil || purpose != identity.ActivateAccount {
		return err
	}
	account, err := a.store.Accounts().Get(ctx, t.Account.ID)
	switch {
	case err != nil:
		return unlessFound(err, tokenInvalid())
	case account.Status != identity.AccountPending || account.Email != t.Email:
		return tokenInvalid()
	}
	return nil
}
