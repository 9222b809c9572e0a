package quote_test

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
)

// office is an institute with its register, its cashier and its clock.
type office struct {
	*quote.Register
	cashier *payment.Cashier
	store   storetest.Store
	now     time.Time
}

// institutes are two archives of one creditor, and one that is closed for now.
func institutes() *catalog.Catalog {
	wants := func(parts ...causale.Part) (t causale.Template) {
		for _, part := range parts {
			t.Pieces = append(t.Pieces, causale.Piece{Part: part, Required: true, Upper: part == causale.PartInstitute})
		}
		return t
	}
	byQuote := catalog.Service{
		Code: "fotocopie", Label: "Servizio di Fotocopie", Price: catalog.Price{Kind: catalog.ByQuote},
		Causale: wants(causale.PartInstitute, causale.PartProtocol),
	}
	named := byQuote
	named.Code, named.Label, named.Causale = "ricerche", "Ricerche", wants(causale.PartPayer, causale.PartSubject, causale.PartYears)
	fixed := catalog.Service{Code: "cd", Label: "CD", Price: catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("2.50")}}
	c, err := catalog.New(
		[]catalog.Creditor{{
			FiscalCode: "99999000013", Name: "Ente creditore di prova", IBAN: "IT60X0542811101000000123456",
			Segregation: 1, Taxonomy: "9/0701100AP/", DueDays: 15,
		}},
		[]catalog.Institute{
			{
				Code: "AS-LI", Name: "Archivio di Stato di Livorno", Creditor: "99999000013",
				Services: []catalog.Service{byQuote, named, fixed},
			},
			{Code: "AS-PI", Name: "Archivio di Stato di Pisa", Creditor: "99999000013", Services: []catalog.Service{byQuote}},
			{Code: "AS-XX", Name: "Archivio chiuso", Creditor: "99999000013", Suspended: true, Services: []catalog.Service{byQuote}},
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
	o.Register = quote.NewRegister(institutes(), store, o.cashier, quote.Config{Now: clock})
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

// request asks for the quote of the story: Livorno, 345/2024, 12.50.
func request(edits ...func(*quote.Request)) quote.Request {
	r := quote.Request{
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"),
		Amount: euro.MustParse("12.50"), Payer: "Mario Rossi", Subject: "Registro 7", Addressee: "owner",
		ExpiresOn: day("2026-12-31"),
	}
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

func day(s string) pagonline.Date {
	d, err := pagonline.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func protocol(s string) func(*quote.Request) {
	return func(r *quote.Request) { r.Protocol = causale.MustParseProtocol(s) }
}

func amount(s string) func(*quote.Request) {
	return func(r *quote.Request) { r.Amount = euro.MustParse(s) }
}

func (o *office) issue(t *testing.T, edits ...func(*quote.Request)) quote.Quote {
	t.Helper()
	q, err := o.Issue(t.Context(), request(edits...))
	require.NoError(t, err)
	return q
}

func (o *office) notice(t *testing.T, q quote.Quote, owner string) payment.Position {
	t.Helper()
	p, err := o.Notice(t.Context(), q.ID, payment.Subject{}, owner)
	require.NoError(t, err)
	return p
}

// pay records a receipt for a notice.
func (o *office) pay(t *testing.T, p payment.Position, id string, at time.Time) {
	t.Helper()
	rt := storetest.Receipt(p, id)
	rt.PaidAt = at
	_, err := o.cashier.Record(t.Context(), rt)
	require.NoError(t, err)
}

// access is how the holder of q asks for it.
func access(q quote.Quote) quote.Access {
	return quote.Access{Institute: q.Institute, Protocol: q.Protocol, Code: q.Code.String()}
}

func fails(t *testing.T, err error, code pagonline.Code, field string) {
	t.Helper()
	require.Equal(t, code, pagonline.CodeOf(err), "%v", err)
	require.Equal(t, field, pagonline.AsError(err).Field)
}
