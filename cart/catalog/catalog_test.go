package catalog_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
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

var byQuote = catalog.Price{Kind: catalog.ByQuote}

func TestNew(t *testing.T) {
	services := []catalog.Service{{Code: "s", Label: "Servizio", Price: byQuote, Fields: []catalog.Field{{Code: "f"}}}}
	c, err := catalog.New([]catalog.Creditor{creditor}, []catalog.Institute{
		{Code: "B", Name: "Biblioteca", Creditor: creditor.FiscalCode, Services: services},
		{Code: "A", Name: "Archivio", Creditor: creditor.FiscalCode, Suspended: true},
	}, catalog.Config{})
	require.NoError(t, err)
	services[0].Code, services[0].Fields[0].Code = "changed", "changed"
	offer, err := c.Offer("B", "s")
	require.NoError(t, err, "the catalogue keeps its own copy")
	require.Equal(t, "f", offer.Service.Fields[0].Code)
	require.Equal(t, []string{"A", "B"}, []string{c.Institutes()[0].Code, c.Institutes()[1].Code})
	require.Equal(t, []catalog.Creditor{creditor}, c.Creditors())
	require.Equal(t, 15, offer.Payee().DueDays)
	require.Equal(t, uint8(7), offer.Payee().Segregation)
	require.Equal(t, "Servizio", offer.Wire(causale.Protocol{}).Service)
	require.Equal(t, "9/0701100AP/", offer.Transfer(euro.MustParse("1.00")).Category)
	offer.Service.Taxonomy = "9/0702107TS/"
	require.Equal(t, "9/0702107TS/", offer.Transfer(euro.MustParse("1.00")).Category)

	in, err := c.Institute("A")
	require.NoError(t, err)
	require.True(t, in.Suspended)
	_, err = c.Offer("A", "s")
	require.Equal(t, pagonline.CodeInstituteSuspended, pagonline.CodeOf(err))
	_, err = c.Institute("C")
	require.Equal(t, pagonline.CodeInstituteUnknown, pagonline.CodeOf(err))
}

func TestConfig(t *testing.T) {
	c, err := catalog.New(nil, nil, catalog.Config{})
	require.NoError(t, err)
	require.Equal(t, catalog.DefaultPortal, c.Portal())
	require.Empty(t, c.Name())
	require.Equal(t, catalog.DefaultStampRates(), c.StampRates())

	from, err := pagonline.ParseDate("2027-01-01")
	require.NoError(t, err)
	rates := []catalog.StampRate{{From: from, Amount: euro.MustParse("17.00"), Source: "DM di prova"}}
	cfg := catalog.Config{Name: "prova", Portal: "https://pay.example/", StampRates: rates}
	c, err = catalog.New(nil, nil, cfg)
	require.NoError(t, err)
	require.Equal(t, "https://pay.example/", c.Portal())
	require.Equal(t, "prova", c.Name())
	require.Equal(t, rates, c.StampRates())
	rates[0].Source = "changed"
	require.Equal(t, "DM di prova", c.StampRates()[0].Source)
}

// TestNewRefuses: each with the path of what is wrong.
func TestNewRefuses(t *testing.T) {
	udine := creditor
	udine.IBAN = "IT50N0100003245232029258403" // the treasury's account of 29/2584/03
	good := catalog.Institute{Code: "A", Creditor: creditor.FiscalCode, Services: []catalog.Service{{Code: "s", Price: byQuote}}}
	day, err := pagonline.ParseDate("2013-06-26")
	require.NoError(t, err)
	rate := catalog.StampRate{From: day, Amount: euro.MustParse("16.00"), Source: "DL 43/2013"}
	for path, edit := range map[string]func(cr *catalog.Creditor, in *catalog.Institute, cfg *catalog.Config){
		"institutes[1].creditor":         func(_ *catalog.Creditor, in *catalog.Institute, _ *catalog.Config) { in.Creditor = "00000000000" },
		"institutes[1].code":             func(_ *catalog.Creditor, in *catalog.Institute, _ *catalog.Config) { in.Code = "A" },
		"institutes[1].parent":           func(_ *catalog.Creditor, in *catalog.Institute, _ *catalog.Config) { in.Parent = "B" },
		"institutes[1].services[1].code": func(_ *catalog.Creditor, in *catalog.Institute, _ *catalog.Config) { in.Services[1].Code = "s" },
		"institutes[1].services[1].fields[1].code": func(_ *catalog.Creditor, in *catalog.Institute, _ *catalog.Config) {
			in.Services[1].Fields = []catalog.Field{{Code: "f"}, {Code: "f"}}
		},
		"institutes[1].services[0].price.kind": func(_ *catalog.Creditor, in *catalog.Institute, _ *catalog.Config) {
			in.Services[0].Price.Kind = "auction"
		},
		"institutes[1].services[1].revenue": func(cr *catalog.Creditor, in *catalog.Institute, _ *catalog.Config) {
			*cr = udine
			in.Services[1].Revenue = revenue(t, "08/1205/01")
		},
		"stampRates[1].from": func(_ *catalog.Creditor, _ *catalog.Institute, cfg *catalog.Config) {
			cfg.StampRates = []catalog.StampRate{rate, rate}
		},
	} {
		cr, in, cfg := creditor, good, catalog.Config{}
		in.Code, in.Services = "B", []catalog.Service{{Code: "s", Price: byQuote}, {Code: "t", Price: byQuote}}
		edit(&cr, &in, &cfg)
		_, err := catalog.New([]catalog.Creditor{cr}, []catalog.Institute{good, in}, cfg)
		require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err), path)
		require.Equal(t, path, pagonline.AsError(err).Field)
		require.NotContains(t, pagonline.AsError(err).It+pagonline.AsError(err).En, "{")
	}
	_, err = catalog.New([]catalog.Creditor{creditor, creditor}, nil, catalog.Config{})
	require.Equal(t, "creditors[1].fiscalCode", pagonline.AsError(err).Field)
	_, err = catalog.New([]catalog.Creditor{creditor}, make([]catalog.Institute, 500), catalog.Config{})
	all, ok := err.(interface{ Unwrap() []error })
	require.True(t, ok)
	require.Len(t, all.Unwrap(), 100, "nobody reads more")
}

