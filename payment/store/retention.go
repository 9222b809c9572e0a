// Package store holds what all stores have in common: how long they keep what.
//
// The stores themselves are the packages beneath: memory, sqlite and postgres, with the
// contract in storetest; package database opens the one that a flag names.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt/desk"
)

// Store is what [Prune] needs of one; those of this module have it.
type Store interface {
	payment.Store
	Carts() cart.Carts
	Pendings() identity.PendingStore
	Replays() identity.ReplayGuard
	Audit() identity.AuditLog
	Sessions() identity.Sessions
	Accounts() identity.Accounts
	Tokens() identity.Tokens
	Counters() identity.Counters
	Quotes() quote.Quotes
	Cases() desk.Cases
	payment.Forgetter
}

// Retention says how long things are kept. The zero value is what the rules ask.
type Retention struct {
	// Before is the instant before which the event journal and the log of sign-ins go.
	// Default: 24 months ago, and a day; what is younger must stay (SANP 3.12, appendix
	// "Giornale degli Eventi"; SPID technical rules, section on the log).
	Before time.Time
	// Carts is how long a cart stays after it has expired. Default: 30 days.
	Carts time.Duration
	// Registrations is how long an account waits for its address to be confirmed.
	// Default: 30 days. It is to be no shorter than the life of the code that was mailed.
	Registrations time.Duration
	// Receipts is how long receipts stay after the last thing that happened to their notice,
	// to its debt, its orders and its case at the desk; then all of it goes, rows of the
	// register included. At least 24 months. Default: for ever. The law wants papers of
	// account for ten years (art. 2220 of the civil code); whoever sets it knows for which
	// of his the state archive wants more.
	Receipts time.Duration
	// DryRun counts and deletes nothing.
	DryRun bool
	Now    func() time.Time // default: the clock
	Log    *slog.Logger     // default: discards
}

// Pruned counts what [Prune] deleted, or would.
type Pruned struct {
	Journal  payment.PrunedJournal `json:"journal"`
	Audit    int                   `json:"audit"` // sign-ins in the log
	Pendings int                   `json:"pendings"`
	Replays  int                   `json:"replays"`
	Tokens   int                   `json:"tokens"`
	Counters int                   `json:"counters"`
	Sessions int                   `json:"sessions"`
	Accounts int                   `json:"accounts"` // whose address was never confirmed
	Carts    int                   `json:"carts"`
	Receipts payment.Forgotten     `json:"receipts"` // with their notices
}

const (
	defaultCarts         = 30 * 24 * time.Hour
	defaultRegistrations = 30 * 24 * time.Hour
)

// Prune deletes what has had its time. Call it once a day.
//
// The journal and the log of sign-ins are kept for 24 months; a Before that is later is
// an error with [pagonline.CodeNotAllowed], and nothing goes. The journal can be verified
// as before (see [payment.Cashier.PruneJournal]); what in it was tampered with stays, and
// the error wraps [payment.ErrTampered]. Sign-ins under way, replays, mailed tokens,
// counted attempts and sessions go when they have expired, carts and accounts whose address
// nobody confirmed some time later.
//
// Receipts go with their notices, and with all that hangs on these, if the configuration
// says after how long, and if nothing is left to do about any of it: see
// [Retention.Receipts]. Otherwise they stay, as do quotes, paid ones marked so, and the
// seals of the journal. A notice that is gone is unknown to the station, and its number is not given again.
func Prune(ctx context.Context, st Store, r Retention) (Pruned, error) {
	if r.Now == nil {
		r.Now = time.Now //nolint:forbidigo // the one default
	}
	now := r.Now().UTC()
	limit := now.AddDate(0, -identity.AuditMonths, -1) // the day lies between two lengths of February
	if r.Before.IsZero() {
		r.Before = limit
	}
	if r.Before.After(limit) {
		return Pruned{}, pagonline.NewError(pagonline.CodeNotAllowed).At("before").
			Because(fmt.Errorf("store: journal and log are kept for %d months: nothing after %s goes", identity.AuditMonths, limit.Format(time.RFC3339)))
	}
	if r.Receipts != 0 && now.Add(-r.Receipts).After(limit) {
		return Pruned{}, pagonline.NewError(pagonline.CodeNotAllowed).At("receipts").
			Because(fmt.Errorf("store: receipts are kept for %d months at least", identity.AuditMonths))
	}
	if r.Carts == 0 {
		r.Carts = defaultCarts
	}
	if r.Registrations == 0 {
		r.Registrations = defaultRegistrations
	}
	var done Pruned
	var err error
	if r.DryRun {
		// Deleting and then not is the one way to count that cannot be wrong.
		err = st.Do(ctx, func(ctx context.Context) error {
			done = Pruned{}
			if err := done.expire(ctx, st, r, now); err != nil {
				return err
			}
			return errDry
		})
		if errors.Is(err, errDry) {
			err = nil
		}
	} else {
		err = done.expire(ctx, st, r, now)
	}
	if err == nil && r.Receipts != 0 {
		done.Receipts, err = forgetting{st, now.Add(-r.Receipts), r.DryRun, payment.NewCashier(st, payment.Config{Now: r.Now})}.all(ctx)
	}
	if err != nil {
		return done, fmt.Errorf("prune: %w", err)
	}
	cashier := payment.NewCashier(st, payment.Config{Now: r.Now, Log: r.Log})
	done.Journal, err = cashier.PruneJournal(ctx, r.Before, r.DryRun)
	return done, err
}

var errDry = errors.New("store: dry run")

// expire deletes all but the journal.
func (p *Pruned) expire(ctx context.Context, st Store, r Retention, now time.Time) error {
	if err := p.audit(ctx, st.Audit(), r.Before); err != nil {
		return err
	}
	for _, part := range []struct {
		n      *int
		prune  func(context.Context, time.Time) (int, error)
		before time.Time
	}{
		{&p.Pendings, st.Pendings().Prune, now},
		{&p.Replays, st.Replays().Prune, now},
		{&p.Tokens, st.Tokens().Prune, now},
		{&p.Counters, st.Counters().Prune, now},
		{&p.Sessions, st.Sessions().Prune, now},
		{&p.Accounts, st.Accounts().Prune, now.Add(-r.Registrations)},
		{&p.Carts, st.Carts().Prune, now.Add(-r.Carts)},
	} {
		n, err := part.prune(ctx, part.before)
		if err != nil {
			return err
		}
		*part.n = n
	}
	return nil
}

// audit deletes the log a day at a time, so that nobody waits long to sign in.
func (p *Pruned) audit(ctx context.Context, log identity.AuditLog, before time.Time) error {
	next, stop := iter.Pull2(log.List(ctx, identity.ExchangeFilter{To: before}))
	oldest, err, found := next()
	stop()
	if err != nil || !found {
		return err
	}
	for day := oldest.At; day.Before(before); {
		if day = day.Add(24 * time.Hour); day.After(before) {
			day = before
		}
		n, err := log.Prune(ctx, day)
		if err != nil {
			return err
		}
		p.Audit += n
	}
	return nil
}
