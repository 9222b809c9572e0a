package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// Tx runs a program's own statements in a unit of work. It is for the goroutine of that
// unit, and until its end; so are the rows that it returns.
type Tx struct{ unit *unit }

// Tx returns by what the work of [Store.Do] runs the program's own statements: with its
// context, they are kept together with what the store does there, or not at all.
//
//	err := store.Do(ctx, func(ctx context.Context) error {
//		if err := store.Positions().Insert(ctx, position); err != nil {
//			return err
//		}
//		_, err := store.Tx(ctx).ExecContext(ctx, `UPDATE files SET number = ? WHERE id = ?`, position.Number.String(), id)
//		return err
//	})
//
// Work may run more than once, so it does nothing else that could not be undone. It shares
// its transaction with other units, which wait for it, and is undone without them. Whoever
// begins and ends transactions is Do: BEGIN, COMMIT, SAVEPOINT and the like are refused, as
// are PRAGMA and ATTACH; an inner Do is a savepoint. A statement that undoes all of the
// transaction, such as INSERT OR ROLLBACK, makes the unit fail. A temporary table would be
// there in the units after this one: make none.
//
// Outside a unit of work all its statements are errors.
func (s *Store) Tx(ctx context.Context) Tx { return Tx{s.db.unit(ctx)} }

// ExecContext runs a statement that returns no rows. Once begun it is not interrupted.
func (t Tx) ExecContext(ctx context.Context, statement string, args ...any) (sql.Result, error) {
	if err := t.allows(statement); err != nil {
		return nil, err
	}
	result, err := t.unit.execute(ctx, statement, args...)
	t.unit.foreign = true
	t.unit.written++ // INSERT OR FAIL does, and fails
	return result, public(err)
}

// QueryContext runs a query. Close the rows.
func (t Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := t.allows(query); err != nil {
		return nil, err
	}
	found, err := t.unit.rows(ctx, query, args...)
	return found, public(err)
}

// QueryRowContext runs a query of which one row at most is read. Errors come with its Scan.
func (t Tx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	err := t.allows(query)
	if err == nil {
		err = t.unit.ready(ctx)
	}
	if err != nil {
		none := sql.OpenDB(failing{err})
		defer none.Close() //nolint:errcheck // there is nothing to close
		return none.QueryRowContext(context.WithoutCancel(ctx), query)
	}
	t.unit.written++ // for all that is known
	t.unit.foreign = true
	return t.unit.tx.QueryRowContext(context.WithoutCancel(ctx), query, args...)
}

// allows says why a statement cannot be run, whatever the state of the unit is.
func (t Tx) allows(statement string) error {
	if t.unit == nil {
		return errors.New("sqlite: no unit of work: Tx takes the context that Do hands out")
	}
	return sqlstore.Allowed(statement)
}

// failing is a database that has only an error to say.
type failing struct{ err error }

// Connect implements [driver.Connector].
func (f failing) Connect(context.Context) (driver.Conn, error) { return nil, f.err }

// Driver implements [driver.Connector].
func (failing) Driver() driver.Driver { return nil }
