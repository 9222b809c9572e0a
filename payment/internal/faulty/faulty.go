// Package faulty is a store that fails when it is told to, for tests of what becomes of a
// flow then. It stands in front of another store and asks a [Hook] before each call: the
// call is made, or fails ([Fail]), or is made and its answer lost ([Lose]), inside a unit
// of work and outside, the commit of a unit included.
//
// It is as forgetful as a real store may be at worst: a unit whose caller took no notice
// of an error is committed all the same, so that half of a thing shows. A context that is
// over ends each call, as with a database.
package faulty

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// Inner is the store that does the work: everything that an adapter of a database offers.
type Inner interface {
	payment.Store
	cart.Store
	quote.Store
	desk.Store
	identity.Store
	Uses() receipt.Uses
	Archive() receipt.Archive
	Sent() receipt.Sent
	payment.Forgetter
	Deliveries() payment.Deliveries
}

// Call is one call of a store.
type Call struct {
	N    int    // of this store, from 1
	Name string // as in "RTs.Insert"; see [Begin] and [Commit]
	Unit bool   // inside a unit of work
	Run  int    // which run of the unit's work, from 1; 0 outside
}

// The calls that Do makes; Commit only the outermost one.
const (
	Begin  = "Do"
	Commit = "commit"
)

// Hook says what becomes of a call: nil lets it be made. It may be called by several
// goroutines at a time, and may end the context of its test, or stop the clock.
type Hook func(ctx context.Context, c Call) error

// Fail returns the outcome of a call that is not made and fails with err.
func Fail(err error) error { return err }

// Lose returns the outcome of a call that is made, and whose caller hears err instead of
// the answer, whatever that was: what a commit, or a call outside a unit, has done is
// durable; a list fails behind its last row.
func Lose(err error) error { return lost{err} }

type lost struct{ error }

// ErrAgain is the outcome of a commit after which the store undoes the unit and runs its
// work once more, as a database does that found a conflict.
var ErrAgain = errors.New("faulty: the unit of work runs again")

// Unavailable is what a store says when it is busy, its disk is full, or its connection
// is gone.
func Unavailable(why string) error {
	return pagonline.NewError(pagonline.CodeUnavailable).Because(errors.New("faulty: " + why))
}

// Store is the store in front. It is safe for concurrent use, as far as its hook is.
type Store struct {
	Inner
	hook  Hook
	calls atomic.Int64
}

var _ Inner = (*Store)(nil)

// New returns a store in front of inner.
func New(inner Inner, hook Hook) *Store { return &Store{Inner: inner, hook: hook} }

// Calls returns how many calls there were.
func (s *Store) Calls() int { return int(s.calls.Load()) }

type unitKey struct{ s *Store }

// Do runs work as one unit; see [payment.Store].
func (s *Store) Do(ctx context.Context, work func(ctx context.Context) error) error {
	if s.inside(ctx) {
		return s.do(ctx, Begin, func() error { return s.Inner.Do(ctx, work) })
	}
	if err := s.before(ctx, Begin); err != nil {
		if l, ok := errors.AsType[lost](err); ok { // no answer to a beginning is none
			err = l.error
		}
		return err
	}
	for run := 0; ; {
		var answer error
		err := s.Inner.Do(ctx, func(ctx context.Context) error {
			run++
			ctx = context.WithValue(ctx, unitKey{s}, run)
			if err := work(ctx); err != nil {
				return err
			}
			answer = s.before(ctx, Commit)
			if _, ok := errors.AsType[lost](answer); ok {
				return nil
			}
			return answer
		})
		if errors.Is(err, ErrAgain) {
			continue
		}
		if l, ok := errors.AsType[lost](answer); ok && err == nil {
			return l.error
		}
		return err
	}
}

func (s *Store) inside(ctx context.Context) bool { return s.run(ctx) > 0 }

// run returns which run of a unit the context is of.
func (s *Store) run(ctx context.Context) int {
	run, _ := ctx.Value(unitKey{s}).(int)
	return run
}

// before asks the hook.
func (s *Store) before(ctx context.Context, name string) error {
	c := Call{N: int(s.calls.Add(1)), Name: name, Unit: s.inside(ctx), Run: s.run(ctx)}
	if s.hook != nil {
		if err := s.hook(ctx, c); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// do makes a call.
func (s *Store) do(ctx context.Context, name string, call func() error) error {
	err := s.before(ctx, name)
	l, answerLost := errors.AsType[lost](err)
	if err != nil && !answerLost {
		return err
	}
	err = call()
	if answerLost {
		return l.error
	}
	return err
}

// get makes a call that returns something.
func get[T any](ctx context.Context, s *Store, name string, call func() (T, error)) (T, error) {
	var got T
	err := s.do(ctx, name, func() (err error) {
		got, err = call()
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return got, nil
}

// list makes a call that returns rows.
func list[T any](ctx context.Context, s *Store, name string, rows iter.Seq2[T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		err := s.before(ctx, name)
		l, answerLost := errors.AsType[lost](err)
		if err != nil && !answerLost {
			yield(none, err)
			return
		}
		for row, err := range rows {
			if !yield(row, err) {
				return
			}
		}
		if answerLost {
			yield(none, l.error)
		}
	}
}
