package catalog_test

import (
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
)

// rows are prices as institutes print them on their pages, each put into the words of
// this package. The ids are those of the collection data/domain/prices.tsv.
var rows = []struct {
	id, kind string
	price    catalog.Price
	request  catalog.Request
	total    string
	warnings int
}{
	{"P01", "tariff/page", list(each("a4", catalog.Page, "0.08")), ask(catalog.Asked{Code: "a4", Count: 25}), "2.00", 0},
	{"P03", "tariff/page", list(each("a3-b4", catalog.Page, "0.15")), ask(catalog.Asked{Code: "a3-b4", Count: 3}), "0.45", 0},
	{"P05", "tariff/page", list(named("colore", catalog.Page, "A4", "1.00", "A3", "2.00")), ask(catalog.Asked{Code: "colore", Count: 2, Format: "A3"}), "4.00", 0},
	{"P07", "tariff/unit", list(each("banca-dati", catalog.ArchivalUnit, "3.00")), ask(catalog.Asked{Code: "banca-dati", Count: 2}), "6.00", 0},
	{"P09", "tariff/first-next", list(catalog.Entry{Code: "digitale", Unit: catalog.ArchivalUnit, Rule: catalog.FirstNext{First: eur("3.00"), Next: eur("2.00")}}), ask(catalog.Asked{Code: "digitale", Count: 4}), "9.00", 0},
	{"P11", "tariff/format", list(named("alta", catalog.Image, "A4", "7.00", "A3", "10.00", "A2", "15.00")), ask(catalog.Asked{Code: "alta", Count: 1, Format: "A2"}, catalog.Asked{Code: "alta", Count: 1, Format: "A4"}), "22.00", 0},
	// 3.00 to 12.00: the page names no steps, so the size decides as elsewhere
	{"P13", "tariff/range", list(archive.Entries[8]), ask(catalog.Asked{Code: "riversamento", Count: 1, SizeMB: dec("7.25")}), "12.00", 0},
	{"P15", "tariff/page", list(each("bassa", catalog.Page, "0.50"), each("cd", catalog.Support, "2.50")), ask(catalog.Asked{Code: "bassa", Count: 10}, catalog.Asked{Code: "cd", Count: 1}), "7.50", 0},
	{"P17", "tariff/quality-size", list(catalog.Entry{Code: "professionale", Unit: catalog.Image, Rule: catalog.BySize{Steps: []catalog.SizeStep{{UpTo: dec("10"), Price: eur("10.00")}, {UpTo: dec("26"), Price: eur("16.00")}}}}), ask(catalog.Asked{Code: "professionale", Count: 2, SizeMB: dec("26")}), "32.00", 0},
	{"P19", "step", list(catalog.Entry{Code: "faldoni", Unit: catalog.ArchivalUnit, Rule: catalog.Every{Pieces: 3, Price: eur("10.00")}}), ask(catalog.Asked{Code: "faldoni", Count: 7}), "30.00", 0},
	{"P21", "tariff/unit", list(each("scanner", catalog.ArchivalUnit, "3.00")), ask(catalog.Asked{Code: "scanner", Count: 3}), "9.00", 0},
	{"P23", "hourly+unit", list(archive.Entries[12]), ask(catalog.Asked{Code: "fotografo", Count: 6, Hours: dec("1.5")}), "33.00", 1},
	{"P25", "multiple", list(each("ripresa", catalog.Image, "7.00"), catalog.Entry{Code: "pubblicazione", Unit: catalog.Image, Rule: catalog.Multiple{Of: "ripresa", Factor: dec("3")}}), ask(catalog.Asked{Code: "pubblicazione", Count: 2}), "42.00", 0},
	{"P27", "exemption", catalog.Price{Kind: catalog.Free}, catalog.Request{Reason: "catalogo, 3000 copie (DM 108/2024)"}, "0.00", 0},
	{"P29", "exemption", list(catalog.Entry{Code: "mezzi-propri", Unit: catalog.Image, Rule: catalog.Gratis{}}), catalog.Request{Items: []catalog.Asked{{Code: "mezzi-propri", Count: 40}}, Reason: "art. 108, c. 3-bis, D.Lgs. 42/2004"}, "0.00", 0},
	{"P37", "fixed", catalog.Price{Kind: catalog.Fixed, Amount: eur("5.16")}, ask(catalog.Asked{Count: 2}), "10.32", 0},
	{"P39", "limit", list(catalog.Entry{Code: "pacco-2kg", Unit: catalog.Parcel, Rule: catalog.Each{Price: eur("8.00")}, Limit: 1}), ask(catalog.Asked{Code: "pacco-2kg", Count: 2}), "16.00", 1},
	{"P41", "instalment", list(each("prima-rata", catalog.Piece, "550.00"), named("seconda-rata", catalog.Piece, "fascia 1", "0.00", "fascia 2", "400.00", "senza ISEE", "900.00")), ask(catalog.Asked{Code: "prima-rata", Count: 1}, catalog.Asked{Code: "seconda-rata", Count: 1, Format: "Senza ISEE"}), "1450.00", 0},
	{"P43", "limit", list(catalog.Entry{Code: "scansioni", Unit: catalog.Image, Rule: catalog.Each{Price: eur("1.00")}, Limit: 6}, catalog.Entry{Code: "esistenti", Unit: catalog.Image, Rule: catalog.Each{Price: eur("1.00")}, Limit: 10}), ask(catalog.Asked{Code: "scansioni", Count: 6}, catalog.Asked{Code: "esistenti", Count: 11}), "17.00", 1},
}

