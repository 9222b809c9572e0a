package simulation

import (
	"context"
	"errors"
	"fmt"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// consumer does what follows from events, each thing once, and remembers it: its memory
// is durable. It keeps what ACA knows of the positions, too.
type consumer struct {
	w       *World
	pending map[int64]bool          // that were not marked as delivered
	order   map[payment.Key][]int64 // the events of each position
	done    map[int64]bool
	effects map[payment.Key]int // of each position, how many events were heard of
	aca     map[payment.Key]acaCopy
	copies  acaPublisher
	broken  *InvariantError
}

type acaCopy struct {
	open   bool
	shares []share
}

func newConsumer(w *World) consumer {
	return consumer{
		w: w, pending: map[int64]bool{}, order: map[payment.Key][]int64{}, done: map[int64]bool{}, effects: map[payment.Key]int{},
		aca: map[payment.Key]acaCopy{}, copies: acaPublisher{w},
	}
}

// expect notes an event of the outbox.
func (c *consumer) expect(id int64, e event) {
	c.pending[id] = true
	if (e.position != payment.Key{}) {
		c.order[e.position] = append(c.order[e.position], id)
	}
}

var errHandler = errors.New("simulation: the mail server is down")

// handle is told of an event, once or more.
func (c *consumer) handle(_ context.Context, e payment.Event) error {
	if c.w.goes(HandlerFails, 4) {
		return errHandler
	}
	switch {
	case c.done[e.ID]:
		c.w.count(EventTwice)
	case !c.pending[e.ID]:
		c.broken = &InvariantError{"I6", fmt.Sprintf("event %d comes, and is not in the outbox", e.ID)}
	default:
		c.done[e.ID] = true
		c.inOrder(e)
	}
	if c.w.goes(HandlerFailsAfter, 4) {
		return errHandler
	}
	return nil
}

// inOrder wants no event of a position before an earlier one.
func (c *consumer) inOrder(e payment.Event) {
	if (e.Position == payment.Key{}) {
		return
	}
	n := c.effects[e.Position]
	if ids := c.order[e.Position]; n >= len(ids) || ids[n] != e.ID {
		c.broken = &InvariantError{"I6", fmt.Sprintf("event %d of %s comes before an earlier one", e.ID, e.Position)}
	}
	c.effects[e.Position]++
}

// acaPublisher keeps the copy that answers while the station does not.
type acaPublisher struct{ w *World }

// Publish takes what a position says now.
func (a acaPublisher) Publish(_ context.Context, p payment.Position) error {
	if a.w.goes(CopyUnavailable, 3) {
		return pagonline.NewError(pagonline.CodeUnavailable)
	}
	c := acaCopy{open: p.Status == payment.Open}
	for _, t := range p.Transfers {
		c.shares = append(c.shares, share{t.Creditor, t.Amount.Cents()})
	}
	a.w.consumer.aca[p.Key] = c
	return nil
}

// pump delivers what waits in the outbox.
func (w *World) pump() {
	quiet := w.upset()
	w.trouble.arm(w)
	var n int
	err := guard(func() (err error) {
		n, err = w.cashier.DeliverPending(context.Background())
		return err
	})
	hit := w.trouble.disarm()
	w.log.lookAt(err)
	w.say("  delivered %d, %s, %s", n, reason(err), hit.fault)
	if w.consumer.broken != nil {
		panic(w.consumer.broken)
	}
	unmarked := 0 // the last one may have failed
	for i, id := range w.rows.delivered {
		w.must(w.consumer.done[id], "I6", "event %d is marked, and nobody was told", id)
		if i >= hit.commits {
			unmarked++
			continue
		}
		delete(w.consumer.pending, id)
	}
	if !hit.breaks() && w.upset() == quiet {
		w.must(err == nil && len(w.consumer.pending) == 0 && n == len(w.rows.delivered), "I12", "%d events wait, %d delivered: %v", len(w.consumer.pending), n, err)
	}
	w.must(unmarked == 0 || hit.breaks(), "I6", "%d marks are not kept", unmarked)
	w.settle(hit)
}

// upset is how often a handler failed so far.
func (w *World) upset() int {
	f := &w.result.Faults
	return f[HandlerFails] + f[HandlerFailsAfter] + f[CopyUnavailable]
}