func TestParents(t *testing.T) {
	chain := func(length int) []catalog.Institute {
		var all []catalog.Institute
		for i := range length {
			in := catalog.Institute{Code: string(rune('a' + i)), Creditor: creditor.FiscalCode}
			if i > 0 {
				in.Parent = string(rune('a' + i - 1))
			}
			all = append(all, in)
		}
		return all
	}
	circle := chain(3)
	circle[0].Parent = "c"
	for _, bad := range [][]catalog.Institute{circle, chain(10), {{Code: "a", Parent: "a", Creditor: creditor.FiscalCode}}} {
		_, err := catalog.New([]catalog.Creditor{creditor}, bad, catalog.Config{})
		require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
	}
	_, err := catalog.New([]catalog.Creditor{creditor}, chain(9), catalog.Config{})
	require.NoError(t, err)
}

func revenue(t *testing.T, s string) causale.Revenue {
	t.Helper()
	var r causale.Revenue
	require.NoError(t, r.UnmarshalText([]byte(s)))
	return r
}

// TestRevenueOfTheAccount: an old account of the treasury must be that of the service;
// one that shows no revenue, or a masked one, may be anything.
func TestRevenueOfTheAccount(t *testing.T) {
	for _, c := range []struct {
		iban    catalog.IBAN
		revenue string
		ok      bool
	}{
		{"IT50N0100003245232029258403", "29/2584/03", true},
		{"IT50N0100003245232029258403", "0/2584/03", true}, // the capo is not known
		{"IT50N0100003245232029258403", "29/2584/04", false},
		{"IT50N0100003245232029258403", "", true},
		{"IT36Q0100003245BE00000001LC", "08/1205/01", true},
		{"IT50*******************8403", "08/1205/01", true},
		{creditor.IBAN, "08/1205/01", true},
	} {
		cr, in := creditor, catalog.Institute{Code: "A", Creditor: creditor.FiscalCode, IBAN: c.iban}
		in.Services = []catalog.Service{{Code: "s", Price: byQuote, Revenue: revenue(t, c.revenue)}}
		_, err := catalog.New([]catalog.Creditor{cr}, []catalog.Institute{in}, catalog.Config{})
		require.Equal(t, c.ok, err == nil, "%v: %v", c, err)
	}
}

func TestQuantities(t *testing.T) {
	for want, p := range map[int]catalog.Price{1: {Kind: catalog.ByQuote, MaxQuantity: 5}, 999: {Kind: catalog.Fixed}, 5: {Kind: catalog.Fixed, MaxQuantity: 5}} {
		least, most := p.Quantities()
		require.Equal(t, 1, least)
		require.Equal(t, want, most)
	}
}

// TestIBANIsMasked: however it is printed or logged, and whatever it stands in.
func TestIBANIsMasked(t *testing.T) {
	const secret = "0542811101000000123456"
	offer := catalog.Offer{Creditor: creditor, Institute: catalog.Institute{IBAN: creditor.IBAN}}
	var log bytes.Buffer
	for _, h := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(h).Info("x", "offer", offer, "creditor", &creditor, "iban", creditor.IBAN)
	}
	b, err := json.Marshal(offer)
	require.NoError(t, err)
	said := []string{log.String(), string(b)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		said = append(said, fmt.Sprintf(verb, offer), fmt.Sprintf(verb, creditor.IBAN), fmt.Sprintf(verb, []catalog.Creditor{creditor}))
	}
	for _, s := range said {
		require.Contains(t, s, "IT60*******************3456")
		require.NotContains(t, s, secret)
	}
	require.Equal(t, "IT60*******************3456", catalog.IBAN("IT60*******************3456").String())
	require.Equal(t, "****", catalog.IBAN("IT60").String())
	require.Empty(t, catalog.IBAN("").String())
}

