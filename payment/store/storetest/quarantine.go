package storetest

import (
	"context"
	"testing"

	"github.com/pagonline/pagonline/payment"
)

func testQuarantine(t *testing.T, st Store) {
	ctx := t.Context()
	m := payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "PAA_PAGAMENTO_SCONOSCIUTO", Raw: []byte("<a\xff/>"), ReceivedAt: at(1)}
	must(t, st.Quarantine().Put(ctx, m))
	again := m
	again.ReceivedAt = at(2)
	must(t, st.Quarantine().Put(ctx, again))
	other := m
	other.Raw, other.ReceivedAt = []byte("<b/>"), at(3)
	must(t, st.Quarantine().Put(ctx, other))
	got := collect(t, st.Quarantine().List(ctx))
	if len(got) != 2 || got[0].ID == 0 || got[0].ID == got[1].ID {
		t.Fatalf("List: %+v", got)
	}
	m.ID, m.Times, other.ID, other.Times = got[0].ID, 2, got[1].ID, 1
	equal(t, "List", got, []payment.QuarantinedMessage{m, other})
	equal(t, "Get", value(st.Quarantine().Get(ctx, m.ID))(t), m)
	_, err := st.Quarantine().Get(ctx, 1_000_000)
	wantErr(t, "Get of none", err, payment.ErrNotFound)

	end := payment.Resolution{ResolvedAt: at(4), ResolvedBy: "clerk-1", Note: "perché sì"}
	must(t, st.Quarantine().Update(ctx, m.ID, func(q *payment.QuarantinedMessage) error {
		equal(t, "what Update hands over", *q, m)
		q.Resolution = end
		return nil
	}))
	wantErr(t, "failed Update", st.Quarantine().Update(ctx, other.ID, func(q *payment.QuarantinedMessage) error {
		q.Resolution = end
		return errTest
	}), errTest)
	wantErr(t, "Update of none", st.Quarantine().Update(ctx, 1_000_000, func(*payment.QuarantinedMessage) error { return nil }), payment.ErrNotFound)
	m.Resolution = end
	equal(t, "after Update", collect(t, st.Quarantine().List(ctx)), []payment.QuarantinedMessage{m, other})

	// What comes again after it was resolved is open again, and counted.
	must(t, st.Quarantine().Put(ctx, again))
	m.Times, m.Resolution = 3, payment.Resolution{}
	equal(t, "once more", value(st.Quarantine().Get(ctx, m.ID))(t), m)
	got[0].Raw[0] = 'x'
	equal(t, "the caller's own copy", value(st.Quarantine().Get(ctx, m.ID))(t), m)

	testOpen(t, st, m.ID, other.ID)
	testAbout(t, st)
}

// testOpen: a message is in the list of those that are open until it is resolved.
func testOpen(t *testing.T, st Store, ids ...int64) {
	t.Helper()
	ctx := t.Context()
	open := func() (open []int64) {
		for _, m := range collect(t, st.Quarantine().Open(ctx)) {
			open = append(open, m.ID)
		}
		return open
	}
	equal(t, "open", open(), ids)
	must(t, st.Quarantine().Update(ctx, ids[0], func(m *payment.QuarantinedMessage) error {
		m.Resolution = payment.Resolution{ResolvedAt: at(5), ResolvedBy: "clerk-1", Note: "done"}
		return nil
	}))
	equal(t, "open after one was resolved", open(), ids[1:])
	for _, err := range st.Quarantine().Open(ctx) { // who has seen enough stops
		must(t, err)
		break
	}
}

// testAbout: a message is found by each notice that it speaks of, read or not, and once.
func testAbout(t *testing.T, st Store) {
	t.Helper()
	ctx := t.Context()
	one, two := Position(1).Key, Position(2).Key
	about := func(k payment.Key) (raw []string) {
		for _, m := range value(st.Quarantine().ByPosition(ctx, k))(t) {
			raw = append(raw, string(m.Raw))
		}
		return raw
	}
	put := func(raw string) string {
		must(t, st.Quarantine().Put(ctx, payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "x", Raw: []byte(raw), ReceivedAt: at(6)}))
		return raw
	}
	first := put("<a\xff\x00>" + one.Creditor + "|" + one.Number.String())
	both := put(two.Number.String() + " " + one.Number.String() + " " + one.Creditor + " " + one.Number.String())
	put(both)
	put(one.Number.String())                       // of another creditor
	put(one.Creditor + " 1" + one.Number.String()) // a longer number
	equal(t, "about one", about(one), []string{first, both})
	equal(t, "about two", about(two), []string{both})
	equal(t, "about none", about(Position(3).Key), []string(nil))
	equal(t, "about half a key", about(payment.Key{Number: one.Number}), []string(nil))
	err := st.Do(ctx, func(ctx context.Context) error {
		must(t, st.Quarantine().Put(ctx, payment.QuarantinedMessage{Operation: "x", Reason: "x", Raw: []byte(first), ReceivedAt: at(7)}))
		equal(t, "about one, seen from inside", len(value(st.Quarantine().ByPosition(ctx, one))(t)), 3)
		equal(t, "about one, seen from outside", about(one), []string{first, both})
		return errTest
	})
	wantErr(t, "a unit that fails", err, errTest)
	equal(t, "about one, after it", about(one), []string{first, both})
}
