package desk

import (
	"slices"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// Finding is something that a [Match] says.
type Finding string

// The findings, in the order of their weight.
const (
	NoPayment      Finding = "no_payment"      // nothing was paid, and something is due
	NoProtocol     Finding = "no_protocol"     // nobody knows for what quote
	WrongInstitute Finding = "wrong_institute" // it was paid to another institute than the quote's
	Double         Finding = "double"          // more payments than one, and more than is due
	Short          Finding = "short"
	Over           Finding = "over"
	Exact          Finding = "exact" // none of all that
)

// Match says how what was paid fits what was due. What was given back counts as not
// paid; two payments that make up the amount together are no double.
type Match struct {
	Findings   []Finding   `json:"findings"` // one at least, the weightiest first
	Due        euro.Amount `json:"due"`
	Paid       euro.Total  `json:"paid"`
	Difference euro.Total  `json:"difference"` // paid less due
	Payments   int         `json:"payments"`
	// Late: a payment came after the due date of its notice. The receipt wins; a late
	// payment of the right amount is exact.
	Late bool `json:"late,omitempty"`
	// OtherService: it was paid as another service of the institute, so the money may
	// be on another account.
	OtherService bool `json:"otherService,omitempty"`
}

// Match compares what was paid with the quote, by its protocol and never by a name: who
// pays may be anybody.
func (c Case) Match() Match {
	m := Match{Due: c.Due}
	add := func(f Finding, found bool) {
		if found {
			m.Findings = append(m.Findings, f)
		}
	}
	elsewhere := false
	for _, p := range c.kept() {
		m.Payments++
		m.Paid, _ = m.Paid.Add(p.Amount) // receipts would have to be as many as grains of sand
		elsewhere = elsewhere || p.Institute != c.expected()
		m.Late = m.Late || !p.DueDate.IsZero() && !p.PaidAt.Before(p.DueDate.End())
		m.OtherService = m.OtherService || p.Service != c.Service
	}
	m.Difference, _ = m.Paid.AddDelta(euro.Amount{}.Minus(c.Due))
	sign := m.Difference.Compare(euro.Total{})
	add(NoPayment, m.Payments == 0 && !c.Due.IsZero())
	add(NoProtocol, c.unknown())
	add(WrongInstitute, elsewhere)
	add(Double, m.Payments > 1 && sign > 0)
	add(Short, m.Payments > 0 && sign < 0)
	add(Over, m.Payments == 1 && sign > 0)
	add(Exact, len(m.Findings) == 0)
	return m
}

// expected returns the institute whose quote it is.
func (c Case) expected() string {
	if c.Paper != nil {
		return c.Paper.Institute
	}
	return c.Institute
}

// unknown reports whether it is not known for what quote was paid.
func (c Case) unknown() bool {
	if c.Paper != nil {
		return !c.Paper.Protocol.Equal(c.Protocol)
	}
	return c.ByQuote && c.Protocol.IsZero()
}

func (m Match) has(f Finding) bool { return slices.Contains(m.Findings, f) }

// Err returns nil for an exact match, else the error of the weightiest finding, with
// [pagonline.CodeReceiptNotReady] where nothing was paid, [pagonline.CodeUnmatched],
// [pagonline.CodeWrongInstitute], [pagonline.CodeDuplicatePayment] or
// [pagonline.CodeAmountMismatch].
func (m Match) Err() error {
	if len(m.Findings) == 0 {
		return nil
	}
	switch m.Findings[0] {
	case NoPayment:
		return pagonline.NewError(pagonline.CodeReceiptNotReady)
	case NoProtocol:
		return pagonline.NewError(pagonline.CodeUnmatched).At("protocol")
	case WrongInstitute:
		return pagonline.NewError(pagonline.CodeWrongInstitute).At("institute")
	case Double:
		return pagonline.NewError(pagonline.CodeDuplicatePayment, pagonline.Same(strconv.Itoa(m.Payments)))
	case Short, Over:
		return pagonline.NewError(pagonline.CodeAmountMismatch, localized(m.Paid), localized(m.Due), localized(m.Difference)).At("amount")
	default:
		return nil
	}
}

// localized returns an amount as people write it in both languages.
func localized(v interface{ Localized(lang string) string }) pagonline.Text {
	return pagonline.Text{It: v.Localized("it"), En: v.Localized("en")}
}
