package postgres

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// settled knows up to which ID events are all there. A transaction locks the table of
// events before it takes an ID, and keeps the lock until others can see what it did. So
// all IDs that were taken are settled once those who held the lock at that time, or
// later, have ended; others do not wait for that.
type settled struct {
	upTo atomic.Int64

	mu        sync.Mutex
	candidate int64    // was the last ID when
	writers   []string // held the lock
}

// Settled waits so long at most for those who are writing, and looks so often.
const (
	settleWithin = 100 * time.Millisecond
	settleEvery  = 2 * time.Millisecond
)

// Settled implements [sqlstore.DB]. Who writes all that time holds back what comes after.
func (d *db) Settled(ctx context.Context) (int64, error) {
	if u := d.unit(ctx); u != nil {
		return u.settled, nil
	}
	target, err := d.look(ctx)
	for limit := time.After(settleWithin); err == nil && d.settled.upTo.Load() < target; {
		select {
		case <-limit:
			return d.settled.upTo.Load(), nil
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(settleEvery):
			_, err = d.look(ctx)
		}
	}
	return d.settled.upTo.Load(), err
}

// look sees who is writing, and returns the last ID that was taken before.
func (d *db) look(ctx context.Context) (last int64, err error) {
	s := &d.settled
	s.mu.Lock() // of two looks the later one must come second
	defer s.mu.Unlock()
	var writers []string
	err = d.outside(ctx, func(ctx context.Context, conn *pgxpool.Conn) error {
		batch := &pgx.Batch{}
		batch.Queue(`SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM events_seq_seq`).QueryRow(func(row pgx.Row) error {
			return row.Scan(&last)
		})
		batch.Queue(`SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'events'::regclass`).
			Query(func(rows pgx.Rows) (err error) {
				writers, err = pgx.CollectRows(rows, pgx.RowTo[string])
				return err
			})
		return conn.SendBatch(ctx, batch).Close()
	})
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(writers, func(w string) bool { return slices.Contains(s.writers, w) }) {
		s.upTo.Store(max(s.upTo.Load(), s.candidate))
		s.candidate, s.writers = last, writers
	}
	if len(writers) == 0 {
		s.upTo.Store(max(s.upTo.Load(), last))
	}
	return last, nil
}
