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

func TestValidPrices(t *testing.T) {
	for _, p := range []catalog.Price{
		{Kind: catalog.ByQuote},
		{Kind: catalog.Free},
		{Kind: catalog.Fixed, Amount: eur("10.00")},
		{Kind: catalog.Fixed, Amount: eur("10.00"), MaxQuantity: 5},
		{Kind: catalog.ByTariff, Tariff: archive},
	} {
		require.NoError(t, p.Validate())
	}
	require.NoError(t, archive.Validate())
}

// rule returns a price of one entry with this rule.
func rule(r catalog.Rule) catalog.Price {
	return list(catalog.Entry{Code: "x", Unit: catalog.Piece, Rule: r})
}

func TestValidateRefuses(t *testing.T) {
	page := each("page", catalog.Page, "1.00")
	huge := decimal.New(1, math.MaxInt32)
	multiple := func(code, of string, factor decimal.Decimal) catalog.Entry {
		return catalog.Entry{Code: code, Unit: catalog.Page, Rule: catalog.Multiple{Of: of, Factor: factor}}
	}
	chain := []catalog.Entry{page, multiple("m0", "page", dec("2"))}
	for i := range 8 {
		chain = append(chain, multiple("m"+string(rune('1'+i)), "m"+string(rune('0'+i)), dec("1")))
	}
	for name, c := range map[string]struct {
		price catalog.Price
		paths string // of all errors
	}{
		"unknown kind":          {catalog.Price{Kind: "auction"}, "kind"},
		"no kind":               {catalog.Price{}, "kind"},
		"fixed, no amount":      {catalog.Price{Kind: catalog.Fixed}, "amount"},
		"fixed, quantity":       {catalog.Price{Kind: catalog.Fixed, Amount: eur("1.00"), MaxQuantity: -1}, "maxQuantity"},
		"fixed, with a tariff":  {catalog.Price{Kind: catalog.Fixed, Amount: eur("1.00"), Tariff: archive}, "tariff"},
		"quote, with an amount": {catalog.Price{Kind: catalog.ByQuote, Amount: eur("1.00")}, "amount"},
		"no entries":            {list(), "tariff.entries"},
		"no code":               {list(each("", catalog.Page, "1.00")), "tariff.entries[0].code"},
		"long code":             {list(each(strings.Repeat("x", 65), catalog.Page, "1.00")), "tariff.entries[0].code"},
		"code twice":            {list(page, page), "tariff.entries[1].code"},
		"the minimum's code":    {list(each(catalog.MinimumCode, catalog.Page, "1.00")), "tariff.entries[0].code"},
		"unit":                  {list(each("x", "ream", "1.00")), "tariff.entries[0].unit"},
		"limit":                 {list(catalog.Entry{Code: "x", Unit: catalog.Page, Rule: catalog.OnRequest{}, Limit: -1}), "tariff.entries[0].limit"},
		"no rule":               {list(catalog.Entry{Code: "x", Unit: catalog.Page}), "tariff.entries[0].rule"},
		"each":                  {rule(catalog.Each{}), "tariff.entries[0].rule.price"},
		"first and next":        {rule(catalog.FirstNext{}), "tariff.entries[0].rule.first"},
		"no steps":              {rule(catalog.BySize{}), "tariff.entries[0].rule.steps"},
		"huge step":             {rule(catalog.BySize{Steps: []catalog.SizeStep{{UpTo: huge}, {}}}), "tariff.entries[0].rule.steps[0].upTo"},
		"steps descend":         {rule(catalog.BySize{Steps: []catalog.SizeStep{{UpTo: dec("2")}, {UpTo: dec("2.0")}, {}}}), "tariff.entries[0].rule.steps[1].upTo"},
		"unbounded in between":  {rule(catalog.BySize{Steps: []catalog.SizeStep{{}, {UpTo: dec("2")}}}), "tariff.entries[0].rule.steps[0].upTo"},
		"no formats":            {rule(catalog.ByFormat{}), "tariff.entries[0].rule.prices"},
		"format twice": {
			rule(catalog.ByFormat{Prices: []catalog.NamedPrice{{Name: "A4"}, {Name: "a4"}, {}, {Name: " A3"}}}),
			"tariff.entries[0].rule.prices[1].name tariff.entries[0].rule.prices[2].name tariff.entries[0].rule.prices[3].name",
		},
		"no qualities":   {rule(catalog.ByQuality{}), "tariff.entries[0].rule.prices"},
		"hourly":         {rule(catalog.Hourly{}), "tariff.entries[0].rule.hour"},
		"every":          {rule(catalog.Every{}), "tariff.entries[0].rule.pieces tariff.entries[0].rule.price"},
		"of nothing":     {list(multiple("a", "b", dec("2"))), "tariff.entries[0].rule.of"},
		"of itself":      {list(multiple("a", "a", dec("2"))), "tariff.entries[0].rule.of"},
		"circle":         {list(multiple("a", "b", dec("2")), multiple("b", "a", dec("2"))), "tariff.entries[0].rule.of tariff.entries[1].rule.of"},
		"too long":       {list(chain...), "tariff.entries[9].rule.of"},
		"factor zero":    {list(page, multiple("a", "page", dec("0"))), "tariff.entries[1].rule.factor"},
		"factor below":   {list(page, multiple("a", "page", dec("-3"))), "tariff.entries[1].rule.factor"},
		"factor above":   {list(page, multiple("a", "page", dec("1000.1"))), "tariff.entries[1].rule.factor"},
		"factor, digits": {list(page, multiple("a", "page", dec("0.3333333333"))), "tariff.entries[1].rule.factor"},
		"factor, huge":   {list(page, multiple("a", "page", huge)), "tariff.entries[1].rule.factor"},
		"formula":        {rule(catalog.Formula{}), "tariff.entries[0].rule.price tariff.entries[0].rule.uses"},
		"coefficients": {rule(catalog.Formula{
			Price: eur("1.00"), Uses: []catalog.Coefficient{{Use: "a", Factor: huge}, {Use: "A"}},
			Copies: []catalog.CopiesStep{{UpTo: 0}, {UpTo: 5, Factor: dec("-1")}, {UpTo: 5}},
		}), "tariff.entries[0].rule.uses[0].factor tariff.entries[0].rule.uses[1].use tariff.entries[0].rule.copies[0].upTo " +
			"tariff.entries[0].rule.copies[1].factor tariff.entries[0].rule.copies[2].upTo"},
	} {
		err := c.price.Validate()
		require.Error(t, err, name)
		joined, ok := err.(interface{ Unwrap() []error })
		require.True(t, ok)
		var paths []string
		for _, e := range joined.Unwrap() {
			require.Equal(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(e))
			paths = append(paths, pagonline.AsError(e).Field)
			require.Contains(t, pagonline.AsError(e).It, pagonline.AsError(e).Field)
		}
		require.Equal(t, strings.Fields(c.paths), paths, name)
	}

	err := catalog.Tariff{}.Validate()
	require.Equal(t, "entries", pagonline.AsError(err).Field)
}

