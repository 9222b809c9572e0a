package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// db runs statements for the tables.
type db struct {
	path           string
	writer, reader *sql.DB
	numbers        numbers
	turn           chan struct{} // holds one while a unit of work runs
	waiting        atomic.Int64  // how many wait for it
	group          *group        // that is open; whoever has the turn may touch it
}

var _ sqlstore.DB = (*db)(nil)

// unit is a unit of work in progress; the context carries it.
type unit struct {
	conn    *conn   // its group's, nil when it has ended
	tx      *sql.Tx // the same for others
	written int     // statements that may have changed something
	guarded bool    // every part of it can be undone
	again   bool    // it is to run again, guarded
	foreign bool    // a statement of others has run since the transaction was last seen
	last    savepoint
	// Serials handed out in it, and the counter of which there were not enough.
	taken map[counter][]uint64
	short *counter
	// broken is the failure after which nothing more can be done in it: SQLite may have
	// undone the transaction by itself, and whatever came after it would be kept alone.
	broken error
}

// savepoint is what can be gone back to, and how much was written before.
type savepoint struct {
	name    string
	written int
}

type unitKey struct{ db *db }

func (d *db) unit(ctx context.Context) *unit {
	u, _ := ctx.Value(unitKey{d}).(*unit)
	return u
}

// Do implements [sqlstore.DB]. Work runs again if it found too few serials, after
// more were reserved, or if a part of it could not be undone for want of a savepoint.
func (d *db) Do(ctx context.Context, work func(context.Context) error) error {
	if u := d.unit(ctx); u != nil {
		return u.nested(ctx, work)
	}
	for guarded := false; ; {
		u := &unit{guarded: guarded, taken: map[counter][]uint64{}}
		err := d.once(ctx, u, work)
		switch {
		case u.short != nil:
			if err := d.reserve(ctx, *u.short, u.taken); err != nil {
				return public(err)
			}
		case u.again:
			guarded = true
		default:
			return public(err)
		}
	}
}

// ignoreDone: a transaction whose context has ended is rolled back already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// errUnguarded ends a unit that has to undo a part of itself and cannot.
var errUnguarded = errors.New("sqlite: the unit of work runs again with savepoints")

// Join implements [sqlstore.DB].
func (d *db) Join(ctx context.Context, work func(context.Context) error) error {
	u := d.unit(ctx)
	if u == nil || u.guarded || u.written == u.last.written { // then it costs nothing to be able to undo it
		return d.Do(ctx, work)
	}
	before := u.written
	err := u.try(ctx, work)
	u.again = u.again || err != nil && u.written > before
	return err
}

// nested runs work in a savepoint, so that its failure undoes its own part only. Where
// nothing was written since the last savepoint, that one will do.
func (u *unit) nested(ctx context.Context, work func(context.Context) error) (err error) {
	outer := u.last
	if u.written > outer.written {
		u.last = savepoint{fmt.Sprintf("inner%d", u.written), u.written}
		defer func() { u.last = outer }()
		if err = u.exec(ctx, "SAVEPOINT "+u.last.name); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, u.exec(context.WithoutCancel(ctx), "RELEASE "+u.last.name)) }()
	}
	before := u.last
	if err = u.try(ctx, work); err != nil && u.written > before.written {
		err = errors.Join(err, u.exec(context.WithoutCancel(ctx), "ROLLBACK TO "+before.name))
		u.written = before.written
	}
	return err
}

// errPanicked ends a unit that goes on after a part of it has panicked.
var errPanicked = errors.New("sqlite: a part of the unit of work has panicked")

// try runs a part of the unit. After a panic, whoever recovers, nothing of the unit is kept.
func (u *unit) try(ctx context.Context, work func(context.Context) error) error {
	returned := false
	defer func() {
		if !returned && u.broken == nil {
			u.broken = errPanicked
		}
	}()
	err := work(ctx)
	returned = true
	return err
}

