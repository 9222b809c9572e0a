package payment_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// noon is Monday 23 November 2026, 12:00 in Rome.
var noon = time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)

// facts are those of an open notice at noon, and what else is said of it.
func facts(say ...func(*payment.Facts)) payment.Facts {
	f := payment.Facts{Now: noon, Position: storetest.Position(1)}
	for _, s := range say {
		s(&f)
	}
	return f
}

func in(s payment.Status) func(*payment.Facts) {
	return func(f *payment.Facts) { f.Position.Status = s }
}

func after(d time.Duration) func(*payment.Facts) {
	return func(f *payment.Facts) { f.Now = noon.Add(d) }
}

// ordered says that an order came to be so at noon.
func ordered(s payment.OrderStatus) func(*payment.Facts) {
	return func(f *payment.Facts) {
		f.Orders = append(f.Orders, payment.Order{ID: "o", Status: s, ChangedAt: noon})
	}
}

func rt(id string) func(*payment.Facts) {
	return func(f *payment.Facts) {
		r := storetest.Receipt(f.Position, id)
		r.Difference = euro.Delta{}
		f.Receipts = append(f.Receipts, r)
	}
}

func altered(with func(*payment.RT)) func(*payment.Facts) {
	return func(f *payment.Facts) { with(&f.Receipts[len(f.Receipts)-1]) }
}

// flowRow says that a flow names the payment iur, made on 20 November.
func flowRow(iur string, code payment.FlowCode) func(*payment.Facts) {
	return func(f *payment.Facts) {
		f.Flow = append(f.Flow, payment.FlowEntry{
			IUV: f.Position.Number.IUV().String(), IUR: iur, Code: code, PaidOn: pagonline.DateOf(noon).AddDays(-3),
		})
	}
}

func elsewhere(f *payment.Facts) { f.Elsewhere = true }
func waiting(f *payment.Facts)   { f.Refused = true }
func activated(f *payment.Facts) { f.Activated = noon }
func asked(f *payment.Facts)     { f.Sought = append(f.Sought, "a") }
func stamps(f *payment.Facts)    { f.Position.Transfers = f.Position.Transfers[1:] }
func lenient(f *payment.Facts)   { f.Position.RefuseLate = false }
func unknown(f *payment.Facts)   { f.Position = payment.Position{Key: f.Position.Key} }

func flowsRead(f *payment.Facts) { f.FlowsRead = pagonline.DateOf(f.Now) }

const (
	day   = 24 * time.Hour
	month = 31 * day
)

