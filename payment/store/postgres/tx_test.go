package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// keep adds a position and a file of the program's in one unit of work.
func keep(ctx context.Context, st *postgres.Store, n uint64, then func(context.Context) error) error {
	return st.Do(ctx, func(ctx context.Context) error {
		if err := st.Positions().Insert(ctx, storetest.Position(n)); err != nil {
			return err
		}
		if _, err := st.Tx(ctx).Exec(ctx, "INSERT INTO files (id, name) VALUES ($1, $2)", int64(n), fmt.Sprintf("file %d", n)); err != nil {
			return err
		}
		return then(ctx)
	})
}

func nothing(context.Context) error { return nil }

// both returns how many rows of either kind there are; each must have the other.
func both(t *testing.T, p *pgxpool.Pool, st *postgres.Store) int {
	t.Helper()
	files, positions := 0, 0
	require.NoError(t, p.QueryRow(t.Context(), "SELECT count(*) FROM files").Scan(&files))
	for _, err := range st.Positions().List(t.Context(), payment.PositionFilter{}) {
		require.NoError(t, err)
		positions++
	}
	require.Equal(t, files, positions, "one was kept without the other")
	return files
}

var errBoom = errors.New("boom")

// TestTx: rows of the program's and of the store's are both kept, or neither.
func TestTx(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, nil)
	st := used(t, p)
	ctx := t.Context()
	require.NoError(t, keep(ctx, st, 1, nothing))
	require.Equal(t, 1, both(t, p, st))

	require.ErrorIs(t, keep(ctx, st, 2, func(context.Context) error { return errBoom }), errBoom)
	require.Equal(t, 1, both(t, p, st))

	require.PanicsWithValue(t, "boom", func() { _ = keep(ctx, st, 2, func(context.Context) error { panic("boom") }) })
	require.Equal(t, 1, both(t, p, st))

	ended, cancel := context.WithCancel(ctx)
	require.ErrorIs(t, keep(ended, st, 2, func(ctx context.Context) error {
		cancel()
		_, err := st.Tx(ctx).Exec(ctx, "DELETE FROM files")
		return err
	}), context.Canceled)
	require.Equal(t, 1, both(t, p, st))

	// What a part did is undone with the part, and names are found as before.
	require.NoError(t, keep(ctx, st, 4, func(ctx context.Context) error {
		if err := keep(ctx, st, 5, func(context.Context) error { return errBoom }); !errors.Is(err, errBoom) {
			return fmt.Errorf("inner: %w", err)
		}
		return keep(ctx, st, 6, nothing)
	}))
	require.Equal(t, 3, both(t, p, st))

	// So is what a rule did that says no in the end.
	require.NoError(t, keep(ctx, st, 10, func(ctx context.Context) error {
		err := st.Positions().Update(ctx, storetest.Position(10).Key, func(*payment.Position) error {
			_, err := st.Tx(ctx).Exec(ctx, "INSERT INTO files (id, name) VALUES (11, 'file 11')")
			return errors.Join(err, errBoom)
		})
		if !errors.Is(err, errBoom) {
			return fmt.Errorf("rule: %w", err)
		}
		return nil
	}))
	require.Equal(t, 4, both(t, p, st))

	// A key that is there already is the program's to know, once it is sure.
	runs := 0
	err := keep(ctx, st, 7, func(ctx context.Context) error {
		runs++
		_, err := st.Tx(ctx).Exec(ctx, "INSERT INTO files (id, name) VALUES (1, 'x')")
		return err
	})
	said, ok := errors.AsType[*pgconn.PgError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "files_pkey", said.ConstraintName)
	require.Equal(t, 2, runs)
	require.NoError(t, keep(ctx, st, 8, func(ctx context.Context) error {
		failed := st.Do(ctx, func(ctx context.Context) error {
			_, err := st.Tx(ctx).Exec(ctx, "INSERT INTO nowhere VALUES (1)")
			return err
		})
		require.ErrorContains(t, failed, `"nowhere" does not exist`)
		return nil
	}), "a part may fail")
	require.Equal(t, 5, both(t, p, st))
	require.Error(t, keep(ctx, st, 9, func(ctx context.Context) error {
		_, _ = st.Tx(ctx).Exec(ctx, "INSERT INTO nowhere VALUES (1)")
		return nil
	}), "the unit may not go on as if nothing had happened")
	require.Equal(t, 5, both(t, p, st))
}

