package simulation

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline/payment/internal/faulty"
)

// What a store says that does not work. The panic names somebody, as a careless one may.
var (
	errStore = errors.New("simulation: the store failed")
	errLost  = errors.New("simulation: no answer to a commit")
	errDead  = errors.New("simulation: the process is gone")
)

type storePanic struct{ of string }

// trouble is what goes wrong with the store during a step, and what was kept in it.
type trouble struct {
	fault   Fault // that is to come
	at      int   // at which call
	calls   int   // so far
	fired   Fault // that came
	dead    bool  // the process is
	wrote   bool  // something, in the unit of work that runs
	losing  error // the answer to the commit of the unit that runs
	failing error // what the unit hears that met it in an earlier run
	run     int   // the one in which it did
	commits int   // units with something written, and writes without a unit
	count   func(Fault) bool
	broken  *InvariantError // of how the store is called
}

// hit is what a step met.
type hit struct {
	fault   Fault
	commits int
	dead    bool
}

// breaks reports whether the caller must have noticed.
func (h hit) breaks() bool { return h.fault != NoFault && h.fault != UnitRunsTwice }

// arm says what is to come, in some of the cases.
func (t *trouble) arm(w *World) {
	*t = trouble{count: w.count}
	if w.calm || w.cfg.Sound || !w.chance(14) {
		return
	}
	kinds := []Fault{CallFails, StoreBusy, StorePanics, CommitUnknown, UnitRunsTwice, CrashBetweenCalls, CrashBetweenCalls, CrashAfterCommit}
	t.fault, t.at = kinds[w.pick(len(kinds))], 1+w.pick(12)
}

func (t *trouble) disarm() hit {
	if t.broken != nil {
		panic(t.broken)
	}
	t.fault = NoFault
	return hit{t.fired, t.commits, t.dead}
}

// strike says that it comes now.
func (t *trouble) strike() {
	t.fired, t.fault = t.fault, NoFault
	t.count(t.fired)
}

// writes are the calls that change the store.
var writes = map[string]bool{
	"Positions.Insert": true, "Positions.Update": true, "Orders.Insert": true, "Orders.Update": true, "RTs.Insert": true,
	"RTs.Replace": true, "Quarantine.Put": true, "Quarantine.Update": true, "Outbox.Append": true, "Outbox.Delivered": true,
	"Journal.Append": true, "Journal.AddSeal": true, "Journal.Prune": true,
}

// hook stands before each call of the store.
func (w *World) hook(_ context.Context, c faulty.Call) error {
	t := &w.trouble
	t.calls++
	if t.dead {
		return faulty.Fail(errDead)
	}
	writes := writes[c.Name]
	if w.rows.depth+w.rows.changing > 0 && !c.Unit && (writes || c.Name == faulty.Begin) {
		t.broken = &InvariantError{"store", c.Name + " with another context would wait for its own unit of work"}
		return faulty.Fail(errStore)
	}
	kept, outcome := t.outcome(c, writes)
	switch {
	case !kept || !writes:
	case c.Unit:
		t.wrote = true
	default:
		t.commits++
	}
	return outcome
}

// unit is told that a unit of work has ended, kept or not. Only then is the process gone
// that was to die of it: a store may run the unit again before.
func (t *trouble) unit(kept bool) {
	if kept && t.wrote {
		t.commits++
	}
	t.dead = t.dead || errors.Is(t.losing, errDead)
	t.wrote, t.losing, t.failing = false, nil, nil
}

// outcome is whether the store makes a call, and what the caller is told.
func (t *trouble) outcome(c faulty.Call, writes bool) (kept bool, outcome error) {
	durable := c.Name == faulty.Commit || writes && !c.Unit
	switch {
	case t.failing != nil && c.Run > t.run: // a database that has its own doubts may try again
		return false, t.failing
	case t.fault == CallFails && t.calls >= t.at:
		t.strike()
		t.failing, t.run = faulty.Fail(errStore), c.Run
		return false, t.failing
	case t.fault == StorePanics && t.calls >= t.at:
		t.strike()
		panic(storePanic{people[0].name})
	case t.fault == CrashBetweenCalls && t.calls >= t.at:
		t.strike()
		t.dead = true
		return false, faulty.Fail(errDead)
	case t.fault == StoreBusy && c.Name == faulty.Begin:
		t.strike()
		t.failing, t.run = faulty.Unavailable("busy"), c.Run
		return false, t.failing
	case t.fault == UnitRunsTwice && c.Name == faulty.Commit:
		t.strike()
		return false, faulty.ErrAgain
	case t.losing != nil && c.Name == faulty.Commit: // of a unit that runs again
		return true, faulty.Lose(t.losing)
	case t.fault == CommitUnknown && durable:
		return true, t.lose(c, errLost)
	case t.fault == CrashAfterCommit && durable:
		return true, t.lose(c, errDead)
	}
	return true, nil
}

// lose makes the answer to a commit get lost, or to a write without a unit.
func (t *trouble) lose(c faulty.Call, err error) error {
	t.strike()
	if c.Name == faulty.Commit {
		t.losing = err
	} else {
		t.dead = t.dead || errors.Is(err, errDead)
	}
	return faulty.Lose(err)
}
