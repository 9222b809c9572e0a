package jobs_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// TestLost: a queue that has lost its jobs, or its file, gets them back from the outbox.
// Nothing personal was in it.
func TestLost(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p place) {
		q := p.open(t)
		cfg := brisk()
		cfg.Backoff, cfg.SweepInterval = func(int) time.Duration { return time.Hour }, time.Hour
		var mended atomic.Bool
		b := newBook()
		newEngine := func() *jobs.Engine {
			e := jobs.New(p.store, q, cfg)
			e.Register("mail", b.handler("mail", func(payment.Event) bool { return !mended.Load() }))
			return e
		}
		e := newEngine()
		happen(t, p.store, 10)
		require.NoError(t, e.Start(t.Context()))
		tried := func() (n int) {
			all, err := p.store.Deliveries().Of(t.Context(), pending(t, p.store)...)
			require.NoError(t, err)
			return len(all)
		}
		require.Eventually(t, func() bool { return tried() > 3 }, patience, 30*time.Millisecond)
		require.NoError(t, e.Stop(t.Context()))
		n, err := q.Texts(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)

		// Without them nothing comes, with a sweep it does.
		require.NoError(t, e.Start(t.Context()))
		require.NoError(t, q.Lose(t.Context()))
		mended.Store(true)
		require.NoError(t, e.Sweep(t.Context()))
		drained(t, p.store)
		b.check(t, p.store, "mail")

		// And so it does by a start, of a new queue.
		mended.Store(false)
		happen(t, p.store, 10)
		e.Wake()
		require.Eventually(t, func() bool { return tried() > 3 }, patience, 30*time.Millisecond)
		require.NoError(t, e.Stop(t.Context()))
		require.NoError(t, q.Close())
		p.lose(t)
		mended.Store(true)
		q = p.open(t)
		e = newEngine()
		start(t, e, q)
		drained(t, p.store)
		b.check(t, p.store, "mail")
	})
}

// TestFile: the queue's file may go, is nobody else's to read, and is one process's at a
// time.
func TestFile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a dir with # and ?", "made")
	q, err := jobs.OpenSQLite(t.Context(), dir)
	require.NoError(t, err)
	info, err := os.Stat(filepath.Join(dir, jobs.FileName))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	_, err = jobs.OpenSQLite(t.Context(), dir)
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	// Nor has this attempt ended the lock, as closing the file would.
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOther$", "-test.v")
	other.Env = append(os.Environ(), envQueue+"="+dir)
	said, err := other.CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(said), "it is not to be had")
	require.NoError(t, q.Close())
	for range 2 {
		q, err = jobs.OpenSQLite(t.Context(), dir)
		require.NoError(t, err)
		require.NoError(t, q.Close())
		require.NoError(t, os.Remove(filepath.Join(dir, jobs.FileName)))
	}
	_, err = jobs.OpenSQLite(t.Context(), filepath.Join(dir, "..", "..", "a dir with # and ?", "made", "x\x00"))
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
}

const envQueue = "PAGONLINE_TEST_QUEUE" // a directory

// TestOther is no test but another process that would like to have the queue.
func TestOther(t *testing.T) {
	dir := os.Getenv(envQueue)
	if dir == "" {
		t.Skip("skipped: it is for a process of its own")
	}
	q, err := jobs.OpenSQLite(t.Context(), dir)
	if err != nil {
		t.Log("it is not to be had")
		return
	}
	require.NoError(t, q.Close())
}

// TestServer: a name that leads nowhere is no secret told; many may open one queue at the
// same time, on connections of their own too.
func TestServer(t *testing.T) {
	t.Parallel()
	_, err := jobs.OpenPostgres(t.Context(), "postgres://user:geheim@%zz")
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	require.NotContains(t, pagonline.AsError(err).Detail.Error(), "geheim")
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = jobs.OpenPostgres(ctx, "postgres://user:geheim@127.0.0.1:1/none?connect_timeout=1")
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	require.NotContains(t, pagonline.AsError(err).Detail.Error(), "geheim")

	dsn := postgrestest.Schema(t)
	opened := make(chan error)
	const many = 4
	for range many {
		go func() {
			opened <- func() error {
				pool, err := pgxpool.New(t.Context(), dsn)
				if err != nil {
					return err
				}
				defer pool.Close()
				q, err := jobs.OnPool(t.Context(), pool)
				if err != nil {
					return err
				}
				return q.Close()
			}()
		}()
	}
	for range many {
		require.NoError(t, <-opened)
	}
}

// TestWake: who says that there is something new need not wait for the next look.
func TestWake(t *testing.T) {
	t.Parallel()
	p := onDisk(t)
	q := p.open(t)
	e := jobs.New(p.store, q, jobs.Config{PollInterval: time.Hour})
	e.Register("mail", func(context.Context, payment.Event) error { return nil })
	start(t, e, q)
	for range 3 {
		happen(t, p.store, 3)
		e.Wake()
		e.Wake()
		drained(t, p.store)
	}
}
