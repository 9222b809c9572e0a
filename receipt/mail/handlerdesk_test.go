package mail_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt/desk"
	"github.com/pagonline/pagonline/receipt/mail"
)

// caseOf returns a case of the first position, whose copies went out and of which two
// refunds were made.
func caseOf(how desk.How, reference string) desk.Case {
	p := storetest.Position(1)
	refund := desk.Refund{Position: p.Key, ReceiptID: "iur", Amount: euro.MustParse("1.00"), Status: desk.RefundExecuted, ExecutedAt: now}
	later, asked, other := refund, refund, refund
	later.Amount, later.ExecutedAt = euro.MustParse("2.00"), now.Add(1)
	asked.Amount, asked.Status = euro.MustParse("3.00"), desk.RefundRequested
	other.Amount, other.ReceiptID = euro.MustParse("4.00"), "other"
	return desk.Case{
		ID: "case", Creditor: p.Creditor, Institute: "AS-LI", Protocol: p.Purchase.Protocol, Positions: []payment.Key{p.Key},
		Release: desk.Release{How: how, Reference: reference}, Refunds: []desk.Refund{refund, later, asked, other},
	}
}

func TestHandlerOfTheDesk(t *testing.T) {
	p := storetest.Position(1)
	tell := func(c *desk.Case, e payment.Event, setting bool) []mail.Message {
		st, b := &memory.Store{}, &box{}
		require.NoError(t, st.Positions().Insert(t.Context(), p))
		if c != nil {
			require.NoError(t, st.Cases().Insert(t.Context(), *c))
		}
		cfg := mail.HandlerConfig{}
		if setting {
			cfg.Cases = st.Cases()
		}
		e.Position, e.At = p.Key, now
		require.NoError(t, mail.Handler(st, writer(t, ""), mail.NewPost(st.Sent(), b, mail.PostConfig{}), cfg)(t.Context(), e))
		return b.all
	}
	released, refunded := payment.Event{Kind: desk.EventReleased}, payment.Event{Kind: desk.EventRefunded, ReceiptID: "iur"}
	for how, want := range map[desk.How][]string{
		desk.ByLink:  {"Invio: con un collegamento da cui scaricarle", "Dove si trovano: ref 1"},
		desk.ByPost:  {"Invio: per posta", "Riferimento: ref 1"},
		desk.ByEmail: {"Invio: per e-mail"},
		desk.AtDesk:  {"Invio: allo sportello"},
	} {
		c := caseOf(how, "ref 1")
		all := tell(&c, released, true)
		require.Len(t, all, 1)
		require.Equal(t, mail.KindCopies, all[0].Kind)
		require.Equal(t, "Riproduzioni inviate – Archivio di Stato di Livorno – prot. 345/2024", all[0].Subject)
		for _, line := range want {
			require.Contains(t, all[0].Text, line)
		}
	}
	c := caseOf(desk.ByPost, "")
	all := tell(&c, refunded, true)
	require.Len(t, all, 1)
	require.Equal(t, mail.KindRefund, all[0].Kind)
	require.Contains(t, all[0].Text, "Importo: 1,00 €", "that of the event")

	rejected := payment.Event{Kind: desk.EventRejected}
	c.Rejection = desk.Rejection{By: "sportello-1", Reason: "Il registro è in restauro."}
	all = tell(&c, rejected, true)
	require.Len(t, all, 1)
	require.Equal(t, mail.KindRejected, all[0].Kind)
	require.Equal(t, "Richiesta non accolta – Archivio di Stato di Livorno – prot. 345/2024", all[0].Subject)
	require.Contains(t, all[0].Text, "Motivo: Il registro è in restauro.")
	require.NotContains(t, all[0].Text, "rimborsare", "nothing was paid")
	c.Payments = []desk.Payment{{Position: p.Key}}
	require.Contains(t, tell(&c, rejected, true)[0].Text, "Quanto pagato è da rimborsare")
	c.Reopening = desk.Reopening{At: now}
	require.Empty(t, tell(&c, rejected, true), "it was taken back meanwhile")
	require.Empty(t, tell(nil, rejected, true))
	require.Empty(t, tell(&c, payment.Event{Kind: desk.EventRefunded, ReceiptID: "none"}, true))
	require.Empty(t, tell(nil, released, true), "no such case")
	require.Empty(t, tell(nil, refunded, true))
	require.Empty(t, tell(&c, released, false), "nobody asked for it")
}

// TestRefundsOfOneInstant: each event tells of its own refund, also where the clock did not
// move in between.
func TestRefundsOfOneInstant(t *testing.T) {
	p, st, b := storetest.Position(1), &memory.Store{}, &box{}
	require.NoError(t, st.Positions().Insert(t.Context(), p))
	c := caseOf(desk.ByPost, "")
	c.Refunds[1].ExecutedAt = c.Refunds[0].ExecutedAt
	require.NoError(t, st.Cases().Insert(t.Context(), c))
	for _, e := range []payment.Event{
		{Kind: desk.EventReleased},
		{Kind: desk.EventRefunded, ReceiptID: "other"},
		{Kind: desk.EventRefunded, ReceiptID: "iur"},
		{Kind: desk.EventRefunded, ReceiptID: "iur"},
		{Kind: desk.EventRefunded, ReceiptID: "iur"},
	} {
		e.Position, e.At = p.Key, now
		require.NoError(t, st.Outbox().Append(t.Context(), e))
	}
	handle := mail.Handler(st, writer(t, ""), mail.NewPost(st.Sent(), b, mail.PostConfig{}), mail.HandlerConfig{Cases: st.Cases()})
	for e, err := range st.Outbox().List(t.Context(), payment.EventFilter{}) {
		require.NoError(t, err)
		require.NoError(t, handle(t.Context(), e))
	}
	require.Equal(t, []mail.Kind{mail.KindCopies, mail.KindRefund, mail.KindRefund, mail.KindRefund}, b.kinds(), "the last event is of no refund")
	for i, amount := range []string{"4,00", "1,00", "2,00"} {
		require.Contains(t, b.all[i+1].Text, "Importo: "+amount+" €")
	}
}
