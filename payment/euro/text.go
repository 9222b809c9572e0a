package euro

import (
	"fmt"
	"math"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline"
)

// parseCents reads \d+\.\d{2} up to limit cents.
func parseCents(s string, limit int64) (int64, error) {
	if len(s) < 4 || s[len(s)-3] != '.' {
		return 0, badFormat()
	}
	var n int64
	for i := range len(s) {
		if i == len(s)-3 {
			continue
		}
		c := int64(s[i]) - '0'
		if c < 0 || c > 9 {
			return 0, badFormat()
		}
		if n > (math.MaxInt64-c)/10 {
			n = math.MaxInt64 // the rest is still checked for its form
			continue
		}
		n = n*10 + c
	}
	if n > limit || n == math.MaxInt64 {
		return 0, pagonline.NewError(pagonline.CodeAmountRange)
	}
	return n, nil
}

// parseSigned is parseCents with an optional minus sign before anything but zero.
func parseSigned(s string, limit int64) (int64, error) {
	if s == "" || s[0] != '-' {
		return parseCents(s, limit)
	}
	n, err := parseCents(s[1:], limit)
	if err == nil && n == 0 {
		return 0, badFormat()
	}
	return -n, err
}

func badFormat() error {
	return pagonline.NewError(pagonline.CodeAmountFormat,
		pagonline.Text{It: "il punto", En: "a dot"}, pagonline.Same("12.50"))
}

func unmarshal(b []byte, limit int64, to *int64) error {
	n, err := parseCents(string(b), limit)
	if err != nil {
		return err
	}
	*to = n
	return nil
}

func unmarshalSigned(b []byte, limit int64, to *int64) error {
	n, err := parseSigned(string(b), limit)
	if err != nil {
		return err
	}
	*to = n
	return nil
}

// roundCents rounds d to whole cents, half up: 0.005 becomes 0.01. It reports
// false for what cannot be an amount, before any arithmetic is spent on it.
func roundCents(d decimal.Decimal) (cents int64, ok bool) {
	if d.IsZero() {
		return 0, true
	}
	if int64(d.NumDigits())+int64(d.Exponent()) > 12 || d.Exponent() < -100 {
		return 0, false
	}
	return d.Shift(2).Add(decimal.New(5, -1)).Floor().IntPart(), true
}

// text returns the wire form of n cents.
func text(n int64) string {
	var b [24]byte
	return string(appendCents(b[:0], n))
}

// appendCents appends the wire form of n cents.
func appendCents(b []byte, n int64) []byte {
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/100, 10)
	c := byte(n % 100)
	return append(b, '.', '0'+c/10, '0'+c%10)
}

// localized groups the thousands and sets the decimal sign of lang.
func localized(n int64, lang string) string {
	group, point := byte('.'), byte(',')
	if lang == "en" {
		group, point = ',', '.'
	}
	var plain, out [40]byte
	p, b := appendCents(plain[:0], n), out[:0]
	if p[0] == '-' {
		p, b = p[1:], append(b, '-')
	}
	whole := len(p) - 3
	for i, c := range p[:whole] {
		if i > 0 && (whole-i)%3 == 0 {
			b = append(b, group)
		}
		b = append(b, c)
	}
	b = append(b, point)
	return string(append(b, p[whole+1:]...))
}

// scan reads a column: whole cents as an integer, the wire form as text.
func scan(src any, least, most int64, to *int64) error {
	var n int64
	var err error
	switch v := src.(type) {
	case int64:
		n = v
	case string:
		n, err = parseSigned(v, most)
	case []byte:
		n, err = parseSigned(string(v), most)
	default:
		return fmt.Errorf("euro: cannot read money from a column of type %T", src)
	}
	if err == nil && (n < least || n > most) {
		err = pagonline.NewError(pagonline.CodeAmountRange)
	}
	if err != nil {
		return fmt.Errorf("euro: column: %w", err)
	}
	*to = n
	return nil
}
