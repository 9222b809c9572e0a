package simulation

import (
	"fmt"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

// attempt is a payment that a PSP has begun.
type attempt struct {
	key     payment.Key
	shares  []share // as they were when it was activated
	token   string
	expires time.Time
	standIn bool
	note    string
	psp     string
}

// running is the attempt that holds a notice, for the node.
func (w *World) running(k payment.Key) *attempt {
	for _, a := range w.node.attempts {
		if a.key == k && w.now.Before(a.expires) {
			return a
		}
	}
	return nil
}

// verify is what a payer does first.
func (w *World) verify() {
	if w.down() {
		return
	}
	w.ask(verifyNotice, w.any())
}

// pay begins a payment of some notice.
func (w *World) pay() { w.activate(w.any(), "") }

// activate begins a payment. The node lets one PSP at a time do so, unless both are
// faster than it is. It answers in the place of a station that does not.
func (w *World) activate(k payment.Key, note string) {
	if w.running(k) != nil && !w.goes(TwoAtOnce, 60) {
		return
	}
	standIn := false
	switch {
	case w.down() || w.goes(StandIn, 8):
		standIn = true
	default:
		operation := getPayment
		if w.chance(25) {
			operation = getPaymentV1
		}
		switch a := w.ask(operation, k); {
		case a.ok():
		case a.came && a.fault != faultSystem:
			return
		default:
			standIn = true
		}
	}
	p := w.model.positions[k]
	if standIn { // ACA knows what the last copy said
		c, ok := w.consumer.aca[k]
		if !ok || !c.open {
			return
		}
		w.begun(k, c.shares, true, note)
		return
	}
	w.begun(k, p.shares, false, note)
}

func (w *World) begun(k payment.Key, shares []share, standIn bool, note string) *attempt {
	w.node.tokens++
	a := &attempt{
		key: k, shares: slices.Clone(shares), token: fmt.Sprintf("%032d", w.node.tokens), expires: w.now.Add(time.Duration(1+w.pick(30)) * time.Minute),
		standIn: standIn, note: note, psp: "PSPPROVA",
	}
	if w.goes(PersonInCodes, 5) {
		a.psp = people[w.pick(len(people))].code
	}
	w.node.attempts = append(w.node.attempts, a)
	w.say("  attempt %s", a.token[26:])
	return a
}

// blind begins a payment of a notice in whatever state: the PSP had asked in time.
func (w *World) blind() {
	p := w.model.positions[w.any()]
	if p == nil {
		return
	}
	a := w.begun(p.key, p.shares, w.chance(20), "")
	w.end(a, true)
}

// outcome ends one of the attempts that run.
func (w *World) outcome() {
	if len(w.node.attempts) == 0 {
		w.pay()
		return
	}
	w.end(w.node.attempts[w.pick(len(w.node.attempts))], w.chance(85))
}

// end ends an attempt. What comes when the token is gone is refused by the node: money was
// taken and there is no receipt.
func (w *World) end(a *attempt, paid bool) {
	w.node.attempts = slices.DeleteFunc(w.node.attempts, func(b *attempt) bool { return a == b })
	w.say("  outcome of %s: %t", a.token[26:], paid)
	switch {
	case !paid:
		if w.goes(OutcomeFailed, 20) { // no node sends such a receipt
			g := w.message(a, a.key.Creditor)
			g.failed = true
			w.meet(OnFailed, a.key)
			w.send(g)
		}
		return
	case w.now.After(a.expires):
		w.count(TokenExpired)
		if a.standIn {
			w.count(StandInNoReceipt)
		}
		return
	}
	told := map[string]bool{}
	var copies []string
	for _, s := range a.shares {
		if s.creditor == creditorB && a.key.Creditor != creditorB && !told[s.creditor] {
			told[s.creditor] = true
			copies = append(copies, s.creditor)
		}
	}
	if w.chance(50) {
		copies = append([]string{a.key.Creditor}, copies...)
	} else {
		copies = append(copies, a.key.Creditor)
	}
	for _, creditor := range copies {
		w.dispatchReceipt(w.message(a, creditor), a)
	}
}

// message is the receipt of an attempt for one of its creditors.
func (w *World) message(a *attempt, creditor string) message {
	number := a.key.Number.String()
	g := message{
		operation: sendRT, creditor: creditor, broker: broker, station: stationID, id: a.token, number: number, iuv: number[1:],
		issuer: a.key.Creditor, cents: sum(a.shares), shares: a.shares, debtor: people[0], psp: a.psp, paidAt: w.now.Truncate(time.Second).UTC(),
		standIn: a.standIn, note: a.note,
	}
	if w.chance(30) {
		g.operation = sendRTV1
	}
	if p := w.model.positions[a.key]; p != nil {
		g.debtor = p.debtor
	}
	return g
}

// nobodys is the number of a notice that nobody has issued.
func (w *World) nobodys() payment.Key { return numberOf(9_000_000_000 + uint64(w.pick(1000))) }

// numberOf is the notice number of a serial, by the rule of SACI 3.2.1.
func numberOf(serial uint64) payment.Key {
	head := 3_01_0000000000000 + serial
	n, _ := notice.ParseSyntax(fmt.Sprintf("%016d%02d", head, head%93))
	return payment.Key{Creditor: creditorA, Number: n}
}
