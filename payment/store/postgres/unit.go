package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// unit is one run of a unit of work; the context carries it.
type unit struct {
	db         *db
	conn       *pgxpool.Conn // from the first statement on
	waiting    []string      // is sent along with the next statement
	depth      int
	settled    int64 // of the events, before it began
	bounded    bool  // by the time that a statement may take
	duplicates bool  // a key that is there already is no reason to run again
	ended      bool

	failed error // what its last failing statement said
	broken error // why nothing can be done in it any more
	again  bool  // it is to run again
}

// What makes a unit run again.
var (
	errConflict  = errors.New("postgres: the unit of work conflicts with another")
	errDuplicate = errors.New("postgres: the unit of work has to see who was faster")
)

// run runs work and commits what it did, or undoes it.
func (u *unit) run(ctx context.Context, work func(context.Context) error) (err error) {
	defer u.end(ctx) // after a panic of work too
	if err := ctx.Err(); err != nil {
		return err
	}
	err = work(context.WithValue(ctx, unitKey{u.db}, u))
	if err == nil {
		err = u.broken
	}
	if err != nil || u.conn == nil {
		return err
	}
	return u.commit(ctx)
}

func (u *unit) commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	// Whoever called goes away now leaves nothing in doubt.
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), u.db.wait)
	defer cancel()
	tag, err := u.conn.Exec(bounded, "COMMIT")
	if err != nil {
		return u.fail(context.WithoutCancel(ctx), err)
	}
	if tag.String() != "COMMIT" { // work did not mind that a statement failed, but the server does
		return u.failed
	}
	return nil
}

// end undoes what was not committed. If that fails the connection is closed, and the
// server does it.
func (u *unit) end(ctx context.Context) {
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
	err := work(ctx)
	begun := slices.Index(u.waiting, "SAVEPOINT "+name)
	switch {
	case begun >= 0: // nothing was done in it
		u.waiting = u.waiting[:begun]
	case err == nil:
		u.wait("RELEASE " + name)
	case u.broken == nil:
		u.waiting = nil
		_, undo := u.exec(context.WithoutCancel(ctx), "ROLLBACK TO "+name+"; RELEASE "+name)
		return errors.Join(err, undo)
	}
	if err == nil {
		err = u.broken
	}
	return err
}

// wait appends to a copy: what waits at first is the same for all units.
func (u *unit) wait(statement string) {
	u.waiting = append(slices.Clone(u.waiting), statement)
}

// ready says why no statement can run, and takes a connection for the first one.
func (u *unit) ready(ctx context.Context) (err error) {
	switch {
	case u.ended:
		return errors.New("postgres: the unit of work has ended")
	case u.broken != nil:
		return u.broken
	case ctx.Err() != nil:
		return ctx.Err()
	case u.conn != nil:
		return nil
	}
	if u.conn, err = u.db.acquire(ctx, u.db.units); err != nil {
		return u.fail(ctx, err)
	}
	return nil
}

// exec runs a statement; one without args may be several.
func (u *unit) exec(ctx context.Context, statement string, args ...any) (changed int64, err error) {
	if err := u.ready(ctx); err != nil {
		return 0, err
	}
	bounded, cancel := u.bound(ctx)
	defer cancel()
	if len(args) == 0 {
		all := strings.Join(append(u.taken(), statement), "; ")
		tag, err := u.conn.Exec(bounded, all)
		return tag.RowsAffected(), u.fail(ctx, err)
	}
	err = u.send(bounded, statement, args, func(results pgx.BatchResults) error {
		tag, err := results.Exec()
		changed = tag.RowsAffected()
		return err
	})
	return changed, u.fail(ctx, err)
}

func (u *unit) query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) error {
	if err := u.ready(ctx); err != nil {
		return err
	}
	bounded, cancel := u.bound(ctx)
	defer cancel()
	return u.fail(ctx, u.send(bounded, query, args, func(results pgx.BatchResults) error {
		rows, err := results.Query()
		if err != nil {
			return err
		}
		return each(rows, scan)
	}))
}

// bound gives up when the server, which keeps the time itself, does not answer at all.
func (u *unit) bound(ctx context.Context) (context.Context, context.CancelFunc) {
	if !u.bounded {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, u.db.statement+time.Second)
}

// taken returns what waits, which is sent now.
func (u *unit) taken() []string {
	waiting := slices.Clone(u.waiting)
	u.waiting = nil
	return waiting
}

// send sends what waits and the statement at once, and has the answer to the latter read.
func (u *unit) send(ctx context.Context, statement string, args []any, read func(pgx.BatchResults) error) error {
	batch, waiting := &pgx.Batch{}, u.taken()
	for _, w := range waiting {
		batch.Queue(w)
	}
	batch.Queue(statement, texts(args)...)
	results := u.conn.SendBatch(ctx, batch)
	for range waiting {
		if _, err := results.Exec(); err != nil {
			_ = results.Close()
			return err
		}
	}
	err := read(results)
	if closed := results.Close(); err == nil {
		err = closed
	}
	return err
}

// fail keeps what an error means for the unit, and returns what it means for others.
func (u *unit) fail(ctx context.Context, err error) error {
	if err == nil || errors.As(err, new(scanned)) {
		return public(ctx, u.conn, err)
	}
	u.failed = public(ctx, u.conn, err)
	f, answered := errors.AsType[failure](u.failed)
	switch {
	case answered && f.conflict():
		u.again, u.broken = true, fmt.Errorf("%w: %s", errConflict, f.Error())
	case answered && f.duplicate() && !u.duplicates:
		u.again, u.broken = true, fmt.Errorf("%w: %s", errDuplicate, f.Error())
	case !answered:
		u.broken = u.failed
	default:
		return u.failed
	}
	return u.broken
}