func TestResolve(t *testing.T) {
	const never = time.Duration(0)
	second := altered(func(r *payment.RT) { r.Second = true })
	short := altered(func(r *payment.RT) { r.Difference, _ = euro.DeltaCents(-200) })
	failed := altered(func(r *payment.RT) { r.OK = false })
	standIn := altered(func(r *payment.RT) { r.StandIn = true })
	yesterday := func(f *payment.Facts) { f.Flow[0].PaidOn = pagonline.DateOf(noon).AddDays(-1) }
	foreign := func(f *payment.Facts) { f.Flow[0].IUV = "01000000000000299" }
	retries := 2 * day // after the charge
	for _, tc := range []struct {
		name    string
		facts   payment.Facts
		finding payment.Finding
		action  payment.Action
		look    time.Duration // after noon; never for none
		retry   bool
	}{
		// A receipt pays, whatever else is known.
		{"receipt", facts(in(payment.Paid), rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt, status behind", facts(rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"status alone", facts(in(payment.Reconciled)), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt of a withdrawn notice", facts(in(payment.Cancelled), rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt of an expired notice", facts(after(month), rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt after an error page", facts(ordered(payment.OrderClosedUnpaid), rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt while in charge", facts(ordered(payment.OrderTakenInCharge), rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt in stand-in", facts(rt("a"), standIn), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt and its row", facts(rt("a"), flowRow("a", payment.FlowExecuted)), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt and its row 9", facts(rt("a"), flowRow("a", payment.FlowNoReceipt)), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt for less", facts(rt("a"), short), payment.FindingPaid, payment.DoCheckAmount, never, false},
		{"receipt, another refused", facts(rt("a"), waiting), payment.FindingPaid, payment.DoCheckQuarantine, never, false},
		{"receipt KO is none", facts(rt("a"), failed), payment.FindingOpen, payment.DoTryAgain, never, true},

		// More than one payment.
		{"two receipts", facts(rt("a"), rt("b"), second), payment.FindingSecond, payment.DoRefund, never, false},
		{"one receipt twice", facts(rt("a"), rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"receipt and a row of another payment", facts(rt("a"), flowRow("b", payment.FlowExecuted)), payment.FindingSecond, payment.DoRefund, never, false},
		{"receipt of a debt paid elsewhere", facts(elsewhere, rt("a"), second), payment.FindingSecond, payment.DoRefund, never, false},
		{"the receipt that was first", facts(elsewhere, rt("a")), payment.FindingPaid, payment.DoNothing, never, false},
		{"row of a debt paid elsewhere", facts(elsewhere, flowRow("a", payment.FlowExecuted)), payment.FindingSecond, payment.DoRefund, never, false},
		{"two receipts, one revoked", facts(rt("a"), rt("b"), second, flowRow("a", payment.FlowRevoked)), payment.FindingPaid, payment.DoNothing, never, false},

		// Revoked.
		{"receipt, revoked", facts(in(payment.Paid), rt("a"), flowRow("a", payment.FlowRevoked)), payment.FindingReversed, payment.DoDecide, never, false},
		{"rows 0 and 3", facts(flowRow("a", payment.FlowExecuted), flowRow("a", payment.FlowRevoked)), payment.FindingReversed, payment.DoDecide, never, false},

		// Rows without a receipt.
		{"row 9", facts(flowRow("a", payment.FlowNoReceipt)), payment.FindingNoReceipt, payment.DoSeekReceipt, never, false},
		{"row 8", facts(flowRow("a", payment.FlowStandInNoReceipt)), payment.FindingNoReceipt, payment.DoSeekReceipt, never, false},
		{"row 9, asked", facts(flowRow("a", payment.FlowNoReceipt), asked), payment.FindingNoReceipt, payment.DoCloseByHand, never, false},
		{"row 9, asked, withdrawn", facts(in(payment.Cancelled), flowRow("a", payment.FlowNoReceipt), asked), payment.FindingNoReceipt, payment.DoNothing, never, false},
		{"row 0", facts(flowRow("a", payment.FlowExecuted)), payment.FindingMissing, payment.DoSeekReceipt, never, false},
		{"row 4", facts(flowRow("a", payment.FlowStandIn)), payment.FindingMissing, payment.DoSeekReceipt, never, false},
		{"row of a code of tomorrow", facts(flowRow("a", 7)), payment.FindingMissing, payment.DoSeekReceipt, never, false},
		{"row 0, asked", facts(flowRow("a", payment.FlowExecuted), asked), payment.FindingMissing, payment.DoAskPagoPA, never, false},
		{"row 0, receipt on its way", facts(flowRow("a", payment.FlowExecuted), yesterday), payment.FindingMissing, payment.DoAwaitReceipt, 36 * time.Hour, false},
		{"rows of two transfers", facts(flowRow("a", payment.FlowExecuted), flowRow("a", payment.FlowExecuted)), payment.FindingMissing, payment.DoSeekReceipt, never, false},
		{"row of a withdrawn notice", facts(in(payment.Cancelled), flowRow("a", payment.FlowNoReceipt)), payment.FindingNoReceipt, payment.DoSeekReceipt, never, false},
		{"row of another notice", facts(flowRow("a", payment.FlowNoReceipt), foreign), payment.FindingOpen, payment.DoTryAgain, never, true},
		{"row 0, receipt in quarantine", facts(flowRow("a", payment.FlowExecuted), waiting), payment.FindingQuarantined, payment.DoCheckQuarantine, never, false},
		{"receipt in quarantine", facts(waiting), payment.FindingQuarantined, payment.DoCheckQuarantine, never, false},
		{"receipt in quarantine, no such notice", facts(unknown, waiting), payment.FindingQuarantined, payment.DoCheckQuarantine, never, false},

		// Taken in charge, then time passes.
		{"in charge", facts(ordered(payment.OrderTakenInCharge)), payment.FindingInCharge, payment.DoWait, 5 * time.Minute, false},
		{"in charge, 6 min", facts(ordered(payment.OrderTakenInCharge), after(6*time.Minute)), payment.FindingInCharge, payment.DoWait, 30 * time.Minute, false},
		{"in charge, a clock behind", facts(ordered(payment.OrderTakenInCharge), after(-time.Minute)), payment.FindingInCharge, payment.DoWait, 5 * time.Minute, false},
		{"in charge, 30 min", facts(ordered(payment.OrderTakenInCharge), after(30*time.Minute)), payment.FindingLate, payment.DoAwaitReceipt, retries + 30*time.Minute, true},
		{"in charge, 49 h", facts(ordered(payment.OrderTakenInCharge), after(49*time.Hour)), payment.FindingLate, payment.DoAwaitReceipt, 60 * time.Hour, true},
		{"in charge, D+2 over", facts(ordered(payment.OrderTakenInCharge), after(60*time.Hour)), payment.FindingLate, payment.DoReadFlows, never, true},
		{"in charge, flows read", facts(ordered(payment.OrderTakenInCharge), after(60*time.Hour), flowsRead), payment.FindingOpen, payment.DoTryAgain, never, true},
		{"in charge, stamps only", facts(stamps, ordered(payment.OrderTakenInCharge), after(49*time.Hour)), payment.FindingLate, payment.DoAskPagoPA, never, true},
		{"in charge, stamps, 1 h", facts(stamps, ordered(payment.OrderTakenInCharge), after(time.Hour)), payment.FindingLate, payment.DoAwaitReceipt, retries + 30*time.Minute, true},
		{"in charge, withdrawn meanwhile", facts(in(payment.Cancelled), ordered(payment.OrderTakenInCharge)), payment.FindingInCharge, payment.DoWait, 5 * time.Minute, false},
		{"in charge, expired meanwhile", facts(in(payment.Expired), ordered(payment.OrderTakenInCharge), after(time.Hour)), payment.FindingLate, payment.DoAwaitReceipt, retries + 30*time.Minute, false},
		{"in charge, paid elsewhere", facts(elsewhere, ordered(payment.OrderTakenInCharge)), payment.FindingInCharge, payment.DoWait, 5 * time.Minute, false},

		// At the gateway, or at a counter.
		{"sent", facts(ordered(payment.OrderSent)), payment.FindingUnderWay, payment.DoFinish, 30 * time.Minute, true},
		{"closed browser", facts(ordered(payment.OrderSent), after(30*time.Minute)), payment.FindingOpen, payment.DoTryAgain, never, true},
		{"order that was never sent", facts(ordered(payment.OrderCreated)), payment.FindingOpen, payment.DoTryAgain, never, true},
		{"came back by the error page", facts(ordered(payment.OrderClosedUnpaid)), payment.FindingOpen, payment.DoTryAgain, 30 * time.Minute, true},
		{"activated", facts(activated), payment.FindingUnderWay, payment.DoAwaitPSP, 30 * time.Minute, true},
		{"activated, token expired", facts(activated, after(30*time.Minute)), payment.FindingOpen, payment.DoTryAgain, never, true},
		{"activated, then sent back", facts(activated, ordered(payment.OrderClosedUnpaid), func(f *payment.Facts) {
			f.Activated = noon.Add(-time.Minute)
		}), payment.FindingOpen, payment.DoTryAgain, 30 * time.Minute, true},

		// Nothing but the notice.
		{"open", facts(), payment.FindingOpen, payment.DoTryAgain, never, true},
		{"late, taken all the same", facts(lenient, after(month)), payment.FindingOpen, payment.DoTryAgain, never, true},
		{"late, refused", facts(after(month)), payment.FindingExpired, payment.DoMoveDate, never, false},
		{"expired", facts(in(payment.Expired)), payment.FindingExpired, payment.DoMoveDate, never, false},
		{"withdrawn", facts(in(payment.Cancelled)), payment.FindingWithdrawn, payment.DoNothing, never, false},
		{"draft", facts(in(payment.Draft)), payment.FindingDraft, payment.DoPublish, never, false},
		{"paid elsewhere", facts(elsewhere), payment.FindingElsewhere, payment.DoNothing, never, false},
		{"withdrawn, paid elsewhere", facts(elsewhere, in(payment.Cancelled)), payment.FindingElsewhere, payment.DoNothing, never, false},
		{"no such notice", facts(unknown), payment.FindingUnknown, payment.DoCheckNumber, never, false},
		{"nothing at all", payment.Facts{}, payment.FindingUnknown, payment.DoCheckNumber, never, false},
	} {
		v := payment.Resolve(tc.facts)
		require.Equal(t, tc.finding, v.Finding, tc.name)
		require.Equal(t, tc.action, v.Action, tc.name)
		require.Equal(t, tc.retry, v.Retry, tc.name)
		sentences(t, tc.name, v.Text)
		sentences(t, tc.name, v.Next)
		requireModest(t, v.Text)
		require.Equal(t, v.Action == payment.DoNothing, v.Who == payment.ActorNobody, tc.name)
		if tc.look == never {
			require.Zero(t, v.LookAt, tc.name)
		} else {
			require.Equal(t, tc.look, v.LookAt.Sub(noon), tc.name)
		}
	}
}

// A flow is due by the end of D+2: D ends at 13:00 and is a working day.
func TestFlowDue(t *testing.T) {
	for paid, due := range map[string]string{
		"2026-11-23 12:29": "2026-11-25", // Monday
		"2026-11-23 12:31": "2026-11-26",
		"2026-11-26 09:00": "2026-11-30", // Thursday: Friday, Monday
		"2026-11-27 09:00": "2026-12-01", // Friday
		"2026-11-27 18:00": "2026-12-02", // Friday afternoon counts as Monday
		"2026-11-28 09:00": "2026-12-02", // Saturday too
		"2026-11-29 09:00": "2026-12-02",
		"2026-11-29 23:00": "2026-12-02",
		"2026-10-23 09:00": "2026-10-27", // over the end of summer time
	} {
		charged, err := time.ParseInLocation("2006-01-02 15:04", paid, pagonline.Rome())
		require.NoError(t, err)
		f := facts(after(0))
		f.Orders = []payment.Order{{Status: payment.OrderTakenInCharge, ChangedAt: charged}}
		f.Now = charged.Add(49 * time.Hour)
		require.Equal(t, due, pagonline.DateOf(payment.Resolve(f).LookAt).AddDays(-1).String(), paid)
	}
}

func TestResolveHoldsItsLaws(t *testing.T) {
	for seed := range uint64(3000) {
		lawful(t, seed)
	}
}

func FuzzResolve(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(lawful)
}

// lawful holds, for the facts that grow from the seed, that there is an answer, that it
// is modest, and that a receipt has the last word.
func lawful(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	facts := anything(r)
	before := anything(rand.New(rand.NewPCG(seed, 1)))
	v := payment.Resolve(facts)
	require.Equal(t, before, facts, "judging changes nothing")
	require.Equal(t, v, payment.Resolve(facts), "and is the same each time")

	require.NotEmpty(t, v.Finding)
	require.NotEmpty(t, v.Action)
	require.NotEmpty(t, v.Who.Text().It)
	sentences(t, string(v.Finding), v.Text)
	sentences(t, string(v.Action), v.Next)
	requireModest(t, v.Text)
	require.True(t, v.LookAt.IsZero() || v.LookAt.After(facts.Now), "there is no looking in the past")
	if v.Retry {
		require.NoError(t, facts.Position.Payable(facts.Now), "who may try again is not refused")
	}

	// A receipt has the last word.
	rt("new")(&facts)
	paid := payment.Resolve(facts).Finding
	require.Contains(t, []payment.Finding{payment.FindingPaid, payment.FindingSecond}, paid)
	require.False(t, payment.Resolve(facts).Retry, "what is paid is not tried again")

	// And so has the next one.
	rt("newer")(&facts)
	require.Equal(t, payment.FindingSecond, payment.Resolve(facts).Finding)
}

// anything returns facts that need not make sense.
func anything(r *rand.Rand) payment.Facts {
	statuses := []payment.Status{"", payment.Draft, payment.Open, payment.Open, payment.Expired, payment.Cancelled, payment.Paid, payment.Reported, "odd"}
	orders := []payment.OrderStatus{payment.OrderCreated, payment.OrderSent, payment.OrderTakenInCharge, payment.OrderClosedUnpaid, payment.OrderPaid, "odd"}
	ids := []string{"a", "b", ""}
	moment := func() time.Time {
		switch r.IntN(12) {
		case 0:
			return time.Time{}
		case 1:
			return time.Date(9999, 12, 31, 23, 0, 0, 0, time.UTC)
		case 2:
			return time.Unix(r.Int64(), 0)
		default:
			return noon.Add(time.Duration(r.Int64N(int64(6 * day))))
		}
	}
	f := facts(after(time.Duration(r.Int64N(int64(40 * day)))))
	f.Now = f.Now.Add(time.Duration(r.IntN(2)) * time.Minute)
	f.Position.Status = statuses[r.IntN(len(statuses))]
	f.Elsewhere, f.Refused, f.Position.RefuseLate = r.IntN(5) == 0, r.IntN(5) == 0, r.IntN(2) == 0
	if r.IntN(4) == 0 {
		stamps(&f)
	}
	if r.IntN(3) == 0 {
		f.Activated = moment()
	}
	for range r.IntN(3) {
		f.Orders = append(f.Orders, payment.Order{Status: orders[r.IntN(len(orders))], ChangedAt: moment()})
	}
	for range r.IntN(2) {
		rt(ids[r.IntN(len(ids))])(&f)
		altered(func(rt *payment.RT) { rt.Second, rt.OK = r.IntN(3) == 0, r.IntN(5) > 0 })(&f)
	}
	for range r.IntN(4) {
		flowRow(ids[r.IntN(len(ids))], payment.FlowCode(r.IntN(10)))(&f)
		f.Flow[len(f.Flow)-1].PaidOn = pagonline.DateOf(moment())
	}
	if r.IntN(2) == 0 {
		f.Sought, f.FlowsRead = []string{ids[r.IntN(len(ids))]}, pagonline.DateOf(moment())
	}
	return f
}
