package local

import (
	"context"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// Registration is what a person fills in to get an account.
type Registration struct {
	Email       string
	Password    string // 15 to 1024 characters
	GivenName   string // may be empty: not everybody has two names
	FamilyName  string
	Nationality string // ISO 3166 alpha-2
	Language    string // "it" or "en", which is the default
}

// Register begins an account and mails the code to activate it. For an address that has
// an account it does nothing but mail that it has one, and answers alike.
//
// Its error names the field that is wrong. [Policy.Check] tells who should not register;
// pagonline.CodeTooManyAttempts and CodeUnavailable (the mail) do not depend on whether
// there is an account.
func (a *Accounts) Register(ctx context.Context, r Registration) error {
	account, err := a.read(ctx, r)
	if err != nil {
		return err
	}
	if err := a.countMail(ctx, here(ctx, account.Email), account.Email, registerMail); err != nil {
		return err
	}
	if account.Password, err = a.hash.make(ctx, account.Password); err != nil {
		return err
	}
	var secret string
	purpose, language := identity.ActivateAccount, account.Language
	err = a.store.Do(ctx, func(ctx context.Context) error {
		secret, purpose, language = "", identity.ActivateAccount, account.Language
		known, err := a.store.Accounts().ByEmail(ctx, account.Email)
		switch {
		case errors.Is(err, identity.ErrNotFound):
			if err := a.store.Accounts().Insert(ctx, account); err != nil {
				return err
			}
			secret, err = a.put(ctx, purpose, account.ID, account.Email)
			return err
		case err != nil:
			return err
		case known.Status != identity.AccountPending:
			purpose, language = AlreadyRegistered, known.Language
			return a.putForNobody(ctx, identity.ActivateAccount, account.Email)
		}
		// Who registered before may have been somebody else: the mail that is sent now
		// activates what was filled in now.
		err = a.store.Accounts().Update(ctx, known.ID, func(k *identity.Account) error {
			id, created := k.ID, k.CreatedAt
			*k = account
			k.ID, k.CreatedAt = id, created
			return nil
		})
		if err != nil {
			return err
		}
		secret, err = a.put(ctx, purpose, known.ID, account.Email)
		return err
	})
	if err != nil {
		return err
	}
	return a.send(ctx, purpose, account.Email, language, secret)
}

// read returns the account that was filled in, with the password as it is.
func (a *Accounts) read(ctx context.Context, r Registration) (identity.Account, error) {
	now := a.cfg.Now()
	account := identity.Account{
		ID: hex.EncodeToString(random(16)), Language: language(r.Language),
		Status: identity.AccountPending, CreatedAt: now, ChangedAt: now,
	}
	var err error
	if account.Email, err = identity.CanonicalEmail(r.Email); err != nil {
		return identity.Account{}, err
	}
	if account.GivenName, err = name(r.GivenName, "given_name"); err != nil {
		return identity.Account{}, err
	}
	if account.FamilyName, err = name(r.FamilyName, "family_name"); err != nil {
		return identity.Account{}, err
	}
	if account.FamilyName == "" {
		return identity.Account{}, required("cognome", "family name", "family_name")
	}
	if err := a.cfg.Policy.Check(r.Nationality); err != nil {
		return identity.Account{}, err
	}
	account.Nationality = strings.ToUpper(strings.TrimSpace(r.Nationality))
	account.Password, err = a.accept(ctx, r.Password, account.Email)
	return account, err
}

func required(it, en, field string) error {
	return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Text{It: it, En: en}).At(field)
}

// maxName is how long one name may be, in characters; a debt takes 70 for both.
const maxName = 70

// name returns a name in normal form, its blanks in order.
func name(s, field string) (string, error) {
	if n := utf8.RuneCountInString(s); n > maxName {
		return "", pagonline.NewError(pagonline.CodeTextTooLong,
			pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(maxName))).At(field)
	}
	i := 0
	for _, r := range s {
		i++
		if r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == '<' || r == '>' {
			return "", pagonline.NewError(pagonline.CodeTextInvalid, pagonline.Same(strconv.Itoa(i))).At(field)
		}
	}
	return norm.NFC.String(strings.Join(strings.Fields(s), " ")), nil
}

// Activate takes the code that was mailed, and makes the account active. Its address
// becomes the confirmed contact of the person. Its error is that of [Accounts.Peek].
func (a *Accounts) Activate(ctx context.Context, token string) (account identity.Account, err error) {
	err = a.store.Do(ctx, func(ctx context.Context) error {
		t, err := a.take(ctx, identity.ActivateAccount, token)
		if err != nil {
			return err
		}
		account, err = a.update(ctx, t.Holder, func(c *identity.Account) error {
			if c.Status != identity.AccountPending || c.Email != t.Email {
				return tokenInvalid()
			}
			c.Status = identity.AccountActive
			return nil
		})
		if err != nil {
			return unlessFound(err, tokenInvalid())
		}
		return a.setContact(ctx, account.Subject().Owner(), t.Email)
	})
	if err != nil {
		return identity.Account{}, err
	}
	return account, nil
}

// update changes an account and returns what became of it.
func (a *Accounts) update(ctx context.Context, id string, change func(*identity.Account) error) (account identity.Account, err error) {
	err = a.store.Accounts().Update(ctx, id, func(c *identity.Account) error {
		if err := change(c); err != nil {
			return err
		}
		c.ChangedAt = a.cfg.Now()
		account = *c
		return nil
	})
	return account, err
}

// unlessFound returns other in the place of [identity.ErrNotFound].
func unlessFound(err, other error) error {
	if errors.Is(err, identity.ErrNotFound) {
		return other
	}
	return err
}

// Resend mails the code to activate an account once more; the one mailed before is good
// no longer. lang is "it" or "en", for an address that has no account. It answers alike
// for all addresses, see the package's text.
func (a *Accounts) Resend(ctx context.Context, email, lang string) error {
	return a.ask(ctx, email, lang, resendMail, identity.ActivateAccount)
}

// ask mails what helps the account with the address to go on: an activation while it is
// pending, and what is wanted otherwise.
func (a *Accounts) ask(ctx context.Context, email, lang string, limits []limit, wanted identity.Purpose) error {
	address, err := identity.CanonicalEmail(email)
	if err != nil {
		return err
	}
	if err := a.countMail(ctx, here(ctx, address), address, limits); err != nil {
		return err
	}
	var (
		secret  string
		purpose identity.Purpose
		to      string
	)
	err = a.store.Do(ctx, func(ctx context.Context) error {
		secret, purpose, to = "", NoAccount, language(lang)
		known, err := a.store.Accounts().ByEmail(ctx, address)
		switch {
		case errors.Is(err, identity.ErrNotFound):
			return a.putForNobody(ctx, wanted, address)
		case err != nil:
			return err
		}
		to = known.Language
		switch {
		case known.Status == identity.AccountPending:
			purpose = identity.ActivateAccount
		case known.Status != identity.AccountActive:
			purpose = Suspended
			return a.putForNobody(ctx, wanted, address)
		case wanted == identity.ActivateAccount:
			purpose = AlreadyRegistered
			return a.putForNobody(ctx, wanted, address)
		default:
			purpose = wanted
		}
		secret, err = a.put(ctx, purpose, known.ID, address)
		return err
	})
	if err != nil {
		return err
	}
	return a.send(ctx, purpose, address, to, secret)
}