// exec runs a statement that sets a savepoint, goes back to it or gives it up.
func (u *unit) exec(ctx context.Context, statement string) error {
	_, err := u.run(ctx, statement)
	return err
}

// ready says why no statement can run.
func (u *unit) ready(ctx context.Context) error {
	switch {
	case u.conn == nil:
		return sql.ErrTxDone
	case ctx.Err() != nil:
		return ctx.Err()
	case u.again:
		return errUnguarded
	default:
		return u.seen(ctx)
	}
}

// errEnded is about a program that ends a transaction which is not its own.
var errEnded = errors.New("sqlite: a statement of the program's undid the transaction of its unit of work")

// seen looks whether a program's statement has undone the transaction, as INSERT OR ROLLBACK
// and RAISE(ROLLBACK) do: what came after would be kept alone, of other units too. As long
// as there is one, BEGIN is refused, and costs nothing.
func (u *unit) seen(ctx context.Context) error {
	if !u.foreign || u.broken != nil {
		return u.broken
	}
	u.foreign = false
	ctx = context.WithoutCancel(ctx)
	if _, err := u.conn.exec(ctx, "BEGIN"); err == nil {
		_, err = u.conn.exec(ctx, "ROLLBACK")
		u.broken = errors.Join(errEnded, err)
	}
	return u.broken
}

// execute runs a statement that may write.
func (u *unit) execute(ctx context.Context, statement string, args ...any) (driver.Result, error) {
	if err := u.ready(ctx); err != nil {
		return nil, err
	}
	result, err := u.run(ctx, statement, args...)
	if len(args) == 0 || !isConstraint(err) { // one without args may be several
		u.written++
	}
	return result, err
}

// run runs a statement if ctx has not ended. Once begun it is not interrupted, for SQLite
// would undo the transaction of the whole group.
func (u *unit) run(ctx context.Context, statement string, args ...any) (driver.Result, error) {
	if err := u.ready(ctx); err != nil {
		return nil, err
	}
	result, err := u.conn.exec(context.WithoutCancel(ctx), statement, args...)
	return result, u.noted(err)
}

// rows runs a query of others, which may be a statement that returns what it wrote.
func (u *unit) rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := u.ready(ctx); err != nil {
		return nil, err
	}
	u.written++
	u.foreign = true
	rows, err := u.tx.QueryContext(context.WithoutCancel(ctx), query, args...)
	return rows, u.noted(err)
}

// noted remembers the failure of a statement if it breaks the unit.
func (u *unit) noted(err error) error {
	if u.broken == nil && breaks(err) {
		u.broken = err
	}
	return err
}

// Exec implements [sqlstore.DB].
func (d *db) Exec(ctx context.Context, statement string, args ...any) (int64, error) {
	u := d.unit(ctx)
	if u == nil {
		return 0, errors.New("sqlite: statement outside a unit of work")
	}
	result, err := u.execute(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Write implements [sqlstore.DB]. Nothing is gained by waiting.
func (d *db) Write(ctx context.Context, statement string, args ...any) error {
	_, err := d.Exec(ctx, statement, args...)
	return err
}

// Query implements [sqlstore.DB].
func (d *db) Query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) error {
	u := d.unit(ctx)
	if u == nil {
		return public(d.read(ctx, scan, query, args...))
	}
	if err := u.ready(ctx); err != nil {
		return err
	}
	err := u.conn.query(context.WithoutCancel(ctx), func(row sqlstore.Row) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return scan(row)
	}, query, args...)
	return public(u.noted(err))
}

// read runs a query on a connection that waits for nobody.
func (d *db) read(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) (err error) {
	rows, err := d.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// IsDuplicate implements [sqlstore.DB].
func (d *db) IsDuplicate(err error) bool { return isDuplicate(err) }

// Settled implements [sqlstore.DB]. One transaction writes at a time, so that events
// come in the order of their seqs.
func (d *db) Settled(context.Context) (int64, error) { return math.MaxInt64, nil }
