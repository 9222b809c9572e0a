package local

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// RequestReset mails a code to set a new password; to an account that is not active yet,
// the code to activate it. lang is "it" or "en", for an address that has no account. It
// answers alike for all addresses, see the package's text. Who has no account here but
// signs in with SPID, CIE or eIDAS is to be shown pagonline.CodeResetNotApplicable.
func (a *Accounts) RequestReset(ctx context.Context, email, lang string) error {
	return a.ask(ctx, email, lang, resetMail, identity.ResetPassword)
}

// Reset takes the code that was mailed and sets the password. All sessions of the person
// end, and so do the waits after wrong passwords; a mail tells it. Its error is that of [Accounts.Peek],
// or has [pagonline.CodePassword]; the code is not used up then.
//
// It changes nothing else: names and nationality stay those of the registration that was
// activated, which somebody else may have filled in. Who finds them wrong ends the account
// with [Accounts.Delete] and registers anew.
func (a *Accounts) Reset(ctx context.Context, token, password string) error {
	t, err := a.find(ctx, identity.ResetPassword, token) // before argon2id is run for it
	if err != nil {
		return err
	}
	kept, err := a.newPassword(ctx, password, t.Email)
	if err != nil {
		return err
	}
	var account identity.Account
	err = a.store.Do(ctx, func(ctx context.Context) error {
		t, err := a.take(ctx, identity.ResetPassword, token)
		if err != nil {
			return err
		}
		account, err = a.setPassword(ctx, t.Holder, kept, func(c *identity.Account) error {
			if c.Status != identity.AccountActive || c.Email != t.Email {
				return tokenInvalid()
			}
			return nil
		})
		if err != nil {
			return err
		}
		return a.forgetSignIn(ctx, t.Email)
	})
	if err != nil {
		return unlessFound(err, tokenInvalid())
	}
	a.tell(ctx, PasswordChanged, account.Email, account.Language)
	return nil
}

// newPassword returns the PHC string of a password that may be one.
func (a *Accounts) newPassword(ctx context.Context, password, address string) (string, error) {
	password, err := a.accept(ctx, password, address)
	if err != nil {
		return "", err
	}
	return a.hash.make(ctx, password)
}

// setPassword changes the password if check agrees, and ends what the old one opened.
func (a *Accounts) setPassword(
	ctx context.Context, id, kept string, check func(*identity.Account) error,
) (identity.Account, error) {
	account, err := a.update(ctx, id, func(c *identity.Account) error {
		if err := check(c); err != nil {
			return err
		}
		c.Password = kept
		return nil
	})
	if err != nil {
		return identity.Account{}, err
	}
	return account, a.end(ctx, account)
}

// end ends all sessions of an account and makes what was mailed for it useless.
func (a *Accounts) end(ctx context.Context, account identity.Account) error {
	if err := a.store.Tokens().DeleteByHolder(ctx, account.ID); err != nil {
		return err
	}
	_, err := a.store.Sessions().DeleteByOwner(ctx, account.Subject().Owner())
	return err
}

// ChangePassword sets a new password for who knows the old one. All sessions of the
// person end, the one that asks for it too; a mail tells it. Its error is that of [Accounts.Confirm], or
// has [pagonline.CodePassword].
func (a *Accounts) ChangePassword(ctx context.Context, id, old, password string) error {
	account, err := a.Confirm(ctx, id, old)
	if err != nil {
		return err
	}
	kept, err := a.newPassword(ctx, password, account.Email)
	if err != nil {
		return err
	}
	err = a.store.Do(ctx, func(ctx context.Context) error {
		_, err := a.setPassword(ctx, id, kept, func(c *identity.Account) error {
			if c.Password != account.Password || c.Status != identity.AccountActive {
				return pagonline.NewError(pagonline.CodeConflict)
			}
			return nil
		})
		return err
	})
	if err != nil {
		return err
	}
	a.tell(ctx, PasswordChanged, account.Email, account.Language)
	return nil
}

// AskEmail mails a code to the new address of an account. To an address that another
// account has goes a mail that says so; the answer is the same. Its error is that of
// [Accounts.Confirm], or has [pagonline.CodeEmail], CodeTooManyAttempts or
// CodeUnavailable.
func (a *Accounts) AskEmail(ctx context.Context, id, password, email string) error {
	address, err := canonical(email)
	if err != nil {
		return err
	}
	account, err := a.Confirm(ctx, id, password)
	if err != nil {
		return err
	}
	if err := a.countMail(ctx, id, address, changeMail); err != nil {
		return err
	}
	var l letter
	err = a.store.Do(ctx, func(ctx context.Context) error {
		l = letter{purpose: identity.ChangeEmail, to: address, language: account.Language}
		_, err := a.store.Accounts().ByEmail(ctx, address)
		switch {
		case err == nil:
			l.purpose = AlreadyRegistered
			return a.putForNobody(ctx, identity.ChangeEmail, address)
		case !errors.Is(err, identity.ErrNotFound):
			return err
		}
		l.secret, err = a.put(ctx, identity.Token{Purpose: l.purpose, Holder: id, Email: address})
		return err
	})
	if err != nil {
		return err
	}
	return a.send(ctx, l)
}

// ConfirmEmail takes the code that was mailed to the new address, which then is the
// account's and the person's contact. All sessions of the person end; a mail to the
// address of before tells it. Its error is that of [Accounts.Peek], or has
// [pagonline.CodeConflict] if another account has got the address meanwhile.
func (a *Accounts) ConfirmEmail(ctx context.Context, token string) error {
	var before identity.Account
	err := a.store.Do(ctx, func(ctx context.Context) error {
		t, err := a.take(ctx, identity.ChangeEmail, token)
		if err != nil {
			return err
		}
		account, err := a.update(ctx, t.Holder, func(c *identity.Account) error {
			if c.Status != identity.AccountActive {
				return tokenInvalid()
			}
			before = *c
			c.Email = t.Email
			return nil
		})
		if err != nil {
			return err
		}
		if err := a.end(ctx, account); err != nil {
			return err
		}
		return a.setContact(ctx, account.Subject().Owner(), t.Email)
	})
	switch {
	case errors.Is(err, identity.ErrExists):
		return pagonline.NewError(pagonline.CodeConflict)
	case err != nil:
		return unlessFound(err, tokenInvalid())
	}
	a.tell(ctx, EmailChanged, before.Email, before.Language)
	return nil
}
