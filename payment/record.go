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
func (c *Cashier) judge(ctx context.Context, r RT) (done Recorded, refusal, err error) {
	earlier, err := c.store.RTs().Get(ctx, r.Creditor, r.ReceiptID)
	switch {
	case err == nil && earlier.Same(r):
		return Recorded{Repeat: true, Second: earlier.Second, Difference: earlier.Difference}, nil, nil
	case err == nil && earlier.recovers(r):
		done, err = c.replace(ctx, earlier, r)
		return done, nil, err
	case err == nil:
		return Recorded{}, ErrAltered, nil
	case !errors.Is(err, ErrNotFound):
		return Recorded{}, nil, err
	case !r.OK:
		return Recorded{}, ErrOutcomeKO, nil
	}
	done, err = c.record(ctx, r)
	for _, reason := range []error{ErrUnknown, ErrInconsistent} {
		if errors.Is(err, reason) {
			return Recorded{}, reason, nil
		}
	}
	return done, nil, err
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

// record stores a receipt that is new. It returns [ErrUnknown] for a notice of the
// receiving creditor that nobody has issued, and [ErrInconsistent].
func (c *Cashier) record(ctx context.Context, r RT) (Recorded, error) {
	r.ReceivedAt = c.now()
	event := Event{Kind: ReceiptRecorded, Position: r.PositionKey(), ReceiptID: r.ReceiptID}
	own := r.Issuer == r.Creditor
	var p Position
	if own {
		var err error
		if p, err = c.store.Positions().Get(ctx, r.PositionKey()); errors.Is(err, ErrNotFound) {
			err = ErrUnknown
		}
		if err != nil {
			return Recorded{}, err
		}
	}
	if !r.consistent() {
		return Recorded{}, ErrInconsistent
	}
	if own {
		second, err := c.paidBefore(ctx, p)
		if err != nil {
			return Recorded{}, err
		}
		r.Second, r.Difference = second, r.Amount.Minus(p.Amount())
		if second {
			event.Kind = ReceiptSecond
		}
	}
	if err := c.store.RTs().Insert(ctx, r); err != nil {
		return Recorded{}, err
	}
	if err := c.event(ctx, event); err != nil {
		return Recorded{}, err
	}
	if own && !p.Status.Settled() {
		if err := c.pay(ctx, r); err != nil {
			return Recorded{}, err
		}
		if err := c.retire(ctx, p); err != nil {
			return Recorded{}, err
		}
	}
	return Recorded{Second: r.Second, Difference: r.Difference}, nil
}

// paidBefore reports whether a receipt has paid the position already, or another notice
// of the same debt and option, or the alternative to it.
func (c *Cashier) paidBefore(ctx context.Context, p Position) (bool, error) {
	if p.Status.Settled() {
		return true, nil
	}
	for other, err := range c.sameDebt(ctx, p) {
		if err != nil {
			return false, err
		}
		if other.Status.Settled() && (other.Option == p.Option || other.alternative(p)) {
			return true, nil
		}
	}
	return false, nil
}

// retire withdraws the notice that had taken the place of the one that was paid after
// all. That an attempt to pay it may be running does not matter: its receipt would be a
// second payment either way.
func (c *Cashier) retire(ctx context.Context, paid Position) error {
	var stale []Key
	for other, err := range c.sameDebt(ctx, paid) {
		if err != nil {
			return err
		}
		if other.Option == paid.Option && slices.Contains(nextStatus[other.Status], Cancelled) {
			stale = append(stale, other.Key)
		}
	}
	for _, k := range stale {
		err := c.change(ctx, k, func(_ context.Context, p *Position) error { return p.move(Cancelled) })
		if err != nil {
			return err
		}
	}
	return nil
}

// pay moves the position to paid, and the orders that are now complete with it.
func (c *Cashier) pay(ctx context.Context, r RT) error {
	k := r.PositionKey()
	err := c.store.Positions().Update(ctx, k, func(p *Position) error {
		p.ReceiptID, p.PaidAt = r.ReceiptID, r.PaidAt
		if p.PaidAt.IsZero() {
			p.PaidAt = r.ReceivedAt
		}
		return p.move(Paid)
	})
	if err != nil {
		return err
	}
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
