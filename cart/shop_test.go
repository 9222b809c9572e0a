package cart_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func TestMoreThanFiveItemsMakeSeveralOrders(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed(), seed(), seed(), seed(), seed(), seed(), seed())
		require.Len(t, c.Batches(), 2, "which the payer can be shown beforehand")
		require.Len(t, c.Batches()[0], payment.MaxNotices)
		orders, err := f.Send(t.Context(), refer(c), request())
		require.NoError(t, err)
		require.Len(t, orders, 2)
		require.Len(t, orders[0].Positions, 5)
		require.Len(t, orders[1].Positions, 2)
		require.Equal(t, "https://pay.example/"+orders[1].ID, orders[1].Location)
		c = f.get(t, c.ID)
		require.Equal(t, []string{orders[0].ID, orders[1].ID}, c.Orders)

		again, err := f.Send(t.Context(), refer(c), request())
		require.NoError(t, err)
		require.Equal(t, orders, again, "a second click")
		require.Len(t, f.positions(t), 7)
	})
}

func TestWhatWasPaidMeanwhileIsLeftOut(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed(), seed())
		f.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
		_, err := f.send(t, c, request())
		require.Error(t, err)
		f.gateway.err = nil
		c = f.get(t, c.ID)
		pay := func(i int, id string) {
			p, err := f.store.Positions().Get(t.Context(), c.Items[i].Position)
			require.NoError(t, err)
			_, err = f.cashier.Record(t.Context(), storetest.Receipt(p, id))
			require.NoError(t, err)
		}
		pay(0, "iur-1")
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Equal(t, []payment.Key{c.Items[1].Position}, order.Positions)
		pay(1, "iur-2")
		_, err = f.send(t, c, request())
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
	})
}

// TestCartBelongsToOne: nobody's cart becomes his who sends or binds it, and never moves
// on from there.
func TestCartBelongsToOne(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c, err := f.Open(t.Context(), "")
		require.NoError(t, err)
		_, err = f.Add(t.Context(), c.Ref(), seed())
		require.NoError(t, err)
		f.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
		_, err = f.Send(t.Context(), cart.Ref{ID: c.ID}, request())
		require.ErrorIs(t, err, pagonline.ErrUnavailable)
		f.gateway.err = nil
		c, err = f.Get(t.Context(), cart.Ref{ID: c.ID, Owner: "owner"})
		require.NoError(t, err)
		require.Empty(t, c.Owner)

		mine := cart.Ref{ID: c.ID, Owner: "owner"}
		orders, err := f.Send(t.Context(), mine, request())
		require.NoError(t, err)
		require.Equal(t, []payment.Key{c.Items[0].Position}, orders[0].Positions, "the same notice")
		require.Equal(t, "owner", orders[0].Owner)
		require.Equal(t, "owner", f.positions(t)[0].Owner)
		require.Equal(t, "owner", f.get(t, c.ID).Owner)

		for _, other := range []cart.Ref{{ID: c.ID, Owner: "other"}, {ID: c.ID}} {
			_, err = f.Get(t.Context(), other)
			require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
			_, err = f.Add(t.Context(), other, seed())
			require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
			_, err = f.Send(t.Context(), other, request())
			require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
			require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(f.Bind(t.Context(), other)))
			require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(f.Remove(t.Context(), other, c.Items[0].ID)))
		}

		bound, err := f.Open(t.Context(), "")
		require.NoError(t, err)
		require.NoError(t, f.Bind(t.Context(), cart.Ref{ID: bound.ID, Owner: "owner"}))
		require.NoError(t, f.Bind(t.Context(), cart.Ref{ID: bound.ID, Owner: "owner"}), "again is the same")
		require.Equal(t, "owner", f.get(t, bound.ID).Owner)
	})
}

func TestCartThatWasLeftAloneExpires(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		f.clock.now = f.clock.now.Add(23 * time.Hour)
		_, err := f.Add(t.Context(), refer(c), seed())
		require.NoError(t, err, "which gives it another day")
		f.clock.now = f.clock.now.Add(24 * time.Hour)
		_, err = f.Add(t.Context(), refer(c), seed())
		require.Equal(t, pagonline.CodeCartExpired, pagonline.CodeOf(err))
		_, err = f.send(t, c, request())
		require.Equal(t, pagonline.CodeCartExpired, pagonline.CodeOf(err))
		require.Empty(t, f.positions(t))
		c = f.get(t, c.ID)
		require.Len(t, c.Items, 2, "it can still be looked at")
		require.True(t, c.Expired(f.clock.now))
	})
}

