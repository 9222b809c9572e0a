package postgres_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func event(n int) payment.Event {
	p := storetest.Position(uint64(n + 1))
	return payment.Event{Kind: payment.ReceiptRecorded, Position: p.Key, At: p.OpenedAt}
}

// after lists the events that come after one.
func after(ctx context.Context, t testing.TB, st *postgres.Store, id int64) (all []payment.Event) {
	t.Helper()
	for e, err := range st.Outbox().List(ctx, payment.EventFilter{After: id}) {
		if err != nil {
			t.Error(err)
			break
		}
		all = append(all, e)
	}
	return all
}

// TestNobodyMissesAnEvent: units of two instances write events and end as they please,
// some of them in failure; who reads on after the last one that he has seen sees all, in
// a unit of work and outside.
func TestNobodyMissesAnEvent(t *testing.T) {
	dsn := database(t)
	both := []*postgres.Store{open(t, dsn, postgres.Config{}), open(t, dsn, postgres.Config{})}
	ctx, errFailed := t.Context(), errors.New("failed")
	const writers, rounds = 6, 12
	var writing, reading sync.WaitGroup
	for i := range writers {
		st := both[i%2]
		writing.Go(func() {
			for round := range rounds {
				err := st.Do(ctx, func(ctx context.Context) error {
					err := st.Outbox().Append(ctx, event(i*rounds+round))
					time.Sleep(time.Duration((i*7+round*5)%9) * time.Millisecond)
					if round%4 == 3 {
						return errFailed
					}
					return err
				})
				if err != nil && !errors.Is(err, errFailed) {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	for i, st := range both {
		reading.Go(func() {
			seen, last := map[payment.Key]bool{}, int64(0)
			for end := false; !end; {
				select {
				case <-done:
					end = true
				default:
				}
				var found []payment.Event
				if i == 0 {
					found = after(ctx, t, st, last)
				} else {
					after(ctx, t, st, last)
					if err := st.Do(ctx, func(ctx context.Context) error {
						found = after(ctx, t, st, last)
						return nil
					}); err != nil {
						t.Error(err)
					}
				}
				for _, e := range found {
					last, seen[e.Position] = e.ID, true
				}
			}
			if len(seen) != writers*rounds*3/4 {
				t.Errorf("reader %d has seen %d events", i, len(seen))
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
}

// TestUnitUnderWay: what may still get a smaller ID holds back what others follow, and
// nothing else.
func TestUnitUnderWay(t *testing.T) {
	dsn := database(t)
	slow, st := open(t, dsn, postgres.Config{}), open(t, dsn, postgres.Config{})
	ctx := t.Context()
	require.NoError(t, st.Outbox().Append(ctx, event(0)))
	require.NoError(t, slow.Do(ctx, func(inner context.Context) error {
		err := slow.Outbox().Append(inner, event(1))
		require.Len(t, after(inner, t, slow, 0), 1, "a unit that reads has sent what it wrote")
		require.NoError(t, st.Outbox().Append(ctx, event(2)))
		require.Empty(t, after(ctx, t, st, 1))
		var history []payment.Event
		for e, err := range st.Outbox().List(ctx, payment.EventFilter{Position: event(2).Position}) {
			require.NoError(t, err)
			history = append(history, e)
		}
		require.Len(t, history, 1, "the history of a position is all there")
		require.Len(t, after(inner, t, slow, 0), 1, "its own; of the others' it knew none when it began")
		return err
	}))
	require.Len(t, after(ctx, t, st, 1), 2)
	require.NoError(t, st.Do(ctx, func(ctx context.Context) error {
		err := st.Outbox().Append(ctx, event(3))
		require.Len(t, after(ctx, t, st, 0), 4, "and its own")
		return err
	}))
}
