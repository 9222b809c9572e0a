package payment

import (
	"context"
	"iter"
	"time"

	"github.com/pagonline/pagonline"
)

// DeliveryState is what came of handing an event to a handler.
type DeliveryState string

// The states of a delivery. An event that no handler has tried yet has none.
const (
	DeliveryDone   DeliveryState = "done"   // this handler has it, others do not yet
	DeliveryRetry  DeliveryState = "retry"  // it failed, and comes again
	DeliveryParked DeliveryState = "parked" // it failed for the last time: somebody must look
)

// Delivery is what came of handing an event to a handler so far. It names no person.
type Delivery struct {
	Event   int64  // its ID
	Handler string // the handler's name
	State   DeliveryState
	Tries   int            // that failed
	Code    pagonline.Code // of the last failure
	At      time.Time      // of the last try
}

// Deliveries keeps what came of the events that wait in the outbox, handler by handler.
// Of an event that all handlers have nothing is kept: the [Outbox] says that it is
// delivered. Its contract is tested by the package storetest.
type Deliveries interface {
	// Put keeps d in the place of what was kept for its event and handler.
	Put(ctx context.Context, d Delivery) error
	// Of returns what is kept of these events, by event and then by handler.
	Of(ctx context.Context, events ...int64) ([]Delivery, error)
	// Parked returns the parked ones, by event and then by handler.
	Parked(ctx context.Context) iter.Seq2[Delivery, error]
	// Forget deletes what is kept of an event.
	Forget(ctx context.Context, event int64) error
}