// TestCartThatOthersChanged: who saw another version is told to look again.
func TestCartThatOthersChanged(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		seen := f.filled(t, seed(), seed())
		_, err := f.Add(t.Context(), seen.Ref(), seed()) // in another window
		require.NoError(t, err)
		item := seen.Items[0].ID
		_, add := f.Add(t.Context(), seen.Ref(), seed())
		_, change := f.Change(t.Context(), seen.Ref(), item, seed())
		_, send := f.Send(t.Context(), seen.Ref(), request())
		for _, err := range []error{add, change, send, f.Remove(t.Context(), seen.Ref(), item)} {
			require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))
			require.Equal(t, "version", pagonline.AsError(err).Field)
		}
		now := f.get(t, seen.ID)
		require.Len(t, now.Items, 3)
		require.Empty(t, f.positions(t))
		_, err = f.Send(t.Context(), now.Ref(), request())
		require.NoError(t, err)
		_, err = f.Send(t.Context(), now.Ref(), request())
		require.NoError(t, err, "sending is no change of the items")
	})
}

func TestCartThatChangesWhileItIsSent(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		f.gateway.asked = func() {
			_, err := f.Add(context.WithoutCancel(t.Context()), refer(c), seed())
			require.NoError(t, err)
		}
		_, err := f.send(t, c, request())
		require.Equal(t, pagonline.CodeConflict, pagonline.CodeOf(err))
		f.gateway.asked = nil
		c = f.get(t, c.ID)
		require.Equal(t, cart.Open, c.Status)
		require.Len(t, c.Items, 2)
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Len(t, order.Positions, 2)
	})
}

// TestCartIsOpenAgainForWhoDidNotPay: he may change what he was sent to pay.
func TestCartIsOpenAgainForWhoDidNotPay(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		item := c.Items[0].ID
		dearer := seed()
		dearer.UnitPrice = "13.00"
		_, err = f.Change(t.Context(), refer(c), item, dearer)
		require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err), "he is on the payment page")

		_, err = f.cashier.Returned(t.Context(), order.ID, payment.ReturnedCancel)
		require.NoError(t, err)
		_, err = f.Change(t.Context(), refer(c), item, seed())
		require.NoError(t, err)
		require.Equal(t, order.Positions[0], f.get(t, c.ID).Items[0].Position, "the same again keeps its notice")
		_, err = f.Change(t.Context(), refer(c), item, dearer)
		require.NoError(t, err)
		c = f.get(t, c.ID)
		require.Equal(t, cart.Open, c.Status)
		p, err := f.store.Positions().Get(t.Context(), order.Positions[0])
		require.NoError(t, err)
		require.Equal(t, payment.Cancelled, p.Status)
		again, err := f.send(t, c, request())
		require.NoError(t, err)
		require.NotEqual(t, order.Positions, again.Positions)
	})
}

func TestDebtorIsCorrected(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		f.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
		_, err := f.send(t, c, request())
		require.Error(t, err)
		f.gateway.err = nil
		erika := request()
		erika.Debtor.Name = "Erika Mustermann"
		order, err := f.send(t, c, erika)
		require.NoError(t, err)
		all := f.positions(t)
		require.Len(t, all, 1)
		require.Equal(t, order.Positions[0], all[0].Key)
		require.Equal(t, "Erika Mustermann", all[0].Debtor.Name)
	})
}

// TestClicksAtTheSameTime: one order, one notice.
func TestClicksAtTheSameTime(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		var all sync.WaitGroup
		orders := make([]string, 32)
		for i := range orders {
			all.Go(func() {
				sent, err := f.Send(t.Context(), refer(c), request())
				if err == nil {
					orders[i] = sent[0].ID
				}
			})
		}
		all.Wait()
		for _, id := range orders {
			require.Equal(t, orders[0], id)
			require.NotEmpty(t, id)
		}
		require.Len(t, f.positions(t), 1)
	})
}

