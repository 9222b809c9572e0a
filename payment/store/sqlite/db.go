package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// db runs statements for the tables.
type db struct {
	writer, reader *sql.DB
	numbers        numbers
}

var _ sqlstore.DB = (*db)(nil)

// unit is a transaction in progress; the context carries it.
type unit struct {
	tx    *sql.Tx
	depth int
	// Serials handed out in it, and the counter of which there were not enough.
	taken map[counter][]uint64
	short *counter
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

// once runs work in a transaction of its own.
func (d *db) once(ctx context.Context, u *unit, work func(context.Context) error) (err error) {
	if u.tx, err = d.writer.BeginTx(ctx, nil); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done { // work failed, or panicked
			err = errors.Join(err, ignoreDone(u.tx.Rollback()))
		}
	}()
	if err = work(context.WithValue(ctx, unitKey{d}, u)); err != nil || u.short != nil {
		return err
	}
	done = true
	return u.tx.Commit()
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
	if _, err = u.tx.ExecContext(ctx, "SAVEPOINT "+name); err != nil {
		return err
	}
	if err = work(ctx); err == nil {
		_, err = u.tx.ExecContext(ctx, "RELEASE "+name)
		return err
	}
	_, undo := u.tx.ExecContext(ctx, "ROLLBACK TO "+name+"; RELEASE "+name)
	return errors.Join(err, ignoreDone(undo))
}

// Exec implements [sqlstore.DB].
func (d *db) Exec(ctx context.Context, statement string, args ...any) (int64, error) {
	u := d.unit(ctx)
	if u == nil {
		return 0, errors.New("sqlite: statement outside a unit of work")
	}
	result, err := u.tx.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Query implements [sqlstore.DB].
func (d *db) Query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) (err error) {
	from := d.reader.QueryContext
	if u := d.unit(ctx); u != nil {
		from = u.tx.QueryContext
	}
	rows, err := from(ctx, query, args...)
	if err != nil {
		return public(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// IsDuplicate implements [sqlstore.DB].
func (d *db) IsDuplicate(err error) bool { return isDuplicate(err) }
