package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// pragma sets what the connection that writes is bound to.
func pragma(t *testing.T, d *db, name string, value int) {
	t.Helper()
	_, err := d.writer.ExecContext(t.Context(), fmt.Sprintf("PRAGMA %s = %d", name, value))
	require.NoError(t, err)
}

// fill makes the disk full: not a page more than there are.
func fill(t *testing.T, d *db) {
	t.Helper()
	var pages int
	require.NoError(t, d.writer.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages))
	pragma(t, d, "max_page_count", pages)
}

// long is a row that needs pages of its own.
func long(d *db, name string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := d.Exec(ctx, "INSERT INTO meta (key, value) VALUES ($1, $2)", name, strings.Repeat("x", 20_000))
		return err
	}
}

func kept(t *testing.T, d *db) (names []string) {
	t.Helper()
	require.NoError(t, d.Query(t.Context(), func(r sqlstore.Row) error {
		var name string
		err := r.Scan(&name)
		names = append(names, name)
		return err
	}, "SELECT key FROM meta WHERE key LIKE 'long%' ORDER BY key"))
	return names
}

// TestFullDisk: nothing half done, an error that says "try again", and it works again
// when there is room.
func TestFullDisk(t *testing.T) {
	for name, work := range map[string]func(d *db) func(context.Context) error{
		"a statement fails": func(d *db) func(context.Context) error {
			return func(ctx context.Context) error { return errors.Join(insert(d, 1)(ctx), long(d, "long-1")(ctx)) }
		},
		"and work does not mind": func(d *db) func(context.Context) error {
			return func(ctx context.Context) error {
				_ = long(d, "long-1")(ctx)
				_ = insert(d, 1)(ctx)
				return nil
			}
		},
		"and work does not mind that a part of it fails": func(d *db) func(context.Context) error {
			return func(ctx context.Context) error {
				_ = d.Do(ctx, long(d, "long-1"))
				_ = d.Do(ctx, insert(d, 1))
				return d.Query(ctx, func(sqlstore.Row) error { return nil }, "SELECT 1")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDB(t)
			fill(t, d)
			err := d.Do(t.Context(), work(d))
			require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
			require.ErrorIs(t, err, pagonline.ErrUnavailable)
			require.Empty(t, seen(t, d))
			require.Empty(t, kept(t, d))
			require.Nil(t, d.group)
			pragma(t, d, "max_page_count", 1_000_000)
			require.NoError(t, d.Do(t.Context(), long(d, "long-1")))
			require.Equal(t, []string{"long-1"}, kept(t, d))
		})
	}
}

// TestFullDiskInAGroup: who heard of success is kept, and only he.
func TestFullDiskInAGroup(t *testing.T) {
	d := openDB(t)
	for range 5 {
		fill(t, d)
		var works []func() error
		for n := range 30 {
			works = append(works, func() error {
				if n%10 == 5 {
					return d.Do(t.Context(), long(d, fmt.Sprintf("long-%d", n)))
				}
				return d.Do(t.Context(), insert(d, n))
			})
		}
		var wanted []int
		for n, err := range together(d, works...) {
			if n%10 == 5 {
				require.Error(t, err)
			}
			if err == nil {
				wanted = append(wanted, n)
				continue
			}
			require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err), err)
		}
		require.Equal(t, wanted, seen(t, d))
		require.Empty(t, kept(t, d))
		pragma(t, d, "max_page_count", 1_000_000)
		require.NoError(t, d.Do(t.Context(), func(ctx context.Context) error {
			_, err := d.Exec(ctx, "DELETE FROM seen")
			return err
		}))
	}
}

// TestNumbersOnAFullDisk: the counter too says that it may be asked again.
func TestNumbersOnAFullDisk(t *testing.T) {
	d := openDB(t)
	s := &Store{Tables: sqlstore.Tables{DB: d, Dialect: sqlstore.SQLite()}, db: d}
	fill(t, d)
	var err error
	var n uint64
	for err == nil {
		n++
		_, err = s.Numbers().Next(t.Context(), strings.Repeat("9", 1000), uint8(n))
	}
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	pragma(t, d, "max_page_count", 1_000_000)
	serial, err := s.Numbers().Next(t.Context(), strings.Repeat("9", 1000), uint8(n))
	require.NoError(t, err)
	require.Equal(t, uint64(1), serial)
	require.NoError(t, s.Positions().Insert(t.Context(), storetest.Position(1)))
}