// TestTxNames: the program's tables are its own, though ours have the same names.
func TestTxNames(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, nil)
	st := used(t, p)
	session := identity.Session{ID: "ours"}
	require.NoError(t, st.Do(t.Context(), func(ctx context.Context) error {
		if _, err := st.Tx(ctx).Exec(ctx, "INSERT INTO sessions (cookie) VALUES ('theirs')"); err != nil {
			return err
		}
		if err := st.Sessions().Insert(ctx, session); err != nil {
			return err
		}
		_, err := st.Tx(ctx).Exec(ctx, "UPDATE sessions SET cookie = 'theirs still'")
		return err
	}))
	var cookie string
	require.NoError(t, p.QueryRow(t.Context(), "SELECT cookie FROM sessions").Scan(&cookie))
	require.Equal(t, "theirs still", cookie)
	_, err := st.Sessions().Get(t.Context(), session.ID)
	require.NoError(t, err)

	// A temporary table is not taken for one of ours either.
	require.NoError(t, st.Do(t.Context(), func(ctx context.Context) error {
		if _, err := st.Tx(ctx).Exec(ctx, "CREATE TEMPORARY TABLE positions (x INT) ON COMMIT DROP"); err != nil {
			return err
		}
		return st.Positions().Insert(ctx, storetest.Position(1))
	}))
	_, err = st.Positions().Get(t.Context(), storetest.Position(1).Key)
	require.NoError(t, err)
}

// TestTxRunsAgain: a unit that conflicts in the program's tables alone is one after the
// other too.
func TestTxRunsAgain(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, nil)
	st := used(t, p)
	require.NoError(t, keep(t.Context(), st, 1000, nothing))
	_, err := p.Exec(t.Context(), "CREATE TABLE places (taken BIGINT NOT NULL); INSERT INTO places VALUES (0)")
	require.NoError(t, err)
	var wg sync.WaitGroup
	var runs atomic.Int64
	for n := range uint64(20) {
		wg.Go(func() {
			if err := keep(t.Context(), st, n+1, func(ctx context.Context) error {
				runs.Add(1)
				var taken int64
				if err := st.Tx(ctx).QueryRow(ctx, "SELECT taken FROM places").Scan(&taken); err != nil {
					return err
				}
				_, err := st.Tx(ctx).Exec(ctx, "UPDATE places SET taken = $1", taken+1)
				return err
			}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var taken int64
	require.NoError(t, p.QueryRow(t.Context(), "SELECT taken FROM places").Scan(&taken))
	require.EqualValues(t, 20, taken)
	require.Greater(t, runs.Load(), int64(20))
	require.Equal(t, 21, both(t, p, st))
}

// TestTxReads: queries see what the unit has written, and leave the connection free.
func TestTxReads(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, nil)
	st := used(t, p)
	require.NoError(t, keep(t.Context(), st, 1, func(ctx context.Context) error {
		tx := st.Tx(ctx)
		rows, _ := tx.Query(ctx, "SELECT name FROM files")
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		require.Equal(t, []string{"file 1"}, names)
		require.ErrorIs(t, tx.QueryRow(ctx, "SELECT id FROM files WHERE id = 77").Scan(new(int64)), pgx.ErrNoRows)
		require.Error(t, tx.QueryRow(ctx, "SELECT name FROM files").Scan(new(int64)), "a name is no number")
		var id int64
		require.NoError(t, tx.QueryRow(ctx, "SELECT id FROM files").Scan(&id))
		require.Zero(t, count(t, p)) //nolint:contextcheck // another one's
		rows, err = tx.Query(ctx, "SELECT generate_series(1, 1000)")
		if err != nil {
			return err
		}
		require.True(t, rows.Next())
		return nil // and left open
	}))
	require.Equal(t, 1, both(t, p, st))

	var left pgx.Rows
	require.NoError(t, st.Do(t.Context(), func(ctx context.Context) (err error) {
		left, err = st.Tx(ctx).Query(ctx, "SELECT generate_series(1, 1000)") //nolint:sqlclosecheck // forgotten
		return err
	}))
	require.False(t, left.Next())
	require.Error(t, left.Scan(new(int)))
	left.Close()
}

// TestTxOpenRows: who goes on with rows open hears of it, and not that the server is away.
func TestTxOpenRows(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, nil)
	st := used(t, p)
	for _, next := range []func(context.Context) error{
		func(ctx context.Context) error {
			_, err := st.Positions().Get(ctx, storetest.Position(1).Key)
			return err
		},
		func(ctx context.Context) error {
			_, err := st.Tx(ctx).Exec(ctx, "DELETE FROM files")
			return err
		},
		func(ctx context.Context) error {
			_ = keep(ctx, st, 2, func(context.Context) error { return errBoom })
			return nil // as if it had been undone
		},
	} {
		require.ErrorContains(t, keep(t.Context(), st, 1, func(ctx context.Context) error {
			_ = st.Tx(ctx).QueryRow(ctx, "SELECT generate_series(1, 1000)") // and no Scan
			return next(ctx)
		}), "rows of the program's are open")
		require.Zero(t, both(t, p, st))
	}
}

func count(t *testing.T, p *pgxpool.Pool) (n int) {
	t.Helper()
	require.NoError(t, p.QueryRow(t.Context(), "SELECT count(*) FROM files").Scan(&n))
	return n
}

// TestTxOutside: a transaction is for the unit, and for nobody after it.
func TestTxOutside(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, nil)
	st := used(t, p)
	ctx := t.Context()
	var left postgres.Tx
	require.NoError(t, st.Do(ctx, func(ctx context.Context) error {
		left = st.Tx(ctx)
		for _, statement := range []string{"COMMIT", "-- x\n rollback", "SAVEPOINT x", "PREPARE TRANSACTION 'x'"} {
			_, err := left.Exec(ctx, statement)
			require.ErrorContains(t, err, "no statement for a unit of work")
			rows, err := left.Query(ctx, statement)
			require.ErrorContains(t, err, "no statement for a unit of work")
			require.ErrorIs(t, rows.Err(), err)
			require.ErrorContains(t, left.QueryRow(ctx, statement).Scan(), "no statement for a unit of work")
		}
		return nil
	}))
	for tx, want := range map[postgres.Tx]string{left: "the unit of work has ended", st.Tx(ctx): "no unit of work", {}: "no unit of work"} {
		_, err := tx.Exec(ctx, "DELETE FROM files")
		require.ErrorContains(t, err, want)
		_, err = tx.Query(ctx, "SELECT 1") //nolint:sqlclosecheck // there are none
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, tx.QueryRow(ctx, "SELECT 1").Scan(new(int)), want)
	}
	require.ErrorContains(t, keep(ctx, st, 1, func(ctx context.Context) error {
		_, err := st.Tx(ctx).Exec(ctx, "SELECT 1; COMMIT")
		return err
	}), "no statement for a unit of work")
	require.Zero(t, both(t, p, st))
	require.ErrorContains(t, st.Do(ctx, func(ctx context.Context) error {
		_, err := st.Tx(ctx).Exec(ctx, `SELECT E'\''; COMMIT`) // which hides it
		return err
	}), "ended the transaction of its unit of work")
}

