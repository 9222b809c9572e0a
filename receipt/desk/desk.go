// Package desk is the archive's desk (sportello): what its clerks do when a payment
// has come in and copies are to go out.
//
// A [Case] is about one request: its quote, or the debt of a purchase without one. It
// comes to be when a receipt does; [Desk.Worklist] shows what is to be done today.
// [Case.Match] says whether the payment fits the quote, [Desk.Verify] is the clerk's
// yes, [Desk.Release] notes that the copies went out and how, [Desk.Reject] that they
// will not, which [Desk.Reopen] takes back. Money goes back by a [Refund], which is decided here and paid elsewhere. A
// payer who needs help opens a [HelpCase].
//
// # The life of a case
//
//	from:      to
//	waiting:   paid verified rejected merged
//	paid:      waiting verified rejected merged
//	verified:  waiting released rejected
//	released:  -
//	rejected:  waiting paid
//	merged:    -
//
// Only a receipt leads to paid; a rejected case that gets another receipt is paid
// again, because somebody must look at it. A case whose money all went back waits for
// another payment, which is verified anew: nothing goes out for money that was given
// back. A waiting case is verified only where nothing is due. A merged case is one whose payments a clerk put to another, with
// [Desk.Assign].
//
// # How a payment finds its quote
//
// By the notice, if it is the quote's own. Else by the protocol that the payer wrote,
// read as [causale.Protocol.Equal] compares it, at the institute that his reason names
// or that he chose; never by a name, because who pays may be anybody. A quote made
// after the payment, or one of two that fit equally, is not taken. Where the register
// has no quote the clerk holds a [Paper] against the payment.
//
// # Deadline
//
// The copies are due so many days (see [Rules]) after the later of acceptance and
// payment. The day of the receipt counts, not that of the credit. A payment that went
// back whole asks for no copies.
//
// # Events
//
// What payers are told about goes into the outbox, in the transaction in which it
// happens, under the kinds [EventReleased], [EventRejected] and [EventRefunded]. A case
// over nothing has no notice, and so no events.
package desk

import (
	"maps"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// The kinds of the desk's events. Their position is the case's first one, which
// [Desk.ByPosition] finds it by, but for a refund, which has that of its receipt.
const (
	EventReleased payment.EventKind = "desk.released"
	EventRejected payment.EventKind = "desk.rejected"
	EventRefunded payment.EventKind = "desk.refunded"
)

// Desk is what the clerks of the institutes work at. It is safe for concurrent use;
// several desks, in several processes, may share a store. What it does joins the unit
// of work that its context carries, and is one of its own where there is none.
type Desk struct {
	catalog *catalog.Catalog
	store   Store
	cfg     Config
}

// Config says how a desk works. The zero value of each field works.
type Config struct {
	// Rules are those of each institute, by its code. Default: the zero [Rules].
	Rules map[string]Rules
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// Rules are what an institute promises, and how much its mail can carry. The zero value
// of each field is its default.
type Rules struct {
	// DeliverDays are the days to the deadline. Default: 10, as at Frosinone.
	DeliverDays int
	// MailMegabytes are how much goes by e-mail; more goes by link. Default: 10, as at
	// Ascoli Piceno.
	MailMegabytes int
}

// New returns a desk for the institutes of c. It copies cfg.
func New(c *catalog.Catalog, store Store, cfg Config) *Desk {
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	cfg.Rules = maps.Clone(cfg.Rules)
	return &Desk{catalog: c, store: store, cfg: cfg}
}

// now returns the time without the part that a store does not keep.
func (d *Desk) now() time.Time { return d.cfg.Now().UTC().Round(0) }

// rules returns those of an institute.
func (d *Desk) rules(institute string) Rules {
	r := d.cfg.Rules[institute]
	if r.DeliverDays <= 0 {
		r.DeliverDays = 10
	}
	if r.MailMegabytes <= 0 {
		r.MailMegabytes = 10
	}
	return r
}

// deliverBy returns the deadline of a case, none before the money is there.
func (d *Desk) deliverBy(c Case) pagonline.Date {
	from := c.paidAt()
	if from.IsZero() {
		from = c.Verification.At // nothing was due
	}
	if from.IsZero() || c.Status == Waiting {
		return pagonline.Date{}
	}
	if c.AcceptedAt.After(from) {
		from = c.AcceptedAt
	}
	return pagonline.DateOf(from).AddDays(d.rules(c.Institute).DeliverDays)
}

// paidAt returns when the payments that are kept had reached what is due, else when the
// first of them was made.
func (c Case) paidAt() time.Time {
	var sum euro.Total
	kept := c.kept()
	for _, p := range kept {
		sum, _ = sum.Add(p.Amount)
		if due, err := euro.Sum(c.Due); err == nil && sum.Compare(due) >= 0 {
			return p.PaidAt
		}
	}
	if len(kept) > 0 {
		return kept[0].PaidAt
	}
	return time.Time{}
}
