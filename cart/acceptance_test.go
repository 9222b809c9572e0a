package cart_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

// The scenarios of real institutes' pages, one test each. Those of amounts are in
// TestParsePrice, those of sign-in, desk and register with their packages.

func TestSeedPath(t *testing.T) { // Livorno
	stores(t, func(t *testing.T, f fixture) {
		c := f.filled(t, seed())
		require.Equal(t, "12.50", c.Total().String())
		order, err := f.send(t, c, request())
		require.NoError(t, err)
		order, err = f.cashier.Returned(t.Context(), order.ID, payment.ReturnedOK)
		require.NoError(t, err)
		require.Equal(t, payment.OrderTakenInCharge, order.Status)

		k := order.Positions[0]
		_, err = receipt.Load(t.Context(), f.store, "owner", k, payment.Sandbox)
		require.Equal(t, pagonline.CodeReceiptNotReady, pagonline.CodeOf(err), "taken in charge is not paid")
		p, err := f.store.Positions().Get(t.Context(), k)
		require.NoError(t, err)
		_, err = f.cashier.Record(t.Context(), storetest.Receipt(p, "iur"))
		require.NoError(t, err)
		order, err = f.cashier.Order(t.Context(), "owner", order.ID)
		require.NoError(t, err)
		require.Equal(t, payment.OrderPaid, order.Status)
		r, err := receipt.Load(t.Context(), f.store, "owner", k, payment.Sandbox)
		require.NoError(t, err)
		require.Equal(t, "12.50", r.Amount.String())
		require.Equal(t, "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", r.Causale.String())

		_, err = receipt.Load(t.Context(), f.store, "other", k, payment.Sandbox)
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err), "another's receipt is not there")
		for p, err := range f.cashier.Purchases(t.Context(), "other") {
			t.Fatal("another's purchases", p.Key, err)
		}
	})
}

func TestProtocolWhereItIsAskedFor(t *testing.T) { // Palermo
	form := cart.Form{Institute: "AS-PA", Service: "fotoriproduzioni", Quantity: 1, UnitPrice: "10,00"}
	_, err := cart.NewItem(sample(t), form)
	require.Equal(t, pagonline.CodeCausaleMissingPart, pagonline.CodeOf(err))
	require.Contains(t, pagonline.AsError(err).It, "protocollo")
	form.Protocol = "77/2026"
	item, err := cart.NewItem(sample(t), form)
	require.NoError(t, err)
	require.Contains(t, item.Detail.String(), "77/2026")

	form.Institute = "AS-LI"
	_, err = cart.NewItem(sample(t), form)
	require.Equal(t, pagonline.CodeServiceNotOffered, pagonline.CodeOf(err), "the service of another institute")
}

func TestNoticeForSomebodyAbroad(t *testing.T) { // Torino
	stores(t, func(t *testing.T, f fixture) {
		q, err := f.quotes.Issue(t.Context(), quote.Request{
			Institute: "AS-TO", Service: "fotoriproduzioni", Protocol: causale.MustParseProtocol("88/2026"),
			Amount: euro.MustParse("30.00"), Payer: "Erika Mustermann",
		})
		require.NoError(t, err)
		p, err := f.quotes.Notice(t.Context(), q.ID, payment.Subject{}, "")
		require.NoError(t, err)
		require.Equal(t, payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Erika Mustermann"}, p.Debtor)
		qr, err := p.QR().Text()
		require.NoError(t, err)
		require.Regexp(t, `^PAGOPA\|002\|[0-9]{18}\|[0-9]{11}\|3000$`, qr)
	})
}

func TestNoticePaidAtTheTobacconist(t *testing.T) { // Lecce, Torino
	stores(t, func(t *testing.T, f fixture) {
		order, err := f.send(t, f.filled(t, seed()), request())
		require.NoError(t, err)
		p, err := f.store.Positions().Get(t.Context(), order.Positions[0])
		require.NoError(t, err)
		_, err = f.cashier.Record(t.Context(), storetest.Receipt(p, "iur"))
		require.NoError(t, err)
		order, err = f.cashier.Order(t.Context(), "owner", order.ID)
		require.NoError(t, err)
		require.Equal(t, payment.OrderPaid, order.Status)
		_, err = f.cashier.Prepare(t.Context(), payment.OrderRequest{Owner: "owner", Positions: order.Positions})
		require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err), "the attempt online afterwards")
	})
}

