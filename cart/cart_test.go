package cart_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func sample(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := load.Sample()
	require.NoError(t, err)
	return c
}

func seed() cart.Form {
	return cart.Form{Institute: "AS-LI", Service: "fotocopie", Quantity: 1, UnitPrice: "12.5", Protocol: "345/2024"}
}

func TestNewItem(t *testing.T) {
	item, err := cart.NewItem(sample(t), seed())
	require.NoError(t, err)
	require.Equal(t, "12.50", item.Amount().String())
	require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", item.Detail.String())
	require.Equal(t, payment.Key{}, item.Position)

	byHand := seed()
	byHand.Detail = "Archivio di Stato di Livorno, prot. 345/2024, per Mario Rossi"
	item, err = cart.NewItem(sample(t), byHand)
	require.NoError(t, err)
	require.Equal(t, byHand.Detail, item.Detail.String())

	fixed := cart.Form{Institute: "ACS", Service: "ricerche", Quantity: 1, Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943"}
	item, err = cart.NewItem(sample(t), fixed)
	require.NoError(t, err)
	require.Equal(t, "10.00", item.UnitPrice.String())
	require.Equal(t, "Rossi Mario - fascicoli MAE - 1936-1943", item.Detail.String())
	fixed.UnitPrice = "10,00"
	_, err = cart.NewItem(sample(t), fixed)
	require.NoError(t, err)

	al := cart.Form{Institute: "SABAP-AL", Service: "concessioni", Quantity: 1, UnitPrice: "12,50"}
	item, err = cart.NewItem(sample(t), al)
	require.NoError(t, err)
	require.Equal(t, "SabapAL-Capo 29-cap 2584-3 Dir.riproduz", item.Detail.String())
}

func TestNewItemNamesTheField(t *testing.T) {
	for _, c := range []struct {
		field string
		code  pagonline.Code
		edit  func(*cart.Form)
	}{
		{"institute", pagonline.CodeInstituteUnknown, func(f *cart.Form) { f.Institute = "AS-XX" }},
		{"service", pagonline.CodeServiceNotOffered, func(f *cart.Form) { f.Service = "fotoriproduzioni" }},
		{"quantity", pagonline.CodeQuantity, func(f *cart.Form) { f.Quantity = 2 }}, // the price is of the whole
		{"quantity", pagonline.CodeQuantity, func(f *cart.Form) { f.Quantity = 0 }},
		{"quantity", pagonline.CodeQuantity, func(f *cart.Form) { f.Quantity = -1 }},
		{"unitPrice", pagonline.CodeRequiredField, func(f *cart.Form) { f.UnitPrice = " " }},
		{"unitPrice", pagonline.CodeAmountFormat, func(f *cart.Form) { f.UnitPrice = "12,50" }},
		{"unitPrice", pagonline.CodeAmountAmbiguous, func(f *cart.Form) { f.UnitPrice = "1.234" }},
		{"unitPrice", pagonline.CodeAmountRange, func(f *cart.Form) { f.UnitPrice = "0" }},
		{"protocol", pagonline.CodeCausaleMissingPart, func(f *cart.Form) { f.Protocol = "" }},
		{"protocol", pagonline.CodeTextTooLong, func(f *cart.Form) { f.Protocol = strings.Repeat("1", 61) }},
		{"protocol", pagonline.CodeTextInvalid, func(f *cart.Form) { f.Protocol = "345\n2024" }},
		{"protocol", pagonline.CodeCausaleMissingPart, func(f *cart.Form) { f.Detail = "ARCHIVIO DI STATO DI LIVORNO prot. 346/2024" }},
		{"institute", pagonline.CodeCausaleMissingPart, func(f *cart.Form) { f.Detail = "prot. 345/2024" }},
		{"detail", pagonline.CodeCausaleTooLong, func(f *cart.Form) { f.Detail = strings.Repeat("x", 141) }},
		{"detail", pagonline.CodeTextInvalid, func(f *cart.Form) { f.Detail = "a\x07" }},
		{"detail", pagonline.CodeCausaleCharset, func(f *cart.Form) { f.Detail = "a\u202e" }},
	} {
		f := seed()
		c.edit(&f)
		_, err := cart.NewItem(sample(t), f)
		require.Equal(t, c.code, pagonline.CodeOf(err), "%+v: %v", f, err)
		require.Equal(t, c.field, pagonline.AsError(err).Field, "%+v", f)
	}
	_, err := cart.NewItem(sample(t), cart.Form{Institute: "ACS", Service: "ricerche", Quantity: 1, UnitPrice: "11.00", Payer: "x", Subject: "x", Years: "1936"})
	require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err), "a fixed price is not the payer's to choose")
	_, err = cart.NewItem(sample(t), cart.Form{Institute: "ACS", Service: "ricerche", Quantity: 1, Payer: "x", Subject: "x"})
	require.Equal(t, "years", pagonline.AsError(err).Field)
}

