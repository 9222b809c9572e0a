// Package quote keeps the quotes (preventivi) of the institutes: what a request will
// cost, under the number that the institute's register of protocol gave it.
//
// An institute issues a quote with [Register.Issue]. The payer opens it with
// [Register.Open], by its protocol and the [Code] printed beside it (or the link of
// [Quote.URL], which holds both), or as the one to whom it is addressed; then
// institute, amount and reason are locked. [Register.Notice] gives it its one live
// notice, which the cart and the paper share. [ReadBatch] reads many requests at once.
//
// # The life of a quote
//
//	from:        to
//	issued:      accepted withdrawn superseded paid expired
//	accepted:    withdrawn superseded paid expired
//	expired:     withdrawn superseded paid
//	withdrawn:   superseded paid
//	superseded:  paid
//	paid:        -
//
// Issued, accepted, withdrawn and superseded are stored. Paid and expired are derived
// whenever a quote is read: paid from the receipts of its positions, which are those
// whose debt is the quote's ID, expired from the clock. Everything leads to paid,
// because the receipt wins. A quote over nothing, which has its reason, is never paid;
// once accepted it does not expire.
//
// A register writes no events of its own: what happens to a notice, the cashier tells.
//
// # Which quote is meant
//
// Quotes are found by protocol as [causale.Protocol.Equal] says: 123 is not 1234,
// leading zeros do not matter, the year does where both show it. To whoever does not
// hold a quote, one that is there and one that is not are the same: same answer, same
// reads, same comparison.
package quote

import (
	"log/slog"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Quote is what a request will cost. It may name people: the log gets its id, its
// institute and its status.
type Quote struct {
	// ID is unguessable; it is also the debt of the quote's positions.
	ID        string           `json:"id"`
	Institute string           `json:"institute"`
	Creditor  string           `json:"creditor"` // fiscal code of whose money it is
	Service   string           `json:"service"`
	Protocol  causale.Protocol `json:"protocol"`
	Code      Code             `json:"code"`
	// Amount is what is due for the whole; zero has a Reason.
	Amount euro.Amount `json:"amount"`
	// Lines explain the amount, where it was computed from a price list.
	Lines []catalog.Line `json:"lines,omitempty"`
	// Reason is why nothing is due, for the whole or for some of the lines.
	Reason string         `json:"reason,omitempty"`
	Detail causale.Detail `json:"detail"` // may name people: never on the wire
	// Payer is who asked, as the quote names him; who pays may be somebody else.
	Payer string `json:"payer,omitempty"`
	// Address is where he lives, for the notice: see [Request].
	Address string `json:"address,omitempty"`
	// Addressee is the account that may open the quote without its code: an opaque id,
	// "" for nobody's.
	Addressee string    `json:"addressee,omitempty"`
	Subject   string    `json:"subject,omitempty"`
	Status    Status    `json:"status"`
	IssuedAt  time.Time `json:"issuedAt"`
	// ExpiresOn is the last day on which it can be paid; none if it does not expire.
	ExpiresOn    pagonline.Date `json:"expiresOn,omitzero"`
	AcceptedAt   time.Time      `json:"acceptedAt,omitzero"`
	SupersededBy string         `json:"supersededBy,omitempty"` // the ID of another quote

	// Derived on reading, and not stored.

	// Position is the notice that was paid, else the live one; none before it has one.
	Position payment.Key `json:"position,omitzero"`
	PaidAt   time.Time   `json:"paidAt,omitzero"`    // the first time
	Payments int         `json:"payments,omitempty"` // receipts for it; see [Quote.Duplicate]
}

// LogValue gives the log what names nobody and opens nothing.
func (q Quote) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", q.ID), slog.String("institute", q.Institute), slog.String("status", string(q.Status)))
}

// CheckAmount returns nil if paid is the quote's amount, else an error with
// [pagonline.CodeQuoteAmount].
func (q Quote) CheckAmount(paid euro.Amount) error {
	if paid == q.Amount {
		return nil
	}
	return pagonline.NewError(pagonline.CodeQuoteAmount,
		pagonline.Text{It: q.Amount.Localized("it"), En: q.Amount.Localized("en")}).At("amount")
}

// Duplicate returns nil unless the quote was paid more than once, on one notice or on
// two; then it returns an error with [pagonline.CodeDuplicatePayment]: there is
// something to refund.
func (q Quote) Duplicate() error {
	if q.Payments < 2 {
		return nil
	}
	return pagonline.NewError(pagonline.CodeDuplicatePayment, pagonline.Same(strconv.Itoa(q.Payments)))
}

// refusal returns why the quote can be paid no more, nil if it can.
func (q Quote) refusal() error {
	switch q.Status {
	case Paid:
		return pagonline.NewError(pagonline.CodeQuotePaid, day(pagonline.DateOf(q.PaidAt))).At("protocol")
	case Expired:
		return pagonline.NewError(pagonline.CodeQuoteExpired, day(q.ExpiresOn)).At("protocol")
	case Withdrawn, Superseded:
		return pagonline.NewError(pagonline.CodeQuoteWithdrawn).At("protocol")
	default:
		return nil
	}
}

func day(d pagonline.Date) pagonline.Text {
	return pagonline.Text{It: d.Localized("it"), En: d.Localized("en")}
}
