package simulation

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// auditEvery is after how many operations all that is in the store is compared, and not
// only what was touched.
const auditEvery = 50

// audit compares the whole store with the model.
func (w *World) audit() {
	ctx := context.Background()
	n := 0
	for p, err := range w.rows.Inner.Positions().List(ctx, payment.PositionFilter{}) {
		w.must(err == nil && w.model.positions[p.Key] != nil, "I9", "position %s: %v", p.Key, err)
		w.checkPosition(p.Key)
		n++
	}
	w.must(n == len(w.model.all), "I1", "%d positions instead of %d", n, len(w.model.all))
	books := map[string]int64{}
	for _, r := range w.model.recorded {
		k := receiptKey{r.creditor, r.id}
		w.checkReceipt(k)
		got, err := w.rows.Inner.RTs().Get(ctx, k.creditor, k.id)
		w.must(err == nil, "I1", "receipt %s: %v", k.id, err)
		for _, c := range got.Transfers {
			books[c.Creditor] += c.Amount.Cents()
		}
	}
	for _, creditor := range []string{creditorA, creditorB, creditorC} {
		w.must(books[creditor] == w.model.ledger[creditor], "I5", "%s got %d cents instead of %d", creditor, books[creditor], w.model.ledger[creditor])
	}
	for _, o := range w.model.orders {
		w.checkOrder(o.id)
	}
	w.auditPurchases()
	w.checkQuarantine()
	w.auditEvents()
	entries := 0
	for _, err := range w.rows.Inner.Journal().List(ctx, payment.JournalFilter{}) {
		w.must(err == nil, "I10", "journal: %v", err)
		entries++
	}
	w.must(entries == w.model.entries, "I10", "%d entries instead of %d", entries, w.model.entries)
}

// auditPurchases wants what each owner bought, the newest first.
func (w *World) auditPurchases() {
	for i := range owners {
		var want []payment.Key
		for _, p := range slices.Backward(w.model.all) {
			if p.owner == ownerOf(i) {
				want = append(want, p.key)
			}
		}
		var got []payment.Key
		for p, err := range w.cashier.Purchases(context.Background(), ownerOf(i)) {
			w.must(err == nil, "I1", "purchases: %v", err)
			got = append(got, p.Key)
		}
		w.must(slices.Equal(got, want), "I1", "%s bought %v instead of %v", ownerOf(i), got, want)
	}
}

func (w *World) auditEvents() {
	n, pending := 0, 0
	for _, err := range w.rows.Inner.Outbox().List(context.Background(), payment.EventFilter{}) {
		w.must(err == nil, "I6", "outbox: %v", err)
		n++
	}
	for e, err := range w.rows.Inner.Outbox().List(context.Background(), payment.EventFilter{Pending: true}) {
		w.must(err == nil && w.consumer.pending[e.ID], "I6", "event %d was delivered and waits: %v", e.ID, err)
		pending++
	}
	w.must(n == len(w.model.events) && pending == len(w.consumer.pending), "I6", "%d events and %d that wait, instead of %d and %d",
		n, pending, len(w.model.events), len(w.consumer.pending))
}

// checkQuarantine compares what was refused.
func (w *World) checkQuarantine() {
	i := 0
	for m, err := range w.rows.Inner.Quarantine().List(context.Background()) {
		w.must(err == nil && i < len(w.model.quarantine), "I2", "more in quarantine than %d: %v", i, err)
		want := w.model.quarantine[i]
		w.must(m.Operation == want.operation && m.Reason == want.reason && bytes.Equal(m.Raw, want.raw), "I2", "in quarantine: %s %s instead of %s %s",
			m.Operation, m.Reason, want.operation, want.reason)
		w.must(m.Times == want.times && m.Open() == want.open, "I2", "in quarantine: %d times, open %t instead of %d times, open %t",
			m.Times, m.Open(), want.times, want.open)
		want.id = m.ID
		i++
	}
	w.must(i == len(w.model.quarantine), "I2", "%d in quarantine instead of %d", i, len(w.model.quarantine))
}

// seal covers the journal so far, as a program does every minute.
func (w *World) seal() {
	w.act("seal", nil, func(ctx context.Context) error {
		_, err := w.cashier.SealJournal(ctx)
		return err
	}, nil)
}

// prune tries to delete what must be kept for two years.
func (w *World) prune() {
	before := w.clock().AddDate(-2, 0, 1+w.pick(400))
	w.act("prune", pagonline.NewError(pagonline.CodeNotAllowed), func(ctx context.Context) error {
		_, err := w.cashier.PruneJournal(ctx, before, false)
		return err
	}, nil)
}

// verdict asks what is known of a notice.
func (w *World) verdict() {
	k := w.any()
	p := w.meet(OnVerdict, k)
	var v payment.Verdict
	w.act("verdict", nil, func(ctx context.Context) (err error) {
		v, err = w.cashier.Verdict(ctx, k)
		return err
	}, nil)
	if v.Finding == "" {
		return
	}
	w.say("    %s", v.Finding)
	paid := v.Finding == payment.FindingPaid || v.Finding == payment.FindingSecond
	w.must(paid == (p != nil && len(p.receipts) > 0), "I4", "%s is found to be %s", k, v.Finding)
	w.must(!v.Retry || w.model.payable(p, w.clock()) == nil, "I8", "%s: may be tried again, and cannot be paid", k)
	w.must(v.LookAt.IsZero() || v.LookAt.After(w.clock()), "I12", "%s: to look at again at %s, and it is %s", k, v.LookAt, w.clock())
	w.log.look("a verdict", []byte(v.Text.It+v.Text.En+v.Next.It+v.Next.En))
	var story []payment.TimelineEntry
	var want error
	if p == nil {
		want = payment.ErrNotFound
	}
	w.act("timeline", want, func(ctx context.Context) (err error) {
		story, err = w.cashier.Timeline(ctx, k)
		return err
	}, nil)
	for _, e := range story {
		w.log.look("a timeline", []byte(e.Text.It+e.Text.En+e.Next.It+e.Next.En))
	}
}

// endures looks whether the journal is what it was.
func (w *World) endures() {
	if w.cfg.Seed%16 != 0 {
		return
	}
	report, err := w.cashier.VerifyJournal(context.Background())
	w.must(err == nil && len(report.Findings) == 0, "I10", "the journal was changed: %v %v", report.Findings, err)
}

// hours is a number of them, one at least.
func (w *World) hours(most int) time.Duration { return time.Duration(1+w.pick(most)) * time.Hour }
