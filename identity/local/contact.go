package local

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// AskContact mails a code to the address at which a subject of any provider wants to be
// written to. owner is its pseudonym, see [identity.SubjectID.Owner]; lang is "it" or
// "en". Whether others use the address does not matter, and is not told. Its error has
// [pagonline.CodeEmail], CodeTooManyAttempts or CodeUnavailable.
func (a *Accounts) AskContact(ctx context.Context, owner, email, lang string) error {
	if owner == "" {
		return pagonline.NewError(pagonline.CodeNotAllowed)
	}
	address, err := canonical(email)
	if err != nil {
		return err
	}
	if err := a.countMail(ctx, owner, address, contactMail); err != nil {
		return err
	}
	l := letter{purpose: identity.ConfirmContact, to: address, language: language(lang)}
	err = a.store.Do(ctx, func(ctx context.Context) error {
		l.secret, err = a.put(ctx, identity.Token{Purpose: l.purpose, Holder: owner, Email: address})
		return err
	})
	if err != nil {
		return err
	}
	return a.send(ctx, l)
}

// ConfirmContact takes the code that was mailed and keeps the address for its subject.
// It makes nobody else of the subject, and opens no session. Its error is that of
// [Accounts.Peek].
func (a *Accounts) ConfirmContact(ctx context.Context, token string) (contact identity.Contact, err error) {
	err = a.store.Do(ctx, func(ctx context.Context) error {
		t, err := a.take(ctx, identity.ConfirmContact, token)
		if err != nil {
			return err
		}
		if err := a.setContact(ctx, t.Holder, t.Email); err != nil {
			return err
		}
		contact, err = a.store.Contacts().Get(ctx, t.Holder)
		return err
	})
	return contact, err
}

func (a *Accounts) setContact(ctx context.Context, owner, address string) error {
	return a.store.Contacts().Set(ctx, identity.Contact{Owner: owner, Email: address, ConfirmedAt: a.cfg.Now()})
}

// Contact returns the confirmed address of a subject; false if there is none, and the
// person is to be asked for one.
func (a *Accounts) Contact(ctx context.Context, owner string) (identity.Contact, bool, error) {
	c, err := a.store.Contacts().Get(ctx, owner)
	if err != nil {
		return identity.Contact{}, false, unlessFound(err, nil)
	}
	return c, true, nil
}
