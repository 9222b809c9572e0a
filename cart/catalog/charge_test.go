package catalog_test

import (
	"math"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func eur(s string) euro.Amount { return euro.MustParse(s) }

// archive is a price list with an entry of every rule. The prices are those of real
// institutes, read on their pages, but no institute has them all.
var archive = catalog.Tariff{Entries: []catalog.Entry{
	// AS Macerata (DM 108/2024)
	{Code: "a4-bn", Unit: catalog.Page, Rule: catalog.Each{Price: eur("0.08")}},
	{Code: "a3-bn", Unit: catalog.Page, Rule: catalog.Each{Price: eur("0.15")}},
	{Code: "a4-colour", Unit: catalog.Page, Rule: catalog.Each{Price: eur("1.00")}},
	{Code: "banca-dati", Unit: catalog.ArchivalUnit, Rule: catalog.Each{Price: eur("3.00")}},
	// AS Pisa
	{Code: "digitale", Unit: catalog.ArchivalUnit, Rule: catalog.FirstNext{First: eur("3.00"), Next: eur("2.00")}},
	// AS Vicenza
	{Code: "alta", Unit: catalog.Image, Rule: catalog.ByFormat{Prices: []catalog.NamedPrice{
		{Name: "A4", Price: eur("7.00")}, {Name: "A3", Price: eur("10.00")}, {Name: "A2", Price: eur("15.00")},
	}}},
	{Code: "bassa", Unit: catalog.Image, Rule: catalog.Each{Price: eur("0.50")}},
	{Code: "cd", Unit: catalog.Support, Rule: catalog.Each{Price: eur("2.50")}},
	{Code: "riversamento", Unit: catalog.Image, Rule: catalog.BySize{Steps: []catalog.SizeStep{
		{UpTo: dec("2"), Price: eur("3.00")}, {UpTo: dec("6"), Price: eur("9.00")}, {Price: eur("12.00")},
	}}},
	// AS Viterbo: nothing beyond 9 MB
	{Code: "scanner", Unit: catalog.Image, Rule: catalog.BySize{Steps: []catalog.SizeStep{{UpTo: dec("9"), Price: eur("3.00")}}}},
	// AS Parma
	{Code: "professionale", Unit: catalog.Image, Rule: catalog.ByQuality{Prices: []catalog.NamedPrice{
		{Name: "10 Mb", Price: eur("10.00")}, {Name: "26 Mb", Price: eur("16.00")},
	}}},
	// Archivio centrale dello Stato
	{Code: "faldoni", Unit: catalog.ArchivalUnit, Rule: catalog.Every{Pieces: 3, Price: eur("10.00")}},
	// AS Firenze: at most 4 pieces at a time
	{Code: "fotografo", Unit: catalog.Piece, Limit: 4, Rule: catalog.Hourly{Hour: eur("10.00"), Piece: eur("3.00")}},
	// AS Rovigo, Imola, Lecce
	{Code: "pubblicazione", Unit: catalog.Image, Rule: catalog.Multiple{Of: "alta", Factor: dec("3")}},
	{Code: "pubblicazione-scatto", Unit: catalog.Image, Rule: catalog.Multiple{Of: "fotografo", Factor: dec("1.5")}},
	// DM 161/2023
	{Code: "diritti", Unit: catalog.Image, Rule: catalog.Formula{
		Price:  eur("5.00"),
		Uses:   []catalog.Coefficient{{Use: "monografia", Factor: dec("1.5")}, {Use: "commerciale", Factor: dec("4")}, {Use: "rivista scientifica"}},
		Copies: []catalog.CopiesStep{{UpTo: 500, Factor: dec("1")}, {UpTo: 4000, Factor: dec("1.25")}},
	}},
	{Code: "spedizione", Unit: catalog.Parcel, Rule: catalog.Each{Price: eur("6.90")}, Limit: 1},
	{Code: "mezzi-propri", Unit: catalog.Image, Rule: catalog.Gratis{}},
	{Code: "restauro", Unit: catalog.Piece, Rule: catalog.OnRequest{}},
	{Code: "minimo", Unit: catalog.Page, Rule: catalog.Each{Price: eur("0.10")}, Minimum: eur("5.00")},
}}

// Acceptance: AS Macerata, 25 black and white A4, 3 A3 and 2 colour A4.
func TestMacerata(t *testing.T) {
	c, err := archive.Charge(catalog.Request{Items: []catalog.Asked{
		{Code: "a4-bn", Count: 25}, {Code: "a3-bn", Count: 3}, {Code: "a4-colour", Count: 2},
	}})
	require.NoError(t, err)
	require.Equal(t, eur("4.45"), c.Total)
	require.Equal(t, []catalog.Line{
		{Code: "a4-bn", Count: 25, Unit: catalog.Page, Amount: eur("2.00"), Rule: pagonline.Text{It: "25 × 0,08 €", En: "25 × €0.08"}},
		{Code: "a3-bn", Count: 3, Unit: catalog.Page, Amount: eur("0.45"), Rule: pagonline.Text{It: "3 × 0,15 €", En: "3 × €0.15"}},
		{Code: "a4-colour", Count: 2, Unit: catalog.Page, Amount: eur("2.00"), Rule: pagonline.Text{It: "2 × 1,00 €", En: "2 × €1.00"}},
	}, c.Lines)
	require.Equal(t, []pagonline.Text{}, c.Warnings)
}

// Acceptance: one A3 photocopy costs less than the fee of who takes the payment.
func TestFeeIsAWarning(t *testing.T) {
	c, err := archive.Charge(catalog.Request{Items: []catalog.Asked{{Code: "a3-bn", Count: 1}}})
	require.NoError(t, err)
	with := c.WithFee(eur("1.50"))
	require.Equal(t, eur("0.15"), with.Total)
	require.Equal(t, []pagonline.Text{{
		It: "la commissione (1,50 €) supera l'importo dovuto (0,15 €)",
		En: "the fee (€1.50) is more than the amount due (€0.15)",
	}}, with.Warnings)
	require.Empty(t, c.Warnings)
	require.Empty(t, c.WithFee(eur("0.15")).Warnings)
}

func TestEveryRule(t *testing.T) {
	for name, c := range map[string]struct {
		asked  catalog.Asked
		amount string
		it, en string
	}{
		"unit":                 {catalog.Asked{Code: "banca-dati", Count: 2}, "6.00", "2 × 3,00 €", "2 × €3.00"},
		"thousands":            {catalog.Asked{Code: "banca-dati", Count: 99999}, "299997.00", "99999 × 3,00 €", "99999 × €3.00"},
		"first":                {catalog.Asked{Code: "digitale", Count: 1}, "3.00", "3,00 € la prima", "€3.00 the first"},
		"first and next":       {catalog.Asked{Code: "digitale", Count: 5}, "11.00", "3,00 € la prima + 4 × 2,00 €", "€3.00 the first + 4 × €2.00"},
		"format":               {catalog.Asked{Code: "alta", Count: 2, Format: " a3 "}, "20.00", "A3: 2 × 10,00 €", "A3: 2 × €10.00"},
		"support":              {catalog.Asked{Code: "cd", Count: 1}, "2.50", "1 × 2,50 €", "1 × €2.50"},
		"2.0 MB":               {catalog.Asked{Code: "riversamento", Count: 1, SizeMB: dec("2.0")}, "3.00", "fino a 2 MB: 1 × 3,00 €", "up to 2 MB: 1 × €3.00"},
		"a byte more":          {catalog.Asked{Code: "riversamento", Count: 2, SizeMB: dec("2.000001")}, "18.00", "fino a 6 MB: 2 × 9,00 €", "up to 6 MB: 2 × €9.00"},
		"6.0 MB":               {catalog.Asked{Code: "riversamento", Count: 2, SizeMB: dec("6.0")}, "18.00", "fino a 6 MB: 2 × 9,00 €", "up to 6 MB: 2 × €9.00"},
		"more":                 {catalog.Asked{Code: "riversamento", Count: 1, SizeMB: dec("6.5")}, "12.00", "oltre 6 MB: 1 × 12,00 €", "over 6 MB: 1 × €12.00"},
		"quality":              {catalog.Asked{Code: "professionale", Count: 1, Quality: "26 Mb"}, "16.00", "26 Mb: 1 × 16,00 €", "26 Mb: 1 × €16.00"},
		"quality as a format":  {catalog.Asked{Code: "professionale", Count: 1, Format: "10 mb"}, "10.00", "10 Mb: 1 × 10,00 €", "10 Mb: 1 × €10.00"},
		"every 3":              {catalog.Asked{Code: "faldoni", Count: 3}, "10.00", "1 × 10,00 € (ogni 3)", "1 × €10.00 (every 3)"},
		"every 3 started":      {catalog.Asked{Code: "faldoni", Count: 4}, "20.00", "2 × 10,00 € (ogni 3)", "2 × €10.00 (every 3)"},
		"hours and pieces":     {catalog.Asked{Code: "fotografo", Count: 4, Hours: dec("2")}, "32.00", "2 h × 10,00 € + 4 × 3,00 €", "2 h × €10.00 + 4 × €3.00"},
		"hours only":           {catalog.Asked{Code: "fotografo", Hours: dec("1.5")}, "15.00", "1,5 h × 10,00 €", "1.5 h × €10.00"},
		"a third of an hour":   {catalog.Asked{Code: "fotografo", Hours: dec("0.333333333")}, "3.33", "0,333333333 h × 10,00 €", "0.333333333 h × €10.00"},
		"half up":              {catalog.Asked{Code: "fotografo", Hours: dec("0.0005")}, "0.01", "0,0005 h × 10,00 €", "0.0005 h × €10.00"},
		"multiple":             {catalog.Asked{Code: "pubblicazione", Count: 5, Format: "A4"}, "105.00", "3 × (A4: 5 × 7,00 €)", "3 × (A4: 5 × €7.00)"},
		"multiple of hours":    {catalog.Asked{Code: "pubblicazione-scatto", Hours: dec("1.005")}, "15.08", "1,5 × (1,005 h × 10,00 €)", "1.5 × (1.005 h × €10.00)"},
		"formula":              {catalog.Asked{Code: "diritti", Count: 3, Use: "Monografia", Copies: 501}, "28.13", "3 × 5,00 € × 1,5 (monografia) × 1,25 (501 copie)", "3 × €5.00 × 1.5 (monografia) × 1.25 (501 copies)"},
		"formula, whole":       {catalog.Asked{Code: "diritti", Count: 1, Use: "commerciale", Copies: 500}, "20.00", "1 × 5,00 € × 4 (commerciale) × 1 (500 copie)", "1 × €5.00 × 4 (commerciale) × 1 (500 copies)"},
		"parcel":               {catalog.Asked{Code: "spedizione", Count: 1}, "6.90", "1 × 6,90 €", "1 × €6.90"},
		"minimum of the entry": {catalog.Asked{Code: "minimo", Count: 3}, "5.00", "3 × 0,10 €; minimo 5,00 €", "3 × €0.10; minimum €5.00"},
		"above the minimum":    {catalog.Asked{Code: "minimo", Count: 51}, "5.10", "51 × 0,10 €", "51 × €0.10"},
	} {
		got, err := archive.Charge(catalog.Request{Items: []catalog.Asked{c.asked}})
		require.NoError(t, err, name)
		require.Equal(t, eur(c.amount), got.Total, name)
		require.Len(t, got.Lines, 1, name)
		require.Equal(t, got.Total, got.Lines[0].Amount, name)
		require.Equal(t, pagonline.Text{It: c.it, En: c.en}, got.Lines[0].Rule, name)
		require.Equal(t, c.asked.Count, got.Lines[0].Count, name)
	}
}

func TestRuleTexts(t *testing.T) {
	for want, e := range map[string]catalog.Entry{
		"1.234,50 € il primo + 1 × 0,00 €": {Unit: catalog.Support, Rule: catalog.FirstNext{First: eur("1234.50")}},
		"2 × 999,99 €":                     {Unit: catalog.Piece, Rule: catalog.Each{Price: eur("999.99")}},
		"2 × 1.000,00 €":                   {Unit: catalog.Piece, Rule: catalog.Each{Price: eur("1000.00")}},
		"2 × 3,00 €":                       {Unit: catalog.Piece, Rule: catalog.BySize{Steps: []catalog.SizeStep{{Price: eur("3.00")}}}},
		"2 h × 10,00 €":                    {Unit: catalog.Piece, Rule: catalog.Hourly{Hour: eur("10.00")}},
		"2 h × 0,00 € + 2 × 1,00 €":        {Unit: catalog.Piece, Rule: catalog.Hourly{Piece: eur("1.00")}},
		"2 × 1,00 € × 2 (tesi)": {Unit: catalog.Piece, Rule: catalog.Formula{
			Price: eur("1.00"), Uses: []catalog.Coefficient{{Use: "tesi", Factor: dec("2")}},
		}},
		"2 × 1,00 € × 2 (tesi) × 0,5 (9 copie)": {Unit: catalog.Piece, Rule: catalog.Formula{
			Price: eur("1.00"), Uses: []catalog.Coefficient{{Use: "tesi", Factor: dec("2")}},
			Copies: []catalog.CopiesStep{{UpTo: 8, Factor: dec("1")}, {Factor: dec("0.5")}},
		}},
	} {
		c, err := catalog.Tariff{Entries: []catalog.Entry{e}}.Charge(ask(catalog.Asked{
			Count: 2, SizeMB: dec("1"), Hours: dec("2"), Use: "tesi", Copies: 9,
		}))
		require.NoError(t, err, want)
		require.Equal(t, want, c.Lines[0].Rule.It)
	}
}

func TestLinesAreRoundedOnce(t *testing.T) {
	list := catalog.Tariff{Entries: []catalog.Entry{
		{Code: "a", Unit: catalog.Page, Rule: catalog.Each{Price: eur("0.15")}},
		{Code: "b", Unit: catalog.Page, Rule: catalog.Multiple{Of: "a", Factor: dec("0.1")}}, // 0.015
		{Code: "c", Unit: catalog.Page, Rule: catalog.Multiple{Of: "b", Factor: dec("10")}},  // of 0.015, not of 0.02
		{Code: "d", Unit: catalog.Page, Rule: catalog.Multiple{Of: "a", Factor: dec("3")}, Minimum: eur("1.00")},
		{Code: "e", Unit: catalog.Page, Rule: catalog.Multiple{Of: "d", Factor: dec("2")}}, // the minimum is of d's own lines
	}}
	c, err := list.Charge(catalog.Request{Items: []catalog.Asked{{Code: "b", Count: 1}, {Code: "b", Count: 1}, {Code: "c", Count: 1}, {Code: "e", Count: 1}}})
	require.NoError(t, err)
	require.Equal(t, eur("1.09"), c.Total) // 0.02 + 0.02 + 0.15 + 0.90
	require.Equal(t, "10 × (0,1 × (1 × 0,15 €))", c.Lines[2].Rule.It)
}

func TestMinimumIsALine(t *testing.T) {
	list := archive
	list.Minimum = eur("2.00")
	c, err := list.Charge(catalog.Request{Items: []catalog.Asked{{Code: "a4-bn", Count: 3}}})
	require.NoError(t, err)
	require.Equal(t, eur("2.00"), c.Total)
	require.Equal(t, catalog.Line{
		Code: catalog.MinimumCode, Count: 1, Unit: catalog.Piece, Amount: eur("1.76"),
		Rule: pagonline.Text{It: "minimo 2,00 € - 0,24 €", En: "minimum €2.00 - €0.24"},
	}, c.Lines[1])

	c, err = list.Charge(catalog.Request{Items: []catalog.Asked{{Code: "a4-bn", Count: 25}}})
	require.NoError(t, err)
	require.Len(t, c.Lines, 1, "reached")
	c, err = list.Charge(catalog.Request{Items: []catalog.Asked{{Code: "mezzi-propri", Count: 25}}, Reason: "art. 108, c. 3-bis, D.Lgs. 42/2004"})
	require.NoError(t, err)
	require.True(t, c.Total.IsZero(), "what is free stays free")
}

func TestNothingDueNeedsAReason(t *testing.T) {
	zero := catalog.Tariff{Entries: []catalog.Entry{
		{Code: "tiny", Unit: catalog.Page, Rule: catalog.Multiple{Of: "page", Factor: dec("0.01")}},
		{Code: "page", Unit: catalog.Page, Rule: catalog.Each{Price: eur("0.08")}},
	}}
	for name, c := range map[string]struct {
		list catalog.Tariff
		ask  []catalog.Asked
		it   string
	}{
		"gratis":              {archive, []catalog.Asked{{Code: "mezzi-propri", Count: 3}}, "gratuito"},
		"free use":            {archive, []catalog.Asked{{Code: "diritti", Count: 1, Use: "rivista scientifica", Copies: 1}}, "1 × 5,00 € × 0 (rivista scientifica) × 1 (1 copia)"},
		"less than half cent": {zero, []catalog.Asked{{Code: "tiny", Count: 1}}, "0,01 × (1 × 0,08 €)"},
		"one line of two":     {archive, []catalog.Asked{{Code: "mezzi-propri", Count: 1}, {Code: "a4-bn", Count: 1}}, "gratuito"},
	} {
		for _, reason := range []string{"", " \t\u00a0\n"} {
			_, err := c.list.Charge(catalog.Request{Items: c.ask, Reason: reason})
			require.Equal(t, pagonline.CodeReasonRequired, pagonline.CodeOf(err), name)
			require.Equal(t, "reason", pagonline.AsError(err).Field, name)
		}
		got, err := c.list.Charge(catalog.Request{Items: c.ask, Reason: " studio,\u00a0art. 108 "})
		require.NoError(t, err, name)
		require.Equal(t, "studio, art. 108", got.Reason, name)
		require.Equal(t, c.it, got.Lines[0].Rule.It, name)
		for reason, code := range map[string]pagonline.Code{
			strings.Repeat("è", 201): pagonline.CodeTextTooLong,
			"gratis\x00":             pagonline.CodeTextInvalid,
			"gra\u202etis":           pagonline.CodeTextInvalid,
			"gra\xfftis":             pagonline.CodeTextInvalid,
		} {
			_, err = c.list.Charge(catalog.Request{Items: c.ask, Reason: reason})
			require.Equal(t, code, pagonline.CodeOf(err), "%q", reason)
		}
	}
	priced := catalog.Request{Items: []catalog.Asked{{Code: "a4-bn", Count: 1}}, Reason: " uso di studio "}
	got, err := archive.Charge(priced)
	require.NoError(t, err)
	require.Equal(t, "0.08", got.Total.String())
	require.Equal(t, "uso di studio", got.Reason, "what was said is not dropped")
	priced.Reason = "studio\x00"
	_, err = archive.Charge(priced)
	require.Equal(t, pagonline.CodeTextInvalid, pagonline.CodeOf(err))
}

func TestLimitsAreWarnings(t *testing.T) {
	c, err := archive.Charge(catalog.Request{Items: []catalog.Asked{
		{Code: "fotografo", Count: 4, Hours: dec("1")}, {Code: "spedizione", Count: 1}, {Code: "fotografo", Count: 2, Hours: dec("1")},
	}})
	require.NoError(t, err)
	require.Equal(t, []pagonline.Text{{
		It: "fotografo: richiesti 6, l'istituto ne fa al massimo 4 per volta",
		En: "fotografo: 6 asked for, the institute makes 4 at most at a time",
	}}, c.Warnings)
}

func TestChargeRefuses(t *testing.T) {
	circle := catalog.Tariff{Entries: []catalog.Entry{
		{Code: "a", Rule: catalog.Multiple{Of: "b", Factor: dec("2")}},
		{Code: "b", Rule: catalog.Multiple{Of: "a", Factor: dec("2")}},
		{Code: "lost", Rule: catalog.Multiple{Of: "nowhere", Factor: dec("2")}},
		{Code: "huge", Rule: catalog.Multiple{Of: "page", Factor: decimal.New(1, math.MaxInt32)}},
		{Code: "minute", Rule: catalog.Multiple{Of: "page", Factor: decimal.New(1, math.MinInt32)}},
		{Code: "page", Rule: catalog.Each{Price: eur("999999999.99")}},
		{Code: "never", Rule: catalog.Every{Price: eur("1.00")}},
		{Code: "size", Rule: catalog.BySize{Steps: []catalog.SizeStep{{UpTo: decimal.New(1, math.MaxInt32)}}}},
		{Code: "use", Rule: catalog.Formula{Uses: []catalog.Coefficient{{Use: "x", Factor: dec("-1")}}}},
		{Code: "copies", Rule: catalog.Formula{Uses: []catalog.Coefficient{{Use: "x"}}, Copies: []catalog.CopiesStep{{Factor: dec("1001")}}}},
		{Code: "none"},
		{Code: "unit", Unit: "ream", Rule: catalog.FirstNext{First: eur("1.00")}},
		{Code: "big", Rule: catalog.Multiple{Of: "page", Factor: dec("1.5")}},
	}}
	const tariff, quantity, broken = pagonline.CodeTariffItem, pagonline.CodeQuantity, pagonline.CodeCatalogInvalid
	for name, c := range map[string]struct {
		list  catalog.Tariff
		asked catalog.Asked
		code  pagonline.Code
		field string
	}{
		"unknown":             {archive, catalog.Asked{Code: "a5", Count: 1}, tariff, "items[0].code"},
		"no code":             {archive, catalog.Asked{Count: 1}, tariff, "items[0].code"},
		"no pieces":           {archive, catalog.Asked{Code: "a4-bn"}, quantity, "items[0].count"},
		"negative":            {archive, catalog.Asked{Code: "a4-bn", Count: math.MinInt}, quantity, "items[0].count"},
		"too many":            {archive, catalog.Asked{Code: "a4-bn", Count: 100_000}, quantity, "items[0].count"},
		"negative pieces":     {archive, catalog.Asked{Code: "fotografo", Count: -1, Hours: dec("1")}, quantity, "items[0].count"},
		"no pieces, multiple": {archive, catalog.Asked{Code: "pubblicazione", Format: "A4"}, quantity, "items[0].count"},
		"no size":             {archive, catalog.Asked{Code: "scanner", Count: 1}, tariff, "items[0].sizeMB"},
		"negative size":       {archive, catalog.Asked{Code: "scanner", Count: 1, SizeMB: dec("-1")}, tariff, "items[0].sizeMB"},
		"huge size":           {archive, catalog.Asked{Code: "scanner", Count: 1, SizeMB: decimal.New(1, 1_000_000_000)}, tariff, "items[0].sizeMB"},
		"minute size":         {archive, catalog.Asked{Code: "scanner", Count: 1, SizeMB: decimal.New(1, -1_000_000_000)}, tariff, "items[0].sizeMB"},
		"beyond the list":     {archive, catalog.Asked{Code: "scanner", Count: 1, SizeMB: dec("9.1")}, tariff, "items[0].sizeMB"},
		"no format":           {archive, catalog.Asked{Code: "alta", Count: 1}, tariff, "items[0].format"},
		"unknown format":      {archive, catalog.Asked{Code: "alta", Count: 1, Format: "A1"}, tariff, "items[0].format"},
		"no quality":          {archive, catalog.Asked{Code: "professionale", Count: 1}, tariff, "items[0].quality"},
		"no hours":            {archive, catalog.Asked{Code: "fotografo", Count: 1}, tariff, "items[0].hours"},
		"too many hours":      {archive, catalog.Asked{Code: "fotografo", Count: 1, Hours: dec("10000.5")}, tariff, "items[0].hours"},
		"too many digits":     {archive, catalog.Asked{Code: "fotografo", Count: 1, Hours: dec("0.0000000001")}, tariff, "items[0].hours"},
		"no use":              {archive, catalog.Asked{Code: "diritti", Count: 1, Copies: 1}, tariff, "items[0].use"},
		"no copies":           {archive, catalog.Asked{Code: "diritti", Count: 1, Use: "monografia"}, tariff, "items[0].copies"},
		"too many copies":     {archive, catalog.Asked{Code: "diritti", Count: 1, Use: "monografia", Copies: 4001}, tariff, "items[0].copies"},
		"on request":          {archive, catalog.Asked{Code: "restauro", Count: 1}, tariff, "items[0].code"},
		"circle":              {circle, catalog.Asked{Code: "a", Count: 1}, broken, "items[0].code"},
		"leads nowhere":       {circle, catalog.Asked{Code: "lost", Count: 1}, broken, "items[0].code"},
		"huge factor":         {circle, catalog.Asked{Code: "huge", Count: 1}, broken, "items[0].code"},
		"minute factor":       {circle, catalog.Asked{Code: "minute", Count: 1}, broken, "items[0].code"},
		"batch of none":       {circle, catalog.Asked{Code: "never", Count: 1}, broken, "items[0].code"},
		"broken step":         {circle, catalog.Asked{Code: "size", Count: 1, SizeMB: dec("1")}, broken, "items[0].code"},
		"broken use":          {circle, catalog.Asked{Code: "use", Count: 1, Use: "x"}, broken, "items[0].code"},
		"broken copies":       {circle, catalog.Asked{Code: "copies", Count: 1, Use: "x", Copies: 1}, broken, "items[0].code"},
		"no rule":             {circle, catalog.Asked{Code: "none", Count: 1}, broken, "items[0].code"},
		"no unit":             {circle, catalog.Asked{Code: "unit", Count: 1}, broken, "items[0].code"},
		"line beyond the cap": {circle, catalog.Asked{Code: "page", Count: 2}, pagonline.CodeAmountRange, "items[0]"},
		"the same, decimal":   {circle, catalog.Asked{Code: "big", Count: 1}, pagonline.CodeAmountRange, "items[0]"},
	} {
		_, err := c.list.Charge(catalog.Request{Items: []catalog.Asked{c.asked}})
		require.Equal(t, c.code, pagonline.CodeOf(err), name)
		require.Equal(t, c.field, pagonline.AsError(err).Field, name)
	}

	_, err := circle.Charge(catalog.Request{Items: []catalog.Asked{{Code: "page", Count: 1}, {Code: "page", Count: 1}}})
	require.Equal(t, pagonline.CodeAmountRange, pagonline.CodeOf(err), "total")
	require.Equal(t, "items[1]", pagonline.AsError(err).Field)
	_, err = archive.Charge(catalog.Request{})
	require.Equal(t, pagonline.CodeRequiredField, pagonline.CodeOf(err))
	_, err = archive.Charge(catalog.Request{Items: make([]catalog.Asked, catalog.MaxItems+1)})
	require.Equal(t, pagonline.CodeTooManyItems, pagonline.CodeOf(err))
	require.Equal(t, "Troppe voci: al massimo 1000.", pagonline.AsError(err).It)
}

func TestErrorsSayWhatToDo(t *testing.T) {
	for want, asked := range map[string]catalog.Asked{
		"Voce di tariffa inesistente o incompleta: alta, formato: A4, A3, A2.":                                  {Code: "alta", Count: 1},
		"Voce di tariffa inesistente o incompleta: diritti, uso: monografia, commerciale, rivista scientifica.": {Code: "diritti", Count: 1},
		"Voce di tariffa inesistente o incompleta: scanner, serve un preventivo.":                               {Code: "scanner", Count: 1, SizeMB: dec("12")},
		"Voce di tariffa inesistente o incompleta: a��b.":                                                       {Code: "a\n\u202eb", Count: 1},
		"Voce di tariffa inesistente o incompleta: " + strings.Repeat("x", 64) + "….":                           {Code: strings.Repeat("x", 100_000), Count: 1},
	} {
		_, err := archive.Charge(catalog.Request{Items: []catalog.Asked{asked}})
		require.Equal(t, want, pagonline.AsError(err).It)
	}
}
