package desk

import (
	"slices"

	"github.com/pagonline/pagonline"
)

// Status is the state of a [Case]; the package comment has its life.
type Status string

// The states of a case.
const (
	Waiting  Status = "waiting"  // for the payment, or for another after all of it went back
	Paid     Status = "paid"     // a receipt is there: to verify
	Verified Status = "verified" // a clerk has seen that the payment fits
	Released Status = "released" // the copies are out
	Rejected Status = "rejected" // there will be no copies, for a reason
	Merged   Status = "merged"   // its payments are those of another case
)

var next = map[Status][]Status{
	Waiting:  {Paid, Verified, Rejected, Merged},
	Paid:     {Waiting, Verified, Rejected, Merged},
	Verified: {Waiting, Released, Rejected},
	Released: {},
	Rejected: {Waiting, Paid},
	Merged:   {},
}

// Next returns the states that may follow s.
func (s Status) Next() []Status { return slices.Clone(next[s]) }

// RefundStatus is the state of a [Refund].
//
//	from:       to
//	requested:  approved rejected
//	approved:   executed rejected
//	executed:   -
//	rejected:   -
type RefundStatus string

// The states of a refund.
const (
	RefundRequested RefundStatus = "requested"
	RefundApproved  RefundStatus = "approved" // the institute has decided to pay it back
	RefundExecuted  RefundStatus = "executed" // the money went out, elsewhere
	RefundRejected  RefundStatus = "rejected"
)

var nextRefund = map[RefundStatus][]RefundStatus{
	RefundRequested: {RefundApproved, RefundRejected},
	RefundApproved:  {RefundExecuted, RefundRejected},
	RefundExecuted:  {},
	RefundRejected:  {},
}

// Next returns the states that may follow s.
func (s RefundStatus) Next() []RefundStatus { return slices.Clone(nextRefund[s]) }

// HelpStatus is the state of a [HelpCase].
//
//	from:      to
//	open:      answered closed
//	answered:  closed
//	closed:    -
type HelpStatus string

// The states of a help case.
const (
	HelpOpen     HelpStatus = "open"
	HelpAnswered HelpStatus = "answered"
	HelpClosed   HelpStatus = "closed"
)

var nextHelp = map[HelpStatus][]HelpStatus{
	HelpOpen:     {HelpAnswered, HelpClosed},
	HelpAnswered: {HelpClosed},
	HelpClosed:   {},
}

// Next returns the states that may follow s.
func (s HelpStatus) Next() []HelpStatus { return slices.Clone(nextHelp[s]) }

// move sets what from points at to a state that may follow it in the table.
func move[S ~string](table map[S][]S, from *S, to S) error {
	if !slices.Contains(table[*from], to) {
		return pagonline.NewError(pagonline.CodeNotAllowed)
	}
	*from = to
	return nil
}
