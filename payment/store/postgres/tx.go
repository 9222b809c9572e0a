package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// Tx runs a program's own statements in a unit of work, as a pgx.Tx would. It is for the
// goroutine of that unit, and until its end; so are the rows that it returns, which must be
// closed before the next statement.
type Tx struct{ unit *unit }

// Tx returns by what the work of [Store.Do] runs the program's own statements: with its
// context, they are kept together with what the store does there, or not at all.
//
//	err := store.Do(ctx, func(ctx context.Context) error {
//		if err := store.Positions().Insert(ctx, position); err != nil {
//			return err
//		}
//		_, err := store.Tx(ctx).Exec(ctx, `UPDATE files SET number = $1 WHERE id = $2`, position.Number.String(), id)
//		return err
//	})
//
// Work may run more than once, so it does nothing else that could not be undone. The
// transaction is serializable; it runs again if the server ends it for the sake of another,
// the program's own among them. Names are found as the connection's search path has it,
// without [Config.Schema]. A statement that fails leaves nothing to do in the unit but to
// return; where the work is to go on after that, put it into an inner Do. The error of a
// statement is the server's own, a pgconn.PgError.
//
// Whoever begins and ends transactions is Do: BEGIN, COMMIT, SAVEPOINT and the like are
// refused; an inner Do is a savepoint. Outside a unit of work all its statements are errors.
func (s *Store) Tx(ctx context.Context) Tx { return Tx{s.db.unit(ctx)} }

// Exec runs a statement that returns no rows.
func (t Tx) Exec(ctx context.Context, statement string, args ...any) (pgconn.CommandTag, error) {
	bounded, cancel, err := t.ready(ctx, statement)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer cancel()
	tag, err := t.unit.conn.Exec(bounded, statement, args...)
	return tag, t.unit.said(ctx, err)
}

// Query runs a query. The rows tell of an error too, as pgx.CollectRows expects it.
func (t Tx) Query(ctx context.Context, query string, args ...any) (pgx.Rows, error) {
	bounded, cancel, err := t.ready(ctx, query)
	if err != nil {
		return noRows{err}, err
	}
	found, err := t.unit.conn.Query(bounded, query, args...)
	r := &rows{Rows: found, unit: t.unit, end: func(err error) error {
		cancel()
		return t.unit.said(ctx, err)
	}}
	t.unit.reading = r
	if err != nil {
		r.Close()
		return r, r.err
	}
	return r, nil
}

// QueryRow runs a query of which one row at most is read. Errors come with its Scan, which
// must be called; pgx.ErrNoRows where there is none.
func (t Tx) QueryRow(ctx context.Context, query string, args ...any) pgx.Row {
	found, _ := t.Query(ctx, query, args...) // whose error Scan returns
	return one{found}
}

// ready says why no statement can run, and sends what waits to be sent before it.
func (t Tx) ready(ctx context.Context, statement string) (context.Context, context.CancelFunc, error) {
	if t.unit == nil {
		return nil, nil, errors.New("postgres: no unit of work: Tx takes the context that Do hands out")
	}
	if err := sqlstore.Allowed(statement); err != nil {
		return nil, nil, err
	}
	if err := t.unit.ready(ctx); err != nil {
		return nil, nil, err
	}
	if err := t.unit.onPath(ctx, theirPath); err != nil {
		return nil, nil, err
	}
	if err := t.unit.flush(ctx); err != nil {
		return nil, nil, err
	}
	t.unit.written++ // for all that is known
	bounded, cancel := t.unit.bound(ctx)
	return bounded, cancel, nil
}

// said keeps what the outcome of a program's statement means for the unit. What only means
// something to the program is the program's.
func (u *unit) said(ctx context.Context, err error) error {
	conn := u.conn.Conn()
	if err == nil {
		if conn.PgConn().TxStatus() == 'I' {
			u.broken = errEnded
		}
		return u.broken
	}
	e, answered := errors.AsType[*pgconn.PgError](err)
	if !answered && ctx.Err() == nil && !conn.IsClosed() && !conn.PgConn().IsBusy() {
		return err // the server has not heard of it
	}
	err = u.fail(ctx, false, err)
	if answered && u.broken == nil && !failureOf(e).passes() {
		return e
	}
	return err
}

// errOver is about what a program does after the end of its unit.
var errOver = errors.New("postgres: the unit of work has ended")

// errReading is about a program that goes on before it has read what it asked for.
var errReading = errors.New("postgres: rows of the program's are open: close them, or scan the one, before the next statement")

// takeBack ends what the program still reads.
func (u *unit) takeBack() {
	if u.reading != nil {
		u.reading.Close()
	}
}

// rows are those of a program's query.
type rows struct {
	pgx.Rows
	unit  *unit
	end   func(error) error
	ended bool
	err   error
}

// Next implements [pgx.Rows].
func (r *rows) Next() bool {
	if !r.ended && !r.unit.ended && r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

// Close implements [pgx.Rows].
func (r *rows) Close() {
	if r.ended || r.unit.ended { // the connection is somebody else's by now
		return
	}
	r.Rows.Close()
	r.ended, r.err = true, r.end(r.Rows.Err())
}

// Scan implements [pgx.Rows].
func (r *rows) Scan(dest ...any) error {
	if r.unit.ended {
		return errOver
	}
	return r.Rows.Scan(dest...)
}

// Err implements [pgx.Rows].
func (r *rows) Err() error {
	if r.ended {
		return r.err
	}
	return nil
}

// noRows are those of a query that was not run.
type noRows struct{ err error }

func (n noRows) Close()                                       {}
func (n noRows) Err() error                                   { return n.err }
func (n noRows) CommandTag() (tag pgconn.CommandTag)          { return tag }
func (n noRows) FieldDescriptions() []pgconn.FieldDescription { return nil }
func (n noRows) Next() bool                                   { return false }
func (n noRows) Scan(...any) error                            { return n.err }
func (n noRows) Values() ([]any, error)                       { return nil, n.err }
func (n noRows) RawValues() [][]byte                          { return nil }
func (n noRows) Conn() *pgx.Conn                              { return nil }
func (n noRows) TypeMap() *pgtype.Map                         { return nil }

// one is the first of some rows.
type one struct{ of pgx.Rows }

// Scan implements [pgx.Row].
func (o one) Scan(dest ...any) error {
	defer o.of.Close()
	if !o.of.Next() {
		if err := o.of.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := o.of.Scan(dest...); err != nil {
		return err
	}
	o.of.Close()
	return o.of.Err()
}
