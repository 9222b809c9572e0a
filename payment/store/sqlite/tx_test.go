package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// keep adds a position and a file of the program's in one unit of work.
func keep(ctx context.Context, st *sqlite.Store, n uint64, then func(context.Context) error) error {
	return st.Do(ctx, func(ctx context.Context) error {
		if err := st.Positions().Insert(ctx, storetest.Position(n)); err != nil {
			return err
		}
		if _, err := st.Tx(ctx).ExecContext(ctx, "INSERT INTO files (id, name) VALUES (?, ?)", n, fmt.Sprintf("file %d", n)); err != nil {
			return err
		}
		return then(ctx)
	})
}

func nothing(context.Context) error { return nil }

// both returns how many rows of either kind there are; each must have the other.
func both(t *testing.T, handle *sql.DB) int {
	t.Helper()
	files, positions := count(t, handle, "files"), count(t, handle, "positions")
	require.Equal(t, files, positions, "one was kept without the other")
	return files
}

var errBoom = errors.New("boom")

// TestTx: rows of the program's and of the store's are both kept, or neither.
func TestTx(t *testing.T) {
	handle, st := used(t)
	ctx := t.Context()
	require.NoError(t, keep(ctx, st, 1, nothing))
	require.Equal(t, 1, both(t, handle))

	require.ErrorIs(t, keep(ctx, st, 2, func(context.Context) error { return errBoom }), errBoom)
	require.Equal(t, 1, both(t, handle))

	require.PanicsWithValue(t, "boom", func() { _ = keep(ctx, st, 2, func(context.Context) error { panic("boom") }) })
	require.Equal(t, 1, both(t, handle))

	ended, cancel := context.WithCancel(ctx)
	require.ErrorIs(t, keep(ended, st, 2, func(ctx context.Context) error {
		cancel()
		_, err := st.Tx(ctx).ExecContext(ctx, "DELETE FROM files")
		return err
	}), context.Canceled)
	require.Equal(t, 1, both(t, handle))

	// Notice numbers that were not there yet make the work run again.
	runs := 0
	require.NoError(t, keep(ctx, st, 3, func(ctx context.Context) error {
		runs++
		for range 5 {
			if _, err := st.Numbers().Next(ctx, "99999000013", 1); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Greater(t, runs, 1)
	require.Equal(t, 2, both(t, handle))

	// What a part did is undone with the part.
	require.NoError(t, keep(ctx, st, 4, func(ctx context.Context) error {
		if err := keep(ctx, st, 5, func(context.Context) error { return errBoom }); !errors.Is(err, errBoom) {
			return fmt.Errorf("inner: %w", err)
		}
		return keep(ctx, st, 6, nothing)
	}))
	require.Equal(t, 4, both(t, handle))

	// So is what a rule did that says no in the end.
	require.NoError(t, keep(ctx, st, 10, func(ctx context.Context) error {
		err := st.Positions().Update(ctx, storetest.Position(10).Key, func(*payment.Position) error {
			_, err := st.Tx(ctx).ExecContext(ctx, "INSERT INTO files (id, name) VALUES (11, 'file 11')")
			return errors.Join(err, errBoom)
		})
		if !errors.Is(err, errBoom) {
			return fmt.Errorf("rule: %w", err)
		}
		return nil
	}))
	require.Equal(t, 5, both(t, handle))

	// That holds for a statement too that keeps what it did before it failed.
	require.NoError(t, keep(ctx, st, 12, func(ctx context.Context) error {
		failed := st.Do(ctx, func(ctx context.Context) error {
			_, err := st.Tx(ctx).ExecContext(ctx, "INSERT OR FAIL INTO files (id, name) VALUES (?, 'x'), (1, 'y')", 13)
			return err
		})
		require.ErrorContains(t, failed, "UNIQUE constraint failed")
		return nil
	}))
	require.Equal(t, 6, both(t, handle))

	// A statement that fails undoes itself; what becomes of the unit is for work to say.
	require.NoError(t, keep(ctx, st, 7, func(ctx context.Context) error {
		if _, err := st.Tx(ctx).ExecContext(ctx, "INSERT INTO files (id, name) VALUES (1, 'x')"); err == nil {
			return errors.New("the key is there already")
		}
		return nil
	}))
	require.Equal(t, 7, both(t, handle))
}

// TestTxInGroups: units that share a transaction are kept or undone one by one.
func TestTxInGroups(t *testing.T) {
	handle, st := used(t)
	const clients, rounds = 16, 12
	var wg sync.WaitGroup
	for c := range uint64(clients) {
		wg.Go(func() {
			for r := range uint64(rounds) {
				n, fails := 1+c*rounds+r, (c+r)%3
				err := func() (err error) {
					defer func() {
						if p := recover(); p != nil {
							err = errBoom
						}
					}()
					return keep(t.Context(), st, n, func(context.Context) error {
						switch fails {
						case 1:
							return errBoom
						case 2:
							panic("boom")
						}
						return nil
					})
				}()
				if fails == 0 && err != nil || fails > 0 && !errors.Is(err, errBoom) {
					t.Errorf("%d: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, clients*rounds/3, both(t, handle))
	rows, err := handle.QueryContext(t.Context(), "SELECT id FROM files")
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var n uint64
		require.NoError(t, rows.Scan(&n))
		require.Zero(t, ((n-1)/rounds+(n-1)%rounds)%3)
		_, err := st.Positions().Get(t.Context(), storetest.Position(n).Key)
		require.NoError(t, err)
	}
	require.NoError(t, rows.Err())
}

// TestTxReads: queries see what the unit has written, and nobody else does before its end.
func TestTxReads(t *testing.T) {
	handle, st := used(t)
	require.NoError(t, keep(t.Context(), st, 1, func(ctx context.Context) error {
		var positions, files int
		tx := st.Tx(ctx)
		if err := tx.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM positions), (SELECT count(*) FROM files)").Scan(&positions, &files); err != nil {
			return err
		}
		require.Equal(t, [2]int{1, 1}, [2]int{positions, files})
		rows, err := tx.QueryContext(ctx, "SELECT id FROM files WHERE name = ?", "file 1")
		if err != nil {
			return err
		}
		defer rows.Close()
		require.True(t, rows.Next())
		require.Zero(t, count(t, handle, "files")) //nolint:contextcheck // another one's
		return rows.Err()
	}))
	require.Equal(t, 1, both(t, handle))
}

// TestTxLeftOpen: rows that the program forgot do not keep the connection from writing when
// another process has.
func TestTxLeftOpen(t *testing.T) {
	handle, st := used(t)
	for n := range uint64(10) {
		failed := n%2 == 1
		err := keep(t.Context(), st, n+1, func(ctx context.Context) error {
			const many = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT 1000) SELECT n FROM n, files"
			rows, err := st.Tx(ctx).QueryContext(ctx, many) //nolint:sqlclosecheck // forgotten
			if err != nil {
				return err
			}
			require.True(t, rows.Next())
			_ = st.Tx(ctx).QueryRowContext(ctx, many)
			if failed {
				return errBoom
			}
			return rows.Err()
		})
		require.Equal(t, failed, errors.Is(err, errBoom), "%v", err)
		_, err = handle.ExecContext(t.Context(), "UPDATE files SET name = name || '.'")
		require.NoError(t, err)
	}
	require.Equal(t, 5, both(t, handle))
}

// TestTxUndone: a program's statement that undoes the whole transaction makes its unit fail,
// with nothing kept of it, and leaves the others whole.
func TestTxUndone(t *testing.T) {
	ways := map[string]func(context.Context, sqlite.Tx) error{
		"or rollback": func(ctx context.Context, tx sqlite.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT OR ROLLBACK INTO files (id, name) VALUES (?, 'x')", 1)
			return err
		},
		"raise": func(ctx context.Context, tx sqlite.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO files (id, name) VALUES (?, 'forbidden')", 999)
			return err
		},
		"row": func(ctx context.Context, tx sqlite.Tx) error {
			return tx.QueryRowContext(ctx, "INSERT OR ROLLBACK INTO files (id, name) VALUES (1, 'x') RETURNING id").Scan(new(int))
		},
		"rows": func(ctx context.Context, tx sqlite.Tx) error {
			rows, err := tx.QueryContext(ctx, "INSERT OR ROLLBACK INTO files (id, name) VALUES (1, 'x') RETURNING id")
			if err != nil {
				return err
			}
			defer rows.Close()
			rows.Next()
			return rows.Err()
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			handle, st := used(t)
			_, err := handle.ExecContext(t.Context(), `CREATE TRIGGER forbids BEFORE INSERT ON files WHEN NEW.name = 'forbidden'
				BEGIN SELECT RAISE(ROLLBACK, 'forbidden'); END`)
			require.NoError(t, err)
			require.NoError(t, keep(t.Context(), st, 1, nothing))
			var wg sync.WaitGroup
			for n := range uint64(32) {
				wg.Go(func() {
					bad := n%4 == 1
					err := keep(t.Context(), st, 10+n, func(ctx context.Context) error {
						if !bad {
							return nil
						}
						if err := way(ctx, st.Tx(ctx)); err == nil {
							t.Error("the statement did not fail")
						}
						_ = st.Positions().Insert(ctx, storetest.Position(100+n)) // it goes on as if nothing had happened
						_, _ = st.Tx(ctx).ExecContext(ctx, "INSERT INTO files (id, name) VALUES (?, 'alone')", 100+n)
						return nil
					})
					if bad != (err != nil) {
						t.Errorf("%d: %v", n, err)
					}
				})
			}
			wg.Wait()
			require.Equal(t, 1+24, both(t, handle))
			require.NoError(t, keep(t.Context(), st, 500, nothing))
			var odd int
			require.NoError(t, handle.QueryRowContext(t.Context(), "SELECT count(*) FROM files WHERE id >= 10 AND id < 500 AND id % 4 = 3").Scan(&odd))
			require.Zero(t, odd)
		})
	}
}

// TestTxOutside: a transaction is for the unit, and for nobody after it.
func TestTxOutside(t *testing.T) {
	_, st := used(t)
	ctx := t.Context()
	var left sqlite.Tx
	require.NoError(t, st.Do(ctx, func(ctx context.Context) error {
		left = st.Tx(ctx)
		for _, statement := range []string{"COMMIT", "-- x\n rollback", "SAVEPOINT x", "PRAGMA query_only = 1", "ATTACH 'x' AS x", "SELECT 1; COMMIT"} {
			_, err := left.ExecContext(ctx, statement)
			require.ErrorContains(t, err, "no statement for a unit of work")
			_, err = left.QueryContext(ctx, statement) //nolint:rowserrcheck,sqlclosecheck // there are none
			require.ErrorContains(t, err, "no statement for a unit of work")
			require.ErrorContains(t, left.QueryRowContext(ctx, statement).Scan(), "no statement for a unit of work")
		}
		return nil
	}))
	for tx, want := range map[sqlite.Tx]string{left: sql.ErrTxDone.Error(), st.Tx(ctx): "no unit of work", {}: "no unit of work"} {
		_, err := tx.ExecContext(ctx, "DELETE FROM files")
		require.ErrorContains(t, err, want)
		_, err = tx.QueryContext(ctx, "SELECT 1") //nolint:rowserrcheck,sqlclosecheck // there are none
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, tx.QueryRowContext(ctx, "SELECT 1").Scan(new(int)), want)
	}
}

// A position and the program's own row, in its own database.
func ExampleTx() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "archive")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "archive.db")+
		"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "CREATE TABLE files (id TEXT PRIMARY KEY, notice TEXT)")
	fmt.Println(err)

	store, err := sqlite.Use(ctx, db, sqlite.Config{Environment: payment.Sandbox})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close()
	position := storetest.Position(1)
	err = store.Do(ctx, func(ctx context.Context) error {
		if err := store.Positions().Insert(ctx, position); err != nil {
			return err
		}
		_, err := store.Tx(ctx).ExecContext(ctx, "INSERT INTO files (id, notice) VALUES (?, ?)", "ASLi 7/1861", position.Number.String())
		return err
	})
	fmt.Println(err)
	var notice string
	err = db.QueryRowContext(ctx, "SELECT notice FROM files").Scan(&notice)
	fmt.Println(notice == position.Number.String(), err)
	// Output:
	// <nil>
	// <nil>
	// true <nil>
}
