package desk

import (
	"context"
	"crypto/rand"
	"log/slog"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Why says for what reason money goes back.
type Why string

// The reasons.
const (
	PaidTwice   Why = "double"
	WrongPayee  Why = "wrong_institute"
	WrongAmount Why = "wrong_amount"
	NotPossible Why = "service_impossible"
)

// Refund is money that goes back to who paid. It is decided at the desk; the transfer
// is made elsewhere and recorded here. The fee of the PSP is not the creditor's to give
// back.
type Refund struct {
	ID        string       `json:"id"`
	Position  payment.Key  `json:"position"`
	ReceiptID string       `json:"receiptId"` // of the payment it goes back from
	Amount    euro.Amount  `json:"amount"`
	Why       Why          `json:"why"`
	Status    RefundStatus `json:"status"`

	RequestedBy string    `json:"requestedBy"` // an opaque id, as all of these
	RequestedAt time.Time `json:"requestedAt"`
	DecidedBy   string    `json:"decidedBy,omitempty"`
	DecidedAt   time.Time `json:"decidedAt,omitzero"`
	Note        string    `json:"note,omitempty"` // of the decision
	// ExecutedOn is the day of the transfer, Reference its number at the bank.
	ExecutedOn pagonline.Date `json:"executedOn,omitzero"`
	Reference  string         `json:"reference,omitempty"`
	ExecutedBy string         `json:"executedBy,omitempty"`
	ExecutedAt time.Time      `json:"executedAt,omitzero"`
}

// LogValue gives the log the id, the receipt and the state.
func (r Refund) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", r.ID), slog.String("receipt", r.ReceiptID), slog.String("status", string(r.Status)))
}

// RefundRequest asks for a refund.
type RefundRequest struct {
	// ReceiptID names the payment. It may be left out where there is only one.
	ReceiptID string
	Amount    euro.Amount // all or part of what is left of the payment
	Why       Why
	By        string // an opaque id of who asks, 1 to 70 characters
}

// RequestRefund asks that money of a payment go back. While a refund of the payment is
// under way, asking again for the same returns it.
//
// Its error has [pagonline.CodeNotFound] for a case or receipt that is not there,
// [pagonline.CodeNothingToRefund] where nothing was paid, [pagonline.CodeAlreadyRefunded]
// where all of it went back, [pagonline.CodeRefundExceeds] with what is left, counting
// what is asked for already; or it names the field "amount", "why", "by" or "receipt".
func (d *Desk) RequestRefund(ctx context.Context, id string, req RefundRequest) (Refund, error) {
	if err := req.check(); err != nil {
		return Refund{}, err
	}
	var made Refund
	_, err := d.change(ctx, id, func(_ context.Context, c *Case) error {
		p, err := c.toRefund(req.ReceiptID)
		if err != nil {
			return err
		}
		for _, r := range c.Refunds {
			if r.pending() && r.ReceiptID == p.ReceiptID && r.Amount == req.Amount && r.Why == req.Why {
				made = r
				return nil
			}
		}
		if err := c.refundable(p, req.Amount); err != nil {
			return err
		}
		made = Refund{
			ID: rand.Text(), Position: p.Position, ReceiptID: p.ReceiptID, Amount: req.Amount, Why: req.Why,
			Status: RefundRequested, RequestedBy: req.By, RequestedAt: d.now(),
		}
		c.Refunds = append(c.Refunds, made)
		return nil
	})
	return made, err
}

func (r RefundRequest) check() error {
	if r.Amount.IsZero() {
		return pagonline.NewError(pagonline.CodeAmountRange).At("amount")
	}
	if r.Why != PaidTwice && r.Why != WrongPayee && r.Why != WrongAmount && r.Why != NotPossible {
		return pagonline.NewError(pagonline.CodeRequiredField, fieldName("reason")).At("why")
	}
	return text("by", r.By, maxBy)
}

// pending reports whether the refund is under way.
func (r Refund) pending() bool { return r.Status == RefundRequested || r.Status == RefundApproved }

// toRefund returns the payment with this receipt, or the only one.
func (c Case) toRefund(receiptID string) (Payment, error) {
	switch p, found := c.payment(receiptID); {
	case len(c.Payments) == 0:
		return Payment{}, pagonline.NewError(pagonline.CodeNothingToRefund)
	case found:
		return p, nil
	case receiptID != "":
		return Payment{}, pagonline.NewError(pagonline.CodeNotFound).At("receipt")
	case len(c.Payments) > 1:
		return Payment{}, pagonline.NewError(pagonline.CodeRequiredField, fieldName("receipt")).At("receipt")
	default:
		return c.Payments[0], nil
	}
}

