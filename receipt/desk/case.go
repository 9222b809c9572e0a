package desk

import (
	"log/slog"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Case is what the desk does about one request: about a quote, with everything that
// was paid for it, or about a debt without one. It names no payer.
type Case struct {
	// ID is that of the quote, or the creditor's fiscal code and the debt, as in
	// "99999000013-01000000000000144".
	ID       string `json:"id"`
	Creditor string `json:"creditor"`
	// Institute and Service are those of the quote, else those that the payer chose.
	Institute string           `json:"institute"`
	Service   string           `json:"service"`
	Protocol  causale.Protocol `json:"protocol"`
	Quote     string           `json:"quote,omitempty"` // its ID; "" if the register has none
	// Paper is the quote that the clerk had in his hands, where the register has none.
	Paper *Paper      `json:"paper,omitempty"`
	Due   euro.Amount `json:"due"`
	// ByQuote marks a service that is paid by quote: without a protocol nobody knows
	// what the money is for.
	ByQuote    bool      `json:"byQuote,omitempty"`
	AcceptedAt time.Time `json:"acceptedAt,omitzero"` // when the payer said yes to the quote

	Status    Status        `json:"status"`
	OpenedAt  time.Time     `json:"openedAt"`
	Positions []payment.Key `json:"positions,omitempty"` // the notices that were paid
	Payments  []Payment     `json:"payments,omitempty"`  // the first one first
	// DeliverBy is the day by which the copies are to be released; none before the
	// money is there.
	DeliverBy pagonline.Date `json:"deliverBy,omitzero"`

	Verification Verification `json:"verification,omitzero"` // the last one; see Status
	Release      Release      `json:"release,omitzero"`
	Rejection    Rejection    `json:"rejection,omitzero"` // the last one, taken back or not
	Reopening    Reopening    `json:"reopening,omitzero"`
	Refunds      []Refund     `json:"refunds,omitempty"`
	Assignments  []Assignment `json:"assignments,omitempty"`
	MergedInto   string       `json:"mergedInto,omitempty"` // the ID of another case
}

// Payment is what one receipt brought in.
type Payment struct {
	Position  payment.Key    `json:"position"`
	ReceiptID string         `json:"receiptId"`
	Amount    euro.Amount    `json:"amount"`
	PaidAt    time.Time      `json:"paidAt"`
	Institute string         `json:"institute"` // that the payer chose
	Service   string         `json:"service"`
	DueDate   pagonline.Date `json:"dueDate,omitzero"` // of the notice
}

// Paper is a quote that is not in the register.
type Paper struct {
	Institute string           `json:"institute"`
	Protocol  causale.Protocol `json:"protocol"`
	Amount    euro.Amount      `json:"amount"`
}

// LogValue gives the log the id, the institute and the state.
func (c Case) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID), slog.String("institute", c.Institute), slog.String("status", string(c.Status)))
}

// Clone returns a copy that shares nothing with c.
func (c Case) Clone() Case {
	c.Positions, c.Payments, c.Refunds = slices.Clone(c.Positions), slices.Clone(c.Payments), slices.Clone(c.Refunds)
	c.Assignments = slices.Clone(c.Assignments)
	if c.Paper != nil {
		paper := *c.Paper
		c.Paper = &paper
	}
	return c
}

// Pending reports whether somebody at the desk has still something to do: to verify, to
// release, to decide on a refund, to give money back.
func (c Case) Pending() bool {
	return c.Status == Paid || c.Status == Verified || c.mustRefund()
}

// mustRefund reports whether a refund is under way or ought to be.
func (c Case) mustRefund() bool {
	return slices.ContainsFunc(c.Refunds, Refund.pending) || c.Status == Rejected && len(c.kept()) > 0 || c.Match().has(Double)
}

// payment returns the payment with this receipt.
func (c Case) payment(receiptID string) (Payment, bool) {
	i := slices.IndexFunc(c.Payments, func(p Payment) bool { return p.ReceiptID == receiptID })
	if i < 0 {
		return Payment{}, false
	}
	return c.Payments[i], true
}

// kept returns the payments, each less what was given back of it, without those of
// which nothing is left.
func (c Case) kept() (kept []Payment) {
	for _, p := range c.Payments {
		if p.Amount, _ = c.left(p, RefundExecuted); !p.Amount.IsZero() {
			kept = append(kept, p)
		}
	}
	return kept
}

// backWhole reports whether all that was paid for something due went back, or would by its
// refunds in these states.
func (c Case) backWhole(states ...RefundStatus) bool {
	for _, p := range c.Payments {
		if left, err := c.left(p, states...); err == nil && !left.IsZero() {
			return false
		}
	}
	return len(c.Payments) > 0 && !c.Due.IsZero()
}

// asksAllBack reports whether nothing is left to pay for copies once the refunds that are
// under way are made.
func (c Case) asksAllBack() bool {
	return c.backWhole(RefundExecuted, RefundRequested, RefundApproved)
}

// waitAgain takes a case whose money all went back to where it was before the payment.
func (c *Case) waitAgain() error {
	if c.Status != Paid && c.Status != Verified || !c.backWhole(RefundExecuted) {
		return nil
	}
	return c.move(Waiting)
}

// left returns what is left of a payment after its refunds in these states.
func (c Case) left(p Payment, states ...RefundStatus) (left euro.Amount, err error) {
	left = p.Amount
	for _, r := range c.Refunds {
		if err == nil && r.ReceiptID == p.ReceiptID && slices.Contains(states, r.Status) {
			left, err = left.Sub(r.Amount)
		}
	}
	return left, err
}

// move takes the case to a state that may follow its own.
func (c *Case) move(to Status) error { return move(next, &c.Status, to) }
