package faulty_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// kind is a way in which a store fails. None of them tells what is there: ErrExists and
// ErrNotFound are answers, and no failures.
type kind struct {
	name string
	// outcome is that of the call; cancel ends the caller's context.
	outcome func(cancel func()) error
	err     error // what the caller must be told; nil where the flow succeeds all the same
	stays   bool  // it fails from this call on
}

var (
	errBusy  = faulty.Unavailable("busy, or no room on the disk")
	errIO    = errors.New("disk I/O error")
	errLost  = faulty.Unavailable("connection lost")
	errPanic = errors.New("the store panicked")
)

var kinds = []kind{
	{name: "busy", outcome: func(func()) error { return faulty.Fail(errBusy) }, err: errBusy},
	{name: "busy for long", outcome: func(func()) error { return faulty.Fail(errBusy) }, err: errBusy, stays: true},
	{name: "answer lost", outcome: func(func()) error { return faulty.Lose(errLost) }, err: errLost},
	{name: "broken", outcome: func(func()) error { return faulty.Fail(errIO) }, err: errIO},
	{name: "too late", outcome: func(func()) error { return faulty.Fail(context.DeadlineExceeded) }, err: context.DeadlineExceeded},
	{name: "caller gone", outcome: func(cancel func()) error {
		cancel()
		return nil
	}, err: context.Canceled},
	{name: "panic", outcome: func(func()) error { panic(errPanic) }, err: errPanic},
	conflict,
}

// conflict makes a unit run again, from each of its calls and from its commit.
var conflict = kind{name: "conflict", outcome: func(func()) error { return faulty.ErrAgain }}

// run makes the flow's call, with a hook that counts its store calls from 1.
func (f flow) run(w *world, hook func(c faulty.Call, cancel func()) error) (answer string, err error) {
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	n := 0
	w.hook = func(_ context.Context, c faulty.Call) error {
		n++
		c.N = n
		return hook(c, cancel)
	}
	defer func() {
		w.hook = nil
		if v := recover(); v != nil {
			if v != any(errPanic) {
				panic(v)
			}
			err = errPanic
		}
	}()
	return f.call(ctx, w)
}

func (f flow) world(st faulty.Inner) *world {
	w := newWorld(st)
	if f.prepare != nil {
		f.prepare(w)
	}
	return w
}

// reference is what a flow does when nothing fails.
type reference struct {
	calls         []faulty.Call
	states        []string // that are there on the way, the first and the last one included
	first, second told     // when it is called, and called again
}

type told struct {
	answer string
	code   pagonline.Code
	after  string
}

// state is what a flow must not leave half done: for those that only ask, the journal is
// no part of it.
func (f flow) state(w *world) string {
	d := dumpOf(background, w.store.Inner, w.carts...)
	if f.asks {
		return d.text
	}
	return d.text + d.journal
}

func (f flow) tell(w *world, hook func(faulty.Call, func()) error) told {
	answer, err := f.run(w, hook)
	return told{answer, pagonline.CodeOf(err), f.state(w)}
}

func (r told) equal(t require.TestingT, got told, where string) {
	require.Equal(t, []string{r.answer, string(r.code)}, []string{got.answer, string(got.code)}, where)
	require.Empty(t, differs(got.after, r.after), where)
}

func (f flow) reference(t require.TestingT, st faulty.Inner) reference {
	w := f.world(st)
	var r reference
	r.first = f.tell(w, func(c faulty.Call, _ func()) error {
		if r.calls = append(r.calls, c); !c.Unit {
			r.states = append(r.states, f.state(w))
		}
		return nil
	})
	require.Empty(t, r.first.code, f.name)
	r.states = append(r.states, r.first.after)
	require.Empty(t, violations(background, st), f.name)
	r.second = f.tell(w, func(faulty.Call, func()) error { return nil })
	return r
}

