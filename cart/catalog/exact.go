package catalog

import (
	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline/payment/euro"
)

// exact is a price before its one rounding. It is whole cents, in an integer, until a
// coefficient with decimals makes it a decimal.
type exact struct {
	cents     int64
	euros     decimal.Decimal // instead of cents, if divided
	fractions bool
}

// of returns n times a. n is a count, so the product fits.
func of(a euro.Amount, n int) exact { return exact{cents: a.Cents() * int64(n)} }

// plus returns x + n times a.
func (x exact) plus(a euro.Amount, n int) exact {
	if x.fractions {
		x.euros = x.euros.Add(decimal.New(a.Cents()*int64(n), -2))
		return x
	}
	x.cents += a.Cents() * int64(n)
	return x
}

// maxWhole is how many cents times a whole coefficient still fit an integer.
const maxWhole = 1 << 40

// times returns x times a coefficient that is in range.
func (x exact) times(c decimal.Decimal) exact {
	if !x.fractions && x.cents <= maxWhole && c.Exponent() == 0 {
		x.cents *= c.CoefficientInt64()
		return x
	}
	return exact{euros: x.decimal().Mul(c), fractions: true}
}

func (x exact) decimal() decimal.Decimal {
	if x.fractions {
		return x.euros
	}
	return decimal.New(x.cents, -2)
}

func (x exact) isZero() bool {
	return x.cents == 0 && x.euros.IsZero()
}

// round rounds to the cent, half up.
func (x exact) round() (euro.Amount, error) {
	if x.fractions {
		return euro.FromDecimal(x.euros)
	}
	return euro.Cents(x.cents)
}

// The largest decimals of tariffs and requests. All have at most maxDecimals decimals.
// Together they keep a chain of [maxDepth] coefficients within what can be rounded.
const (
	maxFactor   = 1000
	maxHours    = 10_000
	maxSizeMB   = 100_000_000
	maxDecimals = 9
)

// within reports whether d is 0 to most and has a sensible number of digits. It looks at
// the exponent first, which comes from outside and may be a billion.
func within(d decimal.Decimal, most int64) bool {
	if d.Exponent() < -maxDecimals || d.Exponent() > maxDecimals || d.NumDigits() > 18 {
		return false
	}
	return !d.IsNegative() && d.LessThanOrEqual(decimal.NewFromInt(most))
}

// positive reports whether d is within most and not zero.
func positive(d decimal.Decimal, most int64) bool { return !d.IsZero() && within(d, most) }
