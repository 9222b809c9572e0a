package local

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

func loginFailed() error {
	return pagonline.NewError(pagonline.CodeLoginFailed).Because(identity.ErrAnswer)
}

// SignIn returns the account of who knows its password. Its error has
// [pagonline.CodeLoginFailed] for an unknown address as for a wrong password, CodeTooManyAttempts,
// and after the right password only CodeNotActivated, or CodeIdentitySuspended if the
// institute locked the account.
func (a *Accounts) SignIn(ctx context.Context, email, password string) (identity.Account, error) {
	address, err := canonical(email)
	if err != nil {
		return identity.Account{}, loginFailed() // no account can have it
	}
	if err := a.countSignIn(ctx, address); err != nil {
		return identity.Account{}, err
	}
	account, err := a.store.Accounts().ByEmail(ctx, address)
	if errors.Is(err, identity.ErrNotFound) {
		account, err = identity.Account{}, nil
	}
	if err != nil {
		return identity.Account{}, err
	}
	return a.verify(ctx, account, password)
}

// Confirm asks the person of an account, who is signed in, for the password once more:
// before [Accounts.Delete], say. Its error is that of [Accounts.SignIn], or has
// [pagonline.CodeNotFound].
func (a *Accounts) Confirm(ctx context.Context, id, password string) (identity.Account, error) {
	account, err := a.store.Accounts().Get(ctx, id)
	if err != nil {
		return identity.Account{}, unlessFound(err, pagonline.NewError(pagonline.CodeNotFound))
	}
	if account.Status == identity.AccountClosed {
		return identity.Account{}, pagonline.NewError(pagonline.CodeNotFound)
	}
	if err := a.countSignIn(ctx, account.Email); err != nil {
		return identity.Account{}, err
	}
	return a.verify(ctx, account, password)
}

// verify compares the password with the account's, at one run of argon2id whatever the
// account, and keeps it by today's parameters.
func (a *Accounts) verify(ctx context.Context, account identity.Account, password string) (identity.Account, error) {
	password, ok := normal(password)
	if !ok {
		return identity.Account{}, loginFailed()
	}
	compared := account.Password
	if compared == "" { // nobody's account, or one that several registrations wait for
		compared = a.hash.nobody
	}
	right, stale, err := a.hash.verify(ctx, compared, password)
	if err != nil {
		return identity.Account{}, err
	}
	if !right || account.ID == "" {
		return identity.Account{}, loginFailed()
	}
	kept := account.Password
	if stale {
		if kept, err = a.hash.make(ctx, password); err != nil {
			return identity.Account{}, err
		}
	}
	before := account
	account.Password, account.Status = kept, identity.AccountActive
	err = a.store.Do(ctx, func(ctx context.Context) error {
		// The account may have changed while argon2id ran.
		if err := a.Still(ctx, before); err != nil || !stale {
			return err
		}
		return a.store.Accounts().Update(ctx, account.ID, func(c *identity.Account) error {
			c.Password = kept
			return nil
		})
	})
	if err != nil {
		return identity.Account{}, err
	}
	return account, a.forgetSignIn(ctx, account.Email)
}

// Still returns nil if what [Accounts.SignIn] returned is true still: the account is
// active and has the password and the address that let the person in. Call it in the
// transaction that opens the session: a reset, a lock or a deletion that came in between
// ended all sessions, and must not miss this one. Its error has [pagonline.CodeLoginFailed]
// for an account that has another password or address or is gone,
// CodeNotActivated, or CodeIdentitySuspended if the institute locked it.
func (a *Accounts) Still(ctx context.Context, account identity.Account) error {
	now, err := a.store.Accounts().Get(ctx, account.ID)
	switch {
	case err != nil:
		return unlessFound(err, loginFailed())
	case now.Password != account.Password || now.Email != account.Email:
		return loginFailed()
	case now.Status == identity.AccountPending:
		return pagonline.NewError(pagonline.CodeNotActivated)
	case now.Status != identity.AccountActive:
		return pagonline.NewError(pagonline.CodeIdentitySuspended).Because(identity.ErrSuspended)
	}
	return nil
}
