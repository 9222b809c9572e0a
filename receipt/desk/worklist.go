package desk

import (
	"context"
	"iter"

	"github.com/pagonline/pagonline/payment"
)

// Work says why something is on the worklist.
type Work string

// The reasons, in the order of the list. A case may be there for several.
const (
	WorkVerify     Work = "verify"         // a payment to verify
	WorkDue        Work = "due"            // verified: copies to release, in time
	WorkOverdue    Work = "overdue"        // paid, and past the deadline
	WorkSecond     Work = "second_payment" // paid more than once: to refund
	WorkRefund     Work = "refund"         // another refund to decide or to pay
	WorkQuarantine Work = "quarantine"     // a message to look at
	WorkHelp       Work = "help"           // a payer waits for an answer
)

// Item is one line of the worklist: a case, a message of the quarantine or a help case.
type Item struct {
	Work    Work
	Case    Case
	Message payment.QuarantinedMessage // for [WorkQuarantine]
	Help    HelpCase                   // for [WorkHelp]
}

// Worklist yields what is to be done at the desk of an institute, "" for all of them,
// after [Desk.Collect]: by reason, the oldest first. Messages of the quarantine and help
// cases are of no institute, and are on the list of each.
func (d *Desk) Worklist(ctx context.Context, institute string) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		err := d.Collect(ctx)
		if err == nil {
			err = d.list(ctx, institute, func(i Item) bool { return yield(i, nil) })
		}
		if err != nil {
			yield(Item{}, err)
		}
	}
}

// list hands out the items until yield has enough.
func (d *Desk) list(ctx context.Context, institute string, yield func(Item) bool) error {
	for _, w := range []Work{WorkVerify, WorkDue, WorkOverdue, WorkSecond, WorkRefund} {
		for c, err := range d.store.Cases().List(ctx, Filter{Institute: institute, Pending: true}) {
			switch {
			case err != nil:
				return err
			case d.calls(c, w) && !yield(Item{Work: w, Case: c}):
				return nil
			}
		}
	}
	for m, err := range d.store.Quarantine().Open(ctx) {
		switch {
		case err != nil:
			return err
		case !yield(Item{Work: WorkQuarantine, Message: m}):
			return nil
		}
	}
	for h, err := range d.store.HelpCases().List(ctx, HelpFilter{Status: HelpOpen}) {
		switch {
		case err != nil:
			return err
		case !yield(Item{Work: WorkHelp, Help: h}):
			return nil
		}
	}
	return nil
}

// calls reports whether a case is on the worklist for this reason.
func (d *Desk) calls(c Case, w Work) bool {
	late := !c.DeliverBy.IsZero() && !d.now().Before(c.DeliverBy.End())
	second := c.Match().has(Double)
	switch w {
	case WorkVerify:
		return c.Status == Paid
	case WorkDue:
		return c.Status == Verified && !late && !c.asksAllBack()
	case WorkOverdue:
		return (c.Status == Paid || c.Status == Verified) && late && !c.asksAllBack()
	case WorkSecond:
		return second
	case WorkRefund:
		return !second && c.mustRefund()
	default:
		return false
	}
}
