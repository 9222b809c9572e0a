package payment

import (
	"context"
	"iter"

	"github.com/pagonline/pagonline"
)

// Store keeps positions, orders and receipts. Its contract is tested by the package
// storetest.
type Store interface {
	// Do runs work as one transaction. All calls that get work's context join it, an
	// inner Do included, of which a failure undoes its own part only. If work returns
	// an error, nothing of it is kept and Do returns that error. Work may run more
	// than once. It must use its own context for the store: another would wait for
	// this transaction to end.
	Do(ctx context.Context, work func(ctx context.Context) error) error

	Positions() Positions
	Orders() Orders
	RTs() RTs
	Quarantine() Quarantine
	Numbers() Numbers
	Outbox() Outbox
	Journal() Journal
}

// Positions keeps positions by their key.
type Positions interface {
	// Insert adds p, or returns [ErrExists].
	Insert(ctx context.Context, p Position) error
	// Get returns the position, or [ErrNotFound].
	Get(ctx context.Context, k Key) (Position, error)
	// Update hands the position to change, and keeps what change made of it if it
	// returns nil; the owner may change, key and debt may not. Its error is change's, or
	// [ErrNotFound].
	Update(ctx context.Context, k Key, change func(*Position) error) error
	// List returns the positions that match f, the newest first.
	List(ctx context.Context, f PositionFilter) iter.Seq2[Position, error]
}

// PositionFilter selects positions. Empty fields select all.
type PositionFilter struct {
	Creditor string
	Owner    string
	Debt     string
	LastDay  pagonline.Date // those that are open, and can be paid on this day for the last time
	Except   Key            // all but this one
}

// Orders keeps orders by their id.
type Orders interface {
	// Insert adds o, or returns [ErrExists].
	Insert(ctx context.Context, o Order) error
	// Get returns the order, or [ErrNotFound].
	Get(ctx context.Context, id string) (Order, error)
	// Update works as that of [Positions].
	Update(ctx context.Context, id string, change func(*Order) error) error
	// ByPosition returns the orders that hold the position, the newest first.
	ByPosition(ctx context.Context, k Key) ([]Order, error)
}

// RTs keeps receipts by the creditor that received them and their id.
type RTs interface {
	// Insert adds r, Raw included, or returns [ErrExists].
	Insert(ctx context.Context, r RT) error
	// Get returns the receipt, or [ErrNotFound].
	Get(ctx context.Context, creditor, receiptID string) (RT, error)
	// Replace puts r, Raw included, in the place of the receipt with its creditor, id and
	// position, or returns [ErrNotFound].
	Replace(ctx context.Context, r RT) error
	// ByPosition returns the receipts that the position's creditor received for it,
	// the first one first.
	ByPosition(ctx context.Context, k Key) ([]RT, error)
}

// Quarantine keeps messages that were refused or not understood.
type Quarantine interface {
	// Put adds m. A message with the same operation, reason and bytes as one that is
	// there adds to its count instead, and opens it again.
	Put(ctx context.Context, m QuarantinedMessage) error
	// Get returns the message, or [ErrNotFound].
	Get(ctx context.Context, id int64) (QuarantinedMessage, error)
	// Update works as that of [Positions]; only the resolution may change.
	Update(ctx context.Context, id int64, change func(*QuarantinedMessage) error) error
	// List returns the messages, the oldest first.
	List(ctx context.Context) iter.Seq2[QuarantinedMessage, error]
	// Open returns those that nobody has resolved, the oldest first.
	Open(ctx context.Context) iter.Seq2[QuarantinedMessage, error]
	// ByPosition returns those that are about the position, the oldest first: see
	// [QuarantinedMessage.About].
	ByPosition(ctx context.Context, k Key) ([]QuarantinedMessage, error)
}

// Numbers counts the serials of notice numbers.
type Numbers interface {
	// Next returns a serial that was never returned before for this creditor and
	// segregation code: not by this process nor another, not before a restart, not in
	// a unit of work that failed. The first is 1; there may be gaps.
	Next(ctx context.Context, creditor string, segregation uint8) (uint64, error)
}

// Outbox keeps events until they are delivered, and afterwards as history.
type Outbox interface {
	// Append adds e and gives it the next ID.
	Append(ctx context.Context, e Event) error
	// List returns the events that match f, in the order of their IDs. Who reads all
	// events, and goes on After the last that he saw, misses none: an event is listed once
	// none with a smaller ID can come any more.
	List(ctx context.Context, f EventFilter) iter.Seq2[Event, error]
	// Delivered marks an event as delivered.
	Delivered(ctx context.Context, id int64) error
}

// EventFilter selects events. Empty fields select all.
type EventFilter struct {
	Position Key
	Order    string
	Pending  bool  // those not yet delivered
	After    int64 // those with a larger ID
	Limit    int   // at most so many
}
