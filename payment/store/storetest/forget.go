package storetest

import (
	"context"
	"slices"
	"testing"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// testForget: what is forgotten is gone with all that hangs on it, and nothing else is.
func testForget(t *testing.T, st Store) {
	ctx := t.Context()
	gone, kept := hang(t, st, 1), hang(t, st, 2)
	both := message(gone.Key, kept.Key)
	must(t, st.Quarantine().Put(ctx, both))
	want := payment.Forgotten{Positions: 1, Orders: 1, Receipts: 1, Documents: 1, Events: 2, Cases: 1, Messages: 1}

	wantErr(t, "a unit that fails", st.Do(ctx, func(ctx context.Context) error {
		equal(t, "Forget in it", value(st.Forget(ctx, gone.Key))(t), want)
		return errTest
	}), errTest)
	hangs(t, st, gone, true)
	equal(t, "Forget", value(st.Forget(ctx, gone.Key))(t), want)
	hangs(t, st, gone, false)
	hangs(t, st, kept, true)
	equal(t, "all that are left", collect(t, st.Positions().List(ctx, payment.PositionFilter{})), []payment.Position{kept})
	equal(t, "messages that are left", len(collect(t, st.Quarantine().List(ctx))), 2)
	equal(t, "again", value(st.Forget(ctx, gone.Key, Position(99).Key))(t), payment.Forgotten{})
	equal(t, "nothing", value(st.Forget(ctx))(t), payment.Forgotten{})

	// What comes again is new.
	again := hang(t, st, 1)
	hangs(t, st, again, true)
	equal(t, "both", value(st.Forget(ctx, again.Key, kept.Key))(t).Messages, 3)
	hangs(t, st, kept, false)
}

func message(keys ...payment.Key) payment.QuarantinedMessage {
	m := payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "PAA_SEMANTICA", ReceivedAt: at(1)}
	for _, k := range keys {
		m.Raw = append(m.Raw, k.Creditor+" "+k.Number.String()+" "...)
	}
	return m
}

// hang writes a position and something of each kind that hangs on it.
func hang(t *testing.T, st Store, n uint64) payment.Position {
	t.Helper()
	ctx, p := t.Context(), Position(n)
	id := p.Number.String()
	must(t, st.Positions().Insert(ctx, p))
	must(t, st.Orders().Insert(ctx, order(id, p.Key)))
	must(t, st.RTs().Insert(ctx, Receipt(p, id)))
	must(t, st.Archive().Put(ctx, Document(0, id, receipt.PDFDocument)))
	_, _, err := st.Uses().Claim(ctx, receipt.UseKey{Creditor: p.Creditor, Receipt: id}, "quote")
	must(t, err)
	must(t, st.Outbox().Append(ctx, payment.Event{Kind: "position.paid", Position: p.Key, At: at(1)}))
	must(t, st.Outbox().Append(ctx, payment.Event{Kind: "order.sent", Order: id, At: at(1)}))
	for _, e := range eventsOf(t, st, p) {
		must(t, st.Deliveries().Put(ctx, payment.Delivery{Event: e.ID, Handler: id, State: payment.DeliveryParked, Tries: 1, At: at(1)}))
	}
	c := Case(int(n))
	c.Positions = []payment.Key{p.Key}
	must(t, st.Cases().Insert(ctx, c))
	must(t, st.Quarantine().Put(ctx, message(p.Key)))
	return p
}

// eventsOf returns the events of a position that hangs.
func eventsOf(t *testing.T, st Store, p payment.Position) []payment.Event {
	t.Helper()
	own := collect(t, st.Outbox().List(t.Context(), payment.EventFilter{Position: p.Key}))
	return append(own, collect(t, st.Outbox().List(t.Context(), payment.EventFilter{Order: p.Number.String()}))...)
}

// hangs tests whether everything is there, or nothing.
func hangs(t *testing.T, st Store, p payment.Position, there bool) {
	t.Helper()
	ctx, id := t.Context(), p.Number.String()
	_, position := st.Positions().Get(ctx, p.Key)
	_, o := st.Orders().Get(ctx, id)
	_, r := st.RTs().Get(ctx, p.Creditor, id)
	_, document := st.Archive().Get(ctx, Document(0, id, receipt.PDFDocument).DocumentKey)
	_, c := st.Cases().ByPosition(ctx, p.Key)
	for what, err := range map[string]error{"position": position, "order": o, "receipt": r, "document": document, "case": c} {
		equal(t, what+" is there", err == nil, there)
	}
	count := map[bool]int{true: 1}[there]
	equal(t, "orders", len(value(st.Orders().ByPosition(ctx, p.Key))(t)), count)
	equal(t, "receipts", len(value(st.RTs().ByPosition(ctx, p.Key))(t)), count)
	equal(t, "events", len(collect(t, st.Outbox().List(ctx, payment.EventFilter{Position: p.Key}))), count)
	equal(t, "events of the order", len(collect(t, st.Outbox().List(ctx, payment.EventFilter{Order: id}))), count)
	equal(t, "notices of the debt", len(collect(t, st.Positions().List(ctx, payment.PositionFilter{Creditor: p.Creditor, Debt: p.Debt}))), count)
	deliveries := slices.DeleteFunc(collect(t, st.Deliveries().Parked(ctx)), func(d payment.Delivery) bool { return d.Handler != id })
	equal(t, "what came of the events", len(deliveries), 2*count)
	_, held, err := st.Uses().Holder(ctx, receipt.UseKey{Creditor: p.Creditor, Receipt: id})
	must(t, err)
	equal(t, "use of the receipt", held, there)
}
