package sqlstore

import (
	"context"
	"time"

	"github.com/pagonline/pagonline/identity"
)

type (
	sessions Tables
	accounts Tables
	contacts Tables
	tokens   Tables
)

// Sessions returns the sessions.
func (t Tables) Sessions() identity.Sessions { return sessions(t) }

// Accounts returns the accounts by e-mail.
func (t Tables) Accounts() identity.Accounts { return accounts(t) }

// Contacts returns the confirmed addresses.
func (t Tables) Contacts() identity.Contacts { return contacts(t) }

// Tokens returns what was mailed to confirm an address.
func (t Tables) Tokens() identity.Tokens { return tokens(t) }

// sessionColumns are those of a session by which it is found.
func sessionColumns(v *identity.Session) []any {
	l := v.Auth.Login
	return []any{v.Owner(), l.NameID, l.IdP, string(l.Scheme), l.SessionIndex, instant(v.Expires)}
}

func (s sessions) Insert(ctx context.Context, v identity.Session) error {
	doc, err := encode(v)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, identity.ErrExists,
		`INSERT INTO sessions (id, doc, owner, name_id, idp, scheme, session_index, expires) VALUES (`+parameters(1, 8)+`)`,
		append([]any{v.ID, doc}, sessionColumns(&v)...)...)
}

const selectSession = `SELECT doc FROM sessions WHERE id = $1`

func (s sessions) Get(ctx context.Context, id string) (identity.Session, error) {
	return one[identity.Session](ctx, s.DB, identity.ErrNotFound, selectSession, id)
}

func (s sessions) Update(ctx context.Context, id string, rule func(*identity.Session) error) error {
	return change(ctx, s.DB, identity.ErrNotFound, rule, selectSession,
		`UPDATE sessions SET doc = $1, owner = $2, name_id = $3, idp = $4, scheme = $5, session_index = $6, expires = $7 WHERE id = $8`,
		sessionColumns, id)
}

func (s sessions) Delete(ctx context.Context, id string) error {
	_, err := remove(ctx, s.DB, `DELETE FROM sessions WHERE id = $1`, id)
	return err
}

func (s sessions) DeleteByOwner(ctx context.Context, owner string) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM sessions WHERE owner = $1 AND owner <> ''`, owner)
}

func (s sessions) DeleteByLogin(ctx context.Context, l identity.Login) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM sessions WHERE name_id = $1 AND name_id <> '' AND idp = $2 AND scheme = $3
		AND ($4 = '' OR session_index = '' OR session_index = $4)`, l.NameID, l.IdP, string(l.Scheme), l.SessionIndex)
}

func (s sessions) Prune(ctx context.Context, before time.Time) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM sessions WHERE expires < $1`, instant(before))
}

// accountColumns are those of an account by which it is found: its address, none being
// NULL, of which there may be many, and when it changed last if it is pending.
func accountColumns(a *identity.Account) []any {
	columns := []any{nil, nil}
	if a.Email != "" {
		columns[0] = a.Email
	}
	if a.Status == identity.AccountPending {
		columns[1] = instant(a.ChangedAt)
	}
	return columns
}

func (s accounts) Insert(ctx context.Context, a identity.Account) error {
	doc, err := encode(a)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, identity.ErrExists, `INSERT INTO accounts (id, doc, email, pending) VALUES ($1, $2, $3, $4)`,
		append([]any{a.ID, doc}, accountColumns(&a)...)...)
}

const selectAccount = `SELECT doc FROM accounts WHERE id = $1`

func (s accounts) Get(ctx context.Context, id string) (identity.Account, error) {
	return one[identity.Account](ctx, s.DB, identity.ErrNotFound, selectAccount, id)
}

func (s accounts) ByEmail(ctx context.Context, email string) (identity.Account, error) {
	return one[identity.Account](ctx, s.DB, identity.ErrNotFound, `SELECT doc FROM accounts WHERE email = $1`, email)
}

func (s accounts) Update(ctx context.Context, id string, rule func(*identity.Account) error) error {
	err := change(ctx, s.DB, identity.ErrNotFound, rule, selectAccount,
		`UPDATE accounts SET doc = $1, email = $2, pending = $3 WHERE id = $4`, accountColumns, id)
	if s.DB.IsDuplicate(err) {
		return identity.ErrExists
	}
	return err
}

func (s accounts) Prune(ctx context.Context, before time.Time) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM accounts WHERE pending < $1`, instant(before))
}

func (s contacts) Set(ctx context.Context, c identity.Contact) error {
	doc, err := encode(c)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, func(ctx context.Context) error {
		_, err := s.DB.Exec(ctx, `INSERT INTO contacts (owner, doc) VALUES ($1, $2)
			ON CONFLICT (owner) DO UPDATE SET doc = excluded.doc`, c.Owner, doc)
		return err
	})
}

func (s contacts) Get(ctx context.Context, owner string) (identity.Contact, error) {
	return one[identity.Contact](ctx, s.DB, identity.ErrNotFound, `SELECT doc FROM contacts WHERE owner = $1`, owner)
}

func (s contacts) Delete(ctx context.Context, owner string) error {
	_, err := remove(ctx, s.DB, `DELETE FROM contacts WHERE owner = $1`, owner)
	return err
}

func (s tokens) Put(ctx context.Context, t identity.Token) error {
	doc, err := encode(t)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, func(ctx context.Context) error {
		if _, err := s.DB.Exec(ctx, `DELETE FROM tokens WHERE holder = $1 AND purpose = $2`, t.Holder, string(t.Purpose)); err != nil {
			return err
		}
		return insert(ctx, s.DB, identity.ErrExists, `INSERT INTO tokens (hash, holder, purpose, expires, doc) VALUES ($1, $2, $3, $4, $5)`,
			t.Hash, t.Holder, string(t.Purpose), instant(t.Expires), doc)
	})
}

func (s tokens) Get(ctx context.Context, hash string) (identity.Token, error) {
	return one[identity.Token](ctx, s.DB, identity.ErrNotFound, `SELECT doc FROM tokens WHERE hash = $1`, hash)
}

func (s tokens) Take(ctx context.Context, hash string) (identity.Token, error) {
	return take[identity.Token](ctx, s.DB, "tokens", "hash", hash)
}

func (s tokens) DeleteByHolder(ctx context.Context, holder string) error {
	_, err := remove(ctx, s.DB, `DELETE FROM tokens WHERE holder = $1`, holder)
	return err
}

func (s tokens) Prune(ctx context.Context, before time.Time) (int, error) {
	return remove(ctx, s.DB, `DELETE FROM tokens WHERE expires < $1`, instant(before))
}
