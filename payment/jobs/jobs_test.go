package jobs_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// TestMain lets more tests run at the same time than there are processors: they mostly
// wait.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "4"); err != nil {
		panic(err)
	}
	m.Run()
}

// patience is how long a test waits for what comes at once, on a machine that has nothing
// else to do.
const patience = 2 * time.Minute

// place is a store, and where queues for it can be opened, one after the other.
type place struct {
	store jobs.Store
	open  func(t testing.TB) *jobs.Queue
	lose  func(t *testing.T) // the whole queue, while it is closed
}

func inMemory(t testing.TB) place {
	t.Helper()
	dir := t.TempDir()
	return place{&memory.Store{}, files(dir), without(dir)}
}

func onDisk(t testing.TB) place {
	t.Helper()
	dir := t.TempDir()
	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return place{st, files(dir), without(dir)}
}

func without(dir string) func(*testing.T) {
	return func(t *testing.T) {
		t.Helper()
		require.NoError(t, os.Remove(filepath.Join(dir, jobs.FileName)))
	}
}

func files(dir string) func(testing.TB) *jobs.Queue {
	return func(t testing.TB) *jobs.Queue {
		t.Helper()
		q, err := jobs.OpenSQLite(context.Background(), dir)
		require.NoError(t, err)
		return q
	}
}

func onServer(t testing.TB) place {
	t.Helper()
	dsn := postgrestest.Schema(t)
	st, err := postgres.Open(t.Context(), dsn, postgres.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return place{st, func(t testing.TB) *jobs.Queue {
		t.Helper()
		q, err := jobs.OpenPostgres(context.Background(), dsn)
		require.NoError(t, err)
		return q
	}, func(t *testing.T) {
		t.Helper()
		postgrestest.Exec(t, dsn, `DO $$ DECLARE it text; BEGIN
			FOR it IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema AND tablename LIKE 'river%' LOOP
				EXECUTE 'DROP TABLE ' || it || ' CASCADE';
			END LOOP;
			FOR it IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = current_schema::regnamespace LOOP
				EXECUTE 'DROP FUNCTION ' || it || ' CASCADE';
			END LOOP;
			DROP TYPE river_job_state;
		END $$`)
	}}
}

// everywhere runs a test in all places, those in memory where there is time.
func everywhere(t *testing.T, test func(t *testing.T, p place)) {
	t.Helper()
	places := map[string]func(testing.TB) place{"sqlite": onDisk, "postgres": onServer}
	if soaktest.Size(0, 1, 1) > 0 {
		places["memory"] = inMemory
	}
	for name, open := range places {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// brisk is a configuration for tests, which cannot wait.
func brisk() jobs.Config {
	return jobs.Config{
		PollInterval: 40 * time.Millisecond, SweepInterval: 300 * time.Millisecond, Timeout: 5 * time.Second, MaxTries: 1000,
		Backoff: func(int) time.Duration { return time.Millisecond },
	}
}

// start starts an engine, and stops it when the test ends.
func start(t *testing.T, e *jobs.Engine, q *jobs.Queue) {
	t.Helper()
	t.Cleanup(func() {
		require.NoError(t, e.Stop(context.Background()))
		require.NoError(t, q.Close())
	})
	require.NoError(t, e.Start(t.Context()))
}

// happen adds n events: of some positions, some orders, and of nothing.
func happen(t *testing.T, st jobs.Store, n int) {
	t.Helper()
	for i := range n {
		e := payment.Event{Kind: payment.PositionUpdated, At: time.Date(2026, 11, 24, 10, 0, 0, i, time.UTC)}
		switch i % 7 {
		case 0:
			e.Kind = payment.Quarantined
		case 1:
			e.Kind, e.Order = payment.OrderEvent(payment.OrderSent), fmt.Sprintf("o%d", i%3)
		default:
			e.Position = storetest.Position(uint64(1 + i%5)).Key
		}
		require.NoError(t, st.Outbox().Append(t.Context(), e))
	}
}

// pending returns the IDs of the events that wait.
func pending(t testing.TB, st jobs.Store) (ids []int64) {
	t.Helper()
	for e, err := range st.Outbox().List(t.Context(), payment.EventFilter{Pending: true}) {
		require.NoError(t, err)
		ids = append(ids, e.ID)
	}
	return ids
}

// drained waits until no event waits, as long as it goes on.
func drained(t testing.TB, st jobs.Store) {
	t.Helper()
	for left, since := pending(t, st), time.Now(); len(left) > 0; {
		time.Sleep(30 * time.Millisecond)
		if now := pending(t, st); len(now) != len(left) {
			left, since = now, time.Now()
		}
		require.Less(t, time.Since(since), patience, "stuck: %v", left)
	}
}

// book is what handlers did, and notes what must not be.
type book struct {
	mu    sync.Mutex
	did   map[line][]int64 // events that succeeded, by handler and stream
	busy  map[line]int64   // the event that is being handled
	wrong []string
}

type line struct {
	handler, order string
	position       payment.Key
}

func newBook() *book { return &book{did: map[line][]int64{}, busy: map[line]int64{}} }

func lineOf(handler string, e payment.Event) line {
	l := line{handler, e.Order, e.Position}
	if e.Kind == payment.Quarantined {
		l.order = fmt.Sprint("alone ", e.ID)
	}
	return l
}

var errTest = errors.New("failure on purpose of Mario Rossi")

// handler returns one that fails when it is told to.
func (b *book) handler(name string, fails func(e payment.Event) bool) payment.Handler {
	return func(_ context.Context, e payment.Event) error {
		l := lineOf(name, e)
		b.mu.Lock()
		if other := b.busy[l]; other != 0 {
			b.wrong = append(b.wrong, fmt.Sprintf("%s gets %d while %d is not done", name, e.ID, other))
		}
		if did := b.did[l]; len(did) > 0 && e.ID < did[len(did)-1] {
			b.wrong = append(b.wrong, fmt.Sprintf("%s gets %d after %v", name, e.ID, did))
		}
		b.busy[l] = e.ID
		b.mu.Unlock()
		time.Sleep(time.Duration(e.ID%3) * 100 * time.Microsecond)
		failed := fails != nil && fails(e)
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.busy, l)
		if failed {
			return errTest
		}
		b.did[l] = append(b.did[l], e.ID)
		return nil
	}
}

// check tells what is wrong with what the handlers did about the events of the store.
func (b *book) check(t *testing.T, st jobs.Store, handlers ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.wrong)
	want := map[line][]int64{}
	for e, err := range st.Outbox().List(t.Context(), payment.EventFilter{}) {
		require.NoError(t, err)
		for _, h := range handlers {
			l := lineOf(h, e)
			want[l] = append(want[l], e.ID)
		}
	}
	got := map[line][]int64{}
	for l, ids := range b.did {
		got[l] = slices.Compact(slices.Clone(ids)) // a repeat follows at once
	}
	require.Equal(t, want, got)
}