// fails runs the flow with a failure at its n-th call, and again without one.
func (f flow) fails(t require.TestingT, st faulty.Inner, r reference, n int, k kind) {
	where := fmt.Sprintf("%s: %s at call %d, %s", f.name, k.name, n, r.calls[n-1].Name)
	w := f.world(st)
	before, ranAgain := f.state(w), false
	answer, err := f.run(w, func(c faulty.Call, cancel func()) error {
		ranAgain = ranAgain || c.N > n && c.Run > r.calls[n-1].Run
		if c.N == n || k.stays && c.N > n {
			return k.outcome(cancel)
		}
		return nil
	})
	state := f.state(w)
	require.Empty(t, violations(background, st), where)
	if err == nil {
		require.True(t, k.err == nil ||
			k.name == "caller gone" && w.body != nil || // the node that hangs up does not stop its receipt
			k.name == "answer lost" && strings.HasSuffix(r.calls[n-1].Name, ".List") || // of which nobody read the end
			ranAgain && k.name == "answer lost", // a store does so where it needs more numbers, or savepoints
			where)
		r.first.equal(t, told{answer, "", state}, where)
		return
	}
	require.NotEqual(t, conflict.name, k.name, where)
	if !errors.Is(err, errAnswer) {
		require.ErrorIs(t, err, k.err, where)
		require.Equal(t, pagonline.CodeOf(k.err), pagonline.CodeOf(err), where)
	}
	require.NotErrorIs(t, err, payment.ErrRefused, where)
	if !f.parts && !slices.Contains(r.states, state) {
		require.Fail(t, "half done", "%s\n%s", where, differs(state, before))
	}

	again := f.tell(w, func(faulty.Call, func()) error { return nil })
	if state == r.first.after && state != before || again == r.second {
		r.second.equal(t, again, where)
	} else {
		r.first.equal(t, again, where)
	}
	require.Empty(t, violations(background, st), where)
	if len(w.handled) > 0 {
		w.checkHandled(t, where)
	}
}

// checkHandled: every event has come to its handler, those of a position in their order.
func (w *world) checkHandled(t require.TestingT, where string) {
	last := map[payment.Key]int64{}
	seen := map[int64]bool{}
	for _, e := range w.handled {
		if !seen[e.ID] && e.Position != (payment.Key{}) {
			require.Less(t, last[e.Position], e.ID, where)
			last[e.Position] = e.ID
		}
		seen[e.ID] = true
	}
	require.Empty(t, collect(w.store.Inner.Outbox().List(background, payment.EventFilter{Pending: true})), where)
	for _, e := range collect(w.store.Inner.Outbox().List(background, payment.EventFilter{})) {
		require.True(t, seen[e.ID], where)
	}
}

var allFlows = slices.Concat(stationFlows, cashierFlows, shopFlows, deskFlows, taskFlows)

// stores hands out an empty store, and takes it back.
type stores func() (st faulty.Inner, done func())

// every fails every call of the flow in each way, calls of these names or verbs apart.
func (f flow) every(t require.TestingT, kinds []kind, open stores, skip ...string) (calls, failures int) {
	st, done := open()
	r := f.reference(t, st)
	done()
	for n, c := range r.calls {
		_, verb, isVerb := strings.Cut(c.Name, ".")
		if isVerb && slices.Contains(skip, verb) || slices.Contains(skip, c.Name) {
			continue
		}
		for _, k := range kinds {
			if k.name == conflict.name && !c.Unit && c.Name != faulty.Commit {
				continue
			}
			st, done := open()
			f.fails(t, st, r, n+1, k)
			done()
			failures++
		}
	}
	return len(r.calls), failures
}

// everyFlow is every for all flows, so many of them at the same time.
func everyFlow(t *testing.T, name string, workers int, kinds []kind, open stores, skip ...string) {
	t.Helper()
	var all sync.WaitGroup
	var calls, failures atomic.Int64
	limit := make(chan struct{}, workers)
	for _, f := range allFlows {
		limit <- struct{}{}
		all.Go(func() {
			defer func() { <-limit }()
			n, m := f.every(goexit{t}, kinds, open, skip...)
			calls.Add(int64(n))
			failures.Add(int64(m))
		})
		if workers == 1 {
			all.Wait()
		}
	}
	all.Wait()
	t.Logf("%s: %d flows, %d calls, %d failures", name, len(allFlows), calls.Load(), failures.Load())
}

// goexit ends a flow, and not the test, whose goroutine it is not.
type goexit struct{ *testing.T }

func (g goexit) FailNow() {
	g.Fail()
	runtime.Goexit()
}

func noneLeft(t *testing.T, routines int) {
	t.Helper()
	for end := time.Now().Add(2 * time.Second); runtime.NumGoroutine() > routines && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), routines, "a goroutine is left")
}

// TestEveryCall fails every store call of every flow: the caller is told to come again,
// nothing is half done, and who comes again gets what he would have got.
func TestEveryCall(t *testing.T) {
	kinds, routines := kinds, runtime.NumGoroutine()
	if slow > 1 { // nothing runs at the same time, so there is nothing for the race detector
		kinds = []kind{kinds[2], conflict}
	}
	everyFlow(t, "memory", 1, kinds, func() (faulty.Inner, func()) { return &memory.Store{}, func() {} })
	noneLeft(t, routines)
}
