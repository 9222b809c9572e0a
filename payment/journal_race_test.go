package payment_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// lateStore is a store where some entries are in a unit of work that has not ended yet,
// though later IDs are there, and where others are always faster with their seals.
type lateStore struct {
	*memory.Store
	hidden []int64
	beaten bool
}

type lateJournal struct {
	payment.Journal
	*lateStore
}

func (s *lateStore) Journal() payment.Journal { return lateJournal{s.Store.Journal(), s} }

func (j lateJournal) Walk(ctx context.Context, after payment.JournalPlace, limit int) ([]payment.JournalEntry, error) {
	all, err := j.Journal.Walk(ctx, after, limit)
	return slices.DeleteFunc(all, func(e payment.JournalEntry) bool { return slices.Contains(j.hidden, e.ID) }), err
}

func (j lateJournal) AddSeal(ctx context.Context, s payment.JournalSeal) error {
	if j.beaten {
		return payment.ErrExists
	}
	return j.Journal.AddSeal(ctx, s)
}

// TestLateEntriesAreSealed: what is committed after entries with larger IDs were sealed
// gets the next seal.
func TestLateEntriesAreSealed(t *testing.T) {
	st := &lateStore{Store: &memory.Store{}, hidden: []int64{2, 3}}
	o := newOffice(t, st)
	for i := range 5 {
		require.NoError(t, o.AppendJournal(t.Context(), storetest.Entry(i)))
	}
	for _, want := range []struct {
		hidden   []int64
		n, seals int
	}{{[]int64{2, 3}, 3, 1}, {[]int64{3}, 1, 2}, {nil, 1, 3}, {nil, 0, 3}} {
		st.hidden = want.hidden
		n, err := o.SealJournal(t.Context())
		require.NoError(t, err)
		require.Equal(t, want.n, n)
		report, err := o.VerifyJournal(t.Context())
		require.NoError(t, err)
		require.True(t, report.OK(), "%+v", report)
		require.Equal(t, want.seals, report.Seals)
	}
	report, err := o.VerifyJournal(t.Context())
	require.NoError(t, err)
	require.Equal(t, 5, report.Entries)
}

// TestSealGivesUp: a store that refuses every seal does not keep a program for ever.
func TestSealGivesUp(t *testing.T) {
	o := newOffice(t, &lateStore{Store: &memory.Store{}, beaten: true})
	require.NoError(t, o.AppendJournal(t.Context(), storetest.Entry(1)))
	n, err := o.SealJournal(t.Context())
	require.ErrorIs(t, err, payment.ErrExists)
	require.Zero(t, n)
}

// TestSealWhileAppending: 64 who write, several who seal, one who verifies; nothing is
// lost, nobody is accused.
func TestSealWhileAppending(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		const writers, rounds, sealers = 64, 2, 2
		var writing sync.WaitGroup
		for i := range writers {
			writing.Go(func() {
				for round := range rounds {
					request := storetest.Entry(i*rounds + round)
					if err := o.Do(t.Context(), func(ctx context.Context) error {
						return o.AppendJournal(ctx, request, request.Answer(request.At, nil, "OK"))
					}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		seal := func() error {
			_, err := o.SealJournal(t.Context())
			return err
		}
		meanwhile(t, writing.Wait, o, seal, seal)
		require.NoError(t, seal())
		report, err := o.VerifyJournal(t.Context())
		require.NoError(t, err)
		require.True(t, report.OK(), "%+v", report)
		require.Equal(t, writers*rounds*2, report.Entries)
		require.Zero(t, report.Unsealed)
	})
}

// TestPruneWhileVerifying: who verifies sees a seal before and its entries after they are
// pruned, and accuses nobody.
func TestPruneWhileVerifying(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		const seals = 30
		for i := range seals {
			require.NoError(t, o.AppendJournal(t.Context(), storetest.Entry(i)))
			_, err := o.SealJournal(t.Context())
			require.NoError(t, err)
		}
		o.now = o.now.AddDate(3, 0, 0)
		prune := func() {
			done, err := o.PruneJournal(t.Context(), time.Time{}, false)
			require.NoError(t, err)
			require.Equal(t, payment.PrunedJournal{Seals: seals, Entries: seals}, done)
		}
		meanwhile(t, prune, o)
	})
}

// meanwhile works, while others do what they do and somebody verifies.
func meanwhile(t *testing.T, work func(), o *office, others ...func() error) {
	t.Helper()
	verify := func() error {
		report, err := o.VerifyJournal(t.Context())
		if !report.OK() {
			t.Errorf("%+v", report)
		}
		return err
	}
	done := make(chan struct{})
	var running sync.WaitGroup
	for _, other := range append(others, verify) {
		running.Go(func() {
			for {
				if err := other(); err != nil {
					t.Error(err)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	work()
	close(done)
	running.Wait()
}
