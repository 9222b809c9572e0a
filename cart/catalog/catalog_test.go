package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

var creditor = catalog.Creditor{
	FiscalCode: "99999000013", Name: "Ente di prova", IBAN: "IT60X0542811101000000123456", Segregation: 7, Taxonomy: "9/0701100AP/", DueDays: 15,
}

func TestNew(t *testing.T) {
	services := []catalog.Service{{Code: "s", Label: "Servizio"}}
	c, err := catalog.New([]catalog.Creditor{creditor}, []catalog.Institute{
		{Code: "B", Name: "Biblioteca", Creditor: creditor.FiscalCode, Services: services},
		{Code: "A", Name: "Archivio", Creditor: creditor.FiscalCode},
	})
	require.NoError(t, err)
	services[0].Code = "changed"
	offer, err := c.Offer("B", "s")
	require.NoError(t, err, "the catalogue keeps its own copy")
	require.Equal(t, []string{"A", "B"}, []string{c.Institutes()[0].Code, c.Institutes()[1].Code})
	require.Equal(t, []catalog.Creditor{creditor}, c.Creditors())
	require.Equal(t, 15, offer.Payee().DueDays)
	require.Equal(t, uint8(7), offer.Payee().Segregation)
	require.Equal(t, "Servizio", offer.Wire(causale.Protocol{}).Service)
	require.Equal(t, "9/0701100AP/", offer.Transfer(euro.MustParse("1.00")).Category)
	offer.Service.Taxonomy = "9/0702107TS/"
	require.Equal(t, "9/0702107TS/", offer.Transfer(euro.MustParse("1.00")).Category)
}

func TestNewRefuses(t *testing.T) {
	institute := catalog.Institute{Code: "A", Creditor: creditor.FiscalCode}
	twice := institute
	twice.Services = []catalog.Service{{Code: "s"}, {Code: "s"}}
	for path, c := range map[string]struct {
		creditors  []catalog.Creditor
		institutes []catalog.Institute
	}{
		"99999000013": {[]catalog.Creditor{creditor, creditor}, nil},
		"A":           {[]catalog.Creditor{creditor}, []catalog.Institute{institute, institute}},
		"A.s":         {[]catalog.Creditor{creditor}, []catalog.Institute{twice}},
	} {
		_, err := catalog.New(c.creditors, c.institutes)
		require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
		require.Equal(t, path, pagonline.AsError(err).Field)
	}
	_, err := catalog.New(nil, []catalog.Institute{institute})
	require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
}

func TestQuantities(t *testing.T) {
	for want, p := range map[int]catalog.Price{1: {Kind: catalog.ByQuote, MaxQuantity: 5}, 999: {Kind: catalog.Fixed}, 5: {Kind: catalog.Fixed, MaxQuantity: 5}} {
		least, most := p.Quantities()
		require.Equal(t, 1, least)
		require.Equal(t, want, most)
	}
}
