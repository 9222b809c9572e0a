// Package euro holds money exactly: whole cents in an int64, never a float.
//
// [Amount] is what a payment may be: 0.00 to 999,999,999.99, as stAmount of the
// pagoPA schemas. [Delta] is a signed difference. [Total] is a sum of many amounts,
// which may go beyond the cap of one.
//
// All three compare with ==, their zero value is 0.00, their arithmetic allocates
// nothing and reports what does not fit. Their text form, in JSON too, is the wire's:
// digits, a dot, two digits, as in "12.50"; nothing else is read. In SQL they are
// whole cents. What a person types is read by the cart, under the institute's policy.
//
// [FromDecimal] and [Amount.Decimal] are the door to shopspring/decimal, for prices
// with coefficients; the one rounding is there, half up.
package euro

import (
	"cmp"
	"database/sql/driver"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline"
)

// maxCents is 999,999,999.99 (stAmount, sac-common-types-1.0.xsd).
const maxCents = 99_999_999_999

// Amount is an amount of euros, 0.00 to 999,999,999.99. Zero is a value.
type Amount struct{ cents int64 }

// Cents returns the amount of n cents. Its error has [pagonline.CodeAmountRange].
func Cents(n int64) (Amount, error) {
	if n < 0 || n > maxCents {
		return Amount{}, pagonline.NewError(pagonline.CodeAmountRange)
	}
	return Amount{n}, nil
}

// Parse reads the wire form: one or more digits, a dot, two digits. Its error has
// [pagonline.CodeAmountFormat], or [pagonline.CodeAmountRange] beyond the cap.
func Parse(s string) (Amount, error) {
	n, err := parseCents(s, maxCents)
	return Amount{n}, err
}

// MustParse is [Parse] for constants and tests: it panics where Parse fails.
func MustParse(s string) Amount {
	a, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

// FromDecimal rounds d to the cent, half up, and returns it as an amount. Its error
// has [pagonline.CodeAmountRange]; so has that of a number with more than a hundred
// decimals, which no price is.
func FromDecimal(d decimal.Decimal) (Amount, error) {
	n, ok := roundCents(d)
	if !ok {
		return Amount{}, pagonline.NewError(pagonline.CodeAmountRange)
	}
	return Cents(n)
}

// Cents returns the amount in cents.
func (a Amount) Cents() int64 { return a.cents }

// IsZero reports whether a is 0.00.
func (a Amount) IsZero() bool { return a.cents == 0 }

// Compare returns -1, 0 or +1 as a is less than, equal to or more than b.
func (a Amount) Compare(b Amount) int { return cmp.Compare(a.cents, b.cents) }

// Add returns a + b. Its error has [pagonline.CodeAmountRange].
func (a Amount) Add(b Amount) (Amount, error) { return Cents(a.cents + b.cents) }

// Sub returns a - b; below zero it is an error with [pagonline.CodeAmountRange],
// use [Amount.Minus] for a signed difference.
func (a Amount) Sub(b Amount) (Amount, error) { return Cents(a.cents - b.cents) }

// Times returns n times a. Its error has [pagonline.CodeAmountRange].
func (a Amount) Times(n int64) (Amount, error) {
	if a.cents != 0 && (n < 0 || n > maxCents/a.cents) {
		return Amount{}, pagonline.NewError(pagonline.CodeAmountRange)
	}
	return Cents(a.cents * n)
}

// Minus returns the difference a - b, which may be negative.
func (a Amount) Minus(b Amount) Delta { return Delta{a.cents - b.cents} }

// Decimal returns the amount in euros.
func (a Amount) Decimal() decimal.Decimal { return decimal.New(a.cents, -2) }

// String returns the wire form, "12.50".
func (a Amount) String() string { return text(a.cents) }

// AppendText appends the wire form to b; its error is always nil.
func (a Amount) AppendText(b []byte) ([]byte, error) { return appendCents(b, a.cents), nil }

// MarshalText returns the wire form; so does JSON, as a string.
func (a Amount) MarshalText() ([]byte, error) { return appendCents(nil, a.cents), nil }

// UnmarshalText reads the wire form.
func (a *Amount) UnmarshalText(b []byte) error { return unmarshal(b, maxCents, &a.cents) }

// Localized returns the amount as people write it, without a sign of currency:
// "1,020.99" in English, "1.020,99" in Italian and all other languages.
func (a Amount) Localized(lang string) string { return localized(a.cents, lang) }

// Value stores the amount as whole cents.
func (a Amount) Value() (driver.Value, error) { return a.cents, nil }

// Scan reads whole cents from an integer column, or the wire form from a text or
// numeric one. It refuses floats and NULL.
func (a *Amount) Scan(src any) error { return scan(src, 0, maxCents, &a.cents) }
