package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// today is the day after a February of 29 days: 24 months ago there was no such day.
var today = time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC)

// fill writes something of each kind, old and young.
func fill(t *testing.T, st store.Store) {
	t.Helper()
	ctx := t.Context()
	for n, at := range []time.Time{
		today.AddDate(-4, 0, 0), today.AddDate(-3, 0, 0), today.AddDate(-2, 0, -3),
		today.AddDate(-2, 0, 0), today.AddDate(-1, 0, 0), today.Add(-time.Minute),
	} {
		require.NoError(t, st.Audit().Append(ctx, identity.Exchange{At: at, RequestID: strconv.Itoa(n)}))
		cashier := payment.NewCashier(st, payment.Config{Now: func() time.Time { return at }})
		for range 2 {
			e := storetest.Entry(n)
			e.At = at
			require.NoError(t, cashier.AppendJournal(ctx, e))
		}
		_, err := cashier.SealJournal(ctx)
		require.NoError(t, err)
	}
	for name, at := range map[string]time.Time{"old": today.Add(-time.Second), "young": today.Add(time.Hour)} {
		require.NoError(t, st.Pendings().Put(ctx, identity.Pending{Handle: name, Expires: at}))
		_, err := st.Replays().First(ctx, name, at)
		require.NoError(t, err)
		require.NoError(t, st.Tokens().Put(ctx, identity.Token{Hash: name, Holder: name, Expires: at}))
		require.NoError(t, st.Sessions().Insert(ctx, identity.Session{ID: name, Expires: at}))
		_, err = st.Counters().Hit(ctx, name, at.Add(-time.Hour), time.Hour)
		require.NoError(t, err)
		c := storetest.Cart(name)
		c.ExpiresAt = at.AddDate(0, 0, -30)
		require.NoError(t, st.Carts().Insert(ctx, c))
		for _, status := range []identity.AccountStatus{identity.AccountPending, identity.AccountActive} {
			id := name + " " + string(status)
			require.NoError(t, st.Accounts().Insert(ctx, identity.Account{ID: id, Email: id, Status: status, ChangedAt: at.AddDate(0, 0, -30)}))
		}
	}
	p := storetest.Position(1)
	require.NoError(t, st.Positions().Insert(ctx, p))
	require.NoError(t, st.RTs().Insert(ctx, storetest.Receipt(p, "iur")))
}

func onEach(t *testing.T, test func(*testing.T, store.Store)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, new(memory.Store)) })
	t.Run("sqlite", func(t *testing.T) {
		st, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, st.Close()) })
		test(t, st)
	})
}

func clock() time.Time { return today }

// TestPrune: 24 months of journal and log stay, what has expired goes, a receipt never;
// a dry run says the same and does nothing.
func TestPrune(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		fill(t, st)
		want := store.Pruned{
			Journal: payment.PrunedJournal{Seals: 3, Entries: 6}, Audit: 3,
			Pendings: 1, Replays: 1, Tokens: 1, Counters: 1, Sessions: 1, Accounts: 1, Carts: 1,
		}
		for range 2 {
			done, err := store.Prune(t.Context(), st, store.Retention{Now: clock, DryRun: true})
			require.NoError(t, err)
			require.Equal(t, want, done)
		}
		done, err := store.Prune(t.Context(), st, store.Retention{Now: clock})
		require.NoError(t, err)
		require.Equal(t, want, done)
		done, err = store.Prune(t.Context(), st, store.Retention{Now: clock})
		require.NoError(t, err)
		require.Zero(t, done)

		var left []string
		for e, err := range st.Audit().List(t.Context(), identity.ExchangeFilter{}) {
			require.NoError(t, err)
			left = append(left, e.RequestID)
		}
		require.Equal(t, []string{"3", "4", "5"}, left)
		report, err := payment.NewCashier(st, payment.Config{Now: clock}).VerifyJournal(t.Context())
		require.NoError(t, err)
		require.True(t, report.OK(), "%+v", report)
		require.Equal(t, 6, report.Pruned)
		require.Equal(t, 6, report.Entries)
		for name, found := range map[string]bool{"old": false, "young": true} {
			_, session := st.Sessions().Get(t.Context(), name)
			_, kept := st.Carts().Get(t.Context(), name)
			_, token := st.Tokens().Get(t.Context(), name)
			for _, err := range []error{session, kept, token} {
				require.Equal(t, found, err == nil, name)
			}
		}
		receipts, err := st.RTs().ByPosition(t.Context(), storetest.Position(1).Key)
		require.NoError(t, err)
		require.Len(t, receipts, 1)
	})
}

