package payment

import (
	"context"
	"time"
)

// EventKind names what happened.
type EventKind string

// The kinds of events. A change of state is "position." or "order." and the state:
// see [PositionEvent] and [OrderEvent].
const (
	PositionUpdated EventKind = "position.updated" // its terms changed
	ReceiptRecorded EventKind = "receipt.recorded" // the first one of a notice, or of a secondary creditor
	ReceiptSecond   EventKind = "receipt.second"   // another one for a paid notice: to refund
	Quarantined     EventKind = "quarantine.added" // a message needs somebody's eyes
)

// PositionEvent returns the kind of a position's change to s, as in "position.paid".
func PositionEvent(s Status) EventKind { return EventKind("position." + s) }

// OrderEvent returns the kind of an order's change to s, as in "order.sent".
func OrderEvent(s OrderStatus) EventKind { return EventKind("order." + s) }

// Event is something that happened, written in the transaction in which it did. It
// names no person.
type Event struct {
	ID        int64 // given by the store, growing
	Kind      EventKind
	Position  Key    // none for an order's
	Order     string // none for a position's
	ReceiptID string // of a receipt's
	At        time.Time
}

// Handler does what follows from an event: a mail, a copy to ACA, a file released.
// Events come at least once, those of one position in their order; a handler must
// tell repeats by the event's ID. An error makes the event come again.
type Handler func(ctx context.Context, e Event) error
