package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

func openDB(t testing.TB) *db {
	t.Helper()
	s, err := Open(t.Context(), t.TempDir(), Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.Do(t.Context(), func(ctx context.Context) error {
		_, err := s.db.Exec(ctx, "CREATE TABLE seen (n INTEGER PRIMARY KEY) STRICT")
		return err
	}))
	return s.db
}

func insert(d *db, n int) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := d.Exec(ctx, "INSERT INTO seen VALUES ($1)", n)
		return err
	}
}

// together runs works so that all are in the queue while the first one has the turn.
func together(d *db, works ...func() error) []error {
	d.turn <- struct{}{}
	errs := make([]error, len(works))
	var wg, begun sync.WaitGroup
	for i, work := range works {
		begun.Add(1)
		wg.Go(func() {
			begun.Done()
			errs[i] = work()
		})
	}
	begun.Wait()
	time.Sleep(10 * time.Millisecond) // most have come to the queue by now; all will
	<-d.turn
	wg.Wait()
	return errs
}

func seen(t *testing.T, d *db) (all []int) {
	t.Helper()
	err := d.Query(t.Context(), func(r sqlstore.Row) error {
		var n int
		err := r.Scan(&n)
		all = append(all, n)
		return err
	}, "SELECT n FROM seen ORDER BY n")
	require.NoError(t, err)
	return all
}

// What one unit does to itself, the others of its group do not feel.
func TestGroup(t *testing.T) {
	d := openDB(t)
	errFailed := errors.New("failed")
	works, wanted := []func() error{}, []int{}
	for n := range 60 {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		work := func() error { return d.Do(ctx, insert(d, n)) }
		switch n % 6 {
		case 1: // fails after it has written
			work = func() error {
				err := d.Do(ctx, func(ctx context.Context) error { return errors.Join(insert(d, n)(ctx), errFailed) })
				require.ErrorIs(t, err, errFailed)
				return nil
			}
		case 2: // its context ends after it has written
			work = func() error {
				err := d.Do(ctx, func(ctx context.Context) error {
					err := insert(d, n)(ctx)
					cancel()
					return err
				})
				require.ErrorIs(t, err, context.Canceled)
				return nil
			}
		case 3: // panics after it has written
			work = func() (err error) {
				defer func() { require.Equal(t, "oops", recover()) }()
				return d.Do(ctx, func(ctx context.Context) error {
					_ = insert(d, n)(ctx)
					panic("oops")
				})
			}
		case 4: // a part of it fails, which it does not mind
			work = func() error {
				return d.Do(ctx, func(ctx context.Context) error {
					_ = d.Do(ctx, func(ctx context.Context) error { return errors.Join(insert(d, 1000+n)(ctx), errFailed) })
					return insert(d, n)(ctx)
				})
			}
			fallthrough
		default:
			wanted = append(wanted, n)
		}
		works = append(works, work)
	}
	for i, err := range together(d, works...) {
		require.NoError(t, err, i)
	}
	require.Equal(t, wanted, seen(t, d))
	require.Nil(t, d.group)
	require.Empty(t, d.turn)
}

// A group that breaks is told to every unit in it, and the next one is whole.
func TestBrokenGroup(t *testing.T) {
	d := openDB(t)
	works := []func() error{}
	for n := range 20 {
		works = append(works, func() error {
			return d.Do(t.Context(), func(ctx context.Context) error {
				if err := insert(d, n)(ctx); err != nil || n != 10 {
					return err
				}
				_, err := d.Exec(ctx, "ROLLBACK") // as SQLite does on a full disk
				return err
			})
		})
	}
	var kept []int
	for n, err := range together(d, works...) {
		if err == nil {
			kept = append(kept, n)
		}
	}
	require.NotContains(t, kept, 10)
	require.Equal(t, kept, seen(t, d), "who heard of success, and only those")
	require.NoError(t, d.Do(t.Context(), insert(d, 100)))
}

func TestUnitEnds(t *testing.T) {
	d := openDB(t)
	var late context.Context
	require.NoError(t, d.Do(t.Context(), func(ctx context.Context) error {
		late = ctx
		return nil
	}))
	require.Error(t, insert(d, 1)(late), "a unit that has ended writes nothing into the next group")
	require.Empty(t, seen(t, d))
}

// BenchmarkDo shows what units that wait for one another save.
func BenchmarkDo(b *testing.B) {
	for _, clients := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("clients=%d", clients), func(b *testing.B) {
			d := openDB(b)
			next := make(chan int, clients)
			go func() {
				for n := range b.N {
					next <- n
				}
				close(next)
			}()
			b.ResetTimer()
			var wg sync.WaitGroup
			for range clients {
				wg.Go(func() {
					for n := range next {
						if err := d.Do(b.Context(), insert(d, n)); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
		})
	}
}
