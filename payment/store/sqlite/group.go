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
	tx   *sql.Tx
	kept int           // units that succeeded
	done chan struct{} // closed when err is what became of the transaction
	err  error
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
			err = g.err
		}
	}()
	kept, err = d.part(ctx, g, u, work)
	return err
}

// join waits for the turn, which it keeps, and returns the group that is open.
func (d *db) join(ctx context.Context) (g *group, leads bool, err error) {
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
	if d.group != nil {
		return d.group, false, nil
	}
	// The context of who opens it must not end it for the others.
	tx, err := d.writer.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		<-d.turn
		return nil, false, err
	}
	d.group = &group{tx: tx, done: make(chan struct{})}
	return d.group, true, nil
}

// part runs work in a savepoint, so that its failure undoes its own part only, and
// reports whether it is to be kept.
func (d *db) part(ctx context.Context, g *group, u *unit, work func(context.Context) error) (kept bool, err error) {
	u.tx = g.tx
	defer func() {
		if !kept {
			cause := u.broken
			u.broken = nil
			if undo := u.exec(context.WithoutCancel(ctx), "ROLLBACK TO unit; RELEASE unit"); undo != nil {
				d.abandon(g, errors.Join(cause, undo))
				err = errors.Join(err, undo)
			}
		}
		u.tx = nil
	}()
	if err := u.exec(ctx, "SAVEPOINT unit"); err != nil {
		return false, err
	}
	err = work(context.WithValue(ctx, unitKey{d}, u))
	if err == nil {
		err = u.broken // which work did not mind
	}
	if err != nil || u.short != nil {
		return false, err
	}
	if err := u.exec(ctx, "RELEASE unit"); err != nil {
		return false, err
	}
	g.kept++
	return true, nil
}

// abandon ends a group whose transaction is broken, as after a full disk: SQLite has
// undone all of it. Whoever has the turn calls it.
func (d *db) abandon(g *group, err error) {
	g.err = errors.Join(err, ignoreDone(g.tx.Rollback()))
	d.group = nil
}

// commit ends the group, when those that were waiting before have had their turn.
func (d *db) commit(g *group) {
	d.turn <- struct{}{}
	if d.group == g {
		d.group = nil
		if g.kept > 0 {
			g.err = g.tx.Commit()
		} else {
			g.err = ignoreDone(g.tx.Rollback())
		}
	}
	close(g.done)
	<-d.turn
}