func TestSuspendedAndClosed(t *testing.T) {
	c, err := catalog.New([]catalog.Creditor{{FiscalCode: "99999000013"}}, []catalog.Institute{
		{Code: "A", Creditor: "99999000013", Suspended: true, Services: []catalog.Service{{Code: "s", Price: catalog.Price{Kind: catalog.ByQuote}}}},
		{Code: "B", Creditor: "99999000013", Services: []catalog.Service{
			{Code: "closed", Closed: true, Price: catalog.Price{Kind: catalog.ByQuote}},
			{Code: "dear", Price: catalog.Price{Kind: catalog.Fixed, Amount: euro.MustParse("999999999.99")}},
		}},
	}, catalog.Config{})
	require.NoError(t, err)
	_, err = cart.NewItem(c, cart.Form{Institute: "A", Service: "s", Quantity: 1})
	require.Equal(t, pagonline.CodeInstituteSuspended, pagonline.CodeOf(err))
	_, err = cart.NewItem(c, cart.Form{Institute: "B", Service: "closed", Quantity: 1})
	require.Equal(t, pagonline.CodeServiceNotOffered, pagonline.CodeOf(err))
	_, err = cart.NewItem(c, cart.Form{Institute: "B", Service: "dear", Quantity: 2})
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err))
	_, err = cart.NewItem(c, cart.Form{Institute: "B", Service: "dear", Quantity: 1000})
	require.Equal(t, pagonline.CodeQuantity, pagonline.CodeOf(err))
}

func TestPayerFrom(t *testing.T) {
	s, err := cart.PayerFrom(identity.Person{GivenName: "Mario ", FamilyName: "Rossi", FiscalCode: fiscal.MustParse("RSSMRA80A01H501U"), Email: "mario.rossi@example.org"})
	require.NoError(t, err)
	require.Equal(t, payment.Subject{Kind: payment.Natural, Code: "RSSMRA80A01H501U", Name: "Mario Rossi", Email: "mario.rossi@example.org"}, s)

	s, err = cart.PayerFrom(identity.Person{GivenName: "Erika", FamilyName: "Mustermann", ForeignID: "DE/IT/123", Email: "erika@müller.example"})
	require.NoError(t, err)
	require.Equal(t, payment.Subject{Kind: payment.Natural, Code: "ANONIMO", Name: "Erika Mustermann"}, s, "no foreign identifier, no address that pagoPA refuses")

	for _, name := range []string{"", " ", strings.Repeat("n", 71), "a\x00b", "a\u202eb", "a\xff"} {
		_, err = cart.PayerFrom(identity.Person{FamilyName: name})
		require.Equal(t, pagonline.CodePayerName, pagonline.CodeOf(err), "%q", name)
	}
}

// gateway takes every order, or says err.
type gateway struct {
	mu       sync.Mutex
	requests []payment.GatewayRequest
	asked    func() // while it is being asked
	err      error
}

