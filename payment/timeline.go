package payment

import (
	"context"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
)

// TimelineEntry is one sentence of a notice's story. It holds amounts, the notice's
// number, its protocol, days and codes; nobody is named.
type TimelineEntry struct {
	At   time.Time      `json:"at"`
	Text pagonline.Text `json:"text"` // what happened
	Who  Actor          `json:"who"`  // acted next, seen from that moment
	Next pagonline.Text `json:"next"` // what there was to do
	// Desk marks what an operator wants to know and a payer does not.
	Desk bool `json:"desk,omitempty"`
}

// Timeline tells the story of a notice, the oldest first: from the events of the notice
// and of its orders, its receipts, the quarantine, the event journal, and the rows of
// flows that the caller has. What happened at one moment keeps the order in which it was
// written. If the story, or the payer's part of it, does not end with what is to be done
// now, one more entry says how things stand and since when, by [Resolve]; second payments
// that the desk refunded count no more. Its error has [pagonline.CodeNotFound] for a
// notice that the store does not have.
func (c *Cashier) Timeline(ctx context.Context, k Key, flow ...FlowEntry) ([]TimelineEntry, error) {
	g, err := c.gather(ctx, k)
	if err == nil && g.Position.Status == "" {
		err = ErrNotFound
	}
	if err != nil {
		return nil, public(err)
	}
	g.Flow = flow
	s := story{Facts: g.Facts, updated: lastOf(g.history, PositionUpdated)}
	for _, e := range g.calls {
		s.call(e)
	}
	for _, e := range g.history {
		s.event(e)
	}
	for _, m := range g.refused {
		s.refusal(m)
	}
	for _, row := range g.flow() {
		s.row(row)
	}
	slices.SortStableFunc(s.entries, func(a, b TimelineEntry) int { return a.At.Compare(b.At) })
	s.close(g.outstanding(), g.settled)
	return s.entries, nil
}

// close ends the story with how things stand, for the desk only if the payer was told.
// Another notice of the debt was paid at settled: of that no entry tells.
func (s *story) close(f Facts, settled time.Time) {
	v := Resolve(f)
	if f.Refused && v.Action == DoRefund { // both are to be done
		also := actions[DoCheckQuarantine].text
		v.Next.It, v.Next.En = v.Next.It+" "+also.It, v.Next.En+" "+also.En
	}
	var all, payer TimelineEntry // the last of each
	for _, e := range s.entries {
		if all = e; !e.Desk {
			payer = e
		}
	}
	if !v.saidBy(all) || !v.saidBy(payer) {
		if settled.After(all.At) {
			all.At = settled
		}
		s.entries = append(s.entries, TimelineEntry{
			At: f.since(all.At, v), Text: v.Text, Who: v.Who, Next: v.Next, Desk: v.saidBy(payer),
		})
	}
}

// saidBy reports whether an entry ends as the verdict does. Where nothing is left to do
// the entry may know more: the verdict looks neither at the bank nor at the desk's cases.
func (v Verdict) saidBy(e TimelineEntry) bool {
	return e.Next == v.Next || v.Action == DoNothing &&
		(e.Who == ActorNobody || e.Next == actions[DoMatch].text || e.Text == sentences["desk.rejected"].text)
}

// since returns when the verdict came to hold: with the last entry, or later by the mere
// passing of time. If that cannot be told it is now.
func (f Facts) since(last time.Time, v Verdict) time.Time {
	now := f.Now
	for f.Now = last; !f.Now.IsZero() && f.Now.Before(now); {
		then := Resolve(f)
		if then.Finding == v.Finding && then.Action == v.Action {
			return f.Now
		}
		next := then.LookAt
		if due := f.Position.DueDate.End(); due.After(f.Now) && (next.IsZero() || due.Before(next)) {
			next = due
		}
		f.Now = next
	}
	if last.After(now) { // the day of a flow
		return last
	}
	return now
}

// outstanding returns the facts without the second payments that were refunded.
func (g gathered) outstanding() Facts {
	f := g.Facts
	for _, e := range g.history {
		second := func(r RT) bool { return e.Kind == deskRefunded && r.ReceiptID == e.ReceiptID && r.Second }
		if slices.ContainsFunc(f.Receipts, second) { // a row may name it too
			f.Receipts = slices.DeleteFunc(slices.Clone(f.Receipts), second)
			f.Flow = slices.DeleteFunc(slices.Clone(f.Flow), func(row FlowEntry) bool { return row.IUR == e.ReceiptID })
		}
	}
	return f
}

// lastOf returns the ID of the last event of a kind, 0 if there is none.
func lastOf(events []Event, kind EventKind) int64 {
	for _, e := range slices.Backward(events) {
		if e.Kind == kind {
			return e.ID
		}
	}
	return 0
}
