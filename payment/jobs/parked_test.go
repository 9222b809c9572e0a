package jobs_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func parked(t *testing.T, e *jobs.Engine) (all []payment.Delivery) {
	t.Helper()
	for d, err := range e.Parked(t.Context()) {
		require.NoError(t, err)
		all = append(all, d)
	}
	return all
}

// TestParked: what fails for the last time is parked and visible, and holds back its own
// handler and position, and nobody else; called back, it goes on in order.
func TestParked(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		b, q := newBook(), p.open(t)
		at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
		cfg := brisk()
		cfg.MaxTries, cfg.Now = 3, func() time.Time { return at }
		var log bytes.Buffer
		cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
		var tries, mended atomic.Int64
		bad := storetest.Position(1).Key
		e := jobs.New(p.store, q, cfg)
		e.Register("mail", b.handler("mail", nil))
		e.Register("webhook", b.handler("webhook", func(e payment.Event) bool {
			if e.Position == bad {
				tries.Add(1)
			}
			return e.Position == bad && mended.Load() == 0
		}))
		happen(t, p.store, 28)
		var held []int64
		for e, err := range p.store.Outbox().List(t.Context(), payment.EventFilter{Position: bad}) {
			require.NoError(t, err)
			held = append(held, e.ID)
		}
		start(t, e, q)
		require.Eventually(t, func() bool { return len(pending(t, p.store)) == len(held) && len(parked(t, e)) == 1 },
			patience, 30*time.Millisecond)
		require.Equal(t, held, pending(t, p.store))
		require.Equal(t, []payment.Delivery{{
			Event: held[0], Handler: "webhook", State: payment.DeliveryParked, Tries: 3, Code: pagonline.CodeInternal, At: at,
		}}, parked(t, e))
		require.NoError(t, e.Sweep(t.Context()))
		require.NoError(t, e.Sweep(t.Context()))
		time.Sleep(50 * time.Millisecond)
		require.EqualValues(t, 3, tries.Load())

		// It fails again.
		n, err := e.Redrive(t.Context(), "mail")
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = e.Redrive(t.Context(), "webhook", held[1])
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = e.Redrive(t.Context(), "webhook", held[0])
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Eventually(t, func() bool { return len(parked(t, e)) == 1 }, patience, 30*time.Millisecond)
		require.EqualValues(t, 6, tries.Load())

		// Another process calls it back.
		mended.Store(1)
		n, err = jobs.Redrive(t.Context(), p.store, "webhook")
		require.NoError(t, err)
		require.Equal(t, 1, n)
		drained(t, p.store)
		require.Empty(t, parked(t, e))
		b.check(t, p.store, "mail", "webhook")
		require.NoError(t, e.Stop(t.Context()))
		require.Contains(t, log.String(), "an event is parked")
		require.NotContains(t, log.String(), "Rossi")
	})
}

// TestFailures: a panic and a time-out are failures like others; a kind that nobody wants
// is delivered.
func TestFailures(t *testing.T) {
	t.Parallel()
	p := inMemory(t)
	q := p.open(t)
	cfg := brisk()
	cfg.MaxTries, cfg.Timeout = 1, 50*time.Millisecond
	e := jobs.New(p.store, q, cfg)
	e.Register("panics", func(context.Context, payment.Event) error { panic("Mario Rossi") }, "a")
	e.Register("sleeps", func(ctx context.Context, _ payment.Event) error {
		<-ctx.Done()
		return pagonline.NewError(pagonline.CodeUnavailable).Because(ctx.Err())
	}, "b", "a")
	for _, kind := range []payment.EventKind{"a", "b", "c"} {
		require.NoError(t, p.store.Outbox().Append(t.Context(), payment.Event{Kind: kind}))
	}
	start(t, e, q)
	require.Eventually(t, func() bool { return len(parked(t, e)) == 3 && len(pending(t, p.store)) == 2 }, patience, 30*time.Millisecond)
	all := parked(t, e)
	for i := range all {
		all[i].At = time.Time{}
	}
	require.Equal(t, []payment.Delivery{
		{Event: 1, Handler: "panics", State: payment.DeliveryParked, Tries: 1, Code: pagonline.CodeInternal},
		{Event: 1, Handler: "sleeps", State: payment.DeliveryParked, Tries: 1, Code: pagonline.CodeUnavailable},
		{Event: 2, Handler: "sleeps", State: payment.DeliveryParked, Tries: 1, Code: pagonline.CodeUnavailable},
	}, all)
}

// TestBackoff: it grows by slot·(2^k-1), is never more than that nor than six hours, and
// not much less.
func TestBackoff(t *testing.T) {
	t.Parallel()
	for tries, want := range map[int]time.Duration{
		-1: 10 * time.Second, 0: 10 * time.Second, 1: 10 * time.Second, 2: 30 * time.Second, 3: 70 * time.Second,
		8: 2550 * time.Second, 11: 20470 * time.Second, 12: 6 * time.Hour, 100: 6 * time.Hour, 1 << 40: 6 * time.Hour,
	} {
		for range 20 {
			got := jobs.Backoff(tries)
			require.LessOrEqual(t, got, want)
			require.Greater(t, got, want*9/10-1)
		}
	}
}