func (g *gateway) Start(_ context.Context, r payment.GatewayRequest) (string, error) {
	if g.asked != nil {
		g.asked()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests = append(g.requests, r)
	return "https://pay.example/" + r.Order, g.err
}

type fixture struct {
	*cart.Shop
	store   storetest.Store
	cashier *payment.Cashier
	quotes  *quote.Register
	gateway *gateway
	clock   *clock
}

type clock struct{ now time.Time }

func stores(t *testing.T, test func(t *testing.T, f fixture)) {
	t.Helper()
	run := func(t *testing.T, st storetest.Store) {
		t.Helper()
		at, g := &clock{time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}, &gateway{}
		now := func() time.Time { return at.now }
		cashier := payment.NewCashier(st, payment.Config{Gateway: g, Now: now})
		quotes := quote.NewRegister(sample(t), st, cashier, quote.Config{Now: now})
		shop := cart.NewShop(sample(t), st, cashier, cart.Config{Quotes: quotes, Now: now})
		test(t, fixture{shop, st, cashier, quotes, g, at})
	}
	t.Run("memory", func(t *testing.T) { run(t, &memory.Store{}) })
	t.Run("sqlite", func(t *testing.T) {
		st, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
		require.NoError(t, err)
		defer st.Close()
		run(t, st)
	})
}

func (f fixture) filled(t *testing.T, forms ...cart.Form) cart.Cart {
	t.Helper()
	c, err := f.Open(t.Context(), "owner")
	require.NoError(t, err)
	for _, form := range forms {
		_, err = f.Add(t.Context(), refer(c), form)
		require.NoError(t, err)
	}
	return f.get(t, c.ID)
}

// refer means the cart in whichever version it is.
func refer(c cart.Cart) cart.Ref { return cart.Ref{ID: c.ID, Owner: c.Owner} }

// send sends a cart of at most five items.
func (f fixture) send(t *testing.T, c cart.Cart, r cart.SendRequest) (payment.Order, error) {
	t.Helper()
	orders, err := f.Send(t.Context(), refer(c), r)
	if err != nil {
		return payment.Order{}, err
	}
	require.Len(t, orders, 1)
	return orders[0], nil
}

func (f fixture) get(t *testing.T, id string) cart.Cart {
	t.Helper()
	c, err := f.Get(t.Context(), cart.Ref{ID: id, Owner: "owner"})
	require.NoError(t, err)
	return c
}

func (f fixture) positions(t *testing.T) (all []payment.Position) {
	t.Helper()
	for p, err := range f.store.Positions().List(t.Context(), payment.PositionFilter{}) {
		require.NoError(t, err)
		all = append(all, p)
	}
	return all
}

var mario = payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"}

func request() cart.SendRequest {
	return cart.SendRequest{
		Debtor: mario, Email: "mario.rossi@example.org",
		Back: func(order string) payment.ReturnURLs {
			return payment.ReturnURLs{OK: "https://portal.example/" + order}
		},
	}
}

func TestSend(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		al := cart.Form{Institute: "SABAP-AL", Service: "concessioni", Quantity: 1, UnitPrice: "7,5", Subject: "lapide"}
		c := f.filled(t, seed(), al)
		require.Equal(t, "20.00", c.Total().String())
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Equal(t, payment.OrderSent, order.Status)
		require.Equal(t, "https://pay.example/"+order.ID, order.Location)

		c = f.get(t, c.ID)
		require.Equal(t, cart.Closed, c.Status)
		require.Equal(t, []string{order.ID}, c.Orders)
		require.Equal(t, []payment.Key{c.Items[0].Position, c.Items[1].Position}, order.Positions)
		p, err := f.store.Positions().Get(t.Context(), c.Items[0].Position)
		require.NoError(t, err)
		require.Equal(t, "Archivio di Stato di Livorno", p.Office)
		require.Equal(t, "Ente creditore di prova", p.Company)
		require.Equal(t, mario, p.Debtor)
		require.Equal(t, "owner", p.Owner)
		require.Equal(t, "2026-12-23", p.DueDate.String())
		require.Equal(t, "6/0701100AP/", p.Transfers[0].Category, "no request-to-pay for what is just being paid")
		require.Equal(t, payment.Purchase{
			InstituteCode: "AS-LI", Institute: "Archivio di Stato di Livorno", ServiceCode: "fotocopie", Service: "Servizio di Fotocopie",
			Quantity: 1, UnitPrice: euro.MustParse("12.50"), Protocol: c.Items[0].Protocol, Detail: c.Items[0].Detail,
		}, p.Purchase)
		require.Equal(t, "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie", f.gateway.requests[0].Notices[0].Description)
		require.Equal(t, "Soprintendenza ABAP Alessandria Asti Cuneo - Concessioni per servizi aggiuntivi", f.gateway.requests[0].Notices[1].Description,
			"the subject stays at home")

		_, err = f.Add(t.Context(), refer(c), seed())
		require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
		again, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Equal(t, order.ID, again.ID, "a second click is the same order")
		require.Len(t, f.positions(t), 2)
	})
}