// TestManyNumbers: a unit that takes many numbers runs again a few times, and leaves no
// larger gap than it has taken.
func TestManyNumbers(t *testing.T) {
	d := openDB(t)
	s := &Store{db: d}
	const many = 1000
	runs, last := 0, uint64(0)
	require.NoError(t, d.Do(t.Context(), func(ctx context.Context) (err error) {
		runs++
		for n := range uint64(many) {
			if last, err = s.Numbers().Next(ctx, "99999000013", 1); err != nil {
				return err
			}
			require.Equal(t, n+1, last)
		}
		return nil
	}))
	require.LessOrEqual(t, runs, 13)
	require.NoError(t, d.reader.QueryRowContext(t.Context(), "SELECT last FROM counters").Scan(&last))
	require.LessOrEqual(t, last, uint64(2*many))
}

// TestBusy: another process that keeps the lock is waited for, and then told.
func TestBusy(t *testing.T) {
	d := openDB(t)
	pragma(t, d, "busy_timeout", 50)
	other, err := connect(d.path)
	require.NoError(t, err)
	defer other.Close()
	tx, err := other.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	err = d.Do(t.Context(), insert(d, 1))
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	_, err = (&Store{db: d}).Numbers().Next(t.Context(), "99999000013", 1)
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	require.Empty(t, seen(t, d), "who reads does not wait")
	require.NoError(t, tx.Rollback())
	require.NoError(t, d.Do(t.Context(), insert(d, 1)))
	require.Equal(t, []int{1}, seen(t, d))
}

func TestSupports(t *testing.T) {
	for version, fine := range map[string]bool{
		"3.51.3": true, "3.54.1": true, "3.100.0": true, "4.0.0": true,
		"3.51.2": false, "3.7.0": false, "3.9.9": false, "": false, "x": false,
	} {
		require.Equal(t, fine, supports(version) == nil, version)
	}
}

// TestStatements: they stay prepared, few of them, and follow the tables.
func TestStatements(t *testing.T) {
	d := openDB(t)
	known := func() (n int) {
		c, err := d.writer.Conn(t.Context())
		require.NoError(t, err)
		defer c.Close()
		require.NoError(t, c.Raw(func(driver any) error {
			c, ok := driver.(*conn)
			require.True(t, ok)
			n = len(c.known)
			return nil
		}))
		return n
	}
	require.NoError(t, d.Do(t.Context(), insert(d, 1)))
	once := known()
	require.NoError(t, d.Do(t.Context(), insert(d, 2)))
	require.Equal(t, once, known())
	columns := func() (n int) {
		require.NoError(t, d.Do(t.Context(), func(ctx context.Context) error {
			rows, err := d.unit(ctx).rows(ctx, "SELECT * FROM seen")
			if err != nil {
				return err
			}
			defer rows.Close()
			names, err := rows.Columns()
			n = len(names)
			// The same query while the first one's rows are being read.
			return errors.Join(err, d.Query(ctx, func(sqlstore.Row) error { return nil }, "SELECT * FROM seen"), rows.Err())
		}))
		return n
	}
	require.Equal(t, 1, columns())
	require.NoError(t, d.Do(t.Context(), func(ctx context.Context) error {
		_, err := d.Exec(ctx, "ALTER TABLE seen ADD COLUMN more TEXT")
		return err
	}))
	require.Equal(t, 2, columns())
	require.NoError(t, d.Do(t.Context(), func(ctx context.Context) error {
		for n := range 2 * mostKnown {
			if err := d.Query(ctx, func(sqlstore.Row) error { return nil }, fmt.Sprintf("SELECT %d", n)); err != nil {
				return err
			}
		}
		return d.Query(ctx, func(sqlstore.Row) error { return nil }, "SELECT 1 -- "+strings.Repeat("x", longestKnown))
	}))
	require.Equal(t, mostKnown, known())
	require.Error(t, d.Do(t.Context(), func(ctx context.Context) error { _, err := d.Exec(ctx, "NO SQL"); return err }))
}
