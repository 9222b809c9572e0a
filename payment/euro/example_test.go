package euro_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline/payment/euro"
)

func ExampleParse() {
	a, err := euro.Parse("12.50")
	fmt.Println(a, a.Cents(), err)
	_, err = euro.Parse("12,50")
	fmt.Println(err)
	// Output:
	// 12.50 1250 <nil>
	// amount_format: Invalid amount: use a dot and at most two decimals (e.g. 12.50).
}

func ExampleCents() {
	a, err := euro.Cents(99_999_999_999)
	fmt.Println(a, a.Localized("it"), err)
	_, err = euro.Cents(-1)
	fmt.Println(err)
	// Output:
	// 999999999.99 999.999.999,99 <nil>
	// amount_range: The amount must be between 0.01 and 999,999,999.99 euros.
}

// Three copies at 0.15 each, and what is missing when 0.40 was paid.
func ExampleAmount_Times() {
	due, _ := euro.MustParse("0.15").Times(3)
	fmt.Println(due, euro.MustParse("0.40").Minus(due))
	// Output: 0.45 -0.05
}

// A tariff with a coefficient is computed in decimals and rounded once, half up.
func ExampleFromDecimal() {
	price := decimal.RequireFromString("7.00").Mul(decimal.RequireFromString("1.225"))
	a, err := euro.FromDecimal(price)
	fmt.Println(price, a, err)
	// Output: 8.575 8.58 <nil>
}

func ExampleParseDelta() {
	revoked, err := euro.ParseDelta("-7.00")
	fmt.Println(revoked, revoked.Neg(), err)
	// Output: -7.00 7.00 <nil>
}

func ExampleDeltaCents() {
	d, err := euro.DeltaCents(-50)
	fmt.Println(d, err)
	// Output: -0.50 <nil>
}

// The payments of a day may add up to more than one payment may be.
func ExampleSum() {
	most := euro.MustParse("999999999.99")
	day, err := euro.Sum(most, most)
	fmt.Println(day.Localized("en"), err)
	// Output: 1,999,999,999.98 <nil>
}

func ExampleParseTotal() {
	t, err := euro.ParseTotal("1999999999.98")
	fmt.Println(t, err)
	// Output: 1999999999.98 <nil>
}

func ExampleMustParse() {
	fmt.Println(euro.MustParse("16.00").Localized("it"))
	// Output: 16,00
}
