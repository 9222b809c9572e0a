package quote

import (
	"slices"
	"time"

	"github.com/pagonline/pagonline"
)

// Status is the state of a [Quote]; the package comment has its life.
type Status string

// The states of a quote.
const (
	Issued     Status = "issued"     // the payer may accept and pay it
	Accepted   Status = "accepted"   // he said yes
	Withdrawn  Status = "withdrawn"  // the institute took it back
	Superseded Status = "superseded" // and gave another one
	Expired    Status = "expired"    // derived: past its last day
	Paid       Status = "paid"       // derived: a receipt is there
)

var next = map[Status][]Status{
	Issued:     {Accepted, Withdrawn, Superseded, Paid, Expired},
	Accepted:   {Withdrawn, Superseded, Paid, Expired},
	Expired:    {Withdrawn, Superseded, Paid},
	Withdrawn:  {Superseded, Paid},
	Superseded: {Paid},
	Paid:       {},
}

// Next returns the states that may follow s.
func (s Status) Next() []Status { return slices.Clone(next[s]) }

// Live reports whether a quote in this state can be paid.
func (s Status) Live() bool { return s == Issued || s == Accepted }

// stored returns the state that a store has for quotes seen in state s, "" if there
// may be several.
func (s Status) stored() Status {
	if s == Paid || s == Expired {
		return ""
	}
	return s
}

// move takes the quote, which is now seen in state from, to a state that may follow.
func (q *Quote) move(from, to Status) error {
	if slices.Contains(next[from], to) {
		q.Status = to
		return nil
	}
	seen := *q
	seen.Status = from
	if err := seen.refusal(); err != nil {
		return err
	}
	return pagonline.NewError(pagonline.CodeNotAllowed)
}

// late reports whether the quote is past its last day.
func (q Quote) late(now time.Time) bool {
	return !q.ExpiresOn.IsZero() && !now.Before(q.ExpiresOn.End())
}
