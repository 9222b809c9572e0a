package pagonline_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
)

// One error for three readers: the program, the user, the log.
func ExampleError() {
	err := error(pagonline.NewError(pagonline.CodeQuantity, pagonline.Same("1"), pagonline.Same("1")).
		At("quantity").Because(errors.New("cart 7, item 2")))

	fmt.Println(errors.Is(err, pagonline.ErrInvalid), pagonline.CodeOf(err))
	fmt.Println(pagonline.AsError(err).In("it"))
	fmt.Println(pagonline.AsError(err).Detail)
	// Output:
	// true quantity
	// La quantità deve essere un intero tra 1 e 1.
	// cart 7, item 2
}

func ExampleNewError() {
	fmt.Println(pagonline.NewError(pagonline.CodeCausaleTooLong, pagonline.Same("141"), pagonline.Same("140")))
	// Output: causale_too_long: Payment reason too long: 141 characters of 140.
}

func ExampleAsError() {
	e := pagonline.AsError(errors.New("disk full"))
	fmt.Println(e.Code, e.Detail)
	// Output: internal disk full
}

func ExampleCodeOf() {
	err := fmt.Errorf("add item: %w", pagonline.NewError(pagonline.CodeCartEmpty))
	fmt.Println(pagonline.CodeOf(err))
	// Output: cart_empty
}

func ExampleCodes() {
	fmt.Println(pagonline.Codes()[:3])
	// Output: [activation_expired already_paid already_refunded]
}

func ExampleSame() {
	fmt.Println(pagonline.Same("345/2024").In("en"))
	// Output: 345/2024
}

// A day in Rome, not in UTC.
func ExampleDateOf() {
	d := pagonline.DateOf(time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC))
	fmt.Println(d, d.Localized("it"), d.AddDays(30))
	// Output: 2026-11-24 24/11/2026 2026-12-24
}

func ExampleParseDate() {
	d, err := pagonline.ParseDate("2026-03-29")
	fmt.Println(d.Localized("en"), d.End().Sub(d.Start()), err)
	// Output: 29 March 2026 23h0m0s <nil>
}

func ExampleNewDate() {
	_, err := pagonline.NewDate(2026, time.February, 29)
	fmt.Println(err)
	// Output: input_syntax: Unreadable input: invalid date (yyyy-mm-dd).
}

func ExampleRome() {
	fmt.Println(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC).In(pagonline.Rome()).Format(time.TimeOnly))
	// Output: 14:00:00
}
