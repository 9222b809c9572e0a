package payment

import (
	"context"
	"errors"
	"fmt"
)

// deliverBatch is how many events are read at a time.
const deliverBatch = 100

// DeliverPending hands the events that wait in the outbox to the handlers, once each
// at least, and returns how many it delivered. Where a handler fails, the event waits,
// and so do the later ones of the same position; the others go on. It returns the
// failures joined. A program that runs all the time is better served by package jobs,
// which tries again by itself and lets no handler wait for another.
func (c *Cashier) DeliverPending(ctx context.Context) (delivered int, err error) {
	var failures []error
	stuck := map[Key]bool{}
	for filter := (EventFilter{Pending: true, Limit: deliverBatch}); ; {
		batch, err := c.events(ctx, filter)
		if err != nil || len(batch) == 0 {
			return delivered, errors.Join(append(failures, err)...)
		}
		for _, e := range batch {
			filter.After = e.ID
			if stuck[e.Position] {
				continue
			}
			if err := c.deliver(ctx, e); err != nil {
				failures = append(failures, fmt.Errorf("event %d, %s: %w", e.ID, e.Kind, err))
				stuck[e.Position] = e.Position != Key{}
				continue
			}
			delivered++
		}
	}
}

func (c *Cashier) events(ctx context.Context, f EventFilter) ([]Event, error) {
	var all []Event
	for e, err := range c.store.Outbox().List(ctx, f) {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

func (c *Cashier) deliver(ctx context.Context, e Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, handle := range c.cfg.Handlers {
		if err := handle(ctx, e); err != nil {
			return err
		}
	}
	return c.store.Outbox().Delivered(ctx, e.ID)
}
