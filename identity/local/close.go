package local

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// Delete closes an account for ever: names, address, password, nationality and contact
// go, sessions and codes end. The id stays, because payments have it and are kept as the
// law wants; it tells nobody who it was. The address may register again, as somebody
// else. Ask for the password before, see [Accounts.Confirm]. To delete twice is no
// error; [pagonline.CodeNotFound] for an account that never was.
func (a *Accounts) Delete(ctx context.Context, id string) error {
	var others int
	return a.change(ctx, id, func(c *identity.Account) error {
		others = c.Waiting
		*c = identity.Account{
			ID: c.ID, Status: identity.AccountClosed, Language: c.Language, CreatedAt: c.CreatedAt,
		}
		return nil
	}, func(ctx context.Context, account identity.Account) error {
		owner := account.Subject().Owner()
		if err := a.store.Contacts().Delete(ctx, owner); err != nil {
			return err
		}
		if err := a.store.Tokens().DeleteByHolder(ctx, owner); err != nil {
			return err
		}
		if err := a.forgetWaiting(ctx, id, others); err != nil {
			return err
		}
		return a.end(ctx, account)
	})
}

// Lock keeps the person out until [Accounts.Unlock], and ends sessions and codes. It is
// the institute's; wrong passwords never do it. Its error has [pagonline.CodeNotFound],
// or CodeConflict for an account that is not active.
func (a *Accounts) Lock(ctx context.Context, id string) error {
	return a.change(ctx, id, move(identity.AccountActive, identity.AccountLocked), a.end)
}

// Unlock lets the person in again, with the password of before. Its error is that of
// [Accounts.Lock], for an account that is not locked.
func (a *Accounts) Unlock(ctx context.Context, id string) error {
	return a.change(ctx, id, move(identity.AccountLocked, identity.AccountActive), a.end)
}

// move takes an account from one status to another. One that is there already stays.
func move(from, to identity.AccountStatus) func(*identity.Account) error {
	return func(c *identity.Account) error {
		if c.Status != from && c.Status != to {
			return pagonline.NewError(pagonline.CodeConflict)
		}
		c.Status = to
		return nil
	}
}

// change changes an account, and what hangs on it, in one transaction.
func (a *Accounts) change(ctx context.Context, id string, change func(*identity.Account) error,
	then func(context.Context, identity.Account) error,
) error {
	err := a.store.Do(ctx, func(ctx context.Context) error {
		account, err := a.update(ctx, id, change)
		if err != nil {
			return err
		}
		return then(ctx, account)
	})
	return unlessFound(err, pagonline.NewError(pagonline.CodeNotFound))
}