// A position and the program's own row, in its own database.
func ExampleTx() {
	dsn := os.Getenv("PAGONLINE_TEST_POSTGRES")
	if dsn == "" {
		fmt.Println("<nil>\n1 <nil>") // there is no server to try it on
		return
	}
	ctx := context.Background()
	db, err := pgxpool.New(ctx, dsn) // the pool of a program that was there before
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	store, err := postgres.Use(ctx, db, postgres.Config{Environment: payment.Sandbox, Schema: "pagonline_example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	defer db.Exec(ctx, "DROP SCHEMA pagonline_example CASCADE") //nolint:errcheck // of the example

	err = store.Do(ctx, func(ctx context.Context) error {
		position := storetest.Position(1)
		if err := store.Positions().Insert(ctx, position); err != nil {
			return err
		}
		_, err := store.Tx(ctx).Exec(ctx, "CREATE TEMPORARY TABLE files AS SELECT $1::text AS notice", position.Number.String())
		return err
	})
	fmt.Println(err)
	var files int
	err = store.Do(ctx, func(ctx context.Context) error {
		return store.Tx(ctx).QueryRow(ctx, "SELECT count(*) FROM files").Scan(&files)
	})
	fmt.Println(files, err)
	// Output:
	// <nil>
	// 1 <nil>
}

func ExampleUse() {
	ctx := context.Background()
	db, err := pgxpool.New(ctx, "postgres://127.0.0.1:1/archive?connect_timeout=1")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	_, err = postgres.Use(ctx, db, postgres.Config{})
	fmt.Println(err) // nobody is there
	// Output:
	// postgres: open: unavailable: Service unavailable for the moment: try again.
}
