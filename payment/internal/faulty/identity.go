package faulty

import (
	"context"
	"iter"
	"time"

	"github.com/pagonline/pagonline/identity"
)

type pendings struct {
	identity.PendingStore
	s *Store
}

// Pendings returns the sign-ins that are under way.
func (s *Store) Pendings() identity.PendingStore { return pendings{s.Inner.Pendings(), s} }

func (o pendings) Put(ctx context.Context, p identity.Pending) error {
	return o.s.do(ctx, "Pendings.Put", func() error { return o.PendingStore.Put(ctx, p) })
}

func (o pendings) Take(ctx context.Context, handle string) (identity.Pending, error) {
	return get(ctx, o.s, "Pendings.Take", func() (identity.Pending, error) { return o.PendingStore.Take(ctx, handle) })
}

func (o pendings) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Pendings.Prune", func() (int, error) { return o.PendingStore.Prune(ctx, before) })
}

type replays struct {
	identity.ReplayGuard
	s *Store
}

// Replays returns what is good for once.
func (s *Store) Replays() identity.ReplayGuard { return replays{s.Inner.Replays(), s} }

func (o replays) First(ctx context.Context, key string, until time.Time) (bool, error) {
	return get(ctx, o.s, "Replays.First", func() (bool, error) { return o.ReplayGuard.First(ctx, key, until) })
}

func (o replays) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Replays.Prune", func() (int, error) { return o.ReplayGuard.Prune(ctx, before) })
}

type audit struct {
	identity.AuditLog
	s *Store
}

// Audit returns the log of sign-ins.
func (s *Store) Audit() identity.AuditLog { return audit{s.Inner.Audit(), s} }

func (o audit) Append(ctx context.Context, e identity.Exchange) error {
	return o.s.do(ctx, "Audit.Append", func() error { return o.AuditLog.Append(ctx, e) })
}

func (o audit) List(ctx context.Context, f identity.ExchangeFilter) iter.Seq2[identity.Exchange, error] {
	return list(ctx, o.s, "Audit.List", o.AuditLog.List(ctx, f))
}

func (o audit) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Audit.Prune", func() (int, error) { return o.AuditLog.Prune(ctx, before) })
}

type sessions struct {
	identity.Sessions
	s *Store
}

// Sessions returns the sessions.
func (s *Store) Sessions() identity.Sessions { return sessions{s.Inner.Sessions(), s} }

func (o sessions) Insert(ctx context.Context, v identity.Session) error {
	return o.s.do(ctx, "Sessions.Insert", func() error { return o.Sessions.Insert(ctx, v) })
}

func (o sessions) Get(ctx context.Context, id string) (identity.Session, error) {
	return get(ctx, o.s, "Sessions.Get", func() (identity.Session, error) { return o.Sessions.Get(ctx, id) })
}

func (o sessions) Update(ctx context.Context, id string, change func(*identity.Session) error) error {
	return o.s.do(ctx, "Sessions.Update", func() error { return o.Sessions.Update(ctx, id, change) })
}

func (o sessions) Delete(ctx context.Context, id string) error {
	return o.s.do(ctx, "Sessions.Delete", func() error { return o.Sessions.Delete(ctx, id) })
}

func (o sessions) DeleteByOwner(ctx context.Context, owner string) (int, error) {
	return get(ctx, o.s, "Sessions.DeleteByOwner", func() (int, error) { return o.Sessions.DeleteByOwner(ctx, owner) })
}

func (o sessions) DeleteByLogin(ctx context.Context, l identity.Login) (int, error) {
	return get(ctx, o.s, "Sessions.DeleteByLogin", func() (int, error) { return o.Sessions.DeleteByLogin(ctx, l) })
}

func (o sessions) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Sessions.Prune", func() (int, error) { return o.Sessions.Prune(ctx, before) })
}

type accounts struct {
	identity.Accounts
	s *Store
}

