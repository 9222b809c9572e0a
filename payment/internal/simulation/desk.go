package simulation

import (
	"context"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// recover records a receipt that was asked of biz-events, because it had not come.
func (w *World) recover() {
	var g message
	if open := w.waiting(); len(open) > 0 && w.chance(70) {
		g = open[w.pick(len(open))].message
	} else if n := len(w.model.recorded); n > 0 {
		g = w.model.recorded[w.pick(n)].message
	}
	if g.id == "" || g.failed || g.wrong() != "" {
		return
	}
	g.operation = payment.OperationBizEvents
	w.meet(OnRecovered, g.position())
	v := w.model.judge(g, w.clock())
	rt := g.rt()
	var want error
	kept := v.kept
	if v.refuse {
		want = payment.ErrRefused
		kept = nil
	}
	if v.repeat == nil && !v.refuse {
		w.count(RecoveredFirst)
	}
	w.actOrKeep("recover", want, func(ctx context.Context) error {
		_, err := w.cashier.Record(ctx, rt)
		return err
	}, kept, func() { w.model.put(g.operation, v.fault, rt.Raw, nil) })
}

func (w *World) waiting() (open []*delivery) {
	for _, d := range w.node.receipts {
		if d.state == waiting || d.state == parked {
			open = append(open, d)
		}
	}
	return open
}

// rt is the receipt as biz-events tells it.
func (g message) rt() payment.RT {
	amount, _ := euro.Cents(g.cents)
	rt := payment.RT{
		Creditor: g.creditor, ReceiptID: g.id, Issuer: g.issuer, Number: g.position().Number, IUV: g.iuv, OK: !g.failed, Amount: amount,
		Debtor: subjectOf(g.debtor), PaidAt: g.paidAt, Operation: payment.OperationBizEvents, Raw: []byte(`{"receiptId":"` + g.id + `"}`),
	}
	for i, s := range g.shares {
		cents, _ := euro.Cents(s.cents)
		rt.Transfers = append(rt.Transfers, payment.Credit{ID: i + 1, Amount: cents, Creditor: s.creditor, IBAN: iban})
	}
	return rt
}

// seek notes that biz-events is about to be asked.
func (w *World) seek() {
	k := w.any()
	p := w.meet(OnSeek, k)
	iur := "sought-" + decimal(uint64(w.pick(2)))
	var want error
	if p == nil {
		want = payment.ErrNotFound
	}
	known := slices.Contains(w.model.events, event{kind: payment.ReceiptSought, position: k, receiptID: iur})
	w.act("seek", want, func(ctx context.Context) error {
		_, err := w.cashier.SeekReceipt(ctx, k, iur)
		return err
	}, func() {
		if !known {
			w.model.emit(payment.ReceiptSought, p, iur)
		}
	})
}

// lookAgain has the desk read a message of the quarantine again, or close it.
func (w *World) lookAgain() {
	var open []*quarantined
	for _, q := range w.model.quarantine {
		if q.open {
			open = append(open, q)
		}
	}
	if len(open) == 0 {
		return
	}
	q := open[w.pick(len(open))]
	if w.chance(25) {
		w.act("resolve", nil, func(ctx context.Context) error { return w.cashier.Resolve(ctx, q.id, "clerk-1", "looked at") }, func() { q.open = false })
		return
	}
	w.readAgain(q)
}

func (w *World) readAgain(q *quarantined) {
	var want error
	v := verdict{fault: unreadable, refuse: true}
	switch {
	case q.operation == payment.OperationBizEvents:
		want = pagonline.NewError(pagonline.CodeNotAllowed)
	case q.message != nil:
		v = w.model.judge(*q.message, w.clock())
	}
	var fault string
	w.act("read again", want, func(ctx context.Context) (err error) {
		fault, err = w.station.Again(ctx, q.id, "clerk-1")
		return err
	}, func() {
		if !v.refuse {
			v.kept()
			q.open = false
		}
	})
	if !v.refuse {
		v.fault = ""
	}
	w.must(want != nil || w.last.breaks() || fault == v.fault, "I8", "read again: %q instead of %q", fault, v.fault)
}
