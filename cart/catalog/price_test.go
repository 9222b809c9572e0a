package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
)

// TestPriceOfAService: in a catalogue a price knows whose it is.
func TestPriceOfAService(t *testing.T) {
	c, err := catalog.New([]catalog.Creditor{creditor}, []catalog.Institute{{Code: "A", Name: "Archivio", Creditor: creditor.FiscalCode, Services: []catalog.Service{
		{Code: "ricerche", Price: catalog.Price{Kind: catalog.Fixed, Amount: eur("10.00")}},
		{Code: "consultazione", Price: catalog.Price{Kind: catalog.Free}},
	}}}, catalog.Config{})
	require.NoError(t, err)
	for _, service := range []string{"ricerche", "consultazione"} {
		offer, err := c.Offer("A", service)
		require.NoError(t, err)
		for _, items := range [][]catalog.Asked{nil, {{Count: 1}}, {{Code: service, Count: 1}}} {
			charge, err := offer.Service.Price.Charge(catalog.Request{Items: items, Reason: "studio"})
			require.NoError(t, err)
			require.Equal(t, service, charge.Lines[0].Code)
		}
		for _, code := range []string{"xyz", "fixed", "RICERCHE"} {
			_, err = offer.Service.Price.Charge(catalog.Request{Items: []catalog.Asked{{Code: code, Count: 1}}, Reason: "studio"})
			require.Equal(t, pagonline.CodeTariffItem, pagonline.CodeOf(err), code)
			require.Equal(t, "items[0].code", pagonline.AsError(err).Field)
		}
	}
}

func TestPriceCharge(t *testing.T) {
	fixed := catalog.Price{Kind: catalog.Fixed, Amount: eur("5.16"), MaxQuantity: 3}
	c, err := fixed.Charge(catalog.Request{})
	require.NoError(t, err)
	require.Equal(t, catalog.Charge{
		Total: eur("5.16"), Warnings: []pagonline.Text{},
		Lines: []catalog.Line{{Code: "fixed", Count: 1, Unit: catalog.Piece, Amount: eur("5.16"), Rule: pagonline.Text{It: "1 × 5,16 €", En: "1 × €5.16"}}},
	}, c)
	c, err = fixed.Charge(catalog.Request{Items: []catalog.Asked{{Code: "fixed", Count: 3}}})
	require.NoError(t, err)
	require.Equal(t, eur("15.48"), c.Total)
	require.Equal(t, "fixed", c.Lines[0].Code)

	for n, code := range map[int]pagonline.Code{0: pagonline.CodeQuantity, 4: pagonline.CodeQuantity, -1: pagonline.CodeQuantity} {
		_, err = fixed.Charge(catalog.Request{Items: []catalog.Asked{{Count: n}}})
		require.Equal(t, code, pagonline.CodeOf(err))
		require.Equal(t, "items[0].count", pagonline.AsError(err).Field)
		require.Contains(t, pagonline.AsError(err).En, "from 1 to 3")
	}
	_, err = fixed.Charge(catalog.Request{Items: make([]catalog.Asked, 2)})
	require.Equal(t, pagonline.CodeTooManyItems, pagonline.CodeOf(err))
	require.Equal(t, pagonline.Text{It: "Troppe voci: al massimo 1.", En: "Too many items: 1 at most."}, pagonline.AsError(err).Text)
	for _, code := range []string{"xyz", "ill", strings.Repeat("x", 100_000)} {
		_, err = fixed.Charge(catalog.Request{Items: []catalog.Asked{{Code: code, Count: 1}}})
		require.Equal(t, pagonline.CodeTariffItem, pagonline.CodeOf(err))
		require.Equal(t, "items[0].code", pagonline.AsError(err).Field)
	}

	free := catalog.Price{Kind: catalog.Free}
	_, err = free.Charge(catalog.Request{})
	require.Equal(t, pagonline.CodeReasonRequired, pagonline.CodeOf(err))
	c, err = free.Charge(catalog.Request{Reason: "mezzi propri"})
	require.NoError(t, err)
	require.True(t, c.Total.IsZero())
	require.Equal(t, "mezzi propri", c.Reason)
	require.Equal(t, "free of charge", c.Lines[0].Rule.En)

	c, err = catalog.Price{Kind: catalog.ByTariff, Tariff: archive}.Charge(catalog.Request{Items: []catalog.Asked{{Code: "cd", Count: 2}}})
	require.NoError(t, err)
	require.Equal(t, eur("5.00"), c.Total)

	_, err = catalog.Price{Kind: catalog.ByQuote}.Charge(catalog.Request{})
	require.Equal(t, pagonline.CodeTariffItem, pagonline.CodeOf(err))
	require.Contains(t, pagonline.AsError(err).It, "serve un preventivo")
	_, err = catalog.Price{Kind: "auction"}.Charge(catalog.Request{})
	require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
}
