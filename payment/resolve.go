package payment

import (
	"context"
	"time"

	"github.com/pagonline/pagonline"
)

// Verdict is what can be said of a notice, what is to be done, by whom, and when to look
// again.
type Verdict struct {
	Finding Finding        `json:"finding"`
	Text    pagonline.Text `json:"text"` // the finding, for the payer
	Action  Action         `json:"action"`
	Who     Actor          `json:"who"`  // does it
	Next    pagonline.Text `json:"next"` // the action, in a sentence that says who
	// LookAt is when to look again, always to come; zero if there is nothing to wait for.
	LookAt time.Time `json:"lookAt,omitzero"`
	// Retry says that the payer may try the same notice again: if it was paid after all,
	// pagoPA refuses.
	Retry bool `json:"retry"`
	// Missing is the payment (IUR) that a flow names and no receipt proves, "" for none.
	Missing string `json:"missing,omitempty"`
}

// Resolve judges what is known of a notice. It has an answer for all facts. Of the rules
// the first that holds applies; payments are receipts, and rows of flows that were not
// revoked, each IUR once:
//
//	what is known                                      finding               action            look again
//	two payments, or one of a debt paid otherwise      second_payment        refund            -
//	a receipt, and another in quarantine               paid                  check_quarantine  -
//	a receipt, for another amount than due             paid                  check_amount      -
//	a receipt                                          paid                  nothing           -
//	a receipt in quarantine                            in_quarantine         check_quarantine  -
//	row 8 or 9, biz-events not asked                   paid_without_receipt  seek_receipt      -
//	row 8 or 9, the notice not withdrawn               paid_without_receipt  close_by_hand     -
//	row 8 or 9                                         paid_without_receipt  nothing           -
//	row of another code, paid less than 48 h ago       receipt_missing       await_receipt     48 h after
//	row of another code, biz-events not asked          receipt_missing       seek_receipt      -
//	row of another code                                receipt_missing       ask_pagopa        -
//	nothing but revoked payments (row 3)               reversed              decide            -
//	taken in charge less than 30 min ago               taken_in_charge       wait              after 5, 30 min
//	activated less than 30 min ago                     maybe_under_way       await_psp         after 30 min
//	sent to pay less than 30 min ago                   maybe_under_way       finish            after 30 min
//	another notice of the debt was paid                paid_elsewhere        nothing           -
//	no such notice                                     unknown               check_number      -
//	a draft                                            not_open_yet          publish           -
//	cancelled                                          withdrawn             nothing           -
//	taken in charge, the flow not yet due              receipt_late          await_receipt     48 h after, D+2
//	taken in charge, stamps only                       receipt_late          ask_pagopa        -
//	taken in charge, the flows not read                receipt_late          read_flows        -
//	past its due date and no longer taken              expired               move_date         -
//	anything else                                      not_known_paid        try_again         30 min after the return
//
// So only a receipt pays: whatever else is known, one that no flow revokes leads to paid
// or second_payment. "Not paid" is never said, for it cannot be known.
//
// Sources: SANP 3.12 (payment token, retries of paSendRT, best practice), SACI 3.2.1 (D
// ends at 13:00, the flow is due by the end of D+2).
func Resolve(f Facts) Verdict {
	e := f.evidence()
	for _, r := range rules {
		if r.holds(e) {
			return e.verdict(r)
		}
	}
	return e.verdict(lastRule)
}

// Verdict gathers the [Facts] of a notice, adds rows of flows, and judges them by
// [Resolve].
func (c *Cashier) Verdict(ctx context.Context, k Key, flow ...FlowEntry) (Verdict, error) {
	f, err := c.Facts(ctx, k)
	if err != nil {
		return Verdict{}, err
	}
	f.Flow = flow
	return Resolve(f), nil
}

// rule is one line of the table of [Resolve].
type rule struct {
	holds   func(evidence) bool
	finding Finding
	action  Action
	look    []func(evidence) time.Time // the first to come counts
}

var (
	rules = []rule{
		{evidence.twice, FindingSecond, DoRefund, nil},
		{func(e evidence) bool { return e.receipts > 0 && e.Refused }, FindingPaid, DoCheckQuarantine, nil},
		{func(e evidence) bool { return e.receipts > 0 && e.differs }, FindingPaid, DoCheckAmount, nil},
		{func(e evidence) bool { return e.receipts > 0 }, FindingPaid, DoNothing, nil},
		{func(e evidence) bool { return e.Refused }, FindingQuarantined, DoCheckQuarantine, nil},

		{func(e evidence) bool { return e.noReceipt && !e.asked }, FindingNoReceipt, DoSeekReceipt, nil},
		{func(e evidence) bool { return e.noReceipt && e.Position.Status != Cancelled }, FindingNoReceipt, DoCloseByHand, nil},
		{func(e evidence) bool { return e.noReceipt }, FindingNoReceipt, DoNothing, nil},
		{func(e evidence) bool { return e.rows > 0 && e.Now.Before(e.rowRetried()) }, FindingMissing, DoAwaitReceipt, looks{evidence.rowRetried}},
		{func(e evidence) bool { return e.rows > 0 && !e.asked }, FindingMissing, DoSeekReceipt, nil},
		{func(e evidence) bool { return e.rows > 0 }, FindingMissing, DoAskPagoPA, nil},
		{func(e evidence) bool { return e.revoked }, FindingReversed, DoDecide, nil},

		{func(e evidence) bool { return e.since(e.charged) < chargeTime }, FindingInCharge, DoWait, looks{evidence.soon, evidence.chargeOver}},
		{evidence.attempted, FindingUnderWay, DoAwaitPSP, looks{evidence.attemptOver}},
		{func(e evidence) bool { return e.since(e.sent) < chargeTime }, FindingUnderWay, DoFinish, looks{evidence.sendingOver}},

		{func(e evidence) bool { return e.Elsewhere }, FindingElsewhere, DoNothing, nil},
		{func(e evidence) bool { return e.Position.Status == "" }, FindingUnknown, DoCheckNumber, nil},
		{func(e evidence) bool { return e.Position.Status == Draft }, FindingDraft, DoPublish, nil},
		{func(e evidence) bool { return e.Position.Status == Cancelled }, FindingWithdrawn, DoNothing, nil},

		{func(e evidence) bool { return e.Now.Before(e.given()) }, FindingLate, DoAwaitReceipt, looks{evidence.retried, evidence.given}},
		{func(e evidence) bool { return !e.charged.IsZero() && e.stampsOnly() }, FindingLate, DoAskPagoPA, nil},
		{func(e evidence) bool { return !e.charged.IsZero() && e.flowsUnread() }, FindingLate, DoReadFlows, nil},

		{func(e evidence) bool { return e.Position.Payable(e.Now) != nil }, FindingExpired, DoMoveDate, nil},
	}
	lastRule = rule{nil, FindingOpen, DoTryAgain, looks{evidence.closingOver}}
)

type looks = []func(evidence) time.Time

// verdict fills in the texts and the times of a rule that holds.
func (e evidence) verdict(r rule) Verdict {
	do := actions[r.action]
	v := Verdict{
		Finding: r.finding, Text: findings[r.finding].text, Action: r.action, Who: do.who, Next: do.text,
		Retry: findings[r.finding].retry && !e.Elsewhere && e.Position.Payable(e.Now) == nil, Missing: e.missing,
	}
	for _, at := range r.look {
		if t := at(e); t.After(e.Now) {
			v.LookAt = t
			break
		}
	}
	return v
}
