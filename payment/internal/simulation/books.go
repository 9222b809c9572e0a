package simulation

import (
	"context"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// expire ends what is past its due date and may not be paid late, half an hour after. Each
// position is a unit of its own: where the store fails, some are ended and some not.
func (w *World) expire() {
	then := w.clock().Add(-30 * time.Minute)
	var late []*position
	for _, p := range w.model.all {
		if p.status == payment.Open && p.refuseLate && p.late(then) && p.due >= addDays(romeDay(then), -31) {
			late = append(late, p)
		}
	}
	w.act("expire", nil, func(ctx context.Context) error { return w.cashier.Expire(ctx) }, func() {
		for _, p := range late {
			if w.last.breaks() {
				got, err := w.rows.Inner.Positions().Get(context.Background(), p.key)
				w.must(err == nil, "I1", "%s: %v", p.label, err)
				if got.Status != payment.Expired {
					continue
				}
			}
			w.model.move(p, payment.Expired, "")
		}
	})
}

// report notes that a reporting flow names a payment, or that the bank does: what the
// creditor's books do to a position.
func (w *World) report() {
	next := map[payment.Status]payment.Status{payment.Paid: payment.Reported, payment.Reported: payment.Reconciled}
	p := w.model.positions[w.any()]
	if p == nil || next[p.status] == "" {
		return
	}
	to := next[p.status]
	w.act("report", nil, func(ctx context.Context) error {
		return w.store.Do(ctx, func(ctx context.Context) error {
			err := w.store.Positions().Update(ctx, p.key, func(q *payment.Position) error {
				q.Status = to
				return nil
			})
			if err != nil {
				return err
			}
			return w.store.Outbox().Append(ctx, payment.Event{Kind: payment.PositionEvent(to), Position: p.key, At: w.clock()})
		})
	}, func() { w.model.move(p, to, "") })
}
