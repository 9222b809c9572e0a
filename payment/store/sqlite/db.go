package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// db runs statements for the tables.
type db struct {
	path           string
	writer, reader *sql.DB
	numbers        numbers
	turn           chan struct{} // holds one while a unit of work runs
	group          *group        // that is open; whoever has the turn may touch it
}

var _ sqlstore.DB = (*db)(nil)

// unit is a unit of work in progress; the context carries it.
type unit struct {
	tx    *sql.Tx // its group's, nil when it has ended
	depth int
	// Serials handed out in it, and the counter of which there were not enough.
	taken map[counter][]uint64
	short *counter
	// broken is the failure after which SQLite may have undone the transaction by itself.
	// Whatever came after it would be kept alone.
	broken error
}

type unitKey struct{ db *db }

func (d *db) unit(ctx context.Context) *unit {
	u, _ := ctx.Value(unitKey{d}).(*unit)
	return u
}

// Do implements [sqlstore.DB]. Work runs again if it found too few serials, after
// more were reserved.
func (d *db) Do(ctx context.Context, work func(context.Context) error) error {
	if u := d.unit(ctx); u != nil {
		return u.inner(ctx, work)
	}
	for {
		u := &unit{taken: map[counter][]uint64{}}
		err := d.once(ctx, u, work)
		if u.short == nil {
			return public(err)
		}
		if err := d.reserve(ctx, *u.short, u.taken); err != nil {
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

// inner runs work in a savepoint, so that its failure undoes its own part only.
func (u *unit) inner(ctx context.Context, work func(context.Context) error) (err error) {
	u.depth++
	name := fmt.Sprintf("inner%d", u.depth)
	defer func() { u.depth-- }()
	if err = u.exec(ctx, "SAVEPOINT "+name); err != nil {
		return err
	}
	if err = work(ctx); err == nil {
		return u.exec(ctx, "RELEASE "+name)
	}
	undo := u.exec(context.WithoutCancel(ctx), "ROLLBACK TO "+name+"; RELEASE "+name)
	return errors.Join(err, undo)
}

// exec is [unit.execute] for what returns nothing.
func (u *unit) exec(ctx context.Context, statement string) error {
	_, err := u.execute(ctx, statement)
	return err
}

// execute runs a statement if ctx has not ended. Once begun it is not interrupted, for
// SQLite would undo the transaction of the whole group.
func (u *unit) execute(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	if u.tx == nil {
		return nil, sql.ErrTxDone
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if u.broken != nil {
		return nil, u.broken
	}
	result, err := u.tx.ExecContext(context.WithoutCancel(ctx), statement, args...)
	return result, u.noted(err)
}

// noted remembers the failure of a statement if it breaks the unit.
func (u *unit) noted(err error) error {
	if u != nil && u.broken == nil && breaks(err) {
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

// Query implements [sqlstore.DB].
func (d *db) Query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) (err error) {
	rows, err := d.rows(ctx, query, args...)
	if err != nil {
		return public(err)
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
	return public(d.unit(ctx).noted(rows.Err()))
}

func (d *db) rows(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	u := d.unit(ctx)
	switch {
	case u == nil:
		return d.reader.QueryContext(ctx, query, args...)
	case u.tx == nil:
		return nil, sql.ErrTxDone
	case u.broken != nil:
		return nil, u.broken
	case ctx.Err() != nil:
		return nil, ctx.Err()
	default:
		rows, err := u.tx.QueryContext(context.WithoutCancel(ctx), query, args...)
		return rows, u.noted(err)
	}
}

// IsDuplicate implements [sqlstore.DB].
func (d *db) IsDuplicate(err error) bool { return isDuplicate(err) }

// Settled implements [sqlstore.DB]. One transaction writes at a time, so that events
// come in the order of their seqs.
func (d *db) Settled(context.Context) (int64, error) { return math.MaxInt64, nil }
