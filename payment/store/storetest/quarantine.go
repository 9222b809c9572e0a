package storetest

import (
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
}