// The rows that no price list holds: stamp duty has tests of its own, the forms of
// amounts are read by the cart and the notice, fees and sizes of mails are for others.
var elsewhere = map[string]string{
	"P31": "bollo", "P33": "bollo-exempt", "P35": "bollo-abroad", "P45": "format", "P47": "format",
	"P49": "fee", "P51": "format", "P53": "format", "P55": "size",
}

func list(entries ...catalog.Entry) catalog.Price {
	return catalog.Price{Kind: catalog.ByTariff, Tariff: catalog.Tariff{Entries: entries}}
}

func each(code string, unit catalog.Unit, price string) catalog.Entry {
	return catalog.Entry{Code: code, Unit: unit, Rule: catalog.Each{Price: eur(price)}}
}

// named returns an entry by format: a name, its price, and so on.
func named(code string, unit catalog.Unit, pairs ...string) catalog.Entry {
	var rule catalog.ByFormat
	for i := 0; i < len(pairs); i += 2 {
		rule.Prices = append(rule.Prices, catalog.NamedPrice{Name: pairs[i], Price: eur(pairs[i+1])})
	}
	return catalog.Entry{Code: code, Unit: unit, Rule: rule}
}

func ask(items ...catalog.Asked) catalog.Request { return catalog.Request{Items: items} }

func TestPricesOfInstitutes(t *testing.T) {
	for _, r := range rows {
		require.NoError(t, r.price.Validate(), r.id)
		c, err := r.price.Charge(r.request)
		require.NoError(t, err, r.id)
		require.Equal(t, eur(r.total), c.Total, r.id)
		require.Len(t, c.Warnings, r.warnings, r.id)
		for _, line := range c.Lines {
			require.NotEqual(t, pagonline.Text{}, line.Rule, r.id)
		}
	}
}

// TestAllPricesAreHere holds that no row of the collection was forgotten.
func TestAllPricesAreHere(t *testing.T) {
	shared := os.Getenv("PAGONLINE_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	f, err := os.Open(filepath.Join(shared, "data/domain/prices.tsv"))
	if err != nil {
		t.Skip("skipped: the collection of prices is not here; set PAGONLINE_SHARED")
	}
	defer f.Close()
	kinds := maps.Clone(elsewhere)
	for _, r := range rows {
		kinds[r.id] = r.kind
	}
	read := csv.NewReader(f)
	read.Comma, read.LazyQuotes = '\t', true
	lines, err := read.ReadAll()
	require.NoError(t, err)
	require.Greater(t, len(lines), 1)
	for _, line := range lines[1:] {
		require.Equal(t, line[1], kinds[line[0]], line[0])
	}
}