// TestSendAgainUsesTheSameNumber: whether the gateway failed or the payer gave up.
func TestSendAgainUsesTheSameNumber(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		f.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
		_, err := f.send(t, c, request())
		require.ErrorIs(t, err, pagonline.ErrUnavailable)
		c = f.get(t, c.ID)
		require.Equal(t, cart.Open, c.Status)
		first := c.Items[0].Position
		require.NotEqual(t, payment.Key{}, first)

		f.gateway.err = nil
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Equal(t, []payment.Key{first}, order.Positions)
		require.Equal(t, []string{order.ID}, c.Orders)

		_, err = f.cashier.Returned(t.Context(), order.ID, payment.ReturnedCancel)
		require.NoError(t, err)
		other, err := f.send(t, c, request())
		require.NoError(t, err)
		require.NotEqual(t, order.ID, other.ID)
		require.Equal(t, []payment.Key{first}, other.Positions)
	})
}

// TestChangedLineWithdrawsItsNotice: one debt, one live notice.
func TestChangedLineWithdrawsItsNotice(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed(), seed())
		f.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
		_, err := f.send(t, c, request())
		require.Error(t, err)
		c = f.get(t, c.ID)
		old, removed := c.Items[0].Position, c.Items[1].Position

		dearer := seed()
		dearer.UnitPrice = "13.00"
		changed, err := f.Change(t.Context(), refer(c), c.Items[0].ID, dearer)
		require.NoError(t, err)
		require.Equal(t, c.Items[0].ID, changed.ID)
		require.NoError(t, f.Remove(t.Context(), refer(c), c.Items[1].ID))
		for _, k := range []payment.Key{old, removed} {
			p, err := f.store.Positions().Get(t.Context(), k)
			require.NoError(t, err)
			require.Equal(t, payment.Cancelled, p.Status)
		}
		f.gateway.err = nil
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Len(t, order.Positions, 1)
		require.NotEqual(t, old, order.Positions[0])
		live := 0
		for _, p := range f.positions(t) {
			if p.Status == payment.Open {
				live++
				require.Equal(t, "13.00", p.Amount().String())
			}
		}
		require.Equal(t, 1, live)
	})
}

// TestChangeOfAPaidLineIsRefused: nothing of it is kept.
func TestChangeOfAPaidLineIsRefused(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		f.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
		_, err := f.send(t, c, request())
		require.Error(t, err)
		c = f.get(t, c.ID)
		p, err := f.store.Positions().Get(t.Context(), c.Items[0].Position)
		require.NoError(t, err)
		_, err = f.cashier.Record(t.Context(), storetest.Receipt(p, "iur"))
		require.NoError(t, err)
		dearer := seed()
		dearer.UnitPrice = "13.00"
		_, err = f.Change(t.Context(), refer(c), c.Items[0].ID, dearer)
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(f.Remove(t.Context(), refer(c), c.Items[0].ID)))
		require.Equal(t, c, f.get(t, c.ID))
		_, err = f.send(t, c, request())
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
	})
}

func TestSendRefuses(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		_, err := f.send(t, f.filled(t), request())
		require.Equal(t, pagonline.CodeCartEmpty, pagonline.CodeOf(err))
		one := request()
		one.OneOrder = true
		_, err = f.Send(t.Context(), refer(f.filled(t, seed(), seed(), seed(), seed(), seed(), seed())), one)
		require.Equal(t, pagonline.CodeTooManyItems, pagonline.CodeOf(err))
		require.Empty(t, f.positions(t), "a refused cart opens nothing")
		_, err = f.Send(t.Context(), cart.Ref{ID: "none"}, request())
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
		nameless := request()
		nameless.Debtor.Name = ""
		_, err = f.send(t, f.filled(t, seed()), nameless)
		require.Equal(t, pagonline.CodePayerName, pagonline.CodeOf(err))
		require.Empty(t, f.positions(t))
	})
}

func TestUnknownCartsAndItems(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		_, err := f.Get(t.Context(), cart.Ref{ID: "none"})
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
		_, err = f.Add(t.Context(), cart.Ref{ID: "none"}, seed())
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
		c := f.filled(t, seed())
		_, err = f.Change(t.Context(), refer(c), "none", seed())
		require.Equal(t, "item", pagonline.AsError(err).Field)
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(f.Remove(t.Context(), refer(c), "none")))
		bad := seed()
		bad.Quantity = 3
		_, err = f.Add(t.Context(), refer(c), bad)
		require.Equal(t, pagonline.CodeQuantity, pagonline.CodeOf(err))
		_, err = f.Change(t.Context(), refer(c), c.Items[0].ID, bad)
		require.Equal(t, pagonline.CodeQuantity, pagonline.CodeOf(err))
		require.NoError(t, f.Remove(t.Context(), refer(c), c.Items[0].ID))
		require.True(t, f.get(t, c.ID).Total().IsZero())
	})
}
