package load

import (
	"encoding/json"
	"strings"

	"github.com/shopspring/decimal"
)

// number is a decimal as it is written, as a string or as a number; never a float.
type number string

// UnmarshalJSON keeps what stands there; whether it is a number is checked later.
func (n *number) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(n))
	}
	*n = number(b)
	return nil
}

// isNumber accepts digits, and perhaps a dot and more digits; no exponent.
var isNumber = like(`^[0-9]{1,9}(\.[0-9]{1,9})?$`)

// decimal returns the value, whose text is checked; zero for none.
func (n number) decimal() decimal.Decimal {
	s := string(n)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	d, _ := decimal.NewFromString(s) // "" is zero
	return d
}

// numberOf returns the text of d, none for zero.
func numberOf(d decimal.Decimal) number {
	if d.IsZero() {
		return ""
	}
	return number(d.String())
}