func TestOfferIBAN(t *testing.T) {
	offer := catalog.Offer{Creditor: creditor}
	require.Equal(t, string(creditor.IBAN), offer.Transfer(euro.MustParse("1.00")).IBAN)
	offer.Institute.IBAN = "IT36Q0100003245BE00000001LC"
	require.Equal(t, "IT36Q0100003245BE00000001LC", offer.IBAN(), "the institute's own")
	offer.Institute.IBAN = "IT36*******************01LC"
	require.Empty(t, offer.Transfer(euro.MustParse("1.00")).IBAN, "and not somebody else's where it is masked")
}

func TestRecognise(t *testing.T) {
	var institutes []catalog.Institute
	for code, name := range map[string]string{
		"PI": "Archivio di Stato di Pisa", "PT": "Archivio di Stato di Pistoia", "BO": "Archivio di Stato di Bologna",
		"IM": "Archivio di Stato di Bologna - Sezione di Imola", "AQ": "Archivio di Stato dell'Aquila",
		"CA": "Biblioteca Universitària di Cagliari", "X1": "Museo di prova", "X2": "MUSEO DI PROVA", "NN": "…", "AS-TR": "Archivio di Stato di Terni",
		"AS-TA": "Archivio di Stato di Taranto", "U1": "Archivio di Stato di Uno", "U2": "AS Uno",
	} {
		institutes = append(institutes, catalog.Institute{Code: code, Name: name, Creditor: creditor.FiscalCode})
	}
	institutes = append(institutes, catalog.Institute{
		Code: "SABAP-AL", Name: "Soprintendenza ABAP Alessandria Asti Cuneo", Aliases: []string{"Soprintendenza di Alessandria"}, Creditor: creditor.FiscalCode,
	})
	slices.SortFunc(institutes, func(a, b catalog.Institute) int { return strings.Compare(a.Code, b.Code) })
	c, err := catalog.New([]catalog.Creditor{creditor}, institutes, catalog.Config{})
	require.NoError(t, err)
	for text, want := range map[string]string{
		"ARCHIVIO DI STATO DI PISA prot. 345/2024":        "PI",
		"archivio di stato di pistoia":                    "PT",
		"Archivio di Stato di Pis":                        "",
		"Archivio di Stato di Pisani":                     "",
		"prot. 1 Archivio  di–Stato/di Bologna":           "BO",
		"Archivio di Stato di Bologna, Sezione di Imola":  "IM",
		"Archivio di Stato di Bologna, Sezione di Faenza": "BO",
		"ARCHIVIO DI STATO DELL’AQUILA 3":                 "AQ",
		"BIBLIOTECA UNIVERSITARIA DI CAGLIARI":            "CA",
		"Biblioteca Universita\u0300ria di Cagliari":      "CA",
		"Archivio di Stato di Pisa o di Pistoia":          "PI",

		// by its code, as registers of protocol write it
		"MIC|MIC_AS-TR|01/02/2024|0000123-P": "AS-TR",
		"as-tr prot. 1":                      "AS-TR",
		"AS-TRIESTE":                         "",

		// the longest of two, no one where two have the name
		"Archivio di Stato di Pisa, Archivio di Stato di Bologna - Sezione di Imola": "IM",

		// as people write it
		"AS Pisa 345/2024":                          "PI",
		"A.S. Pisa":                                 "PI",
		"a. s. di pisa":                             "PI",
		"Archivio Stato Pisa":                       "PI",
		"Archivio di Stato Pisa":                    "PI",
		"Arch. di Stato di Pistoia":                 "PT",
		"Arch. Stato Pistoia":                       "PT",
		"AS Bologna":                                "BO",
		"A.S. Bologna - Sezione di Imola":           "IM",
		"AS L'Aquila":                               "AQ",
		"Archivio di Stato Aquila":                  "AQ",
		"BU Cagliari prot. 3":                       "CA",
		"Biblioteca Universitaria Cagliari":         "CA",
		"ASTR prot. 345":                            "AS-TR",
		"MIC|MIC_ASTR|01/02/2024|0000123-P":         "AS-TR",
		"ASTA giudiziaria":                          "",
		"AS-TA":                                     "AS-TA",
		"SabapAL-Capo 29-cap 2584-3 Dir.riproduz":   "SABAP-AL",
		"Soprintendenza di Alessandria, prot. 1":    "SABAP-AL",
		"AS Pisani":                                 "",
		"Ditta Pisa, fattura AS 3":                  "",
		"Archivio di Stato di Taranto o AS Bologna": "AS-TA",
		"AS Uno": "", // of two

		// none
		"museo di prova":                 "",
		"Archivio di Stato":              "",
		"":                               "",
		strings.Repeat("archivio ", 9e3): "",
	} {
		in, ok := c.Recognise(text)
		require.Equal(t, want != "", ok, text)
		require.Equal(t, want, in.Code, text)
	}
}
