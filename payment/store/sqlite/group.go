package sqlite

import (
	"context"
	"database/sql"
	"errors"
)

// group is one transaction shared by the units of work that come while it is open, each
// in a savepoint of its own: what the disk costs is paid once for all of them. The unit
// that opened it queues again, behind those that were waiting, and then commits.
type group struct {
	held *sql.Conn
	conn *conn   // the same
	tx   *sql.Tx // on it
	kept int     // units that succeeded
	gone bool    // a program's statement undid all of it, and they run again
	done chan struct{}
	err  error // what became of the transaction, once done is closed
}

// begin opens a group. It is nobody's alone: the context of who opens it must not end it
// for the others. It talks to the connection without database/sql, which costs as much as
// a short statement itself; nobody else does while the group holds it, save for tx.
func (d *db) begin(ctx context.Context) (g *group, err error) {
	ctx = context.WithoutCancel(ctx)
	g = &group{done: make(chan struct{})}
	if g.held, err = d.writer.Conn(ctx); err != nil {
		return nil, err
	}
	err = g.held.Raw(func(raw any) (err error) {
		g.conn, err = own(raw)
		return err
	})
	if err == nil {
		g.tx, err = g.held.BeginTx(ctx, nil)
	}
	if err != nil {
		return nil, errors.Join(err, g.held.Close())
	}
	return g, nil
}

// end commits what was kept, or undoes all.
func (g *group) end(commit bool) error {
	end := g.tx.Rollback
	if commit {
		end = g.tx.Commit
	}
	return errors.Join(ignoreDone(end()), g.held.Close())
}

// once runs work in a group. When it returns, what work did is on the disk, or undone.
func (d *db) once(ctx context.Context, u *unit, work func(context.Context) error) (err error) {
	g, leads, err := d.join(ctx)
	if err != nil {
		return err
	}
	kept := false
	defer func() { // after a panic of work too: others are in the group
		<-d.turn
		if leads {
			d.commit(g)
		}
		if kept {
			<-g.done
			u.again, err = g.gone, g.err
		}
	}()
	kept, err = d.part(ctx, g, u, work)
	return err
}

// join waits for the turn, which it keeps, and returns the group that is open.
func (d *db) join(ctx context.Context) (g *group, leads bool, err error) {
	d.waiting.Add(1)
	defer d.waiting.Add(-1)
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	if d.group != nil {
		return d.group, false, nil
	}
	g, err = d.begin(ctx)
	if err != nil {
		<-d.turn
		return nil, false, err
	}
	d.group = g
	return g, true, nil
}

// part runs work in a savepoint, so that its failure undoes its own part only, and
// reports whether it is to be kept.
func (d *db) part(ctx context.Context, g *group, u *unit, work func(context.Context) error) (kept bool, err error) {
	if err := ctx.Err(); err != nil { // there would be no savepoint to go back to
		return false, err
	}
	u.tx, u.conn = g.tx, g.conn
	defer func() {
		if !kept {
			err = errors.Join(err, d.undo(context.WithoutCancel(ctx), g, u))
		}
		u.tx, u.conn = nil, nil
	}()
	if err := u.exec(context.WithoutCancel(ctx), "SAVEPOINT unit"); err != nil {
		return false, err
	}
	u.last.name = "unit"
	err = work(context.WithValue(ctx, unitKey{d}, u))
	if err == nil {
		err = u.seen(ctx) // which work did not mind
	}
	if err != nil || u.short != nil || u.again {
		return false, err
	}
	if err := u.exec(ctx, "RELEASE unit"); err != nil {
		return false, err
	}
	g.kept++
	return true, nil
}

// undo takes back what a unit has written.
func (d *db) undo(ctx context.Context, g *group, u *unit) error {
	if g.gone = errors.Is(u.seen(ctx), errEnded); g.gone {
		d.abandon(g, nil)
		return nil
	}
	_, err := g.conn.exec(ctx, "ROLLBACK TO unit; RELEASE unit")
	if err != nil {
		d.abandon(g, errors.Join(u.broken, err))
	}
	return err
}

// abandon ends a group whose transaction is broken, as after a full disk: SQLite has
// undone all of it. Whoever has the turn calls it.
func (d *db) abandon(g *group, err error) {
	g.err = errors.Join(err, g.end(false))
	d.group = nil
}

// commit ends the group, when those that were waiting before have had their turn, and
// those that came while they had it.
func (d *db) commit(g *group) {
	d.turn <- struct{}{}
	if d.waiting.Load() > 0 {
		<-d.turn
		d.turn <- struct{}{}
	}
	if d.group == g {
		d.group = nil
		g.err = g.end(g.kept > 0)
	}
	close(g.done)
	<-d.turn
}
