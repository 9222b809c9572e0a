package jobs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// Store is what an engine needs of one; those of this module have it.
type Store interface {
	// Do works as that of [payment.Store].
	Do(ctx context.Context, work func(ctx context.Context) error) error
	Outbox() payment.Outbox
	Deliveries() payment.Deliveries
}

// Engine hands the events of the outbox to handlers. Register them, then start it. It
// is safe for concurrent use once it has been started.
type Engine struct {
	store    Store
	queue    *Queue
	cfg      Config
	handlers []*handler
	tasks    []*task
	wrong    []error // names that cannot be

	wake chan struct{}

	turn sync.Mutex          // of Start and Stop
	run  atomic.Pointer[run] // nil unless it was started
}

// New returns an engine that delivers what store's outbox holds, by jobs in queue. It
// copies cfg.
func New(store Store, queue *Queue, cfg Config) *Engine {
	return &Engine{store: store, queue: queue, cfg: cfg.withDefaults(), wake: make(chan struct{}, 1)}
}

// names of handlers and tasks must suit River.
var names = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

// Register makes h get the events of these kinds; without kinds, all. What h has got is
// kept under its name, as in "mail": 1 to 64 letters, digits, '.', '-' or '_', once in an
// engine; [Engine.Start] says if it is not so. All instances of a program register the
// same ones. Call it before Start.
func (e *Engine) Register(name string, h payment.Handler, kinds ...payment.EventKind) {
	if h == nil || !names.MatchString(name) || slices.ContainsFunc(e.handlers, func(h *handler) bool { return h.name == name }) {
		e.wrong = append(e.wrong, fmt.Errorf("jobs: handler %q: nothing, not a name, or not the first of it", name))
		return
	}
	e.handlers = append(e.handlers, &handler{name, h, slices.Clone(kinds)})
}

// Repeat makes the task run when the engine starts and then once in the interval, a
// second at least, in one of the instances at a time. It may run more often, as when
// instances come and go, and must not mind. A task that fails is logged by the code of its
// error, and waits for its next time. For names see [Engine.Register]. Call it before
// Start.
func (e *Engine) Repeat(name string, every time.Duration, do func(ctx context.Context) error) {
	if do == nil || !names.MatchString(name) || every < time.Second || slices.ContainsFunc(e.tasks, func(t *task) bool { return t.name == name }) {
		e.wrong = append(e.wrong, fmt.Errorf("jobs: task %q every %s: nothing, not a name, or not the first of it, or too often", name, every))
		return
	}
	e.tasks = append(e.tasks, &task{name, every, do})
}

// Start begins to deliver, what waits already included, and returns. It goes on until
// [Engine.Stop], also when ctx has ended. Its error is about a name given to Register
// or Repeat, or has [pagonline.CodeUnavailable].
func (e *Engine) Start(ctx context.Context) error {
	if err := errors.Join(e.wrong...); err != nil {
		return err
	}
	e.turn.Lock()
	defer e.turn.Unlock()
	if e.run.Load() != nil {
		return errors.New("jobs: started already")
	}
	r, err := e.start(ctx)
	if err == nil {
		e.run.Store(r)
	}
	return err
}

// Stop waits for the handlers and tasks that are running, and starts no others; what is
// to do is done after the next start. When ctx ends, it ends their contexts and goes on
// waiting, for a while. An engine that was not started is stopped.
func (e *Engine) Stop(ctx context.Context) error {
	e.turn.Lock()
	defer e.turn.Unlock()
	r := e.run.Load()
	if r == nil {
		return nil
	}
	err := r.stop(ctx)
	if err == nil {
		e.run.Store(nil)
	}
	return err
}

// Wake looks for new events at once. Call it after what makes events; who forgets it
// waits for [Config].PollInterval.
func (e *Engine) Wake() { signal(e.wake) }

// signal fills a channel that holds one.
func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default: // it is full
	}
}

// Sweep looks at all events that wait, and puts those into the queue whose turn it is and
// that are not there: the queue may have been lost. Start does it, and every
// [Config].SweepInterval. Its error is the store's, or has [pagonline.CodeUnavailable],
// also where the engine was not started.
func (e *Engine) Sweep(ctx context.Context) error {
	r := e.run.Load()
	if r == nil {
		return unavailable("sweep", errors.New("not started"))
	}
	return r.sweep(ctx)
}

// Parked returns the deliveries that were given up, by event and handler. Later events of
// the same position, or order, wait behind them for this handler.
func (e *Engine) Parked(ctx context.Context) iter.Seq2[payment.Delivery, error] {
	return e.store.Deliveries().Parked(ctx)
}

// Redrive is [Redrive] for this engine's store; they come at once, or after half a second, if
// the engine was started.
func (e *Engine) Redrive(ctx context.Context, handler string, events ...int64) (redriven int, err error) {
	redriven, err = Redrive(ctx, e.store, handler, events...)
	if r := e.run.Load(); redriven > 0 && r != nil {
		signal(r.called)
	}
	return redriven, err
}

// Redrive gives a handler the events again that are parked for it, with all tries
// before them: those with these IDs, or all if there are none. It returns how many, also
// with an error. An engine of another process, or machine, finds them by its next sweep.
func Redrive(ctx context.Context, store Store, handler string, events ...int64) (redriven int, err error) {
	var parked []int64
	for d, err := range store.Deliveries().Parked(ctx) {
		if err != nil {
			return 0, err
		}
		if d.Handler == handler && (len(events) == 0 || slices.Contains(events, d.Event)) {
			parked = append(parked, d.Event)
		}
	}
	for few := range slices.Chunk(parked, some) { // so that nobody waits for a long transaction
		var n int
		if err := store.Do(ctx, func(ctx context.Context) (err error) {
			n, err = redrive(ctx, store.Deliveries(), handler, few)
			return err
		}); err != nil {
			return redriven, err
		}
		redriven += n
	}
	return redriven, nil
}

func redrive(ctx context.Context, deliveries payment.Deliveries, handler string, events []int64) (n int, err error) {
	all, err := deliveries.Of(ctx, events...)
	for _, d := range all {
		if d.Handler != handler || d.State != payment.DeliveryParked {
			continue
		}
		d.State, d.Tries = payment.DeliveryRetry, 0
		if err := deliveries.Put(ctx, d); err != nil {
			return 0, err
		}
		n++
	}
	return n, err
}
