package simulation

import (
	"bytes"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// node is pagoPA: who pays what at the moment, what the creditor has yet to be told, and
// when it is to be tried.
type node struct {
	agenda   []task
	attempts []*attempt
	tokens   int
	receipts []*delivery
	outage   time.Time // until when the station cannot be reached
}

func newNode() node { return node{} }

// The node tries a receipt 48 times, once an hour (SANP 3.12, paSendRT).
const (
	mostTries = 48
	pause     = time.Hour
)

// delivery is a receipt until the creditor has answered.
type delivery struct {
	message
	tries   int
	state   deliveryState
	late    bool      // it comes when nobody expects it any more
	expires time.Time // of the token, zero for none
}

type deliveryState int

const (
	waiting deliveryState = iota
	acked
	refused
	parked // after the last try, until somebody tries again
)

// down reports whether the station cannot be reached.
func (w *World) down() bool { return w.now.Before(w.node.outage) }

// breakDown takes the station away for hours, or for more than two days.
func (w *World) breakDown() {
	if w.down() {
		return
	}
	w.count(Outage)
	d := w.hours(5)
	if w.chance(40) {
		d = 49*time.Hour + w.hours(10)
	}
	w.node.outage = w.now.Add(d)
}

// dispatchReceipt has the node send a receipt, at once or some minutes after.
func (w *World) dispatchReceipt(g message, a *attempt) {
	d := &delivery{message: g, expires: a.expires}
	w.node.receipts = append(w.node.receipts, d)
	w.later(time.Duration(w.pick(300))*time.Second, func() { w.deliver(d) })
}

// send has the node send a message that no payment asks for.
func (w *World) send(g message) {
	d := &delivery{message: g}
	w.node.receipts = append(w.node.receipts, d)
	w.deliver(d)
}

// hurry delivers one of the receipts that wait, whichever.
func (w *World) hurry() {
	var open []*delivery
	for _, d := range w.node.receipts {
		if d.state == waiting {
			open = append(open, d)
		}
	}
	if len(open) > 0 {
		w.deliver(open[w.pick(len(open))])
	}
}

// deliver tries to bring a receipt to the station.
func (w *World) deliver(d *delivery) {
	if d.state != waiting {
		return
	}
	d.tries++
	switch {
	case w.down() || w.goes(RequestLost, 5):
		w.retry(d)
		return
	case w.goes(RequestLate, 4):
		d.late = true
		w.later(w.hours(20), func() { w.deliver(d) })
		return
	case w.goes(BodyCut, 3):
		w.cut(d.message)
		w.retry(d)
		return
	case w.goes(BodyBroken, 3):
		w.breakBody(d.message)
		w.retry(d)
		return
	}
	w.notice(d)
	a := w.receipt(d.message)
	if w.goes(RequestDoubled, 6) {
		a = w.receipt(d.message)
	}
	switch {
	case !a.came || a.status != 200 || w.goes(AnswerLost, 7):
		w.retry(d)
	case a.fault == "":
		d.state = acked
	default:
		d.state = refused
	}
}

// notice counts what is odd about a delivery that comes.
func (w *World) notice(d *delivery) {
	p := w.model.positions[d.position()]
	known := w.model.receipts[receiptKey{d.creditor, d.id}]
	switch {
	case d.issuer != d.creditor:
		w.count(SecondaryCopy)
		if w.model.receipts[receiptKey{d.issuer, d.id}] == nil {
			w.count(CopyBeforeOriginal)
		}
	case known != nil || p == nil || d.failed || d.wrong() != "":
	default:
		w.odd(p, d)
	}
	if slices.ContainsFunc(w.node.receipts[:slices.Index(w.node.receipts, d)], func(e *delivery) bool { return e.state == waiting && e.position() == d.position() }) {
		w.count(Overtaken)
	}
}

// odd counts what has become of a notice when its receipt comes.
func (w *World) odd(p *position, d *delivery) {
	for f, is := range map[Fault]bool{
		SecondReceipt: p.settled(), WithdrawnPaid: p.status == payment.Cancelled, SupersededPaid: p.replaced && !p.settled(),
		ExpiredPaid: p.status == payment.Expired, DraftPaid: p.status == payment.Draft, AmountChanged: d.cents != sum(p.shares),
		ReceiptAfterToken: !d.expires.IsZero() && w.now.After(d.expires),
		AlternativePaid:   slices.ContainsFunc(w.model.siblings(p), func(q *position) bool { return q.settled() && q.alternative(p) }),
	} {
		if is {
			w.count(f)
		}
	}
}

// retry plans the next try, or gives up.
func (w *World) retry(d *delivery) {
	if d.tries >= mostTries {
		w.count(TriesSpent)
		d.state = parked
		return
	}
	w.later(pause, func() { w.deliver(d) })
}

// receipt posts a receipt, and compares what becomes of it.
func (w *World) receipt(g message) answer {
	now := w.clock()
	k := g.position()
	v := w.model.judge(g, now)
	switch e := OnReceipt; {
	case g.wrong() != "":
	case v.repeat != nil:
		if g.issuer == g.creditor {
			w.meet(OnRepeat, k)
		}
		if v.repeat.operation != g.operation {
			w.count(TwoVersions)
		}
	default:
		if g.operation == sendRTV1 {
			e = OnReceiptV1
		}
		w.meet(e, k)
	}
	raw := g.body()
	want := expectation{operation: g.operation, status: 200, fault: v.fault, receipt: true, kept: v.kept}
	if v.refuse {
		want.kept = func() { w.model.put(g.operation, v.fault, raw, &g) }
	}
	a := w.post(bytes.NewReader(raw), raw, want)
	if a.ok() {
		w.sameAnswer(g, a)
	}
	return a
}

// sameAnswer wants the bytes that the node got before.
func (w *World) sameAnswer(g message, a answer) {
	r := w.model.receipts[receiptKey{g.creditor, g.id}]
	w.must(r != nil, "I1", "receipt %s was answered OK", g.id)
	if before := r.answers[g.operation]; before != nil {
		w.must(bytes.Equal(before, a.body), "I2", "receipt %s got another answer", g.id)
	}
	r.answers[g.operation] = bytes.Clone(a.body)
}