// FuzzTariff holds the laws of prices: a list that was found valid never fails for a
// reason of its own, a total is the sum of its lines and reaches the minimum, nothing
// is free without a reason, and more pieces of a price for each never cost less.
func FuzzTariff(f *testing.F) {
	f.Add(int64(8), int64(300), "3", 3, 25, "2.0", "1.5", int64(0), 500)
	f.Add(int64(0), int64(0), "0.001", 0, -1, "1e1000000000", "-1", int64(500), 0)
	f.Add(int64(99_999_999_999), int64(1), "1000", 1, 99_999, "0.000000001", "9999.999999999", int64(99_999_999_999), -5)
	f.Fuzz(func(t *testing.T, first, next int64, factor string, pieces, count int, size, hours string, least int64, copies int) {
		money := func(n int64) euro.Amount {
			a, _ := euro.Cents(n) // 0.00 if out of range
			return a
		}
		number := func(s string) decimal.Decimal {
			d, _ := decimal.NewFromString(s) // 0 if none
			return d
		}
		one, two := money(first), money(next)
		rules := []catalog.Rule{
			catalog.Each{Price: one},
			catalog.FirstNext{First: one, Next: two},
			catalog.BySize{Steps: []catalog.SizeStep{{UpTo: number(size), Price: one}, {Price: two}}},
			catalog.ByFormat{Prices: []catalog.NamedPrice{{Name: size, Price: one}}},
			catalog.ByQuality{Prices: []catalog.NamedPrice{{Name: size, Price: one}}},
			catalog.Hourly{Hour: one, Piece: two},
			catalog.Every{Pieces: pieces, Price: one},
			catalog.Multiple{Of: string(rune('a' + copies&15)), Factor: number(factor)},
			catalog.Multiple{Of: "h", Factor: number(hours)},
			catalog.Formula{
				Price: one, Uses: []catalog.Coefficient{{Use: size, Factor: number(factor)}},
				Copies: []catalog.CopiesStep{{UpTo: pieces, Factor: number(hours)}, {Factor: number(factor)}},
			},
			catalog.OnRequest{},
			catalog.Gratis{},
		}
		list := catalog.Tariff{Minimum: money(least)}
		var items []catalog.Asked
		for i, r := range rules {
			code := string(rune('a' + i))
			list.Entries = append(list.Entries, catalog.Entry{Code: code, Unit: catalog.Piece, Rule: r, Minimum: money(least / 2), Limit: pieces})
			items = append(items, catalog.Asked{
				Code: code, Count: count, SizeMB: number(size), Hours: number(hours), Format: size, Use: size, Copies: copies,
			})
		}
		valid := list.Validate() == nil
		var good []catalog.Asked
		for _, asked := range items {
			c, err := list.Charge(catalog.Request{Items: []catalog.Asked{asked}, Reason: "studio"})
			if err != nil {
				require.ErrorIs(t, err, pagonline.ErrInvalid)
				if valid {
					require.NotEqual(t, pagonline.CodeCatalogInvalid, pagonline.CodeOf(err))
				}
				continue
			}
			good = append(good, asked)
			holdsLaws(t, list, c)
			if asked.Code == "a" && asked.Count > 1 {
				asked.Count--
				fewer, err := list.Charge(catalog.Request{Items: []catalog.Asked{asked}, Reason: "studio"})
				require.NoError(t, err)
				require.LessOrEqual(t, fewer.Total.Compare(c.Total), 0)
			}
		}
		if c, err := list.Charge(catalog.Request{Items: good, Reason: "studio"}); err == nil {
			holdsLaws(t, list, c)
		}
	})
}

func holdsLaws(t *testing.T, list catalog.Tariff, c catalog.Charge) {
	t.Helper()
	var sum euro.Total
	free := false
	for _, line := range c.Lines {
		sum, _ = sum.Add(line.Amount)
		free = free || line.Amount.IsZero()
		require.NotEmpty(t, line.Rule.It)
		require.NotEmpty(t, line.Rule.En)
	}
	total, err := sum.Amount()
	require.NoError(t, err)
	require.Equal(t, total, c.Total)
	require.True(t, !free || c.Reason != "")
	if !c.Total.IsZero() {
		require.GreaterOrEqual(t, c.Total.Compare(list.Minimum), 0)
	}
}
