package postgres

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// unit is one run of a unit of work; the context carries it.
type unit struct {
	db      *db
	conn    *pgxpool.Conn // from the first statement on
	waiting []queued      // is sent along with the next statement that is not late
	depth   int
	written int   // statements that may have changed something
	settled int64 // of the events, before it began
	bounded bool  // by the time that a statement may take
	careful bool  // nothing is late, and each part can be undone
	path    path  // whose names statements find
	reading *rows // the program's own; see [Tx]
	ended   bool

	failed error // what its last failing statement said
	broken error // why nothing can be done in it any more
	again  bool  // it is to run again
}

// queued is a statement that waits. One that writes is late: who wrote it has gone on as if
// it had succeeded.
type queued struct {
	text   string
	args   []any
	writes bool
}

func plain(texts ...string) []queued {
	all := make([]queued, len(texts))
	for i, text := range texts {
		all[i].text = text
	}
	return all
}

var (
	errPanicked = errors.New("postgres: a part of the unit of work has panicked")
	errUndone   = errors.New("postgres: the server has undone the unit of work")
)

// What makes a unit run again.
var (
	errConflict = errors.New("postgres: the unit of work conflicts with another")
	errCareful  = errors.New("postgres: the unit of work has to see which statement fails")
)

// run runs work and commits what it did, or undoes it.
func (u *unit) run(ctx context.Context, work func(context.Context) error) (err error) {
	defer u.end(ctx) // after a panic of work too
	if err := ctx.Err(); err != nil {
		return err
	}
	err = work(context.WithValue(ctx, unitKey{u.db}, u))
	u.takeBack()
	late := slices.ContainsFunc(u.waiting, func(q queued) bool { return q.writes })
	switch {
	case u.broken != nil && err == nil:
		return u.broken
	case err != nil && late && !u.aborted(): // might work have failed earlier, and otherwise?
		_ = u.flush(ctx)
		return err
	case err != nil || u.conn == nil && !late:
		return err
	default:
		return u.commit(ctx)
	}
}

func (u *unit) commit(ctx context.Context) error {
	if err := u.ready(ctx); err != nil {
		return err
	}
	// Whoever called goes away now leaves nothing in doubt.
	ctx = context.WithoutCancel(ctx)
	bounded, cancel := context.WithTimeout(ctx, u.db.wait)
	defer cancel()
	u.wait("COMMIT")
	var tag pgconn.CommandTag
	err := u.sendAll(ctx, bounded, func(results pgx.BatchResults) (err error) {
		tag, err = results.Exec()
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case tag.String() == "COMMIT":
		return nil
	case u.failed != nil: // work did not mind that a statement failed, but the server does
		return u.failed
	default:
		return errUndone
	}
}

// end undoes what was not committed. If that fails the connection is closed, and the
// server does it.
func (u *unit) end(ctx context.Context) {
	u.takeBack()
	u.ended = true
	if u.conn == nil {
		return
	}
	if u.conn.Conn().PgConn().TxStatus() != 'I' && !u.conn.Conn().IsClosed() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_, _ = u.conn.Exec(bounded, "ROLLBACK")
	}
	u.conn.Release()
}

// inner runs work in a savepoint, so that its failure undoes its own part only.
func (u *unit) inner(ctx context.Context, work func(context.Context) error) error {
	u.depth++
	defer func() { u.depth-- }()
	name := fmt.Sprintf("inner%d", u.depth)
	u.wait("SAVEPOINT " + name)
	err := u.try(ctx, work)
	begun := slices.IndexFunc(u.waiting, func(q queued) bool { return q.text == "SAVEPOINT "+name })
	if err != nil {
		u.path = unknownPath
	}
	switch {
	case begun == len(u.waiting)-1 && begun >= 0: // nothing was done in it
		u.waiting = u.waiting[:begun]
	case begun >= 0 && err == nil: // nothing was sent that could fail: the late ones need no savepoint
		u.waiting = slices.Delete(u.waiting, begun, begun+1)
	case err == nil:
		u.wait("RELEASE " + name)
	case u.broken == nil:
		if u.aborted() {
			u.waiting = nil
		} // or else the late ones are sent: might work have failed earlier, and otherwise?
		_, undo := u.exec(context.WithoutCancel(ctx), "ROLLBACK TO "+name+"; RELEASE "+name)
		if u.broken == nil {
			return errors.Join(err, undo)
		}
		return u.broken
	}
	if err == nil {
		err = u.broken
	}
	return err
}

// join runs work without a savepoint. If it fails and there is something to undo, the unit
// runs again.
func (u *unit) join(ctx context.Context, work func(context.Context) error) error {
	before := u.written
	err := u.try(ctx, work)
	if err != nil && u.broken == nil && (u.written > before || u.aborted()) {
		u.again, u.careful, u.broken = true, true, fmt.Errorf("%w: %w", errCareful, err)
	}
	return err
}

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

