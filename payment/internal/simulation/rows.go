package simulation

import (
	"context"
	"fmt"
	"slices"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
)

// rows stands between the store and what goes wrong with it, and remembers which rows a
// step touched, so that these are looked at and not all of them.
type rows struct {
	faulty.Inner
	depth    int             // of units of work
	ended    func(kept bool) // is told when the outermost one has ended
	changing int             // positions are being changed

	positions  []payment.Key
	orders     []string
	receipts   []receiptKey
	delivered  []int64
	quarantine bool
	opened     payment.Key // the last one that was inserted
	ordered    string
	serials    map[string]bool
	twice      string // a serial that was given twice
}

type receiptKey struct{ creditor, id string }

func newRows(st faulty.Inner, ended func(kept bool)) *rows {
	return &rows{Inner: st, ended: ended, serials: map[string]bool{}}
}

// forget begins a new step.
func (r *rows) forget() {
	r.positions, r.orders, r.receipts, r.delivered = r.positions[:0], r.orders[:0], r.receipts[:0], r.delivered[:0]
	r.quarantine = false
}

func note[T comparable](list *[]T, v T) {
	if !slices.Contains(*list, v) {
		*list = append(*list, v)
	}
}

// Do counts how deep units are in each other.
func (r *rows) Do(ctx context.Context, work func(context.Context) error) error {
	r.depth++
	kept := false
	defer func() {
		if r.depth--; r.depth == 0 {
			r.ended(kept)
		}
	}()
	err := r.Inner.Do(ctx, work)
	kept = err == nil
	return err
}

type (
	notedPositions struct {
		payment.Positions
		r *rows
	}
	notedOrders struct {
		payment.Orders
		r *rows
	}
	notedRTs struct {
		payment.RTs
		r *rows
	}
	notedQuarantine struct {
		payment.Quarantine
		r *rows
	}
	notedNumbers struct {
		payment.Numbers
		r *rows
	}
	notedOutbox struct {
		payment.Outbox
		r *rows
	}
)

func (r *rows) Positions() payment.Positions   { return notedPositions{r.Inner.Positions(), r} }
func (r *rows) Orders() payment.Orders         { return notedOrders{r.Inner.Orders(), r} }
func (r *rows) RTs() payment.RTs               { return notedRTs{r.Inner.RTs(), r} }
func (r *rows) Quarantine() payment.Quarantine { return notedQuarantine{r.Inner.Quarantine(), r} }
func (r *rows) Numbers() payment.Numbers       { return notedNumbers{r.Inner.Numbers(), r} }
func (r *rows) Outbox() payment.Outbox         { return notedOutbox{r.Inner.Outbox(), r} }

func (n notedPositions) Insert(ctx context.Context, p payment.Position) error {
	note(&n.r.positions, p.Key)
	n.r.opened = p.Key
	return n.Positions.Insert(ctx, p)
}

func (n notedPositions) Update(ctx context.Context, k payment.Key, change func(*payment.Position) error) error {
	note(&n.r.positions, k)
	n.r.changing++
	defer func() { n.r.changing-- }()
	return n.Positions.Update(ctx, k, change)
}

func (n notedOrders) Insert(ctx context.Context, o payment.Order) error {
	note(&n.r.orders, o.ID)
	n.r.ordered = o.ID
	return n.Orders.Insert(ctx, o)
}

func (n notedOrders) Update(ctx context.Context, id string, change func(*payment.Order) error) error {
	note(&n.r.orders, id)
	return n.Orders.Update(ctx, id, change)
}

func (n notedRTs) Insert(ctx context.Context, rt payment.RT) error {
	note(&n.r.receipts, receiptKey{rt.Creditor, rt.ReceiptID})
	note(&n.r.positions, rt.PositionKey())
	return n.RTs.Insert(ctx, rt)
}

func (n notedRTs) Replace(ctx context.Context, rt payment.RT) error {
	note(&n.r.receipts, receiptKey{rt.Creditor, rt.ReceiptID})
	note(&n.r.positions, rt.PositionKey())
	return n.RTs.Replace(ctx, rt)
}

func (n notedQuarantine) Put(ctx context.Context, m payment.QuarantinedMessage) error {
	n.r.quarantine = true
	return n.Quarantine.Put(ctx, m)
}

func (n notedQuarantine) Update(ctx context.Context, id int64, change func(*payment.QuarantinedMessage) error) error {
	n.r.quarantine = true
	return n.Quarantine.Update(ctx, id, change)
}

// Next looks whether the serial is new: one of a unit that failed is spent, too.
func (n notedNumbers) Next(ctx context.Context, creditor string, segregation uint8) (uint64, error) {
	serial, err := n.Numbers.Next(ctx, creditor, segregation)
	if err == nil {
		id := fmt.Sprintf("%s/%d/%d", creditor, segregation, serial)
		if n.r.serials[id] {
			n.r.twice = id
		}
		n.r.serials[id] = true
	}
	return serial, err
}

func (n notedOutbox) Delivered(ctx context.Context, id int64) error {
	note(&n.r.delivered, id)
	return n.Outbox.Delivered(ctx, id)
}
