package jobs_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// moody fails every fourth time or so.
func moody(seed uint64) func(payment.Event) bool {
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, 7))
	return func(payment.Event) bool {
		mu.Lock()
		defer mu.Unlock()
		return random.IntN(4) == 0
	}
}

// TestOrder: whatever fails, each handler gets all events, those of a position one at a
// time and in their order, also while new ones come.
func TestOrder(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		b, q := newBook(), p.open(t)
		e := jobs.New(p.store, q, brisk())
		e.Register("mail", b.handler("mail", moody(1)))
		e.Register("webhook", b.handler("webhook", moody(2)))
		n := soaktest.Size(20, 140, 2800)
		happen(t, p.store, n)
		start(t, e, q)
		for range 3 {
			happen(t, p.store, n/4)
			e.Wake()
		}
		drained(t, p.store)
		b.check(t, p.store, "mail", "webhook")
		left, err := p.store.Deliveries().Of(t.Context(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// TestMany: where more events wait than are looked at together, of one position or of
// many, a handler gets its next ones, and no others; without any sweep but that of the
// start.
func TestMany(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		const has, gets, alone = 230, 3, 10
		one := storetest.Position(1).Key
		require.NoError(t, p.store.Do(t.Context(), func(ctx context.Context) error {
			for i := range has + gets {
				if err := p.store.Outbox().Append(ctx, payment.Event{Kind: payment.PositionUpdated, Position: one}); err != nil {
					return err
				}
				if i >= has {
					continue
				}
				err := p.store.Deliveries().Put(ctx, payment.Delivery{Event: int64(i + 1), Handler: "mail", State: payment.DeliveryDone})
				if err != nil {
					return err
				}
			}
			for range alone {
				if err := p.store.Outbox().Append(ctx, payment.Event{Kind: payment.Quarantined}); err != nil {
					return err
				}
			}
			return p.store.Deliveries().Put(ctx, payment.Delivery{Event: 1, Handler: "webhook", State: payment.DeliveryParked})
		}))
		var mu sync.Mutex
		var got []int64
		rest := 0
		cfg := brisk()
		cfg.SweepInterval = time.Hour
		q := p.open(t)
		e := jobs.New(p.store, q, cfg)
		e.Register("mail", func(_ context.Context, e payment.Event) error {
			mu.Lock()
			defer mu.Unlock()
			if e.Position == one {
				got = append(got, e.ID)
			} else {
				rest++
			}
			return nil
		})
		e.Register("webhook", func(_ context.Context, e payment.Event) error { return errTest }, payment.PositionUpdated)
		start(t, e, q)
		require.Eventually(t, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(got) >= gets && rest >= alone
		}, patience, 30*time.Millisecond)
		require.NoError(t, e.Stop(t.Context()))
		require.Equal(t, []int64{has + 1, has + 2, has + 3}, got)
		require.Equal(t, alone, rest)
		require.Len(t, pending(t, p.store), has+gets)
		require.Len(t, parked(t, e), 1)
	})
}

// TestTwoInstances: engines on two queues of one server share the work and keep the law.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	p := onServer(t)
	b := newBook()
	var did [2]int
	var mu sync.Mutex
	for i := range did {
		q := p.open(t)
		e := jobs.New(p.store, q, brisk())
		fails := moody(uint64(i))
		e.Register("mail", b.handler("mail", func(e payment.Event) bool {
			mu.Lock()
			did[i]++
			mu.Unlock()
			return fails(e)
		}))
		start(t, e, q)
	}
	for range soaktest.Size(2, 8, 100) {
		happen(t, p.store, 30)
	}
	drained(t, p.store)
	b.check(t, p.store, "mail")
	require.NotContains(t, did, 0)
}

// TestStoreFails: where the store fails now and then, at any call, an event may be
// repeated at once, and nothing else.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	random, failing := rand.New(rand.NewPCG(3, 7)), false
	store := faulty.New(&memory.Store{}, func(context.Context, faulty.Call) error {
		mu.Lock()
		defer mu.Unlock()
		switch luck := random.IntN(30); {
		case !failing || luck > 1:
			return nil
		case luck == 0:
			return faulty.Lose(faulty.Unavailable("answer lost"))
		default:
			return faulty.Fail(faulty.Unavailable("busy"))
		}
	})
	fail := func(now bool) {
		mu.Lock()
		defer mu.Unlock()
		failing = now
	}
	p := inMemory(t)
	b, q := newBook(), p.open(t)
	cfg := brisk()
	cfg.SweepInterval = 100 * time.Millisecond
	e := jobs.New(store, q, cfg)
	e.Register("mail", b.handler("mail", moody(1)))
	e.Register("webhook", b.handler("webhook", nil))
	happen(t, store, soaktest.Size(28, 84, 1400))
	fail(true)
	start(t, e, q)
	time.Sleep(time.Duration(soaktest.Size(1, 5, 50)) * 500 * time.Millisecond)
	fail(false)
	drained(t, store)
	b.check(t, store, "mail", "webhook")
}
