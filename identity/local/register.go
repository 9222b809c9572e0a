package local

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
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

// LogValue gives the log nothing of r.
func (Registration) LogValue() slog.Value { return slog.StringValue("[registration]") }

// Format writes nothing of r, whatever the verb of fmt.
func (r Registration) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.LogValue().String()) }

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
	var l letter
	err = a.store.Do(ctx, func(ctx context.Context) error {
		l = letter{purpose: identity.ActivateAccount, to: account.Email, language: account.Language}
		known, err := a.store.Accounts().ByEmail(ctx, account.Email)
		switch {
		case errors.Is(err, identity.ErrNotFound):
			if err := a.store.Accounts().Insert(ctx, account); err != nil {
				return err
			}
			l.secret, err = a.putActivation(ctx, account.ID, account)
			return err
		case err != nil:
			return err
		case known.Status != identity.AccountPending:
			l.purpose, l.language = AlreadyRegistered, known.Language
			return a.putForNobody(ctx, identity.ActivateAccount, account.Email)
		}
		l.several = account.ChangedAt.Before(known.ChangedAt.Add(a.cfg.ActivationTime))
		l.secret, err = a.registerAgain(ctx, known, account, l.several)
		return err
	})
	if err != nil {
		return err
	}
	return a.send(ctx, l)
}

// registerAgain keeps another registration of an address that nobody confirmed. Who
// registered before may be somebody else, and so may who registers now. As long as a mail
// of before may be good, each activates what was filled in for it, and the account that
// they wait for has no data of its own, no password above all.
func (a *Accounts) registerAgain(ctx context.Context, known, account identity.Account, several bool) (string, error) {
	account.ID, account.CreatedAt = known.ID, known.CreatedAt
	holder, late := known.ID, 0
	err := a.store.Accounts().Update(ctx, known.ID, func(c *identity.Account) error {
		n := c.Waiting
		*c = account
		if !several {
			late = n
			return nil
		}
		c.GivenName, c.FamilyName, c.Nationality, c.Password, c.Waiting = "", "", "", "", n+1
		holder = a.beside(known.ID, n)
		return nil
	})
	if err != nil {
		return "", err
	}
	if err := a.forgetWaiting(ctx, known.ID, late); err != nil {
		return "", err
	}
	return a.putActivation(ctx, holder, account)
}

// places is how many registrations can wait beside the first one: no fewer than the mails
// that one address gets while an activation is good, so that none takes the place of one
// that is good still.
func (a *Accounts) places() int {
	all := mailAnywhere[len(mailAnywhere)-1]
	return all.most * (int(a.cfg.ActivationTime/all.window) + 2)
}

// beside returns the holder of the registration that has n others before it.
func (a *Accounts) beside(id string, n int) string { return id + "/" + strconv.Itoa(n%a.places()) }

// forgetWaiting forgets the n registrations that wait beside the first one.
func (a *Accounts) forgetWaiting(ctx context.Context, id string, n int) error {
	for i := range min(n, a.places()) {
		if err := a.store.Tokens().DeleteByHolder(ctx, a.beside(id, i)); err != nil {
			return err
		}
	}
	return nil
}

func (a *Accounts) putActivation(ctx context.Context, holder string, account identity.Account) (string, error) {
	return a.put(ctx, identity.Token{Purpose: identity.ActivateAccount, Holder: holder, Email: account.Email, Account: account})
}

// read returns the account that was filled in, with the password as it is.
func (a *Accounts) read(ctx context.Context, r Registration) (identity.Account, error) {
	now := a.cfg.Now()
	account := identity.Account{
		ID: hex.EncodeToString(random(16)), Language: language(r.Language),
		Status: identity.AccountPending, CreatedAt: now, ChangedAt: now,
	}
	var err error
	if account.Email, err = canonical(r.Email); err != nil {
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

// Activate takes the code that was mailed, and makes the account active, with what was
// filled in when that mail was asked for. Its address becomes the confirmed contact of the
// person, and what others filled in for it is forgotten. Its error is that of
// [Accounts.Peek].
func (a *Accounts) Activate(ctx context.Context, token string) (account identity.Account, err error) {
	err = a.store.Do(ctx, func(ctx context.Context) error {
		t, err := a.take(ctx, identity.ActivateAccount, token)
		if err != nil {
			return err
		}
		var others int
		account, err = a.update(ctx, t.Account.ID, func(c *identity.Account) error {
			if c.Status != identity.AccountPending || c.Email != t.Email {
				return tokenInvalid()
			}
			others = c.Waiting
			*c = t.Account
			c.Status = identity.AccountActive
			return nil
		})
		if err != nil {
			return unlessFound(err, tokenInvalid())
		}
		if err := a.store.Tokens().DeleteByHolder(ctx, account.ID); err != nil {
			return err
		}
		if err := a.forgetWaiting(ctx, account.ID, others); err != nil {
			return err
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
