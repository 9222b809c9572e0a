package load_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/causale"
)

var offerProtocol = causale.MustParseProtocol("345/2024")

func sample(t *testing.T) *catalog.Catalog {
	t.Helper()
	c, err := load.Sample()
	require.NoError(t, err)
	return c
}

func TestSample(t *testing.T) {
	c := sample(t)
	offer, err := c.Offer("AS-LI", "fotocopie")
	require.NoError(t, err)
	require.Equal(t, "Servizio di Fotocopie", offer.Service.Label)
	require.Equal(t, catalog.ByQuote, offer.Service.Price.Kind)
	require.Equal(t, catalog.DotOnly, offer.Institute.Amounts)
	require.Equal(t, "as-li@cultura.gov.it", offer.Service.Mailbox)
	require.Equal(t, catalog.HelpDesk{Email: "pagopa.helpdesk@cultura.gov.it", Phone: "(+39) 0667231"}, offer.Institute.HelpDesk)
	require.Equal(t, "99999000013", offer.Creditor.FiscalCode)
	require.Equal(t, uint8(1), offer.Creditor.Segregation)
	require.Equal(t, 30, offer.Creditor.DueDays)
	require.Contains(t, c.Name(), "esempio", "it says what it is")
	require.Len(t, c.Creditors(), 1)

	policies, kinds, tariffs := map[catalog.AmountPolicy]bool{}, map[catalog.PriceKind]bool{}, 0
	for _, in := range c.Institutes() {
		policies[in.Amounts] = true
		require.False(t, in.Source.AsOf.IsZero(), in.Code)
		require.NotEmpty(t, in.Source.URL, in.Code)
		for _, s := range in.Services {
			kinds[s.Price.Kind] = true
			if s.Price.Kind == catalog.ByTariff {
				tariffs++
			}
		}
	}
	require.Len(t, policies, 3, "an institute of each policy")
	require.Greater(t, len(c.Institutes()), 20)
	require.Greater(t, tariffs, 10)
	require.Len(t, kinds, 3)
	fixed, err := c.Offer("ACS", "ricerche")
	require.NoError(t, err)
	require.Equal(t, "10.00", fixed.Service.Price.Amount.String())
}

// TestSamplePrices: what the institutes' own pages say.
func TestSamplePrices(t *testing.T) {
	mb := decimal.RequireFromString
	for _, c := range []struct {
		institute, service string
		total              string
		items              []catalog.Asked
	}{
		{"AS-MC", "fotoriproduzione", "4.45", []catalog.Asked{{Code: "a4-bn", Count: 25}, {Code: "a3-bn", Count: 3}, {Code: "a4-colori", Count: 2}}},
		{"AS-MC", "fotoriproduzione", "10.00", []catalog.Asked{{Code: "scansione", Count: 1}, {Code: "banca-dati", Count: 1}}},
		{"AS-PI", "fotoriproduzione", "9.00", []catalog.Asked{{Code: "digitale", Count: 4}}},
		{"AS-PI", "fotoriproduzione", "15.00", []catalog.Asked{{Code: "banca-dati", Count: 1, SizeMB: mb("2")}, {Code: "banca-dati", Count: 1, SizeMB: mb("6.1")}}},
		{"AS-PI", "fotoriproduzione", "2.00", []catalog.Asked{{Code: "stampa", Count: 1, Format: "A3"}}},
		{"AS-VT", "fotoriproduzione", "24.00", []catalog.Asked{{Code: "banca-dati", Count: 1, SizeMB: mb("9")}, {Code: "banca-dati", Count: 1, SizeMB: mb("6")}, {Code: "scanner", Count: 1}}},
		{"AS-VI", "fotoriproduzione", "34.50", []catalog.Asked{{Code: "alta-risoluzione", Count: 1, Format: "A4"}, {Code: "alta-risoluzione", Count: 1, Format: "A3"}, {Code: "alta-risoluzione", Count: 1, Format: "A2"}, {Code: "cd-dvd", Count: 1}}},
		{"AS-PR", "riproduzioni", "27.00", []catalog.Asked{{Code: "scansione", Count: 1, Quality: "bassa"}, {Code: "scansione", Count: 1, Quality: "professionale 10 Mb"}, {Code: "scansione", Count: 1, Quality: "professionale 26 Mb"}}},
		{"AS-FI", "fotografo", "26.00", []catalog.Asked{{Code: "fotografo", Count: 2, Hours: mb("2")}}},
		{"ACS", "movimentazione", "20.00", []catalog.Asked{{Code: "pezzi", Count: 4}}},
		{"SABAP-FG", "fotoriproduzione", "0.72", []catalog.Asked{{Code: "pubblicazione-a4", Count: 3}}},
		{"BU-PV", "servizi-aggiuntivi", "5.16", []catalog.Asked{{Code: "prestito-non-statali", Count: 1}}},
		{"OPD", "iscrizione", "550.00", nil},
		{"ACS", "ricerche", "10.00", nil},
	} {
		offer, err := sample(t).Offer(c.institute, c.service)
		require.NoError(t, err)
		charge, err := offer.Service.Price.Charge(catalog.Request{Items: c.items})
		require.NoError(t, err, "%+v", c)
		require.Equal(t, c.total, charge.Total.String(), "%+v", c)
	}
}

// TestSampleReasons: what must stand in the payment reason, and where its receipt goes.
func TestSampleReasons(t *testing.T) {
	for _, c := range []struct{ institute, service, reason, mailbox string }{
		{"AS-LI", "fotocopie", "ARCHIVIO DI STATO DI LIVORNO prot. 345/2024", "as-li@cultura.gov.it"},
		{"AS-TO", "fotoriproduzioni", "prot. 345/2024", "as-to@cultura.gov.it"},
		{"AS-PA", "fotoriproduzioni", "fotoriproduzioni prot. 345/2024", ""},
		{"AS-LE", "riproduzioni", "Riproduzione prot. 345/2024", "as-le@cultura.gov.it"},
		{"ACS", "ricerche", "Rossi Mario - fascicoli MAE - 1936-1943", "acs@cultura.gov.it"},
		{"SABAP-AL", "concessioni", "SabapAL-Capo 29-cap 2584-3 Dir.riproduz - prot. 345/2024 - fascicoli MAE", ""},
		{"BU-CA", "prestito", "prot. 345/2024 Biblioteca Universitaria di Cagliari", "bu-ca.ufficioprestito@cultura.gov.it"},
		{"BU-CA", "riproduzioni", "prot. 345/2024 Biblioteca Universitaria di Cagliari", "bu-ca.digit@cultura.gov.it"},
	} {
		offer, err := sample(t).Offer(c.institute, c.service)
		require.NoError(t, err)
		d, err := offer.Service.Causale.Detail(causale.Parts{
			Protocol: offerProtocol, Institute: offer.Institute.Name, Service: offer.Service.Label,
			Payer: "Rossi Mario", Subject: "fascicoli MAE", Years: "1936-1943", Revenue: offer.Service.Revenue.String(),
		})
		require.NoError(t, err)
		require.Equal(t, c.reason, d.String())
		require.Equal(t, c.mailbox, offer.Service.Mailbox)
	}
}
