package catalog

import (
	"log/slog"
	"strings"
)

// IBAN is the account of a creditor or institute. Whatever prints or logs it, and JSON
// too, gets it masked: country, check digits and the last four characters stand, stars
// stand for the rest. A masked IBAN is one that is not known. The account itself is in
// [Offer.IBAN].
type IBAN string

// String returns the masked form, "" for none.
func (i IBAN) String() string {
	const shown = 4
	if len(i) < 3*shown {
		return strings.Repeat("*", len(i))
	}
	last := len(i) - shown
	return string(i[:shown]) + strings.Repeat("*", last-shown) + string(i[last:])
}

// GoString returns the masked form.
func (i IBAN) GoString() string { return `"` + i.String() + `"` }

// LogValue returns the masked form.
func (i IBAN) LogValue() slog.Value { return slog.StringValue(i.String()) }

// MarshalText returns the masked form.
func (i IBAN) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// known returns the account, "" for a masked one.
func (i IBAN) known() string {
	if strings.Contains(string(i), "*") {
		return ""
	}
	return string(i)
}
