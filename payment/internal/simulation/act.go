package simulation

import (
	"context"
	"errors"
)

// act has the cashier do something. want is the reason for which he must refuse; kept
// changes the model when it was done.
func (w *World) act(what string, want error, call func(ctx context.Context) error, kept func()) {
	w.actOrKeep(what, want, call, kept, nil)
}

// actOrKeep is act where a refusal is kept, too.
func (w *World) actOrKeep(what string, want error, call func(ctx context.Context) error, kept, refused func()) {
	w.trouble.arm(w)
	err := guard(func() error { return call(context.Background()) })
	hit := w.trouble.disarm()
	w.log.lookAt(err)
	w.say("  %s: %s, %s, %d kept", what, reason(err), hit.fault, hit.commits)
	switch {
	case hit.breaks():
		w.must(err != nil || hit.dead, "I12", "%s: %s, and no error", what, hit.fault)
		w.must(want == nil || refused != nil || hit.commits == 0, "I8", "%s: had to be refused (%v) and changed something", what, want)
	case want == nil:
		w.must(err == nil, "I8", "%s: %v", what, err)
	default:
		w.must(errors.Is(err, want), "I8", "%s: %v instead of %v", what, err, want)
	}
	w.last = hit
	if want != nil {
		kept = refused
	}
	if kept != nil && (!hit.breaks() || hit.commits > 0) {
		kept()
	}
	w.settle(hit)
}

// settle ends a step: who died begins again, and everything is looked at.
func (w *World) settle(hit hit) {
	if hit.dead {
		w.restart()
	}
	w.check()
}

// restart is a new process with the same store.
func (w *World) restart() {
	w.trouble.dead = false
	w.start()
}

// guard returns a panic as an error: for the caller of a cashier it is one.
func guard(call func() error) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case storePanic:
			err = errStore
		default:
			panic(v)
		}
	}()
	return call()
}
