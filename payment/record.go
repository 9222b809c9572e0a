package payment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/pagonline/pagonline/payment/euro"
)

// Recorded says what [Cashier.Record] made of a receipt.
type Recorded struct {
	// Repeat: it was there before, and nothing changed.
	Repeat bool
	// Second: another receipt had paid the notice, so this one is to be refunded.
	Second bool
	// Difference is what was paid less what was due.
	Difference euro.Delta
}

// StampUnchecked is the [Credit]'s StampFault of a stamp that could not be checked: of
// the stamp it says nothing.
const StampUnchecked = "unchecked"

// Record stores a receipt and pays the position, in one transaction that is durable
// when Record returns. Each receipt is stored once: the same one again is a Repeat.
//
// A receipt that is refused is stored in quarantine first, as it came; the error then
// wraps [ErrRefused] and the reason. Any other error means that nothing was stored:
// whoever sent the receipt must be made to send it again.
//
// A receipt for another creditor's notice (the secondary creditor's copy of a payment
// with several beneficiaries) is stored and pays no position here.
func (c *Cashier) Record(ctx context.Context, r RT) (Recorded, error) {
	var done Recorded
	var refusal error
	err := c.store.Do(ctx, func(ctx context.Context) (err error) {
		if done, refusal, err = c.judge(ctx, r); err != nil || refusal == nil {
			return err
		}
		return c.quarantine(ctx, QuarantinedMessage{Operation: r.Operation, Reason: reasons[refusal], Raw: r.Raw})
	})
	if err != nil {
		return Recorded{}, fmt.Errorf("record receipt %s: %w", JournalCode(r.ReceiptID), err)
	}
	return done, c.report(ctx, r, done, refusal)
}

// report tells the log what became of a receipt, and returns the error that says so.
func (c *Cashier) report(ctx context.Context, r RT, done Recorded, refusal error) error {
	if refusal == nil && (done.Repeat || !done.Second && done.Difference.IsZero()) {
		return nil
	}
	receipt := slog.Group("receipt", slog.String("position", r.PositionKey().String()), slog.String("id", JournalCode(r.ReceiptID)))
	switch {
	case refusal != nil:
		c.cfg.Log.ErrorContext(ctx, "receipt refused", receipt, slog.String("reason", refusal.Error()))
		return fmt.Errorf("%w: %w", ErrRefused, refusal)
	case done.Second:
		c.cfg.Log.WarnContext(ctx, "second payment, to refund", receipt)
	default:
		c.cfg.Log.WarnContext(ctx, "paid other than due", receipt, slog.String("difference", done.Difference.String()))
	}
	return nil
}

// judge stores a receipt that is new, in the unit of work that ctx carries, or says why
// it is refused. The reasons are looked at in the order of [ErrAltered],
// [ErrOutcomeKO], [ErrUnknown] and [ErrInconsistent].
//
// Nearly every receipt is new, so it asks for an earlier one only when this one cannot be
// stored: in a database where units of work run side by side, those that look where others
// write get in each other's way.
func (c *Cashier) judge(ctx context.Context, r RT) (done Recorded, refusal, err error) {
	done, err = c.record(ctx, r)
	for _, reason := range []error{ErrOutcomeKO, ErrUnknown, ErrInconsistent} {
		if errors.Is(err, reason) {
			refusal = reason
		}
	}
	if err == nil || refusal == nil && !errors.Is(err, ErrExists) {
		return done, nil, err
	}
	earlier, missing := c.store.RTs().Get(ctx, r.Creditor, r.ReceiptID)
	switch {
	case errors.Is(missing, ErrNotFound) && refusal != nil:
		return Recorded{}, refusal, nil
	case missing != nil:
		return Recorded{}, nil, missing
	case earlier.recovers(r): // even where both say the same: the node's is the evidence
		done, err = c.replace(ctx, earlier, r)
		return done, nil, err
	case earlier.Same(r):
		return Recorded{Repeat: true, Second: earlier.Second, Difference: earlier.Difference}, nil, nil
	default:
		return Recorded{}, ErrAltered, nil
	}
}

// replace puts the receipt that came after all in the place of the one that was asked of
// biz-events meanwhile; never the other way round.
func (c *Cashier) replace(ctx context.Context, earlier, r RT) (Recorded, error) {
	done := Recorded{Repeat: true, Second: earlier.Second, Difference: earlier.Difference}
	if r.Operation == OperationBizEvents {
		return done, nil
	}
	r.Second, r.Difference, r.ReceivedAt = earlier.Second, earlier.Difference, c.now()
	if err := c.store.RTs().Replace(ctx, r); err != nil {
		return Recorded{}, err
	}
	if r.Issuer != r.Creditor || r.PaidAt.IsZero() {
		return done, nil
	}
	return done, c.store.Positions().Update(ctx, r.PositionKey(), func(p *Position) error {
		if p.ReceiptID == r.ReceiptID { // biz-events may know the day only
			p.PaidAt = r.PaidAt
		}
		return nil
	})
}