// Accounts returns the accounts.
func (s *Store) Accounts() identity.Accounts { return accounts{s.Inner.Accounts(), s} }

func (o accounts) Insert(ctx context.Context, a identity.Account) error {
	return o.s.do(ctx, "Accounts.Insert", func() error { return o.Accounts.Insert(ctx, a) })
}

func (o accounts) Get(ctx context.Context, id string) (identity.Account, error) {
	return get(ctx, o.s, "Accounts.Get", func() (identity.Account, error) { return o.Accounts.Get(ctx, id) })
}

func (o accounts) ByEmail(ctx context.Context, email string) (identity.Account, error) {
	return get(ctx, o.s, "Accounts.ByEmail", func() (identity.Account, error) { return o.Accounts.ByEmail(ctx, email) })
}

func (o accounts) Update(ctx context.Context, id string, change func(*identity.Account) error) error {
	return o.s.do(ctx, "Accounts.Update", func() error { return o.Accounts.Update(ctx, id, change) })
}

func (o accounts) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Accounts.Prune", func() (int, error) { return o.Accounts.Prune(ctx, before) })
}

type contacts struct {
	identity.Contacts
	s *Store
}

// Contacts returns the confirmed addresses.
func (s *Store) Contacts() identity.Contacts { return contacts{s.Inner.Contacts(), s} }

func (o contacts) Set(ctx context.Context, c identity.Contact) error {
	return o.s.do(ctx, "Contacts.Set", func() error { return o.Contacts.Set(ctx, c) })
}

func (o contacts) Get(ctx context.Context, owner string) (identity.Contact, error) {
	return get(ctx, o.s, "Contacts.Get", func() (identity.Contact, error) { return o.Contacts.Get(ctx, owner) })
}

func (o contacts) Delete(ctx context.Context, owner string) error {
	return o.s.do(ctx, "Contacts.Delete", func() error { return o.Contacts.Delete(ctx, owner) })
}

type tokens struct {
	identity.Tokens
	s *Store
}

// Tokens returns what was mailed.
func (s *Store) Tokens() identity.Tokens { return tokens{s.Inner.Tokens(), s} }

func (o tokens) Put(ctx context.Context, t identity.Token) error {
	return o.s.do(ctx, "Tokens.Put", func() error { return o.Tokens.Put(ctx, t) })
}

func (o tokens) Get(ctx context.Context, hash string) (identity.Token, error) {
	return get(ctx, o.s, "Tokens.Get", func() (identity.Token, error) { return o.Tokens.Get(ctx, hash) })
}

func (o tokens) Take(ctx context.Context, hash string) (identity.Token, error) {
	return get(ctx, o.s, "Tokens.Take", func() (identity.Token, error) { return o.Tokens.Take(ctx, hash) })
}

func (o tokens) DeleteByHolder(ctx context.Context, holder string) error {
	return o.s.do(ctx, "Tokens.DeleteByHolder", func() error { return o.Tokens.DeleteByHolder(ctx, holder) })
}

func (o tokens) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Tokens.Prune", func() (int, error) { return o.Tokens.Prune(ctx, before) })
}

type counters struct {
	identity.Counters
	s *Store
}

// Counters returns the attempts.
func (s *Store) Counters() identity.Counters { return counters{s.Inner.Counters(), s} }

func (o counters) Hit(ctx context.Context, key string, at time.Time, window time.Duration) (int, error) {
	return get(ctx, o.s, "Counters.Hit", func() (int, error) { return o.Counters.Hit(ctx, key, at, window) })
}

func (o counters) Reset(ctx context.Context, key string) error {
	return o.s.do(ctx, "Counters.Reset", func() error { return o.Counters.Reset(ctx, key) })
}

func (o counters) Prune(ctx context.Context, before time.Time) (int, error) {
	return get(ctx, o.s, "Counters.Prune", func() (int, error) { return o.Counters.Prune(ctx, before) })
}
