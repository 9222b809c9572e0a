package causale

import (
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Kind is what a text turned out to be.
type Kind string

// The kinds of a [Reading].
const (
	KindDetail     Kind = "detail"     // free text
	KindRemittance Kind = "remittance" // of one payment: it has an IUV
	KindTransfer   Kind = "transfer"   // of many: it names a reporting flow
)

// Confidence is how sure a [Reading] is.
type Confidence string

// The grades of confidence. None of them can tell a tail that was cut where what is
// left has the whole form.
const (
	// Exact: the strict parser takes the text as it is ([ParseTransfer],
	// [ParseRemittance]); of a detail, that it has a protocol, labelled as one ("prot.
	// 345/2024") or stamped (0001752 15/02/2017), whole, and that [NewDetail] takes it.
	Exact Confidence = "exact"
	// Likely: the reference is whole and passes its check or has its form, or would be exact
	// if a cut could not have left it: an IUV at the end of the text that has neither 15 nor
	// 17 digits, a flow whose last group has one or two characters. Of a detail, that its
	// protocol is a number with its year or date, or is labelled as a quote's; that its year
	// has two digits; that it has none, but one that nothing accounts for stands near it.
	Likely Confidence = "likely"
	// Weak: something was guessed, such as where a cut or joined reference ends; another
	// remittance or transfer follows in the same text; or, of a detail, there is no protocol
	// at all. Only a person should act on it.
	Weak Confidence = "weak"
)

// better reports whether c is surer than d.
func (c Confidence) better(d Confidence) bool { return c.rank() > d.rank() }

// least returns the less sure of both.
func (c Confidence) least(d Confidence) Confidence {
	if c.better(d) {
		return d
	}
	return c
}

func (c Confidence) rank() int {
	switch c {
	case Exact:
		return 3
	case Likely:
		return 2
	case Weak:
		return 1
	default:
		return 0
	}
}

// Reading is what [Read] found in a text. What is absent is the zero value.
type Reading struct {
	Kind       Kind
	Confidence Confidence

	// IUV is the reference of a remittance; RF reports whether it is an ISO 11649 one.
	IUV notice.IUV
	RF  bool
	// Amount is what a remittance says was paid, if HasAmount.
	Amount    euro.Amount
	HasAmount bool
	// Text is what a remittance says after /TXT/, or the whole text of a detail,
	// normalised. A transfer has none.
	Text string

	// Flow is the reporting flow that a transfer pays, as written; a bank may have
	// changed its capitals.
	Flow string
	// Progressive is the number of a transfer within its flow, if HasProgressive.
	Progressive    int
	HasProgressive bool

	// Protocol is that of a detail, or one in the text of a remittance that is at least
	// likely.
	Protocol Protocol
	Revenue  Revenue
}
