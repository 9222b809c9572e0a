package simulation

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// checked is how far the store was looked at.
type checked struct {
	event, entry int64
	entries      map[int64]bool // of the journal
	events       int            // of the model
	expected     *expected      // a call that must be in the journal now
}

// check compares what a step has touched with the model.
func (w *World) check() {
	w.result.Steps++
	w.log.read()
	w.must(w.rows.twice == "", "I9", "serial %s was given twice", w.rows.twice)
	w.checkEvents()
	w.checkJournal()
	for _, k := range w.rows.positions {
		w.checkPosition(k)
	}
	for _, id := range w.rows.orders {
		w.checkOrder(id)
	}
	for _, k := range w.rows.receipts {
		w.checkReceipt(k)
	}
	if w.rows.quarantine {
		w.checkQuarantine()
	}
	w.rows.forget()
}

// checkEvents wants the events of the step: those of each notice, and of each order, in
// their order; events of others may stand between them.
func (w *World) checkEvents() {
	var got []event
	var ids []int64
	for e, err := range w.rows.Inner.Outbox().List(context.Background(), payment.EventFilter{After: w.checked.event}) {
		w.must(err == nil, "I6", "outbox: %v", err)
		w.must(e.ID > w.checked.event, "I6", "event %d after %d", e.ID, w.checked.event)
		w.must(e.At.Equal(w.clock()), "I6", "event %d at %s, and it is %s", e.ID, e.At, w.clock())
		w.checked.event = e.ID
		got, ids = append(got, event{e.Kind, e.Position, e.Order, e.ReceiptID}), append(ids, e.ID)
		w.log.look("an event", []byte(e.Order+" "+e.ReceiptID))
		w.say("    event %s %s", e.Kind, e.Position)
	}
	want := slices.Clone(w.model.events[w.checked.events:])
	w.checked.events = len(w.model.events)
	for i, e := range got {
		w.consumer.expect(ids[i], e)
	}
	sorted := slices.Clone(got)
	slices.SortStableFunc(sorted, byWhat)
	slices.SortStableFunc(want, byWhat)
	w.must(slices.Equal(sorted, want), "I6", "events %v instead of %v", sorted, want)
}

func byWhat(a, b event) int {
	return strings.Compare(a.position.Creditor+a.position.Number.String()+a.order, b.position.Creditor+b.position.Number.String()+b.order)
}

// checkJournal wants two entries for the call of the step, which prove request and answer,
// and none for another step.
func (w *World) checkJournal() {
	rows := w.newEntries()
	e := w.checked.expected
	w.checked.expected = nil
	if e == nil {
		w.must(len(rows) == 0, "I10", "%d entries for no call", len(rows))
		return
	}
	w.must(len(rows) == 2, "I10", "%d entries for a call", len(rows))
	asked, told := rows[0], rows[1]
	if asked.Subtype == payment.Response { // IDs need not grow
		asked, told = told, asked
	}
	w.must(asked.Subtype == payment.Request && told.Subtype == payment.Response && asked.Operation == e.operation && told.Operation == e.operation,
		"I10", "%s: entries %v, %v", e.operation, asked, told)
	w.must(asked.Parameters.SHA256 == e.request && told.Parameters.Answers == e.request, "I10", "%s: the request is not in the journal", e.operation)
	if e.response != "" {
		w.must(told.Parameters.SHA256 == e.response && told.Parameters.Fault == e.fault && (told.Outcome == "OK") == (e.fault == ""),
			"I10", "%s: the answer in the journal is %s %s", e.operation, told.Outcome, told.Parameters.Fault)
	}
	now := w.clock().UTC().Truncate(time.Millisecond)
	w.must(asked.At.Equal(now) && told.At.Equal(now), "I10", "%s: at %s and %s, and it is %s", e.operation, asked.At, told.At, now)
	for _, r := range rows {
		w.log.look("the journal", []byte(strings.Join([]string{r.IUV, r.Token, r.Notice, r.PSP, r.PaymentType, r.Channel, r.Parameters.Detail}, " ")))
	}
}

// newEntries are those that were not seen yet. They have larger IDs, in memory at least;
// where they have not, all that has no seal is looked through.
func (w *World) newEntries() []payment.JournalEntry {
	wanted := 0
	if w.checked.expected != nil {
		wanted = 2
	}
	seen := func(e payment.JournalEntry) bool { return e.Seal != 0 || w.checked.entries[e.ID] }
	rows, err := w.rows.Inner.Journal().Walk(context.Background(), payment.JournalPlace{ID: w.checked.entry}, wanted+1)
	w.must(err == nil, "I10", "journal: %v", err)
	if rows = slices.DeleteFunc(rows, seen); len(rows) < wanted {
		rows, err = w.rows.Inner.Journal().Walk(context.Background(), payment.JournalPlace{}, 1000)
		w.must(err == nil, "I10", "journal: %v", err)
		rows = slices.DeleteFunc(rows, seen)
	}
	for _, e := range rows {
		w.checked.entry = max(w.checked.entry, e.ID)
		w.checked.entries[e.ID] = true
	}
	return rows
}