// TestPruneBefore: who wants to keep more may, who wants to keep less may not.
func TestPruneBefore(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		fill(t, st)
		for _, before := range []time.Time{today.AddDate(-2, 0, 0), today, today.AddDate(9, 0, 0)} {
			done, err := store.Prune(t.Context(), st, store.Retention{Now: clock, Before: before})
			require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
			require.Zero(t, done)
		}
		done, err := store.Prune(t.Context(), st, store.Retention{Now: clock, Before: today.AddDate(-3, -6, 0), Carts: 365 * 24 * time.Hour})
		require.NoError(t, err)
		require.Equal(t, 1, done.Audit)
		require.Equal(t, payment.PrunedJournal{Seals: 1, Entries: 2}, done.Journal)
		require.Zero(t, done.Carts)
	})
}

// failing is a store of which one part fails.
type failing struct{ store.Store }

var errFailed = errors.New("failed on purpose")

type failingCarts struct{ cart.Carts }

func (failing) Carts() cart.Carts { return failingCarts{} }

func (failingCarts) Prune(context.Context, time.Time) (int, error) { return 0, errFailed }

func TestPruneFails(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		fill(t, st)
		for _, dry := range []bool{true, false} {
			_, err := store.Prune(t.Context(), failing{st}, store.Retention{Now: clock, DryRun: dry})
			require.ErrorIs(t, err, errFailed)
		}
		done, err := store.Prune(t.Context(), st, store.Retention{Now: clock})
		require.NoError(t, err)
		require.Equal(t, 1, done.Carts)
		require.Zero(t, done.Audit, "the first call deleted it")
	})
}

// TestPruneAsTimeGoes: pruned every day for a year, the log never holds less than 24
// months, nor more than a day beyond.
func TestPruneAsTimeGoes(t *testing.T) {
	st := new(memory.Store)
	const days = 3 * 366
	for n := range days {
		require.NoError(t, st.Audit().Append(t.Context(), identity.Exchange{At: today.AddDate(0, 0, -n)}))
	}
	for n := range 366 {
		now := today.AddDate(0, 0, n)
		_, err := store.Prune(t.Context(), st, store.Retention{Now: func() time.Time { return now }})
		require.NoError(t, err)
		var left []time.Time
		for e, err := range st.Audit().List(t.Context(), identity.ExchangeFilter{}) {
			require.NoError(t, err)
			left = append(left, e.At)
		}
		oldest := slices.MinFunc(left, time.Time.Compare)
		require.Equal(t, -24*time.Hour, oldest.Sub(now.AddDate(0, -24, 0)))
	}
}

func ExamplePrune() {
	st := new(memory.Store)
	expired := storetest.Cart("forgotten")
	if err := st.Carts().Insert(context.Background(), expired); err != nil {
		fmt.Println(err)
		return
	}
	r := store.Retention{DryRun: true, Now: func() time.Time { return expired.ExpiresAt.AddDate(0, 0, 31) }}
	would, err := store.Prune(context.Background(), st, r)
	fmt.Println(would.Carts, err)
	r.Before = r.Now().AddDate(-1, 0, 0)
	_, err = store.Prune(context.Background(), st, r)
	fmt.Println(pagonline.CodeOf(err))
	// Output:
	// 1 <nil>
	// not_allowed
}
