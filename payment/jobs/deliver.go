package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

// handler is who gets events, under his name.
type handler struct {
	name   string
	handle payment.Handler
	kinds  []payment.EventKind // none for all
}

func (h *handler) wants(kind payment.EventKind) bool {
	return len(h.kinds) == 0 || slices.Contains(h.kinds, kind)
}

// job is what River is told: one event for one handler, and where to find it.
type job struct {
	handler string

	Event    int64  `json:"event"`
	Creditor string `json:"creditor,omitempty"`
	Notice   string `json:"notice,omitempty"`
	Order    string `json:"order,omitempty"`
}

// Kind implements [river.JobArgs].
func (j job) Kind() string { return "event/" + j.handler }

func (h *handler) job(e payment.Event) job {
	return job{h.name, e.ID, e.Position.Creditor, e.Position.Number.String(), e.Order}
}

func (j job) stream() (stream, error) {
	s := stream{position: payment.Key{Creditor: j.Creditor}, order: j.Order}
	if j.Creditor == "" && j.Order == "" {
		return stream{alone: j.Event}, nil
	}
	var err error
	if j.Notice != "" {
		s.position.Number, err = notice.ParseSyntax(j.Notice)
	}
	return s, err
}

// active are the states in which a job is in the way of another one like it. What is
// done or given up is not: if the outbox says that it is to do, it is.
var active = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
	rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}

// insert puts the jobs into the queue that are not in it.
func (r *run) insert(ctx context.Context, all []job) error {
	if len(all) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(all))
	for i, j := range all {
		params[i] = river.InsertManyParams{Args: j, InsertOpts: &river.InsertOpts{
			Queue: queueName,
			// How often is for the engine to say.
			MaxAttempts: 10_000,
			UniqueOpts:  river.UniqueOpts{ByArgs: true, ByState: active},
		}}
	}
	_, err := r.client.InsertMany(ctx, params)
	return err
}

// worker hands events to a handler when River says so.
type worker struct {
	river.WorkerDefaults[job]
	*run
	*handler
}

// Timeout implements [river.Worker]: behind that of the handler, who is the one to be
// told.
func (w *worker) Timeout(*river.Job[job]) time.Duration { return stuckAfter(w.cfg.Timeout) }

// Work implements [river.Worker]. It does nothing unless it is the event's turn: other
// jobs will, or did.
func (w *worker) Work(ctx context.Context, j *river.Job[job]) error {
	s, err := j.Args.stream()
	if err != nil {
		return river.JobCancel(errJob)
	}
	turns, err := w.turns(ctx, s, w.handler)
	if err != nil {
		return w.later(ctx, err)
	}
	now, found := turns[w.handler]
	switch {
	case found && now.ID != j.Args.Event:
		return w.next(ctx, s)
	case !found, now.by(w.name).State == payment.DeliveryParked:
		return nil
	}
	err = call(ctx, w.cfg.Timeout, func(ctx context.Context) error { return w.handle(ctx, now.Event) })
	// Whatever ends the context now, what came of it is kept.
	kept, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepWithin)
	defer cancel()
	if err != nil {
		if errors.Is(ctx.Err(), context.Canceled) { // the engine stops: no fault of the handler
			return river.JobSnooze(0)
		}
		return w.failed(kept, now, err)
	}
	d := payment.Delivery{
		Event: now.ID, Handler: w.name, State: payment.DeliveryDone, Tries: now.by(w.name).Tries, At: w.cfg.Now().UTC(),
	}
	if err := w.keep(kept, now.Event, d); err != nil {
		return w.later(kept, err)
	}
	return w.next(kept, s)
}

// keepWithin is how long the store may take to keep what came of an event.
const keepWithin = 20 * time.Second

var errJob = errors.New("a job that cannot be read")

// keep keeps what came of an event, unless the handler has it by another job: this one
// was taken for dead, and was only late.
func (w *worker) keep(ctx context.Context, event payment.Event, d payment.Delivery) error {
	return w.store.Do(ctx, func(ctx context.Context) error {
		still, err := w.still(ctx, event)
		if err != nil || !still {
			return err
		}
		tried, err := w.store.Deliveries().Of(ctx, event.ID)
		now := waiting{event, tried}
		switch {
		case err != nil, now.by(w.name).State == payment.DeliveryDone:
			return err
		case d.State == payment.DeliveryDone && w.complete(now, w.handler):
			return w.close(ctx, event.ID)
		default:
			return w.store.Deliveries().Put(ctx, d)
		}
	})
}

// next gives the handler its turn for the event behind. If that fails the next sweep will.
func (w *worker) next(ctx context.Context, s stream) error {
	next, err := w.heads(ctx, s, w.handler)
	if err == nil {
		err = w.insert(ctx, next)
	}
	if err != nil {
		w.warn(ctx, "the next event waits for the sweep", err)
	}
	return nil
}

// failed keeps that the handler failed, and says when it will be asked again.
func (w *worker) failed(ctx context.Context, event waiting, cause error) error {
	d := payment.Delivery{
		Event: event.ID, Handler: w.name, State: payment.DeliveryRetry, Tries: event.by(w.name).Tries + 1,
		Code: pagonline.CodeOf(cause), At: w.cfg.Now().UTC(),
	}
	level, what := slog.LevelWarn, "an event was not delivered"
	if d.Tries >= w.cfg.MaxTries {
		d.State, level, what = payment.DeliveryParked, slog.LevelError, "an event is parked"
	}
	if err := w.keep(ctx, event.Event, d); err != nil {
		return w.later(ctx, err)
	}
	w.cfg.Log.Log(ctx, level, what, "event", d.Event, "kind", event.Kind, "handler", d.Handler, "tries", d.Tries, "code", d.Code)
	if d.State == payment.DeliveryParked {
		return river.JobCancel(failure(d.Code))
	}
	return river.JobSnooze(max(0, w.cfg.Backoff(d.Tries), w.cfg.asked(cause)))
}

// failure is all that River hears of an error, whose text may name somebody.
type failure pagonline.Code

func (f failure) Error() string { return string(f) }

// later is for when the store does not answer, which is no fault of the handler.
func (w *worker) later(ctx context.Context, err error) error {
	w.warn(ctx, "the store does not say what to deliver", err)
	return river.JobSnooze(w.cfg.PollInterval)
}

// call calls a handler or a task, which may panic.
func call(ctx context.Context, within time.Duration, do func(context.Context) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = pagonline.NewError(pagonline.CodeInternal).Because(fmt.Errorf("jobs: panic: %T", p))
		}
	}()
	return do(ctx)
}