// aborted reports whether the server refuses all statements since one has failed.
func (u *unit) aborted() bool { return u.conn != nil && u.conn.Conn().PgConn().TxStatus() == 'E' }

func (u *unit) wait(statement string) {
	u.waiting = append(u.waiting, queued{text: statement})
}

// write runs a statement late: with the next one, or at the end.
func (u *unit) write(ctx context.Context, statement string, args ...any) error {
	if u.careful {
		_, err := u.exec(ctx, statement, args...)
		return err
	}
	if err := u.usable(ctx); err != nil {
		return err
	}
	u.written++
	for i, arg := range args {
		if b, ok := arg.([]byte); ok { // which is the caller's again
			args[i] = bytes.Clone(b)
		}
	}
	u.waiting = append(u.waiting, queued{statement, texts(args), true})
	return nil
}

// usable says why no statement can run.
func (u *unit) usable(ctx context.Context) error {
	switch {
	case u.ended:
		return errors.New("postgres: the unit of work has ended")
	case u.broken != nil:
		return u.broken
	default:
		return ctx.Err()
	}
}

// ready is usable, and takes a connection for the first statement.
func (u *unit) ready(ctx context.Context) (err error) {
	if u.reading != nil && !u.reading.ended && u.broken == nil {
		u.broken = errReading
	}
	if err := u.usable(ctx); err != nil || u.conn != nil {
		return err
	}
	if u.conn, err = u.db.acquire(ctx, u.db.units); err != nil {
		return u.fail(ctx, false, err)
	}
	return nil
}

// exec runs a statement; one without args may be several.
func (u *unit) exec(ctx context.Context, statement string, args ...any) (changed int64, err error) {
	u.written++
	if len(args) == 0 {
		if err := u.flush(ctx); err != nil {
			return 0, err
		}
		bounded, cancel := u.bound(ctx)
		defer cancel()
		tag, err := u.conn.Exec(bounded, statement)
		return tag.RowsAffected(), u.fail(ctx, false, err)
	}
	err = u.send(ctx, queued{text: statement, args: texts(args)}, func(results pgx.BatchResults) error {
		tag, err := results.Exec()
		changed = tag.RowsAffected()
		return err
	})
	return changed, err
}

func (u *unit) query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) error {
	return u.send(ctx, queued{text: query, args: texts(args)}, func(results pgx.BatchResults) error {
		rows, err := results.Query()
		if err != nil {
			return err
		}
		return each(rows, scan)
	})
}

// flush sends what waits, if anything does.
func (u *unit) flush(ctx context.Context) error {
	if err := u.ready(ctx); err != nil || len(u.waiting) == 0 {
		return err
	}
	bounded, cancel := u.bound(ctx)
	defer cancel()
	return u.sendAll(ctx, bounded, nil)
}

// send sends what waits and the statement at once, and has the answer to the latter read.
func (u *unit) send(ctx context.Context, statement queued, read func(pgx.BatchResults) error) error {
	if err := u.ready(ctx); err != nil {
		return err
	}
	bounded, cancel := u.bound(ctx)
	defer cancel()
	u.waiting = append(u.waiting, statement)
	return u.sendAll(ctx, bounded, read)
}

// sendAll sends what waits and has the last answer read. If the server cannot prepare one
// of the statements, none has run, and the first one fails.
func (u *unit) sendAll(ctx, bounded context.Context, read func(pgx.BatchResults) error) (err error) {
	batch, waiting := &pgx.Batch{}, u.waiting
	u.waiting = nil
	for _, q := range waiting {
		batch.Queue(q.text, q.args...)
	}
	results := u.conn.SendBatch(bounded, batch)
	for i := range waiting {
		late := read == nil || i < len(waiting)-1
		if !late {
			err = read(results)
		} else {
			_, err = results.Exec()
		}
		if err != nil {
			_ = results.Close()
			return u.fail(ctx, late, err)
		}
	}
	return u.fail(ctx, false, results.Close())
}

// bound gives up when the server, which keeps the time itself, does not answer at all.
func (u *unit) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if !u.bounded {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, u.db.statement+time.Second)
}

// fail keeps what an error means for the unit, and returns what it means for others. Of a
// late statement's error, or a savepoint's, the one who wrote it must hear.
func (u *unit) fail(ctx context.Context, late bool, err error) error {
	if err == nil || errors.As(err, new(scanned)) {
		return public(ctx, u.conn, err)
	}
	u.failed = public(ctx, u.conn, err)
	f, answered := errors.AsType[failure](u.failed)
	switch {
	case answered && f.conflict():
		u.again, u.broken = true, fmt.Errorf("%w: %s", errConflict, f.Error())
	case answered && !u.careful && (f.duplicate() || late && !f.passes()): // a duplicate may be one that work cannot see yet
		u.again, u.careful, u.broken = true, true, fmt.Errorf("%w: %s", errCareful, f.Error())
	case !answered, late:
		u.broken = u.failed
	default:
		return u.failed
	}
	return u.broken
}
