package desk_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt/desk"
)

// office is an institute with its desk, its register, its cashier and its clock.
type office struct {
	*desk.Desk
	register *quote.Register
	cashier  *payment.Cashier
	store    storetest.Store
	now      time.Time
}

// institutes are two archives of one creditor.
func institutes() *catalog.Catalog {
	byQuote := catalog.Service{
		Code: "fotocopie", Label: "Servizio di Fotocopie", Price: catalog.Price{Kind: catalog.ByQuote},
		Causale: causale.Template{Pieces: []causale.Piece{
			{Part: causale.PartInstitute, Required: true, Upper: true}, {Part: causale.PartProtocol, Required: true},
		}},
	}
	fixed := catalog.Service{Code: "cd", Label: "CD", Price: catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("2.50")}}
	c, err := catalog.New(
		[]catalog.Creditor{{
			FiscalCode: "99999000013", Name: "Ente creditore di prova", IBAN: "IT60X0542811101000000123456",
			Segregation: 1, Taxonomy: "9/0701100AP/", DueDays: 15,
		}},
		[]catalog.Institute{
			{Code: "AS-LI", Name: "Archivio di Stato di Livorno", Creditor: "99999000013", Services: []catalog.Service{byQuote, fixed}},
			{Code: "AS-PI", Name: "Archivio di Stato di Pisa", Creditor: "99999000013", Services: []catalog.Service{byQuote}},
		},
		catalog.Config{},
	)
	if err != nil {
		panic(err)
	}
	return c
}

func newOffice(store storetest.Store) *office {
	o := &office{store: store, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return o.now }
	o.cashier = payment.NewCashier(store, payment.Config{Now: clock})
	o.register = quote.NewRegister(institutes(), store, o.cashier, quote.Config{Now: clock})
	o.Desk = desk.New(institutes(), store, desk.Config{Now: clock, Rules: map[string]desk.Rules{"AS-PI": {DeliverDays: 30, MailMegabytes: 25}}})
	return o
}

// stores runs a test on each store.
func stores(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, newOffice(&memory.Store{})) })
	t.Run("sqlite", func(t *testing.T) {
		st, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
		require.NoError(t, err)
		defer st.Close()
		test(t, newOffice(st))
	})
}

func (o *office) issue(t *testing.T, protocol, amount string) quote.Quote {
	t.Helper()
	r := quote.Request{
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol(protocol),
		Amount: euro.MustParse(amount), Payer: "Mario Rossi", Subject: "Registro 7",
	}
	if r.Amount.IsZero() {
		r.Reason = "immagini già in rete"
	}
	q, err := o.register.Issue(t.Context(), r)
	require.NoError(t, err)
	return q
}

// paidQuote is a quote of the story with its notice paid: 345/2024, 12.50.
func (o *office) paidQuote(t *testing.T) (quote.Quote, payment.Position) {
	t.Helper()
	q := o.issue(t, "345/2024", "12.50")
	p := o.notice(t, q)
	o.pay(t, p, "iur", "12.50")
	return q, p
}

func (o *office) notice(t *testing.T, q quote.Quote) payment.Position {
	t.Helper()
	p, err := o.register.Notice(t.Context(), q.ID, payment.Subject{}, "")
	require.NoError(t, err)
	return p
}

// typed is a purchase that a payer filled in by hand, without opening the quote.
type typed struct{ institute, service, protocol, detail, amount string }

func (o *office) buy(t *testing.T, b typed) payment.Position {
	t.Helper()
	offer, err := institutes().Offer(b.institute, b.service)
	require.NoError(t, err)
	var protocol causale.Protocol
	if b.protocol != "" {
		protocol = causale.MustParseProtocol(b.protocol)
	}
	detail, err := causale.NewDetail(b.detail)
	require.NoError(t, err)
	amount := euro.MustParse(b.amount)
	p, err := o.cashier.Open(t.Context(), payment.OpenRequest{
		Creditor: offer.Payee(), Office: offer.Institute.Name, Wire: offer.Wire(protocol),
		Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Anna Bianchi"},
		Purchase: payment.Purchase{
			InstituteCode: b.institute, Institute: offer.Institute.Name, ServiceCode: b.service, Service: offer.Service.Label,
			Quantity: 1, UnitPrice: amount, Protocol: protocol, Detail: detail,
		},
		Terms: payment.Terms{Transfers: []payment.Transfer{offer.Transfer(amount)}},
	})
	require.NoError(t, err)
	return p
}

// pay records a receipt of so much for a notice, paid now.
func (o *office) pay(t *testing.T, p payment.Position, id, amount string) {
	t.Helper()
	rt := storetest.Receipt(p, id)
	rt.PaidAt, rt.Amount = o.now, euro.MustParse(amount)
	rt.Transfers[0].Amount = rt.Amount
	_, err := o.cashier.Record(t.Context(), rt)
	require.NoError(t, err)
}

func (o *office) verified(t *testing.T) desk.Case {
	t.Helper()
	q, _ := o.paidQuote(t)
	c, err := o.Verify(t.Context(), q.ID, clerk)
	require.NoError(t, err)
	return c
}

var clerk = desk.Check{Verification: desk.Verification{By: "clerk-1"}}

// work returns the worklist, as "verify quote-id".
func (o *office) work(t *testing.T) (all []string) {
	t.Helper()
	for i, err := range o.Worklist(t.Context(), "") {
		require.NoError(t, err)
		switch {
		case i.Case.ID != "" && !i.Case.Protocol.IsZero():
			all = append(all, string(i.Work)+" "+i.Case.Protocol.String())
		default:
			all = append(all, string(i.Work))
		}
	}
	return all
}

// events returns the desk's own events.
func (o *office) events(t *testing.T) (all []payment.EventKind) {
	t.Helper()
	for e, err := range o.store.Outbox().List(t.Context(), payment.EventFilter{}) {
		require.NoError(t, err)
		if len(e.Kind) > 5 && e.Kind[:5] == "desk." {
			all = append(all, e.Kind)
		}
	}
	return all
}

func fails(t *testing.T, err error, code pagonline.Code, field string) {
	t.Helper()
	require.Equal(t, code, pagonline.CodeOf(err), "%v", err)
	require.Equal(t, field, pagonline.AsError(err).Field)
}

func causaleProtocol(s string) causale.Protocol { return causale.MustParseProtocol(s) }
