package receipt

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
)

// Period is a span of days in Europe/Rome, both ends included. An end that is none is
// open: the zero value is all time.
type Period struct {
	From pagonline.Date `json:"from"`
	To   pagonline.Date `json:"to"`
}

// Has reports whether the day is in the period. No day is in none.
func (p Period) Has(d pagonline.Date) bool {
	return !d.IsZero() && !d.Before(p.From) && (p.To.IsZero() || !p.To.Before(d))
}

// Instants returns the first instant of the period and the first one after it, in UTC;
// an open end is the zero time.
func (p Period) Instants() (from, before time.Time) { return p.From.Start(), p.To.End() }

// String returns the period as in "2026-01-01..2026-12-31"; an open end is left out.
func (p Period) String() string { return p.From.String() + ".." + p.To.String() }

// ParsePeriod reads what [Period.String] writes. Its error has [pagonline.CodeInputSyntax],
// also for a period that ends before it begins.
func ParsePeriod(s string) (Period, error) {
	from, to, found := strings.Cut(s, "..")
	var p Period
	err := p.From.UnmarshalText([]byte(from))
	if err == nil {
		err = p.To.UnmarshalText([]byte(to))
	}
	if err != nil || !found || !p.To.IsZero() && p.To.Before(p.From) {
		return Period{}, pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "periodo come 2026-01-01..2026-12-31", En: "a period as in 2026-01-01..2026-12-31"}).At("period")
	}
	return p, nil
}

// Hash is a SHA-256 digest; its text form is 64 small hexadecimal digits.
type Hash [32]byte

// String returns the text form.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText returns the text form.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads the text form. Its error has [pagonline.CodeInputSyntax].
func (h *Hash) UnmarshalText(b []byte) error {
	var read Hash
	if len(b) != hex.EncodedLen(len(h)) || strings.ToLower(string(b)) != string(b) {
		return badHash()
	}
	if _, err := hex.Decode(read[:], b); err != nil {
		return badHash()
	}
	*h = read
	return nil
}

func badHash() error {
	return pagonline.NewError(pagonline.CodeInputSyntax,
		pagonline.Text{It: "SHA-256 di 64 cifre esadecimali", En: "a SHA-256 of 64 hexadecimal digits"})
}