func TestReasonOfAResearch(t *testing.T) { // Archivio centrale dello Stato
	form := cart.Form{Institute: "ACS", Service: "ricerche", Quantity: 1, UnitPrice: "10.00", Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943"}
	item, err := cart.NewItem(sample(t), form)
	require.NoError(t, err)
	require.Equal(t, "Rossi Mario - fascicoli MAE - 1936-1943", item.Detail.String())
	form.Years = ""
	_, err = cart.NewItem(sample(t), form)
	require.Equal(t, pagonline.CodeCausaleMissingPart, pagonline.CodeOf(err))
	require.Equal(t, "years", pagonline.AsError(err).Field)
}

func TestPhotocopies(t *testing.T) { // Macerata; one A3 copy
	offer, err := sample(t).Offer("AS-MC", "fotoriproduzione")
	require.NoError(t, err)
	charge, err := offer.Service.Price.Charge(catalog.Request{Items: []catalog.Asked{
		{Code: "a4-bn", Count: 25}, {Code: "a3-bn", Count: 3}, {Code: "a4-colori", Count: 2},
	}})
	require.NoError(t, err)
	require.Equal(t, "4.45", charge.Total.String())
	require.Equal(t, []string{"2.00", "0.45", "2.00"},
		[]string{charge.Lines[0].Amount.String(), charge.Lines[1].Amount.String(), charge.Lines[2].Amount.String()})

	one, err := offer.Service.Price.Charge(catalog.Request{Items: []catalog.Asked{{Code: "a3-bn", Count: 1}}})
	require.NoError(t, err)
	warned := one.WithFee(euro.MustParse("1.50"))
	require.Equal(t, "0.15", warned.Total.String(), "the fee is never part of it")
	require.Len(t, warned.Warnings, 1)
}

func TestMailboxesByService(t *testing.T) { // Biblioteca universitaria di Cagliari
	for service, mailbox := range map[string]string{
		"prestito": "bu-ca.ufficioprestito@cultura.gov.it", "riproduzioni": "bu-ca.digit@cultura.gov.it",
	} {
		offer, err := sample(t).Offer("BU-CA", service)
		require.NoError(t, err)
		require.Equal(t, mailbox, offer.Service.Mailbox)
	}
}

func TestReasonsOfTheNode(t *testing.T) {
	r, err := causale.ParseRemittance("/RFB/9876096598656344/12.34/TXT/Richiesta certificato")
	require.NoError(t, err)
	amount, _ := r.Amount()
	require.Equal(t, []string{"9876096598656344", "12.34", "Richiesta certificato"}, []string{r.IUV().String(), amount.String(), r.Text()})

	iuv, err := notice.ParseIUV("9876096598656344")
	require.NoError(t, err)
	slashes := causale.Wire{Protocol: causale.MustParseProtocol("prot. 4352/28.28.00-108"), Institute: "Archivio di Stato di Torino"}
	built, err := slashes.RFB(iuv, euro.MustParse("12.34"))
	require.NoError(t, err)
	back, err := causale.ParseRemittance(built.String())
	require.NoError(t, err)
	require.Equal(t, built, back)

	_, err = causale.NewDetail(strings.Repeat("x", 141))
	require.Equal(t, pagonline.CodeCausaleTooLong, pagonline.CodeOf(err))
	const official = "/RFS/RF23 5674 8393 7849 4505 5087 5/45.56"
	_, err = causale.ParseRemittanceSyntax(official)
	require.NoError(t, err)
	_, err = causale.ParseRemittance(official)
	require.Equal(t, pagonline.CodeIUVInvalid, pagonline.CodeOf(err))
}
