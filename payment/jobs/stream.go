package jobs

import (
	"context"
	"slices"

	"github.com/pagonline/pagonline/payment"
)

// stream names what has an order: the events of a position, those of an order of
// positions, or one event alone that is of neither.
type stream struct {
	position payment.Key
	order    string
	alone    int64
}

func streamOf(e payment.Event) stream {
	if e.Position == (payment.Key{}) && e.Order == "" {
		return stream{alone: e.ID}
	}
	return stream{position: e.Position, order: e.Order}
}

// from selects the stream's events from one on, some at a time.
func (s stream) from(id int64) payment.EventFilter {
	if s.alone != 0 {
		return payment.EventFilter{After: s.alone - 1, Limit: 1}
	}
	return payment.EventFilter{Position: s.position, Order: s.order, After: id - 1, Limit: some}
}

// some is how many events are looked at together.
const some = 100

// waiting is an event that not all handlers have, and what came of it.
type waiting struct {
	payment.Event
	tried []payment.Delivery
}

// by returns what came of the event with a handler.
func (w waiting) by(handler string) payment.Delivery {
	for _, d := range w.tried {
		if d.Handler == handler {
			return d
		}
	}
	return payment.Delivery{}
}

// misses reports whether the handler has still to get the event.
func (h *handler) misses(w waiting) bool {
	return h.wants(w.Kind) && w.by(h.name).State != payment.DeliveryDone
}

// waiting returns the events that not all handlers have, in their order. One that was
// delivered meanwhile may be among them, as if nobody had tried it: that is forgotten.
func (e *Engine) waiting(ctx context.Context, f payment.EventFilter) (all []waiting, err error) {
	var ids []int64
	f.Pending = true
	for event, err := range e.store.Outbox().List(ctx, f) {
		if err != nil {
			return nil, err
		}
		all, ids = append(all, waiting{Event: event}), append(ids, event.ID)
	}
	if len(all) == 0 {
		return nil, nil
	}
	tried, err := e.store.Deliveries().Of(ctx, ids...)
	for _, d := range tried {
		i, _ := slices.BinarySearch(ids, d.Event)
		all[i].tried = append(all[i].tried, d)
	}
	return all, err
}

// still reports whether the event waits.
func (e *Engine) still(ctx context.Context, event payment.Event) (bool, error) {
	f := streamOf(event).from(event.ID)
	f.Pending, f.Limit = true, 1
	for next, err := range e.store.Outbox().List(ctx, f) {
		return err == nil && next.ID == event.ID, err
	}
	return false, nil
}

// turns returns the first of the stream's events that each of the handlers has still to
// get, if there is one.
func (e *Engine) turns(ctx context.Context, s stream, of ...*handler) (map[*handler]waiting, error) {
	turns := map[*handler]waiting{}
	for from := int64(0); len(turns) < len(of); {
		all, err := e.waiting(ctx, s.from(from))
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			from = w.ID + 1
			next := slices.DeleteFunc(slices.Clone(of), func(h *handler) bool {
				_, earlier := turns[h]
				return earlier || !h.misses(w)
			})
			if streamOf(w.Event) != s || len(next) == 0 {
				continue
			}
			still, err := e.still(ctx, w.Event)
			if err != nil {
				return nil, err
			}
			for _, h := range next {
				if still {
					turns[h] = w
				}
			}
		}
		if len(all) < some {
			break
		}
	}
	return turns, nil
}

// heads returns the jobs that handlers should have of the stream: each its next event,
// unless it is parked. One that the relay has not seen yet is left to it: a transaction
// that is under way may still bring an earlier one to light.
func (r *run) heads(ctx context.Context, s stream, of ...*handler) (next []job, err error) {
	turns, err := r.turns(ctx, s, of...)
	for h, w := range turns {
		if w.by(h.name).State != payment.DeliveryParked && w.ID <= r.seen.Load() {
			next = append(next, h.job(w.Event))
		}
	}
	return next, err
}

// complete reports whether all handlers that want the event have it, or will have it
// together with the one that is given.
func (e *Engine) complete(w waiting, with *handler) bool {
	return !slices.ContainsFunc(e.handlers, func(h *handler) bool { return h != with && h.misses(w) })
}

// close marks an event as delivered, of which nothing more need be known.
func (e *Engine) close(ctx context.Context, id int64) error {
	if err := e.store.Outbox().Delivered(ctx, id); err != nil {
		return err
	}
	return e.store.Deliveries().Forget(ctx, id)
}
