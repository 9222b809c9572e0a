package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

// hundred is a request of 100 lines on a list of 20 entries, priced by piece.
func hundred() (catalog.Tariff, catalog.Request) {
	var list catalog.Tariff
	for i := range 20 {
		list.Entries = append(list.Entries, catalog.Entry{
			Code: fmt.Sprintf("voce-%02d", i), Unit: catalog.Page, Rule: catalog.Each{Price: eur(fmt.Sprintf("%d.%02d", i, 8+i))},
		})
	}
	var r catalog.Request
	for i := range 100 {
		r.Items = append(r.Items, catalog.Asked{Code: list.Entries[i%20].Code, Count: 1 + i})
	}
	return list, r
}

func BenchmarkTariff(b *testing.B) {
	list, request := hundred()
	b.ReportAllocs()
	for b.Loop() {
		if c, err := list.Charge(request); err != nil || len(c.Lines) != 100 {
			b.Fatal(err)
		}
	}
}

// BenchmarkTariffDecimal does the same work as one would with shopspring/decimal and
// package fmt: a price is found, multiplied, rounded, told and added.
func BenchmarkTariffDecimal(b *testing.B) {
	list, request := hundred()
	prices := map[string]decimal.Decimal{}
	for _, e := range list.Entries {
		each, _ := e.Rule.(catalog.Each)
		prices[e.Code] = each.Price.Decimal()
	}
	type line struct {
		code   string
		count  int
		amount decimal.Decimal
		rule   pagonline.Text
	}
	b.ReportAllocs()
	for b.Loop() {
		lines, total := make([]line, 0, len(request.Items)), decimal.Zero
		for _, asked := range request.Items {
			price := prices[asked.Code]
			amount := price.Mul(decimal.NewFromInt(int64(asked.Count))).Round(2)
			en := price.StringFixed(2)
			lines = append(lines, line{asked.Code, asked.Count, amount, pagonline.Text{
				It: fmt.Sprintf("%d × %s €", asked.Count, strings.Replace(en, ".", ",", 1)),
				En: fmt.Sprintf("%d × €%s", asked.Count, en),
			}})
			total = total.Add(amount)
		}
		if len(lines) != 100 || total.IsZero() {
			b.Fatal(total)
		}
	}
}

// BenchmarkTariffCoefficients prices 100 lines by the formula, which needs decimals.
func BenchmarkTariffCoefficients(b *testing.B) {
	list := catalog.Tariff{Entries: []catalog.Entry{{Code: "diritti", Unit: catalog.Image, Rule: catalog.Formula{
		Price: euro.MustParse("5.00"), Uses: []catalog.Coefficient{{Use: "monografia", Factor: dec("1.5")}},
		Copies: []catalog.CopiesStep{{UpTo: 500, Factor: dec("1.25")}},
	}}}}
	var request catalog.Request
	for i := range 100 {
		request.Items = append(request.Items, catalog.Asked{Code: "diritti", Count: 1 + i, Use: "monografia", Copies: 500})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := list.Charge(request); err != nil {
			b.Fatal(err)
		}
	}
}

func TestChargeAllocatesLittle(t *testing.T) {
	list, request := hundred()
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := list.Charge(request); err != nil {
			t.Fatal(err)
		}
	})
	require.LessOrEqual(t, allocs, 10.0, "they do not grow with the lines")
}
