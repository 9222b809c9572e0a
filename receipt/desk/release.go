package desk

import (
	"context"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// How says by what way copies go out.
type How string

// The ways.
const (
	ByEmail How = "email" // up to the limit of the institute's [Rules]
	ByLink  How = "link"  // to a place from which they are fetched
	ByPost  How = "post"
	AtDesk  How = "desk"
)

// Release notes that the copies went out.
type Release struct {
	How How    `json:"how"`
	By  string `json:"by"` // an opaque id of the clerk, 1 to 70 characters
	// Megabytes are the size of the copies, rounded up; 0 for paper.
	Megabytes int `json:"megabytes,omitempty"`
	// Reference is a link or the number of a parcel, up to 500 characters; "" for none.
	Reference string    `json:"reference,omitempty"`
	At        time.Time `json:"at"` // set by the desk
}

// Release notes that the copies went out; an event says so. Of several who do it at
// once, one does. While a refund of all the money is under way nothing goes out: it is
// decided first. Once the money went back the case waits for another payment.
//
// Its error has [pagonline.CodeNotFound], [pagonline.CodeNotVerified],
// [pagonline.CodeAlreadyReleased] with the day, [pagonline.CodeQuantity] for an e-mail
// over the institute's limit, [pagonline.CodeNotAllowed] for a case that was rejected or
// whose money is all asked back, or names the field "how", "by", "megabytes" or
// "reference".
func (d *Desk) Release(ctx context.Context, id string, r Release) (Case, error) {
	if err := r.check(); err != nil {
		return Case{}, err
	}
	return d.change(ctx, id, func(ctx context.Context, c *Case) error {
		switch c.Status {
		case Released:
			return pagonline.NewError(pagonline.CodeAlreadyReleased, localized(pagonline.DateOf(c.Release.At)))
		case Waiting, Paid:
			return pagonline.NewError(pagonline.CodeNotVerified)
		default: // verified, or the table says no
		}
		if limit := d.rules(c.Institute).MailMegabytes; r.How == ByEmail && r.Megabytes > limit {
			return megabytes(limit)
		}
		if c.asksAllBack() {
			return pagonline.NewError(pagonline.CodeNotAllowed)
		}
		if err := c.move(Released); err != nil {
			return err
		}
		r.At = d.now()
		c.Release = r
		return d.event(ctx, EventReleased, *c)
	})
}

// maxMegabytes is more than any disk of an archive holds.
const maxMegabytes = 1_000_000_000

func (r Release) check() error {
	if r.How != ByEmail && r.How != ByLink && r.How != ByPost && r.How != AtDesk {
		return pagonline.NewError(pagonline.CodeRequiredField, fieldName("how")).At("how")
	}
	if err := text("by", r.By, maxBy); err != nil {
		return err
	}
	if r.Megabytes < 0 || r.Megabytes > maxMegabytes {
		return megabytes(maxMegabytes)
	}
	if r.Reference != "" {
		return text("reference", r.Reference, maxReason)
	}
	return nil
}

func megabytes(limit int) error {
	return pagonline.NewError(pagonline.CodeQuantity, pagonline.Same("0"), pagonline.Same(strconv.Itoa(limit))).At("megabytes")
}

// Rejection notes that there will be no copies.
type Rejection struct {
	By     string    `json:"by"`     // an opaque id of the clerk, 1 to 70 characters
	Reason string    `json:"reason"` // 1 to 500 characters, for the payer to read
	At     time.Time `json:"at"`     // set by the desk
}

// Reject notes that there will be no copies; an event says so. What was paid stays on
// the worklist until it is refunded. Its error has [pagonline.CodeNotFound],
// [pagonline.CodeAlreadyReleased], [pagonline.CodeNotAllowed] for a case that was
// rejected before, or names the field "by" or "reason".
func (d *Desk) Reject(ctx context.Context, id string, r Rejection) (Case, error) {
	if err := text("by", r.By, maxBy); err != nil {
		return Case{}, err
	}
	if err := text("reason", r.Reason, maxReason); err != nil {
		return Case{}, err
	}
	return d.change(ctx, id, func(ctx context.Context, c *Case) error {
		if c.Status == Released {
			return pagonline.NewError(pagonline.CodeAlreadyReleased, localized(pagonline.DateOf(c.Release.At)))
		}
		if err := c.move(Rejected); err != nil {
			return err
		}
		r.At = d.now()
		c.Rejection = r
		return d.event(ctx, EventRejected, *c)
	})
}

// Reopening notes that a rejection was taken back.
type Reopening struct {
	By     string    `json:"by"`     // an opaque id of the clerk, 1 to 70 characters
	Reason string    `json:"reason"` // 1 to 500 characters, nobody named in it
	At     time.Time `json:"at"`     // set by the desk
}

// Reopen takes a rejection back: the case is paid again, and to verify, or waits for the
// payment where nothing is there or all of it went back. Refunds go on as they were. Its
// error has [pagonline.CodeNotFound], [pagonline.CodeAlreadyReleased],
// [pagonline.CodeNotAllowed] for a case that is not rejected, or names the field "by" or
// "reason".
func (d *Desk) Reopen(ctx context.Context, id string, r Reopening) (Case, error) {
	if err := text("by", r.By, maxBy); err != nil {
		return Case{}, err
	}
	if err := text("reason", r.Reason, maxReason); err != nil {
		return Case{}, err
	}
	return d.change(ctx, id, func(_ context.Context, c *Case) error {
		switch c.Status {
		case Released:
			return pagonline.NewError(pagonline.CodeAlreadyReleased, localized(pagonline.DateOf(c.Release.At)))
		case Rejected:
		default:
			return pagonline.NewError(pagonline.CodeNotAllowed)
		}
		to := Paid
		if len(c.kept()) == 0 {
			to = Waiting
		}
		if err := c.move(to); err != nil {
			return err
		}
		r.At = d.now()
		c.Reopening, c.DeliverBy = r, d.deliverBy(*c)
		return nil
	})
}

// event writes an event about the case into the outbox, in the unit of work that ctx
// carries. A case without a notice has none.
func (d *Desk) event(ctx context.Context, kind payment.EventKind, c Case) error {
	if len(c.Positions) == 0 {
		return nil
	}
	return d.store.Outbox().Append(ctx, payment.Event{Kind: kind, Position: c.Positions[0], At: d.now()})
}