// office is an institute whose services ask for more than the sample's.
func office(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := catalog.New(
		[]catalog.Creditor{{FiscalCode: "99999000013", Name: "Ente creditore di prova", IBAN: "IT60X0542811101000000123456", Taxonomy: "9/0701100AP/"}},
		[]catalog.Institute{{Code: "AS-XX", Name: "Archivio di prova", Creditor: "99999000013", Amounts: catalog.DotOnly, Services: []catalog.Service{
			{
				Code: "copie", Label: "Copie", Price: catalog.Price{Kind: catalog.ByTariff, Tariff: catalog.Tariff{Entries: []catalog.Entry{
					{Code: "a4", Label: "A4", Unit: catalog.Page, Rule: catalog.Each{Price: euro.MustParse("0.08")}},
					{Code: "studio", Label: "Studio", Unit: catalog.Page, Rule: catalog.Gratis{}},
				}}},
				Fields: []catalog.Field{
					{Code: "visit-date", Label: pagonline.Text{It: "data della visita", En: "day of the visit"}, Kind: catalog.DateField, Required: true},
					{Code: "document", Label: pagonline.Same("documento"), Kind: catalog.TextField},
					{Code: catalog.PaymentDate, Label: pagonline.Same("data"), Kind: catalog.DateField},
				},
			},
		}}}, catalog.Config{})
	require.NoError(t, err)
	return c
}

func wanted() cart.Form {
	return cart.Form{
		Institute: "AS-XX", Service: "copie", Quantity: 1, Wanted: []catalog.Asked{{Code: "a4", Count: 25}},
		Fields: map[string]string{"visit-date": "2026-12-01"},
	}
}

func TestPriceByTariff(t *testing.T) {
	item, err := cart.NewItem(office(t), wanted())
	require.NoError(t, err)
	require.Equal(t, "2.00", item.Amount().String())
	require.Len(t, item.Lines, 1)
	require.Equal(t, map[string]string{"visit-date": "2026-12-01"}, item.Fields)

	for field, c := range map[string]struct {
		code pagonline.Code
		edit func(*cart.Form)
	}{
		"unitPrice":         {pagonline.CodeConflict, func(f *cart.Form) { f.UnitPrice = "2.08" }},
		"items[0].code":     {pagonline.CodeTariffItem, func(f *cart.Form) { f.Wanted[0].Code = "b4" }},
		"fields.visit-date": {pagonline.CodeRequiredField, func(f *cart.Form) { f.Fields = nil }},
		"fields.colour":     {pagonline.CodeInputSyntax, func(f *cart.Form) { f.Fields["colour"] = "blu" }},
		"fields.?":          {pagonline.CodeInputSyntax, func(f *cart.Form) { f.Fields["<script>"] = "x" }},
		"fields.document":   {pagonline.CodeTextInvalid, func(f *cart.Form) { f.Fields["document"] = "a\x00" }},
		"institute":         {pagonline.CodeRequiredField, func(f *cart.Form) { f.Institute = " " }},
		"service":           {pagonline.CodeRequiredField, func(f *cart.Form) { f.Service = "" }},
		"payer":             {pagonline.CodeTextInvalid, func(f *cart.Form) { f.Payer = "Mario\tRossi" }},
		"subject":           {pagonline.CodeCausaleCharset, func(f *cart.Form) { f.Subject = "catasto\u202e" }},
	} {
		f := wanted()
		c.edit(&f)
		_, err := cart.NewItem(office(t), f)
		require.Equal(t, c.code, pagonline.CodeOf(err), "%s: %v", field, err)
		require.Equal(t, field, pagonline.AsError(err).Field)
	}
	f := wanted()
	f.UnitPrice = "2.08"
	_, err = cart.NewItem(office(t), f)
	require.Equal(t, "The price of the service is 2.00 euros.", pagonline.AsError(err).En, "it teaches")
	f = wanted()
	f.Fields["visit-date"] = "domani"
	_, err = cart.NewItem(office(t), f)
	require.Equal(t, "fields.visit-date", pagonline.AsError(err).Field)
}

// TestPaymentDate: left open, it is today in Rome.
func TestPaymentDate(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		f.clock.now = time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC)
		shop := cart.NewShop(office(t), f.store, f.cashier, cart.Config{Now: func() time.Time { return f.clock.now }})
		c, err := shop.Open(t.Context(), "owner")
		require.NoError(t, err)
		item, err := shop.Add(t.Context(), c.Ref(), wanted())
		require.NoError(t, err)
		require.Equal(t, "2026-11-24", item.Fields[catalog.PaymentDate])
		dated := wanted()
		dated.Fields[catalog.PaymentDate] = "2026-11-20"
		item, err = shop.Add(t.Context(), refer(c), dated)
		require.NoError(t, err)
		require.Equal(t, "2026-11-20", item.Fields[catalog.PaymentDate])
	})
}