func (w *World) checkPosition(k payment.Key) {
	want := w.model.positions[k]
	got, err := w.rows.Inner.Positions().Get(context.Background(), k)
	if want == nil {
		w.must(errors.Is(err, payment.ErrNotFound), "I1", "position %s is there: %v", k, err)
		return
	}
	w.must(err == nil, "I1", "position %s: %v", k, err)
	w.must(got.Status == want.status, "I8", "%s is %s instead of %s", want.label, got.Status, want.status)
	w.must(got.ReceiptID == want.receiptID && got.PaidAt.Equal(want.paidAt), "I4", "%s was paid by %q at %s instead of %q at %s",
		want.label, got.ReceiptID, got.PaidAt, want.receiptID, want.paidAt)
	w.must(got.Owner == want.owner && got.Debt == want.debt && got.Option == want.option && got.DueDate.String() == want.due &&
		got.RefuseLate == want.refuseLate && got.Debtor.Code == want.debtor.code, "I8", "%s is not what was kept of it", want.label)
	w.must(slices.EqualFunc(got.Transfers, want.shares, func(t payment.Transfer, s share) bool {
		return t.Creditor == s.creditor && t.Amount.Cents() == s.cents
	}), "I5", "%s: transfers %v instead of %v", want.label, got.Transfers, want.shares)
	receipts, err := w.rows.Inner.RTs().ByPosition(context.Background(), k)
	w.must(err == nil && slices.EqualFunc(receipts, want.receipts, func(g payment.RT, r *receipt) bool { return g.ReceiptID == r.id }),
		"I3", "%s has %d receipts instead of %d: %v", want.label, len(receipts), len(want.receipts), err)
	w.must(got.Status.Settled() == (len(receipts) > 0), "I4", "%s is %s and has %d receipts", want.label, got.Status, len(receipts))
}

func (w *World) checkReceipt(k receiptKey) {
	want := w.model.receipts[k]
	got, err := w.rows.Inner.RTs().Get(context.Background(), k.creditor, k.id)
	if want == nil {
		w.must(errors.Is(err, payment.ErrNotFound), "I2", "receipt %s is there: %v", k.id, err)
		return
	}
	w.must(err == nil, "I1", "receipt %s: %v", k.id, err)
	w.must(got.Operation == want.operation && got.Issuer == want.issuer && got.Number.String() == want.number && got.OK,
		"I2", "receipt %s is not what came", k.id)
	w.must(got.Second == want.second && got.Difference.Cents() == want.difference, "I3", "receipt %s: second %t, difference %s instead of %t, %d cents",
		k.id, got.Second, got.Difference, want.second, want.difference)
	var cents int64
	w.must(slices.EqualFunc(got.Transfers, want.shares, func(c payment.Credit, s share) bool {
		cents += c.Amount.Cents()
		return c.Creditor == s.creditor && c.Amount.Cents() == s.cents
	}) && cents == got.Amount.Cents() && cents == want.cents, "I5", "receipt %s: %s in shares %v", k.id, got.Amount, got.Transfers)
	w.must(got.ReceivedAt.Equal(want.receivedAt), "I2", "receipt %s came at %s instead of %s", k.id, got.ReceivedAt, want.receivedAt)
	if want.operation != payment.OperationBizEvents {
		w.must(string(got.Raw) == string(want.body()), "I1", "receipt %s: the message is not kept as it came", k.id)
	}
}

func (w *World) checkOrder(id string) {
	i := slices.IndexFunc(w.model.orders, func(o *order) bool { return o.id == id })
	got, err := w.rows.Inner.Orders().Get(context.Background(), id)
	if i < 0 {
		w.must(errors.Is(err, payment.ErrNotFound), "I8", "an order is there that was not kept: %v", err)
		return
	}
	want := w.model.orders[i]
	w.must(err == nil && got.Status == want.status && got.Location == want.location && got.Owner == want.owner && got.ChangedAt.Equal(want.changedAt),
		"I8", "%s is %s instead of %s: %v", want.label, got.Status, want.status, err)
	w.must(slices.EqualFunc(got.Positions, want.positions, func(k payment.Key, p *position) bool { return k == p.key }), "I5", "%s has other notices", want.label)
}
