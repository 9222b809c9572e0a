package simulation

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/pagonline/pagonline/payment"
)

// strange posts a message that is not what it should be.
func (w *World) strange() {
	switch w.pick(7) {
	case 0:
		w.altered()
	case 1:
		w.count(NoticeUnknown)
		a := &attempt{key: w.nobodys(), shares: w.shares(creditorA), psp: "PSPPROVA", token: w.token()}
		w.send(w.message(a, creditorA))
	case 2:
		w.inconsistent()
	case 3:
		g := w.fresh()
		w.count(WrongAddress)
		switch w.pick(3) {
		case 0:
			g.creditor = "00000000000"
		case 1:
			g.broker = "00000000000"
		default:
			g.station = "00000000000_01"
		}
		w.send(g)
	case 4:
		g := w.fresh()
		w.count(FieldMissing)
		g.missing = []string{"receiptId", "outcome", "paymentAmount", "idPSP", "noticeNumber"}[w.pick(5)]
		w.send(g)
	case 5: // the number that will be the next one: of a store that was restored, say
		w.count(NumberNotYetIssued)
		serial := uint64(0)
		for w.rows.serials[serialOf(serial+1)] {
			serial++
		}
		a := &attempt{key: numberOf(serial + 1), shares: w.shares(creditorA), psp: "PSPPROVA", token: w.token()}
		w.send(w.message(a, creditorA))
	default:
		k := w.any()
		g := w.fresh()
		g.number, g.iuv, g.issuer, g.creditor, g.failed = k.Number.String(), k.Number.String()[1:], k.Creditor, k.Creditor, true
		w.count(OutcomeFailed)
		w.meet(OnFailed, k)
		w.send(g)
	}
}

func serialOf(n uint64) string { return creditorA + "/1/" + decimal(n) }

func decimal(n uint64) string {
	var b []byte
	for ; n > 0 || len(b) == 0; n /= 10 {
		b = append(b, byte('0'+n%10))
	}
	slices.Reverse(b)
	return string(b)
}

// token is the id of a payment that nobody has begun.
func (w *World) token() string {
	w.node.tokens++
	return "x" + decimal(uint64(w.node.tokens))
}

// fresh is a receipt in which nothing is wrong, of some notice.
func (w *World) fresh() message {
	k := w.any()
	shares := w.shares(k.Creditor)
	if p := w.model.positions[k]; p != nil {
		shares = p.shares
	}
	return w.message(&attempt{key: k, shares: shares, psp: "PSPPROVA", token: w.token()}, k.Creditor)
}

// altered sends a receipt that is there with other content.
func (w *World) altered() {
	if len(w.model.recorded) == 0 {
		return
	}
	w.count(ContentChanged)
	g := w.model.recorded[w.pick(len(w.model.recorded))].message
	if g.operation == payment.OperationBizEvents {
		g.operation = sendRT
	}
	if g.issuer == g.creditor {
		w.meet(OnAltered, g.position())
	}
	g.shares = slices.Clone(g.shares)
	g.shares[0].cents++
	g.cents++
	w.send(g)
}

// inconsistent sends a receipt that contradicts itself.
func (w *World) inconsistent() {
	g := w.fresh()
	w.count(Inconsistent)
	w.meet(OnInconsistent, g.position())
	if w.chance(50) {
		g.cents++
	} else {
		g.iuv = "99999999999999999"
	}
	w.send(g)
}

// repeat sends a receipt again that is there, in either version.
func (w *World) repeat() {
	if len(w.model.recorded) == 0 || w.down() {
		return
	}
	n := len(w.model.recorded)
	g := w.model.recorded[n-1-w.pick(min(n, 12))].message
	if w.chance(50) {
		g.operation = sendRTV1
	} else {
		g.operation = sendRT
	}
	if g.psp == "" {
		return // of biz-events: what the node would say is not known
	}
	w.receipt(g)
}

// cut sends a part of a receipt: to the station it is no message. What seems to be a
// receipt is kept.
func (w *World) cut(g message) {
	raw := g.body()
	raw = raw[:w.pick(len(raw)-20)]
	w.garbage(raw, bytes.NewReader(raw))
}

// breakBody makes a receipt something that no parser may read, or ends the connection in
// the middle of it.
func (w *World) breakBody(g message) {
	raw := g.body()
	switch w.pick(3) {
	case 0:
		raw = append([]byte(`<!DOCTYPE x [<!ENTITY a "b">]>`), raw...)
	case 1:
		raw = bytes.Replace(raw, []byte("<receipt>"), []byte("<receipt>\x00"), 1)
	default:
		w.post(io.MultiReader(bytes.NewReader(raw[:len(raw)/2]), failing{}), nil, expectation{operation: "half a body", status: 400})
		return
	}
	w.garbage(raw, bytes.NewReader(raw))
}

// failing is a connection that is gone.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func (w *World) garbage(raw []byte, body io.Reader) {
	want := expectation{operation: "garbage", status: 400}
	if bytes.Contains(raw, []byte(sendRTV1)) {
		want.receipt, want.kept = true, func() { w.model.put(sendRTV1, unreadable, raw, nil) }
	}
	w.post(body, raw, want)
}
