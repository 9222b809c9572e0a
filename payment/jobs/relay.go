package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// begin takes what waits already as seen, and sweeps it: that costs less for many events
// than to relay them.
func (r *run) begin(ctx context.Context) error {
	var last int64
	for event, err := range r.store.Outbox().List(ctx, payment.EventFilter{Pending: true}) {
		if err != nil {
			return err // they are relayed
		}
		last = event.ID
	}
	r.see(max(r.seen.Load(), last))
	err := r.sweep(ctx)
	if err != nil {
		r.see(0) // the relay begins at the first
	}
	return err
}

func (r *run) see(last int64) {
	r.relaying.Lock()
	defer r.relaying.Unlock()
	r.seen.Store(last)
}

// sweep brings back what was interrupted, puts the jobs of all events that wait and were
// seen into the queue, and relays the others. When ctx ends it stops between two batches:
// SQLite gives up its lock on the queue with a transaction that is interrupted.
func (r *run) sweep(ctx context.Context) error {
	now := time.Now() //nolint:forbidigo // River's clock
	err := r.queue.rescue(context.WithoutCancel(ctx), now, now.Add(-stuckAfter(r.cfg.Timeout)), now.Add(-stuckAfter(r.cfg.TaskTimeout)))
	if err != nil {
		return unavailable("rescue", err)
	}
	type turn struct {
		*handler
		stream
	}
	held := map[turn]bool{} // by an event that comes first
	for after, upTo := int64(0), r.seen.Load(); after < upTo && ctx.Err() == nil; {
		all, err := r.waiting(context.WithoutCancel(ctx), payment.EventFilter{After: after, Limit: some})
		if err != nil {
			return err
		}
		var next []job
		after = upTo // if there are no others
		for i, w := range all {
			if w.ID > upTo {
				all = all[:i]
				break
			}
			for _, h := range r.handlers {
				t := turn{h, streamOf(w.Event)}
				if held[t] || !h.misses(w) {
					continue
				}
				held[t] = true
				if w.by(h.name).State != payment.DeliveryParked {
					next = append(next, h.job(w.Event))
				}
			}
		}
		if len(all) == some {
			after = all[some-1].ID
		}
		if err := r.bring(context.WithoutCancel(ctx), all, next); err != nil {
			return err
		}
	}
	return r.relay(ctx)
}

// relay puts the jobs of the streams of all events that are new into the queue. It stops
// as sweep does.
func (r *run) relay(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if more, err := r.part(context.WithoutCancel(ctx)); err != nil || !more {
			return err
		}
	}
}

// part relays some events.
func (r *run) part(ctx context.Context) (more bool, err error) {
	r.relaying.Lock()
	defer r.relaying.Unlock()
	after := r.seen.Load()
	all, err := r.waiting(ctx, payment.EventFilter{After: after, Limit: some})
	if err != nil || len(all) == 0 {
		return false, err
	}
	// Before their streams are looked at: a handler that is done with an event now, and
	// does not see that the next one was seen, is seen to be done.
	r.seen.Store(all[len(all)-1].ID)
	defer func() {
		if err != nil {
			r.seen.Store(after) // once more
		}
	}()
	var next []job
	streams := map[stream]bool{}
	for _, w := range all {
		s := streamOf(w.Event)
		if streams[s] {
			continue
		}
		streams[s] = true
		heads, err := r.heads(ctx, s, r.handlers...)
		if err != nil {
			return false, err
		}
		next = append(next, heads...)
	}
	return len(all) == some, r.bring(ctx, all, next)
}

// bring puts jobs into the queue, and marks those events as delivered that all handlers
// have.
func (r *run) bring(ctx context.Context, all []waiting, next []job) (err error) {
	for _, w := range all {
		if r.complete(w, nil) {
			err = errors.Join(err, r.store.Do(ctx, func(ctx context.Context) error { return r.close(ctx, w.ID) }))
		}
	}
	if e := r.insert(ctx, next); e != nil {
		err = errors.Join(err, unavailable("insert", e))
	}
	return err
}
