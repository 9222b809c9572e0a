package cart_test

import (
	"testing"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/payment/euro"
)

// benchPrices are the unit prices of five lines, three pieces of each.
var benchPrices = [5]string{"12.50", "0.08", "0.15", "7.00", "16.00"}

func BenchmarkCartTotal(b *testing.B) {
	b.ReportAllocs()
	var c cart.Cart
	for _, p := range benchPrices {
		c.Items = append(c.Items, cart.Item{Quantity: 3, UnitPrice: euro.MustParse(p)})
	}
	want, err := euro.ParseTotal("107.19")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if c.Total() != want {
			b.Fatal(c.Total())
		}
	}
}

// BenchmarkCartTotalDecimal does the same work in shopspring/decimal.
func BenchmarkCartTotalDecimal(b *testing.B) {
	b.ReportAllocs()
	var prices [5]decimal.Decimal
	for i, p := range benchPrices {
		prices[i] = decimal.RequireFromString(p)
	}
	want, three := decimal.RequireFromString("107.19"), decimal.NewFromInt(3)
	for b.Loop() {
		total := decimal.Zero
		for _, p := range prices {
			total = total.Add(p.Mul(three))
		}
		if !total.Equal(want) {
			b.Fatal(total)
		}
	}
}
