package euro

import (
	"cmp"
	"database/sql/driver"
	"math"

	"github.com/pagonline/pagonline"
)

// Delta is a signed difference of two amounts, or a revoked row of a flow. Its text
// form is that of [Amount], with a minus sign where it is negative.
type Delta struct{ cents int64 }

// DeltaCents returns the difference of n cents, at most 999,999,999.99 either way.
// Its error has [pagonline.CodeAmountRange].
func DeltaCents(n int64) (Delta, error) {
	if n < -maxCents || n > maxCents {
		return Delta{}, pagonline.NewError(pagonline.CodeAmountRange)
	}
	return Delta{n}, nil
}

// ParseDelta reads the wire form with an optional minus sign. "-0.00" is refused.
func ParseDelta(s string) (Delta, error) {
	n, err := parseSigned(s, maxCents)
	return Delta{n}, err
}

// Cents returns the difference in cents.
func (d Delta) Cents() int64 { return d.cents }

// IsZero reports whether there is no difference.
func (d Delta) IsZero() bool { return d.cents == 0 }

// Compare returns -1, 0 or +1 as d is less than, equal to or more than e.
func (d Delta) Compare(e Delta) int { return cmp.Compare(d.cents, e.cents) }

// Neg returns -d.
func (d Delta) Neg() Delta { return Delta{-d.cents} }

// Amount returns d as an amount. Below zero it is an error with
// [pagonline.CodeAmountRange].
func (d Delta) Amount() (Amount, error) { return Cents(d.cents) }

// String returns the text form, as in "-0.50".
func (d Delta) String() string { return text(d.cents) }

// AppendText appends the text form to b; its error is always nil.
func (d Delta) AppendText(b []byte) ([]byte, error) { return appendCents(b, d.cents), nil }

// MarshalText returns the text form; so does JSON, as a string.
func (d Delta) MarshalText() ([]byte, error) { return appendCents(nil, d.cents), nil }

// UnmarshalText reads the text form.
func (d *Delta) UnmarshalText(b []byte) error { return unmarshalSigned(b, maxCents, &d.cents) }

// Localized returns the difference as people write it; see [Amount.Localized].
func (d Delta) Localized(lang string) string { return localized(d.cents, lang) }

// Value stores the difference as whole cents.
func (d Delta) Value() (driver.Value, error) { return d.cents, nil }

// Scan reads what [Amount.Scan] reads, with a sign.
func (d *Delta) Scan(src any) error { return scan(src, -maxCents, maxCents, &d.cents) }

// Total is a sum of amounts and differences; it may go beyond the cap of one amount,
// up to 92 quadrillion euros, and below zero. Its text form is that of
// [Delta].
type Total struct{ cents int64 }

// Sum adds up amounts. At 999,999,999.99 each it has room for 92 million of them;
// beyond that its error has [pagonline.CodeAmountRange].
func Sum(amounts ...Amount) (Total, error) {
	var t Total
	for _, a := range amounts {
		var err error
		if t, err = t.Add(a); err != nil {
			return Total{}, err
		}
	}
	return t, nil
}

// maxTotal is the largest total in cents: one less than an int64 holds, which marks an
// overflow.
const maxTotal = math.MaxInt64 - 1

// ParseTotal reads the wire form with an optional minus sign.
func ParseTotal(s string) (Total, error) {
	n, err := parseSigned(s, maxTotal)
	return Total{n}, err
}

// Cents returns the total in cents.
func (t Total) Cents() int64 { return t.cents }

// IsZero reports whether the total is 0.00.
func (t Total) IsZero() bool { return t.cents == 0 }

// Compare returns -1, 0 or +1 as t is less than, equal to or more than u.
func (t Total) Compare(u Total) int { return cmp.Compare(t.cents, u.cents) }

// Add returns t + a. Its error has [pagonline.CodeAmountRange].
func (t Total) Add(a Amount) (Total, error) { return t.plus(a.cents) }

// AddDelta returns t + d. Its error has [pagonline.CodeAmountRange].
func (t Total) AddDelta(d Delta) (Total, error) { return t.plus(d.cents) }

// AddTotal returns t + u. Its error has [pagonline.CodeAmountRange].
func (t Total) AddTotal(u Total) (Total, error) { return t.plus(u.cents) }

func (t Total) plus(n int64) (Total, error) {
	sum := t.cents + n
	if (sum > t.cents) != (n > 0) && n != 0 || sum < -maxTotal || sum > maxTotal {
		return Total{}, pagonline.NewError(pagonline.CodeAmountRange)
	}
	return Total{sum}, nil
}

// Amount returns t as one amount, where it fits. Its error has
// [pagonline.CodeAmountRange].
func (t Total) Amount() (Amount, error) { return Cents(t.cents) }

// String returns the text form.
func (t Total) String() string { return text(t.cents) }

// AppendText appends the text form to b; its error is always nil.
func (t Total) AppendText(b []byte) ([]byte, error) { return appendCents(b, t.cents), nil }

// MarshalText returns the text form; so does JSON, as a string.
func (t Total) MarshalText() ([]byte, error) { return appendCents(nil, t.cents), nil }

// UnmarshalText reads the text form.
func (t *Total) UnmarshalText(b []byte) error {
	return unmarshalSigned(b, maxTotal, &t.cents)
}

// Localized returns the total as people write it; see [Amount.Localized].
func (t Total) Localized(lang string) string { return localized(t.cents, lang) }

// Value stores the total as whole cents.
func (t Total) Value() (driver.Value, error) { return t.cents, nil }

// Scan reads what [Amount.Scan] reads, with a sign and without the cap.
func (t *Total) Scan(src any) error { return scan(src, -maxTotal, maxTotal, &t.cents) }
