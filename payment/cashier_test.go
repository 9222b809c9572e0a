package payment_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// office is a cashier with what the tests look at.
type office struct {
	*payment.Cashier
	store   payment.Store
	now     time.Time
	gateway *gateway
	log     *bytes.Buffer
}

// gateway answers as it is told and remembers what it was asked.
type gateway struct {
	requests []payment.GatewayRequest
	err      error
}

func (g *gateway) Start(_ context.Context, r payment.GatewayRequest) (string, error) {
	g.requests = append(g.requests, r)
	return "https://pay.example/" + r.Order, g.err
}

func newOffice(t *testing.T, store payment.Store, handlers ...payment.Handler) *office {
	t.Helper()
	o := &office{
		store: store, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), gateway: &gateway{}, log: &bytes.Buffer{},
	}
	o.Cashier = payment.NewCashier(store, payment.Config{
		Gateway: o.gateway, Handlers: handlers, Now: func() time.Time { return o.now },
		Log: slog.New(slog.NewTextHandler(o.log, nil)),
	})
	return o
}

// stores runs a test on each store.
func stores(t *testing.T, test func(t *testing.T, o *office)) {
	t.Helper()
	t.Run("memory", func(t *testing.T) { test(t, newOffice(t, &memory.Store{})) })
	t.Run("sqlite", func(t *testing.T) {
		st, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
		require.NoError(t, err)
		defer st.Close()
		test(t, newOffice(t, st))
	})
}

const creditor = "99999000013"

func request(debt string) payment.OpenRequest {
	detail, err := causale.NewDetail("ARCHIVIO DI STATO DI LIVORNO prot. 345/2024")
	if err != nil {
		panic(err)
	}
	protocol := causale.MustParseProtocol("345/2024")
	return payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: 1},
		Owner:    "owner", Debt: debt, Office: "Archivio di Stato di Livorno",
		Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:   causale.Wire{Protocol: protocol, Institute: "Archivio di Stato di Livorno", Service: "Servizio di Fotocopie"},
		Purchase: payment.Purchase{
			InstituteCode: "AS-LI", Institute: "Archivio di Stato di Livorno", ServiceCode: "fotocopie",
			Service: "Servizio di Fotocopie", Quantity: 1, UnitPrice: euro.MustParse("12.50"), Protocol: protocol, Detail: detail,
		},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	}
}

func (o *office) open(t *testing.T, debt string) payment.Position {
	t.Helper()
	p, err := o.Open(t.Context(), request(debt))
	require.NoError(t, err)
	return p
}

func (o *office) get(t *testing.T, k payment.Key) payment.Position {
	t.Helper()
	p, err := o.store.Positions().Get(t.Context(), k)
	require.NoError(t, err)
	return p
}

// kinds returns what has happened, in order.
func (o *office) kinds(t *testing.T, f payment.EventFilter) (kinds []string) {
	t.Helper()
	for e, err := range o.store.Outbox().List(t.Context(), f) {
		require.NoError(t, err)
		kinds = append(kinds, string(e.Kind))
	}
	return kinds
}

func (o *office) quarantine(t *testing.T) (held []payment.QuarantinedMessage) {
	t.Helper()
	for m, err := range o.store.Quarantine().List(t.Context()) {
		require.NoError(t, err)
		held = append(held, m)
	}
	return held
}

func receipt(p payment.Position, id string) payment.RT {
	return payment.RT{
		Creditor: p.Creditor, ReceiptID: id, Issuer: p.Creditor, Number: p.Number, IUV: p.Number.IUV().String(), OK: true,
		Amount: p.Amount(), Description: "x", Company: p.Company, Debtor: p.Debtor,
		Transfers: []payment.Credit{{ID: 1, Amount: p.Amount(), Creditor: p.Creditor, IBAN: "IT60X0542811101000000123456", Remittance: "x", Category: "9/0701100AP/"}},
		PSP:       payment.PSPInfo{ID: "ABI00000", Company: "PSP di prova", Channel: "c", ChannelDescription: "prova"},
		PaidAt:    time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Operation: "paSendRTV2", Raw: []byte("<raw/>"),
	}
}

func back(order string) payment.ReturnURLs {
	return payment.ReturnURLs{OK: "https://portal.example/ok?" + order, Cancel: "https://portal.example/c", Error: "https://portal.example/e", Waiting: "https://portal.example/w"}
}

func TestOpen(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		require.Equal(t, payment.Open, p.Status)
		require.Equal(t, "301000000000000144", p.Number.String())
		require.Equal(t, "2026-12-23", p.DueDate.String(), "30 days")
		require.Equal(t, "12.50", p.Amount().String())
		require.Equal(t, p, o.get(t, p.Key))
		require.Equal(t, []string{"position.open"}, o.kinds(t, payment.EventFilter{Position: p.Key}))
		qr, err := p.QR().Text()
		require.NoError(t, err)
		require.Equal(t, "PAGOPA|002|301000000000000144|99999000013|1250", qr)
		description, err := p.Description()
		require.NoError(t, err)
		require.Equal(t, "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie", description)

		noDebt := o.open(t, "")
		require.Equal(t, noDebt.Number.IUV().String(), noDebt.Debt)
	})
}

