package identity

import (
	"context"
	"errors"
	"time"
)

// Store keeps what signing in needs. Its contract is tested by the package storetest.
type Store interface {
	// Do runs work as one transaction. All calls that get work's context join it, those
	// of other packages' stores included. If work returns an error, nothing of it is
	// kept and Do returns that error. Work may run more than once.
	Do(ctx context.Context, work func(ctx context.Context) error) error

	Pendings() PendingStore
	Replays() ReplayGuard
	Audit() AuditLog
	Sessions() Sessions
	Accounts() Accounts
	Contacts() Contacts
	Tokens() Tokens
	Counters() Counters
}

// What a [Store] returns.
var (
	// ErrNotFound: there is no such record.
	ErrNotFound = errors.New("identity: not found")
	// ErrExists: there is such a record already.
	ErrExists = errors.New("identity: exists already")
)

// PendingStore keeps sign-ins that are under way, by their handle, each for one taking.
type PendingStore interface {
	// Put keeps p, or returns [ErrExists] for a handle that is there.
	Put(ctx context.Context, p Pending) error
	// Take returns the sign-in and forgets it; of two callers one gets it. It returns
	// [ErrNotFound] for a handle that is not there.
	Take(ctx context.Context, handle string) (Pending, error)
	// Prune forgets those that expired before the instant, and returns how many.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// ReplayGuard sees to it that what is good for once is taken once.
type ReplayGuard interface {
	// First reports whether key is seen for the first time. The guard remembers it
	// until the instant at least.
	First(ctx context.Context, key string, until time.Time) (bool, error)
	// Prune forgets the keys whose instant is before the one given.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// Sessions keeps sessions by their ID.
type Sessions interface {
	// Insert adds s, or returns [ErrExists].
	Insert(ctx context.Context, s Session) error
	// Get returns the session, or [ErrNotFound]. It may be past its time.
	Get(ctx context.Context, id string) (Session, error)
	// Update hands the session to change, and keeps what change made of it if it
	// returns nil; the ID does not change. Its error is change's, or [ErrNotFound].
	Update(ctx context.Context, id string, change func(*Session) error) error
	// Delete removes the session, if it is there.
	Delete(ctx context.Context, id string) error
	// DeleteByOwner removes all sessions of a subject (see [SubjectID.Owner]) and
	// returns how many.
	DeleteByOwner(ctx context.Context, owner string) (int, error)
	// DeleteByLogin removes the sessions that a sign-in opened, and returns how many:
	// those with l's Scheme, IdP and NameID, and with its SessionIndex if both have one.
	DeleteByLogin(ctx context.Context, l Login) (int, error)
	// Prune removes those that expired before the instant, and returns how many.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// Accounts keeps accounts by e-mail. One address has one account; "" is no address.
type Accounts interface {
	// Insert adds a, or returns [ErrExists] if its ID or its address is there.
	Insert(ctx context.Context, a Account) error
	// Get returns the account, or [ErrNotFound].
	Get(ctx context.Context, id string) (Account, error)
	// ByEmail returns the account with the address, or [ErrNotFound].
	ByEmail(ctx context.Context, email string) (Account, error)
	// Update hands the account to change, and keeps what change made of it if it
	// returns nil; the ID does not change. Its error is change's, [ErrNotFound], or
	// [ErrExists] for an address that another account has.
	Update(ctx context.Context, id string, change func(*Account) error) error
	// Prune removes the accounts that are [AccountPending] and changed last before the
	// instant, and returns how many: nobody confirmed their address. No payment knows
	// them.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// Contacts keeps the confirmed address of each owner.
type Contacts interface {
	// Set keeps c in the place of what its owner had.
	Set(ctx context.Context, c Contact) error
	// Get returns the owner's contact, or [ErrNotFound].
	Get(ctx context.Context, owner string) (Contact, error)
	// Delete removes it, if it is there.
	Delete(ctx context.Context, owner string) error
}

// Tokens keeps what was mailed, by its hash, each for one taking.
type Tokens interface {
	// Put keeps t, or returns [ErrExists] for a hash that is there, and forgets the
	// holder's others for the same purpose: the newest
	// mail is the one that counts.
	Put(ctx context.Context, t Token) error
	// Get returns the token, or [ErrNotFound]. It may be past its time.
	Get(ctx context.Context, hash string) (Token, error)
	// Take returns the token and forgets it; of two callers one gets it, the other
	// [ErrNotFound].
	Take(ctx context.Context, hash string) (Token, error)
	// DeleteByHolder forgets all tokens of a holder.
	DeleteByHolder(ctx context.Context, holder string) error
	// Prune forgets those that expired before the instant, and returns how many.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// Counters counts attempts, so that there are not too many. Keys name no person: use
// [HashSecret] for an address.
type Counters interface {
	// Hit counts one attempt for key at the instant, and returns how many there were in
	// the window that holds it. A window begins with its first attempt, and the first
	// attempt after its end begins another.
	Hit(ctx context.Context, key string, at time.Time, window time.Duration) (int, error)
	// Reset forgets the key's attempts.
	Reset(ctx context.Context, key string) error
	// Prune forgets the windows that ended before the instant, and returns how many.
	Prune(ctx context.Context, before time.Time) (int, error)
}
