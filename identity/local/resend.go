package local

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline/identity"
)

// Resend mails the code to activate an account once more; the one mailed before is good
// no longer. For an address that was registered several times it mails to register again:
// the mailbox cannot tell whose the code would be. lang is "it" or "en", for an address
// that has no account. It answers alike for all addresses, see the package's text.
func (a *Accounts) Resend(ctx context.Context, email, lang string) error {
	return a.ask(ctx, email, lang, resendMail, identity.ActivateAccount)
}

// ask mails what helps the account with the address to go on: an activation while it is
// pending, and what is wanted otherwise.
func (a *Accounts) ask(ctx context.Context, email, lang string, limits []limit, wanted identity.Purpose) error {
	address, err := canonical(email)
	if err != nil {
		return err
	}
	if err := a.countMail(ctx, here(ctx, address), address, limits); err != nil {
		return err
	}
	var l letter
	err = a.store.Do(ctx, func(ctx context.Context) error {
		l = letter{purpose: NoAccount, to: address, language: language(lang)}
		known, err := a.store.Accounts().ByEmail(ctx, address)
		switch {
		case errors.Is(err, identity.ErrNotFound):
			return a.putForNobody(ctx, wanted, address)
		case err != nil:
			return err
		}
		l.language = known.Language
		switch {
		case known.Status == identity.AccountPending && known.Password == "":
			l.purpose = SeveralRequests
		case known.Status == identity.AccountPending:
			l.purpose = identity.ActivateAccount
			l.secret, err = a.activateLater(ctx, known)
			return err
		case known.Status != identity.AccountActive:
			l.purpose = Suspended
		case wanted == identity.ActivateAccount:
			l.purpose = AlreadyRegistered
		default:
			l.purpose = wanted
			l.secret, err = a.put(ctx, identity.Token{Purpose: wanted, Holder: known.ID, Email: address})
			return err
		}
		return a.putForNobody(ctx, wanted, address)
	})
	if err != nil {
		return err
	}
	return a.send(ctx, l)
}

// activateLater begins the wait for the activation anew.
func (a *Accounts) activateLater(ctx context.Context, known identity.Account) (string, error) {
	account, err := a.update(ctx, known.ID, func(*identity.Account) error { return nil })
	if err != nil {
		return "", err
	}
	return a.putActivation(ctx, account.ID, account)
}
