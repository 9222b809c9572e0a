package cart_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// issue issues the quote of the seed.
func (f fixture) issue(t *testing.T, addressee string) quote.Quote {
	t.Helper()
	q, err := f.quotes.Issue(t.Context(), quote.Request{
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"),
		Amount: euro.MustParse("12.50"), Payer: "Mario Rossi", Addressee: addressee,
	})
	require.NoError(t, err)
	return q
}

func access(q quote.Quote) quote.Access {
	return quote.Access{Institute: q.Institute, Protocol: q.Protocol, Code: q.Code.String()}
}

func TestQuoteInTheCart(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		q := f.issue(t, "")
		paper, err := f.quotes.Notice(t.Context(), q.ID, payment.Subject{}, "")
		require.NoError(t, err)

		c := f.filled(t)
		item, err := f.AddQuote(t.Context(), refer(c), access(q))
		require.NoError(t, err)
		require.Equal(t, "12.50", item.Amount().String())
		require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", item.Detail.String())
		again, err := f.AddQuote(t.Context(), refer(c), access(q))
		require.NoError(t, err)
		require.Equal(t, item, again, "a cart holds a quote once")

		_, err = f.Change(t.Context(), refer(c), item.ID, seed())
		require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Equal(t, []payment.Key{paper.Key}, order.Positions, "cart and paper share the notice")
		require.Equal(t, "owner", f.positions(t)[0].Owner)
		require.Equal(t, "Mario Rossi", f.positions(t)[0].Debtor.Name, "who owes is the institute's to say")

		_, err = f.cashier.Record(t.Context(), storetest.Receipt(paper, "iur"))
		require.NoError(t, err)
		_, err = f.send(t, f.get(t, c.ID), request())
		require.Equal(t, pagonline.CodeQuotePaid, pagonline.CodeOf(err))
		_, err = f.AddQuote(t.Context(), refer(f.filled(t)), access(q))
		require.Equal(t, pagonline.CodeQuotePaid, pagonline.CodeOf(err))
	})
}

func TestQuoteTakenOutKeepsItsNotice(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		q := f.issue(t, "")
		c := f.filled(t)
		item, err := f.AddQuote(t.Context(), refer(c), access(q))
		require.NoError(t, err)
		f.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
		_, err = f.send(t, c, request())
		require.Error(t, err)
		require.NoError(t, f.Remove(t.Context(), refer(c), item.ID))
		require.Equal(t, payment.Open, f.positions(t)[0].Status, "it is the quote's, not the cart's")
	})
}

// TestQuotePaidBesideOthers: what else is in the cart can still be sent.
func TestQuotePaidBesideOthers(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		q := f.issue(t, "")
		c := f.filled(t, seed())
		_, err := f.AddQuote(t.Context(), refer(c), access(q))
		require.NoError(t, err)
		p, err := f.quotes.Notice(t.Context(), q.ID, payment.Subject{}, "")
		require.NoError(t, err)
		_, err = f.cashier.Record(t.Context(), storetest.Receipt(p, "iur"))
		require.NoError(t, err)
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		require.Len(t, order.Positions, 1)
		require.NotEqual(t, p.Key, order.Positions[0])
	})
}

func TestQuoteWithdrawnWhileInTheCart(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		q := f.issue(t, "")
		c := f.filled(t)
		_, err := f.AddQuote(t.Context(), refer(c), access(q))
		require.NoError(t, err)
		_, err = f.quotes.Withdraw(t.Context(), q.ID)
		require.NoError(t, err)
		_, err = f.send(t, c, request())
		require.Equal(t, pagonline.CodeQuoteWithdrawn, pagonline.CodeOf(err))
	})
}

// TestFormOfAQuote: the payer fills in the form, with the code or as the addressee, and
// is held to the quote.
func TestFormOfAQuote(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		q := f.issue(t, "owner")
		c := f.filled(t)
		coded := func(edit func(*cart.Form)) cart.Form {
			form := cart.Form{Institute: "AS-LI", Service: "fotocopie", Quantity: 1, UnitPrice: "12.5", Protocol: "0345/2024", Code: q.Code.String()}
			edit(&form)
			return form
		}
		for _, form := range []cart.Form{
			coded(func(*cart.Form) {}),
			coded(func(f *cart.Form) { f.UnitPrice, f.Service, f.Quantity = "", "", 0 }),
			coded(func(f *cart.Form) { f.Code = "" }), // its addressee, signed in
			coded(func(f *cart.Form) { f.Detail = " ARCHIVIO DI STATO DI LIVORNO  prot. 345/2024" }),
		} {
			item, err := f.Add(t.Context(), refer(c), form)
			require.NoError(t, err, "%+v", form)
			require.Equal(t, q.ID, item.Quote)
		}
		for _, c2 := range []struct {
			field string
			code  pagonline.Code
			edit  func(*cart.Form)
		}{
			{"unitPrice", pagonline.CodeQuoteAmount, func(f *cart.Form) { f.UnitPrice = "13.00" }},
			{"unitPrice", pagonline.CodeAmountFormat, func(f *cart.Form) { f.UnitPrice = "12,50" }},
			{"service", pagonline.CodeServiceNotOffered, func(f *cart.Form) { f.Service = "ricerche" }},
			{"quantity", pagonline.CodeQuantity, func(f *cart.Form) { f.Quantity = 2 }},
			{"detail", pagonline.CodeNotAllowed, func(f *cart.Form) { f.Detail = "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024 bis" }},
			{"detail", pagonline.CodeTextInvalid, func(f *cart.Form) { f.Detail = "\x00" }},
			{"institute", pagonline.CodeQuoteOtherInstitute, func(f *cart.Form) { f.Institute = "ACS" }},
			{"protocol", pagonline.CodeQuoteUnknown, func(f *cart.Form) { f.Protocol = "1345/2024" }},
			{"protocol", pagonline.CodeTextInvalid, func(f *cart.Form) { f.Protocol = "345\n" }},
			{"protocol", pagonline.CodeQuoteUnknown, func(f *cart.Form) { f.Code = "AAAAAAAAAA"; f.Protocol = "9/2024" }},
		} {
			_, err := f.Add(t.Context(), refer(c), coded(c2.edit))
			require.Equal(t, c2.code, pagonline.CodeOf(err), "%s: %v", c2.field, err)
			require.Equal(t, c2.field, pagonline.AsError(err).Field, c2.code)
		}
		require.Len(t, f.get(t, c.ID).Items, 1)

		// Another payer, without the code: to him it is a quote on paper like any other.
		other, err := f.Open(t.Context(), "other")
		require.NoError(t, err)
		item, err := f.Add(t.Context(), refer(other), seed())
		require.NoError(t, err)
		require.Empty(t, item.Quote)
	})
}

func TestShopWithoutQuotes(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		shop := cart.NewShop(sample(t), f.store, f.cashier, cart.Config{})
		_, err := shop.AddQuote(t.Context(), refer(f.filled(t)), access(f.issue(t, "")))
		require.Equal(t, pagonline.CodeQuoteUnknown, pagonline.CodeOf(err))
	})
}

func TestZeroQuoteIsNotForTheCart(t *testing.T) {
	stores(t, func(t *testing.T, f fixture) {
		q, err := f.quotes.Issue(t.Context(), quote.Request{
			Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("346/2024"), Payer: "Mario Rossi", Reason: "uso di studio",
		})
		require.NoError(t, err)
		_, err = f.AddQuote(t.Context(), refer(f.filled(t)), access(q))
		require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
	})
}