// reasons name, in quarantine, why a receipt was refused: by the fault that its
// sender is told (SANP 3.12, "Gestione degli errori").
var reasons = map[error]string{
	ErrAltered:      "PAA_RECEIPT_DUPLICATA",
	ErrOutcomeKO:    "PAA_SEMANTICA",
	ErrInconsistent: "PAA_SEMANTICA",
	ErrUnknown:      "PAA_PAGAMENTO_SCONOSCIUTO",
}

// record stores a receipt that is new. It returns [ErrExists] if it is not, or
// [ErrOutcomeKO], or [ErrUnknown] for a notice of the receiving creditor that nobody has
// issued, or [ErrInconsistent]; then it has written nothing.
func (c *Cashier) record(ctx context.Context, r RT) (Recorded, error) {
	r.ReceivedAt = c.now()
	switch {
	case !r.OK:
		return Recorded{}, ErrOutcomeKO
	case r.Issuer == r.Creditor:
		return c.settle(ctx, r)
	case !r.consistent():
		return Recorded{}, ErrInconsistent
	default:
		return Recorded{}, c.keep(ctx, r)
	}
}

// settle stores a receipt for a notice of the creditor that received it, and moves the
// position to paid if it is not yet. The position is read once, by who changes it.
func (c *Cashier) settle(ctx context.Context, r RT) (Recorded, error) {
	var p Position
	var others []Position // of the same debt
	known, pays := false, false
	err := c.store.Positions().Update(ctx, r.PositionKey(), func(found *Position) (err error) {
		p, known, pays = *found, true, !found.Status.Settled()
		if !r.consistent() {
			return ErrInconsistent
		}
		if others, err = c.siblings(ctx, p); err != nil {
			return err
		}
		r.Second, r.Difference = paidBefore(p, others), r.Amount.Minus(p.Amount())
		if err := c.keep(ctx, r); err != nil || !pays {
			return err
		}
		found.ReceiptID, found.PaidAt = r.ReceiptID, r.PaidAt
		if found.PaidAt.IsZero() {
			found.PaidAt = r.ReceivedAt
		}
		return found.move(Paid)
	})
	if !known && errors.Is(err, ErrNotFound) {
		err = ErrUnknown
	}
	if err == nil && pays {
		if err = c.paid(ctx, r); err == nil {
			err = c.retire(ctx, p, others)
		}
	}
	if err != nil {
		return Recorded{}, err
	}
	return Recorded{Second: r.Second, Difference: r.Difference}, nil
}

// keep stores the receipt itself, and says so.
func (c *Cashier) keep(ctx context.Context, r RT) error {
	if err := c.store.RTs().Insert(ctx, r); err != nil {
		return err
	}
	event := Event{Kind: ReceiptRecorded, Position: r.PositionKey(), ReceiptID: r.ReceiptID}
	if r.Second {
		event.Kind = ReceiptSecond
	}
	return c.event(ctx, event)
}

// siblings returns the debt's other positions.
func (c *Cashier) siblings(ctx context.Context, p Position) (all []Position, err error) {
	for other, err := range c.sameDebt(ctx, p) {
		if err != nil {
			return nil, err
		}
		all = append(all, other)
	}
	return all, nil
}

// paidBefore reports whether a receipt has paid the position already, or another notice
// of the same debt and option, or the alternative to it.
func paidBefore(p Position, others []Position) bool {
	return p.Status.Settled() || slices.ContainsFunc(others, func(other Position) bool {
		return other.Status.Settled() && (other.Option == p.Option || other.alternative(p))
	})
}

// retire withdraws the notice that had taken the place of the one that was paid after
// all. That an attempt to pay it may be running does not matter: its receipt would be a
// second payment either way.
func (c *Cashier) retire(ctx context.Context, paid Position, others []Position) error {
	for _, other := range others {
		if other.Option != paid.Option || !slices.Contains(nextStatus[other.Status], Cancelled) {
			continue
		}
		err := c.change(ctx, other.Key, func(_ context.Context, p *Position) error { return p.move(Cancelled) })
		if err != nil {
			return err
		}
	}
	return nil
}

// paid tells that the position is, and moves the orders that are now complete with it.
func (c *Cashier) paid(ctx context.Context, r RT) error {
	k := r.PositionKey()
	if err := c.event(ctx, Event{Kind: PositionEvent(Paid), Position: k, ReceiptID: r.ReceiptID}); err != nil {
		return err
	}
	orders, err := c.store.Orders().ByPosition(ctx, k)
	if err != nil {
		return err
	}
	for _, o := range orders {
		complete, err := c.complete(ctx, o)
		if err != nil {
			return err
		}
		if complete {
			if _, err := c.changeOrder(ctx, o.ID, func(o *Order) { o.move(OrderPaid) }); err != nil {
				return err
			}
		}
	}
	return nil
}

// complete reports whether every position of the order has a receipt.
func (c *Cashier) complete(ctx context.Context, o Order) (bool, error) {
	for _, k := range o.Positions {
		p, err := c.store.Positions().Get(ctx, k)
		if err != nil || !p.Status.Settled() {
			return false, err
		}
	}
	return true, nil
}
