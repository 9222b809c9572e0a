package simulation

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// drain stops all that goes wrong: within two rounds of tries everything comes to its
// end.
func (w *World) drain() {
	w.say("calm")
	w.audit()
	w.calm = true
	w.skew, w.node.outage = 0, time.Time{}
	for len(w.node.attempts) > 0 { // whoever has begun to pay, has done so
		w.end(w.node.attempts[0], true)
	}
	for _, d := range w.node.receipts {
		if d.state == parked || d.late && d.state == waiting { // pagoPA tries again when it is asked to
			d.state, d.tries = waiting, 0
			w.later(0, func() { w.deliver(d) })
		}
	}
	for range 2 {
		w.pass(pause)
		w.pump()
	}
	for _, d := range w.node.receipts {
		w.must(d.state == acked || d.state == refused, "I12", "receipt %s is not answered for", d.id)
		w.accounted(d)
	}
	w.must(len(w.consumer.pending) == 0, "I12", "%d events wait", len(w.consumer.pending))
	w.pass(73 * time.Hour) // by which the clock may have been ahead
	for _, p := range w.model.all {
		w.must(!p.inCharge(w.clock()), "I12", "%s is still in charge", p.label)
		if p.settled() {
			continue
		}
		v, err := w.cashier.Verdict(context.Background(), p.key)
		w.must(err == nil && v.Finding != payment.FindingInCharge && v.Finding != payment.FindingUnderWay, "I12", "%s is %s: %v", p.label, v.Finding, err)
	}
	w.seal()
	w.audit()
	w.endures()
}

// accounted wants no money lost: the receipt of a payment is recorded, for the very cents
// that were paid; any other message is recorded or in quarantine.
func (w *World) accounted(d *delivery) {
	r := w.model.receipts[receiptKey{d.creditor, d.id}]
	switch {
	case !d.expires.IsZero():
		w.must(r != nil && r.cents == d.cents, "I5", "%d cents were paid, and receipt %s is lost", d.cents, d.id)
	case d.state == acked:
		w.must(r != nil, "I1", "receipt %s was answered OK", d.id)
	default:
		raw := d.body()
		w.must(r != nil || slices.ContainsFunc(w.model.quarantine, func(q *quarantined) bool { return bytes.Equal(q.raw, raw) }),
			"I2", "receipt %s was refused and not kept", d.id)
	}
}