func TestOneDebtHasOneLiveNotice(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		o.now = o.now.Add(48 * time.Hour)
		again := o.open(t, "debt")
		require.Equal(t, p, again, "the same debt keeps its notice, whatever the day")

		changed := request("debt")
		changed.Transfers[0].Amount = euro.MustParse("13.00")
		_, err := o.Open(t.Context(), changed)
		require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))
		require.ErrorIs(t, err, payment.ErrChanged)

		require.NoError(t, o.Withdraw(t.Context(), p.Key))
		require.NoError(t, o.Withdraw(t.Context(), p.Key), "twice is once")
		other, err := o.Open(t.Context(), changed)
		require.NoError(t, err)
		require.NotEqual(t, p.Number, other.Number)

		_, err = o.Record(t.Context(), receipt(other, "iur"))
		require.NoError(t, err)
		_, err = o.Open(t.Context(), changed)
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
		require.Equal(t, []string{"position.open", "position.cancelled"}, o.kinds(t, payment.EventFilter{Position: p.Key}))
	})
}

func TestPlanAndItsAlternative(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		whole := o.open(t, "debt")
		var rates []payment.Position
		for option := 1; option <= 2; option++ {
			r := request("debt")
			r.Option, r.Transfers[0].Amount = option, euro.MustParse("6.25")
			p, err := o.Open(t.Context(), r)
			require.NoError(t, err)
			rates = append(rates, p)
		}
		_, err := o.Payable(t.Context(), whole.Key)
		require.NoError(t, err)
		_, err = o.Record(t.Context(), receipt(rates[0], "iur"))
		require.NoError(t, err)
		_, err = o.Payable(t.Context(), whole.Key)
		require.ErrorIs(t, err, payment.ErrUnknown, "a plan that has begun leaves no single payment")
		_, err = o.Payable(t.Context(), rates[1].Key)
		require.NoError(t, err)
	})
}

// TestAlternativesAreNotPaidTogether: not in one order, and not while the other one may
// be being paid.
func TestAlternativesAreNotPaidTogether(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		whole := o.open(t, "debt")
		r := request("debt")
		r.Option = 1
		rate, err := o.Open(t.Context(), r)
		require.NoError(t, err)
		_, err = o.Prepare(t.Context(), payment.OrderRequest{Owner: "owner", Positions: []payment.Key{whole.Key, rate.Key}})
		require.Equal(t, "positions", pagonline.AsError(err).Field)

		order := o.order(t, whole.Key)
		_, err = o.Returned(t.Context(), order.ID, payment.ReturnedOK)
		require.NoError(t, err)
		_, err = o.Prepare(t.Context(), payment.OrderRequest{Owner: "owner", Positions: []payment.Key{rate.Key}})
		require.Equal(t, pagonline.CodePaymentInProgress, pagonline.CodeOf(err))
	})
}

// TestNoticeThatWasReplacedIsPaidAfterAll: the one in its place is withdrawn, and if
// that is paid too, it is a second payment.
func TestNoticeThatWasReplacedIsPaidAfterAll(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		old := o.open(t, "debt")
		require.NoError(t, o.Withdraw(t.Context(), old.Key))
		replacement := o.open(t, "debt")
		require.NotEqual(t, old.Key, replacement.Key)
		done, err := o.Record(t.Context(), receipt(old, "iur-1"))
		require.NoError(t, err)
		require.False(t, done.Second)
		require.Equal(t, payment.Paid, o.get(t, old.Key).Status)
		require.Equal(t, payment.Cancelled, o.get(t, replacement.Key).Status)
		require.Equal(t, []string{"position.open", "position.cancelled"}, o.kinds(t, payment.EventFilter{Position: replacement.Key}))

		done, err = o.Record(t.Context(), receipt(replacement, "iur-2"))
		require.NoError(t, err)
		require.True(t, done.Second, "of the debt")
		require.Equal(t, payment.Paid, o.get(t, replacement.Key).Status)
		_, err = o.Open(t.Context(), request("debt"))
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
	})
}

func TestUpdateDebtor(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		erika := payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Erika Mustermann"}
		require.NoError(t, o.UpdateDebtor(t.Context(), p.Key, erika))
		require.Equal(t, erika, o.get(t, p.Key).Debtor)
		require.Equal(t, []string{"position.open", "position.updated"}, o.kinds(t, payment.EventFilter{Position: p.Key}))
		require.Equal(t, pagonline.CodePayerName, pagonline.CodeOf(o.UpdateDebtor(t.Context(), p.Key, payment.Subject{Kind: payment.Natural, Code: payment.Anonymous})))
		_, err := o.Record(t.Context(), receipt(p, "iur"))
		require.NoError(t, err)
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(o.UpdateDebtor(t.Context(), p.Key, erika)))
		gone := o.open(t, "another")
		require.NoError(t, o.Withdraw(t.Context(), gone.Key))
		require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(o.UpdateDebtor(t.Context(), gone.Key, erika)))
	})
}
