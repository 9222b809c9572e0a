package postgres

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// db runs statements for the tables.
type db struct {
	units           *pgxpool.Pool
	numbers         numbers
	settled         settled
	statement, wait time.Duration // how long a statement may take; how long to wait for a connection or a commit

	borrowed bool     // units is the program's
	schema   string   // the tables', as SQL has it; "" for where the connections lead
	sets     []string // what a transaction sets before anything else
	opens    []string // and then
	ours     string   // puts the search path on the schema
	theirs   string   // and back
}

var _ sqlstore.DB = (*db)(nil)

type unitKey struct{ db *db }

func (d *db) unit(ctx context.Context) *unit {
	u, _ := ctx.Value(unitKey{d}).(*unit)
	return u
}

// How often a unit of work runs, and how often so while others run.
const (
	tries    = 10
	together = 4
)

// A snapshot is taken by what comes after the lock, so that a unit which is alone sees
// all that the others have done.
var (
	shared = []string{"BEGIN ISOLATION LEVEL SERIALIZABLE", "LOCK TABLE turn IN ROW SHARE MODE"}
	alone  = []string{"BEGIN ISOLATION LEVEL SERIALIZABLE", "LOCK TABLE turn IN EXCLUSIVE MODE"}
)

// Do implements [sqlstore.DB].
func (d *db) Do(ctx context.Context, work func(context.Context) error) error {
	if u := d.unit(ctx); u != nil {
		return u.inner(ctx, work)
	}
	for try, careful := 1, false; ; try++ {
		begin := shared
		if try > together {
			begin = alone
		}
		u := &unit{db: d, waiting: plain(d.begin(begin)...), settled: d.settled.upTo.Load(), careful: careful, bounded: true}
		err := u.run(ctx, work)
		switch {
		case !u.again:
			return err
		case try == tries:
			return pagonline.NewError(pagonline.CodeUnavailable).Because(u.broken)
		}
		careful = u.careful
		if err := pause(ctx, time.Duration(1<<try)*time.Millisecond); err != nil {
			return err
		}
	}
}

// Join implements [sqlstore.DB].
func (d *db) Join(ctx context.Context, work func(context.Context) error) error {
	if u := d.unit(ctx); u != nil && !u.careful {
		return u.join(ctx, work)
	}
	return d.Do(ctx, work)
}

// pause waits for a time up to most.
func pause(ctx context.Context, most time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(rand.N(most)): //nolint:gosec // no secret
		return nil
	}
}

// starting is the db while its tables are looked at: one instance at a time, however
// long it takes.
type starting struct{ *db }

// turnToStart is the number of the lock; nothing else that uses advisory locks should
// have the same.
const turnToStart = "7021783465298014529"

// Do implements [sqlstore.DB].
func (s starting) Do(ctx context.Context, work func(context.Context) error) error {
	u := &unit{db: s.db, careful: true, waiting: plain(s.begin([]string{
		"BEGIN ISOLATION LEVEL READ COMMITTED", "SET LOCAL lock_timeout = 0", "SET LOCAL statement_timeout = 0",
		"SELECT pg_advisory_xact_lock(" + turnToStart + ")",
	})...)}
	return u.run(ctx, work)
}

var errOutside = errors.New("postgres: statement outside a unit of work")

// Exec implements [sqlstore.DB].
func (d *db) Exec(ctx context.Context, statement string, args ...any) (int64, error) {
	u := d.unit(ctx)
	if u == nil {
		return 0, errOutside
	}
	if err := u.onPath(ctx, ourPath); err != nil {
		return 0, err
	}
	return u.exec(ctx, statement, args...)
}

// Write implements [sqlstore.DB].
func (d *db) Write(ctx context.Context, statement string, args ...any) error {
	u := d.unit(ctx)
	if u == nil {
		return errOutside
	}
	if err := u.onPath(ctx, ourPath); err != nil {
		return err
	}
	return u.write(ctx, statement, args...)
}

// Query implements [sqlstore.DB].
func (d *db) Query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) error {
	if u := d.unit(ctx); u != nil {
		if err := u.onPath(ctx, ourPath); err != nil {
			return err
		}
		return u.query(ctx, scan, query, args...)
	}
	return d.outside(ctx, func(ctx context.Context, conn *pgxpool.Conn) error {
		rows, err := conn.Query(ctx, query, texts(args)...)
		if err != nil {
			return err
		}
		return each(rows, scan)
	})
}

// outside runs what is no part of a unit.
func (d *db) outside(ctx context.Context, run func(ctx context.Context, conn *pgxpool.Conn) error) error {
	return d.on(ctx, d.units, func(ctx context.Context, conn *pgxpool.Conn) error { return d.opened(ctx, conn, run) })
}

// on runs what needs one connection, which it takes of pool.
func (d *db) on(ctx context.Context, pool *pgxpool.Pool, run func(ctx context.Context, conn *pgxpool.Conn) error) error {
	conn, err := d.acquire(ctx, pool)
	if err != nil {
		return public(ctx, nil, err)
	}
	defer conn.Release()
	bounded, cancel := context.WithTimeout(ctx, d.statement+time.Second)
	defer cancel()
	return public(ctx, conn, run(bounded, conn))
}

func (d *db) acquire(ctx context.Context, pool *pgxpool.Pool) (*pgxpool.Conn, error) {
	bounded, cancel := context.WithTimeout(ctx, d.wait)
	defer cancel()
	return pool.Acquire(bounded)
}

// scanned is an error of who reads rows, and none of the database's.
type scanned struct{ error }

// Unwrap returns the error itself.
func (s scanned) Unwrap() error { return s.error }

// each hands the rows to scan, and closes them.
func each(rows pgx.Rows, scan func(sqlstore.Row) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return scanned{err}
		}
	}
	return rows.Err()
}
