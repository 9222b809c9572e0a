package jobs_test

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/jobs"
)

// TestStopAndStart: it may be stopped and started at any time, with the same queue or a
// new one, and loses nothing.
func TestStopAndStart(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		b, q := newBook(), p.open(t)
		defer func() { require.NoError(t, q.Close()) }()
		newEngine := func() *jobs.Engine {
			e := jobs.New(p.store, q, brisk())
			e.Register("mail", b.handler("mail", moody(1)))
			e.Register("webhook", b.handler("webhook", moody(2)))
			return e
		}
		e := newEngine()
		for i := range soaktest.Size(3, 10, 100) {
			require.NoError(t, e.Start(t.Context()))
			require.ErrorContains(t, e.Start(t.Context()), "started already")
			happen(t, p.store, 7)
			e.Wake()
			time.Sleep(time.Duration(10*i) * time.Millisecond)
			require.NoError(t, e.Stop(t.Context()))
			require.NoError(t, e.Stop(t.Context()))
			if i%2 == 0 {
				require.NoError(t, q.Close())
				q = p.open(t)
				e = newEngine()
			}
		}
		require.NoError(t, e.Start(t.Context()))
		drained(t, p.store)
		require.NoError(t, e.Stop(t.Context()))
		b.check(t, p.store, "mail", "webhook")
	})
}

// TestStopWaits: it waits for a handler; when its own time is over it ends the handler's,
// which is not that handler's failure.
func TestStopWaits(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		q := p.open(t)
		cfg := brisk()
		cfg.MaxTries = 1
		e := jobs.New(p.store, q, cfg)
		began := make(chan struct{})
		var patient, got atomic.Bool
		patient.Store(true)
		e.Register("mail", func(ctx context.Context, _ payment.Event) error {
			began <- struct{}{}
			if patient.Load() {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(time.Minute):
				}
			}
			time.Sleep(100 * time.Millisecond)
			got.Store(true)
			return nil
		})
		happen(t, p.store, 1)
		start(t, e, q)
		<-began
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		require.NoError(t, e.Stop(ctx))
		require.Len(t, pending(t, p.store), 1)
		require.Empty(t, parked(t, e))

		patient.Store(false)
		require.NoError(t, e.Start(t.Context()))
		<-began
		require.NoError(t, e.Stop(t.Context()))
		require.True(t, got.Load())
		require.Empty(t, pending(t, p.store))
	})
}

// TestLate: a handler that does not heed its context is taken for dead. When it comes back
// at last, the event is delivered, and no failure any more.
func TestLate(t *testing.T) {
	t.Parallel()
	p := inMemory(t)
	q := p.open(t)
	cfg := brisk()
	cfg.Timeout, cfg.SweepInterval, cfg.MaxTries = 50*time.Millisecond, 50*time.Millisecond, 1
	e := jobs.New(p.store, q, cfg)
	back := make(chan struct{})
	var calls atomic.Int64
	e.Register("mail", func(context.Context, payment.Event) error {
		if calls.Add(1) > 1 {
			return nil
		}
		<-back
		return errTest
	})
	e.Register("webhook", func(context.Context, payment.Event) error { return nil })
	happen(t, p.store, 1)
	start(t, e, q)
	drained(t, p.store)
	close(back)
	require.NoError(t, e.Stop(t.Context()))
	require.Greater(t, calls.Load(), int64(1))
	left, err := p.store.Deliveries().Of(t.Context(), 1)
	require.NoError(t, err)
	require.Empty(t, left)
}

// TestNothingGoesOn: all goroutines of an engine that was stopped have ended. It is not
// parallel, for it counts them.
func TestNothingGoesOn(t *testing.T) {
	for name, open := range map[string]func(testing.TB) place{"sqlite": onDisk, "postgres": onServer} {
		t.Run(name, func(t *testing.T) {
			p := open(t)
			before := goroutines()
			q := p.open(t)
			e := jobs.New(p.store, q, brisk())
			e.Register("mail", func(context.Context, payment.Event) error { return nil })
			e.Repeat("expiry", time.Second, func(context.Context) error { return nil })
			happen(t, p.store, 10)
			require.NoError(t, e.Start(t.Context()))
			require.NotEqual(t, before, goroutines())
			drained(t, p.store)
			require.NoError(t, e.Stop(t.Context()))
			require.NoError(t, q.Close())
			require.Eventually(t, func() bool { return goroutines() <= before }, patience, 10*time.Millisecond)
		})
	}
}

// goroutines counts those that run River's code, or ours.
func goroutines() (n int) {
	stacks := make([]byte, 1<<22)
	for stack := range strings.SplitSeq(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, "riverqueue") || strings.Contains(stack, "jobs.(*") || strings.Contains(stack, "pgxpool") {
			n++
		}
	}
	return n
}

// TestWrong: what cannot be started says why, and what was not started has nothing to
// stop or to sweep.
func TestWrong(t *testing.T) {
	t.Parallel()
	p := inMemory(t)
	q := p.open(t)
	defer func() { require.NoError(t, q.Close()) }()
	nothing := func(context.Context) error { return nil }
	none := func(context.Context, payment.Event) error { return nil }
	for name, register := range map[string]func(e *jobs.Engine){
		"nobody":                            func(*jobs.Engine) {},
		`handler ""`:                        func(e *jobs.Engine) { e.Register("", none) },
		`"a b"`:                             func(e *jobs.Engine) { e.Register("a b", none) },
		`"` + strings.Repeat("a", 65) + `"`: func(e *jobs.Engine) { e.Register(strings.Repeat("a", 65), none) },
		`"none"`:                            func(e *jobs.Engine) { e.Register("none", nil) },
		`task "no"`:                         func(e *jobs.Engine) { e.Repeat("no", time.Hour, nil) },
		`"twice"`:                           func(e *jobs.Engine) { e.Register("twice", none); e.Register("twice", none, "a") },
		`task "è"`:                          func(e *jobs.Engine) { e.Repeat("è", time.Hour, nothing) },
		`task "again"`:                      func(e *jobs.Engine) { e.Repeat("again", time.Hour, nothing); e.Repeat("again", time.Hour, nothing) },
		`"often" every 999.999999`:          func(e *jobs.Engine) { e.Repeat("often", time.Second-1, nothing) },
	} {
		e := jobs.New(p.store, q, jobs.Config{})
		register(e)
		require.ErrorContains(t, e.Start(t.Context()), name)
		require.NoError(t, e.Stop(t.Context()))
		require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(e.Sweep(t.Context())))
		n, err := e.Redrive(t.Context(), "mail")
		require.NoError(t, err)
		require.Zero(t, n)
	}
}
