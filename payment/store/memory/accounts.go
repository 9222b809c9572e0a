package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/pagonline/pagonline/identity"
)

type (
	sessions struct{ *Store }
	accounts struct{ *Store }
	contacts struct{ *Store }
	tokens   struct{ *Store }
)

// Sessions returns the sessions.
func (s *Store) Sessions() identity.Sessions { return sessions{s} }

// Accounts returns the accounts by e-mail.
func (s *Store) Accounts() identity.Accounts { return accounts{s} }

// Contacts returns the confirmed addresses.
func (s *Store) Contacts() identity.Contacts { return contacts{s} }

// Tokens returns what was mailed to confirm an address.
func (s *Store) Tokens() identity.Tokens { return tokens{s} }

func cloneSession(v identity.Session) identity.Session {
	v.State, v.Auth.Malformed = bytes.Clone(v.State), slices.Clone(v.Auth.Malformed)
	return v
}

func (s sessions) Insert(ctx context.Context, v identity.Session) error {
	return s.write(ctx, func() error {
		if _, found := s.sessions.get(true, v.ID); found {
			return identity.ErrExists
		}
		s.sessions.put(v.ID, cloneSession(v))
		return nil
	})
}

func (s sessions) Get(ctx context.Context, id string) (identity.Session, error) {
	return get(ctx, s.Store, &s.sessions, id, identity.ErrNotFound, cloneSession)
}

func (s sessions) Update(ctx context.Context, id string, change func(*identity.Session) error) error {
	return update(ctx, s.Store, &s.sessions, id, identity.ErrNotFound, cloneSession, change)
}

func (s sessions) Delete(ctx context.Context, id string) error {
	return s.write(ctx, func() error {
		s.sessions.remove(id)
		return nil
	})
}

func (s sessions) DeleteByOwner(ctx context.Context, owner string) (int, error) {
	return prune(ctx, s.Store, &s.sessions, func(v identity.Session) bool { return owner != "" && v.Owner() == owner })
}

func (s sessions) DeleteByLogin(ctx context.Context, l identity.Login) (int, error) {
	return prune(ctx, s.Store, &s.sessions, func(v identity.Session) bool {
		of := v.Auth.Login
		return l.NameID != "" && of.Scheme == l.Scheme && of.IdP == l.IdP && of.NameID == l.NameID &&
			(l.SessionIndex == "" || of.SessionIndex == "" || of.SessionIndex == l.SessionIndex)
	})
}

func (s sessions) Prune(ctx context.Context, before time.Time) (int, error) {
	return prune(ctx, s.Store, &s.sessions, func(v identity.Session) bool { return v.Expires.Before(before) })
}

func cloneAccount(a identity.Account) identity.Account { return a }

func (s accounts) Insert(ctx context.Context, a identity.Account) error {
	return s.write(ctx, func() error {
		if _, found := s.accounts.get(true, a.ID); found {
			return identity.ErrExists
		}
		if err := s.hold("", a.Email, a.ID); err != nil {
			return err
		}
		s.accounts.put(a.ID, a)
		return nil
	})
}

// hold gives an account the address after in the place of before.
func (s accounts) hold(before, after, id string) error {
	if before == after {
		return nil
	}
	if _, found := s.accountOf.get(true, after); found {
		return identity.ErrExists
	}
	if before != "" {
		s.accountOf.remove(before)
	}
	if after != "" {
		s.accountOf.put(after, id)
	}
	return nil
}

func (s accounts) Get(ctx context.Context, id string) (identity.Account, error) {
	return get(ctx, s.Store, &s.accounts, id, identity.ErrNotFound, cloneAccount)
}

func (s accounts) ByEmail(ctx context.Context, email string) (a identity.Account, err error) {
	err = identity.ErrNotFound
	s.read(ctx, func(inside bool) {
		if id, found := s.accountOf.get(inside, email); found {
			a, _ = s.accounts.get(inside, id)
			err = nil
		}
	})
	return a, err
}

func (s accounts) Update(ctx context.Context, id string, change func(*identity.Account) error) error {
	return s.Do(ctx, func(ctx context.Context) error {
		var before, after string
		err := update(ctx, s.Store, &s.accounts, id, identity.ErrNotFound, cloneAccount, func(a *identity.Account) error {
			before = a.Email
			err := change(a)
			after = a.Email
			return err
		})
		if err != nil {
			return err
		}
		return s.write(ctx, func() error { return s.hold(before, after, id) })
	})
}

func (s accounts) Prune(ctx context.Context, before time.Time) (n int, err error) {
	err = s.write(ctx, func() error {
		n = 0
		for id, a := range s.accounts.all(true) {
			if a.Status == identity.AccountPending && a.ChangedAt.Before(before) {
				s.accounts.remove(id)
				if a.Email != "" {
					s.accountOf.remove(a.Email)
				}
				n++
			}
		}
		return nil
	})
	return n, err
}

func (s contacts) Set(ctx context.Context, c identity.Contact) error {
	return s.write(ctx, func() error {
		s.contacts.put(c.Owner, c)
		return nil
	})
}

func (s contacts) Get(ctx context.Context, owner string) (identity.Contact, error) {
	return get(ctx, s.Store, &s.contacts, owner, identity.ErrNotFound, func(c identity.Contact) identity.Contact { return c })
}

func (s contacts) Delete(ctx context.Context, owner string) error {
	return s.write(ctx, func() error {
		s.contacts.remove(owner)
		return nil
	})
}

func (s tokens) Put(ctx context.Context, t identity.Token) error {
	return s.Do(ctx, func(ctx context.Context) error {
		_, err := prune(ctx, s.Store, &s.tokens, func(v identity.Token) bool { return v.Holder == t.Holder && v.Purpose == t.Purpose })
		if err != nil {
			return err
		}
		return s.write(ctx, func() error {
			if _, found := s.tokens.get(true, t.Hash); found {
				return identity.ErrExists
			}
			s.tokens.put(t.Hash, t)
			return nil
		})
	})
}

func (s tokens) Get(ctx context.Context, hash string) (identity.Token, error) {
	return get(ctx, s.Store, &s.tokens, hash, identity.ErrNotFound, func(t identity.Token) identity.Token { return t })
}

func (s tokens) Take(ctx context.Context, hash string) (t identity.Token, err error) {
	err = s.write(ctx, func() (err error) {
		t, err = take(&s.tokens, hash)
		return err
	})
	return t, err
}

func (s tokens) DeleteByHolder(ctx context.Context, holder string) error {
	_, err := prune(ctx, s.Store, &s.tokens, func(t identity.Token) bool { return t.Holder == holder })
	return err
}

func (s tokens) Prune(ctx context.Context, before time.Time) (int, error) {
	return prune(ctx, s.Store, &s.tokens, func(t identity.Token) bool { return t.Expires.Before(before) })
}