// refundable returns nil if so much may go back from a payment.
func (c Case) refundable(p Payment, amount euro.Amount) error {
	if kept, err := c.left(p, RefundExecuted); err != nil || kept.IsZero() {
		return pagonline.NewError(pagonline.CodeAlreadyRefunded)
	}
	left, err := c.left(p, RefundExecuted, RefundRequested, RefundApproved)
	if err != nil || amount.Compare(left) > 0 {
		return pagonline.NewError(pagonline.CodeRefundExceeds, localized(left)).At("amount")
	}
	return nil
}

// Decision is what the institute says to a refund.
type Decision struct {
	Approve bool
	By      string // an opaque id of who decides, 1 to 70 characters
	// Note is why, 1 to 500 characters, nobody named in it; an approval may have none.
	Note string
}

// DecideRefund approves or rejects a refund; an approved one may still be rejected. Its
// error has [pagonline.CodeNotFound], [pagonline.CodeAlreadyRefunded] for one that was
// executed, [pagonline.CodeNotAllowed] for any other that is not under way, or names the
// field "by" or "note".
func (d *Desk) DecideRefund(ctx context.Context, id, refund string, dec Decision) (Refund, error) {
	if err := text("by", dec.By, maxBy); err != nil {
		return Refund{}, err
	}
	if dec.Note != "" || !dec.Approve {
		if err := text("note", dec.Note, maxReason); err != nil {
			return Refund{}, err
		}
	}
	return d.changeRefund(ctx, id, refund, func(_ context.Context, _ *Case, r *Refund) error {
		to := RefundRejected
		if dec.Approve {
			to = RefundApproved
		}
		if r.Status == to {
			return nil
		}
		r.DecidedBy, r.DecidedAt, r.Note = dec.By, d.now(), dec.Note
		return move(nextRefund, &r.Status, to)
	})
}

// Execution says that the money went out.
type Execution struct {
	On        pagonline.Date // the day of the transfer, from that of the payment to today
	Reference string         // its number at the bank, 1 to 60 characters
	By        string         // an opaque id of who records it, 1 to 70 characters
}

// RecordRefund notes that an approved refund was paid; an event says so. A case of which
// all the money went back so waits for another payment. Its error has
// [pagonline.CodeNotFound], [pagonline.CodeAlreadyRefunded] if it was noted before,
// [pagonline.CodeNotAllowed] if it is not approved, or names the field "on", "reference"
// or "by".
func (d *Desk) RecordRefund(ctx context.Context, id, refund string, e Execution) (Refund, error) {
	if e.On.IsZero() {
		return Refund{}, pagonline.NewError(pagonline.CodeRequiredField, fieldName("on")).At("on")
	}
	if err := text("reference", e.Reference, maxReference); err != nil {
		return Refund{}, err
	}
	if err := text("by", e.By, maxBy); err != nil {
		return Refund{}, err
	}
	return d.changeRefund(ctx, id, refund, func(ctx context.Context, c *Case, r *Refund) error {
		if err := move(nextRefund, &r.Status, RefundExecuted); err != nil {
			return err
		}
		paid, _ := c.payment(r.ReceiptID)
		if e.On.Before(pagonline.DateOf(paid.PaidAt)) || pagonline.DateOf(d.now()).Before(e.On) {
			return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{
				It: "data del bonifico tra quella del pagamento e oggi", En: "a day of transfer from that of the payment to today",
			}).At("on")
		}
		at := c.nextExecution(d.now())
		r.ExecutedOn, r.Reference, r.ExecutedBy, r.ExecutedAt = e.On, e.Reference, e.By, at
		if err := c.waitAgain(); err != nil {
			return err
		}
		if c.Status != Released {
			c.DeliverBy = d.deliverBy(*c)
		}
		return d.store.Outbox().Append(ctx, payment.Event{Kind: EventRefunded, Position: r.Position, ReceiptID: r.ReceiptID, At: at})
	})
}

// nextExecution returns now, or an instant after the last execution: whoever reads the
// events tells by their order which refund each is about.
func (c Case) nextExecution(now time.Time) time.Time {
	for _, r := range c.Refunds {
		if !r.ExecutedAt.IsZero() && !now.After(r.ExecutedAt) {
			now = r.ExecutedAt.Add(time.Microsecond)
		}
	}
	return now
}

// changeRefund runs rule on a refund that is not executed.
func (d *Desk) changeRefund(ctx context.Context, id, refund string, rule func(context.Context, *Case, *Refund) error) (Refund, error) {
	var after Refund
	_, err := d.change(ctx, id, func(ctx context.Context, c *Case) error {
		i := slices.IndexFunc(c.Refunds, func(r Refund) bool { return r.ID == refund })
		if i < 0 {
			return pagonline.NewError(pagonline.CodeNotFound).At("refund")
		}
		if c.Refunds[i].Status == RefundExecuted {
			return pagonline.NewError(pagonline.CodeAlreadyRefunded)
		}
		err := rule(ctx, c, &c.Refunds[i])
		after = c.Refunds[i]
		return err
	})
	if err != nil {
		return Refund{}, err
	}
	return after, nil
}
