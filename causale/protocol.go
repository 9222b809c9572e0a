package causale

import (
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
)

// maxProtocol is the longest protocol reference, in characters.
const maxProtocol = 60

// Protocol is the reference of a quote in the institute's register (numero di
// protocollo). It is opaque first: the text as written, normalised. Number and year
// are read from it where it shows them. The zero value is none.
//
// Two references are compared by [Protocol.Equal], not by ==.
type Protocol struct {
	raw    string
	number string // digits, leading zeros kept; "" if it shows none
	year   int    // 0 if it shows none
}

// ParseProtocol reads a reference of 1 to 60 characters, such as "345/2024" or
// "prot. n. 3303 del 1 aprile 2016"; blanks alone are none. Its error has
// [pagonline.CodeTextTooLong] or that of [NewDetail].
func ParseProtocol(s string) (Protocol, error) {
	if len(s) > 64*maxProtocol {
		return Protocol{}, protocolTooLong(len(s))
	}
	b, n, err := appendClean(nil, s)
	if err != nil {
		return Protocol{}, err
	}
	if n > maxProtocol {
		return Protocol{}, protocolTooLong(n)
	}
	p := Protocol{raw: string(b)}
	p.number, p.year = numberAndYear(p.raw)
	return p, nil
}

// MustParseProtocol is [ParseProtocol] for constants and tests: it panics where
// ParseProtocol fails.
func MustParseProtocol(s string) Protocol {
	p, err := ParseProtocol(s)
	if err != nil {
		panic(err)
	}
	return p
}

func protocolTooLong(n int) error {
	return pagonline.NewError(pagonline.CodeTextTooLong,
		pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(maxProtocol)))
}

// numberAndYear finds the first run of digits, and the last run that is a year and
// not the number itself.
func numberAndYear(s string) (number string, year int) {
	for _, run := range strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' }) {
		if number == "" {
			number = run
		} else if isYear(run) {
			year, _ = strconv.Atoi(run)
		}
	}
	return number, year
}

// isYear reports whether s is a year in which there were State archives.
func isYear(s string) bool {
	return len(s) == 4 && s >= "1861" && s <= "2199" && strings.Trim(s, "0123456789") == ""
}

// IsZero reports whether p is none.
func (p Protocol) IsZero() bool { return p.raw == "" }

// String returns the reference as it was written, normalised; "" for none.
func (p Protocol) String() string { return p.raw }

// Number returns the digits of the number, leading zeros kept, "" if it shows none.
func (p Protocol) Number() string { return p.number }

// Year returns the year, 0 if it shows none.
func (p Protocol) Year() int { return p.year }

// Equal reports whether both name the same entry of a register: the numbers are
// equal without leading zeros, and so are the years if both are known. References
// that show no number must be equal as texts. None equals nothing.
func (p Protocol) Equal(q Protocol) bool {
	if p.IsZero() || q.IsZero() {
		return false
	}
	if p.number == "" || q.number == "" {
		return strings.EqualFold(p.raw, q.raw)
	}
	return strings.TrimLeft(p.number, "0") == strings.TrimLeft(q.number, "0") &&
		(p.year == 0 || q.year == 0 || p.year == q.year)
}

// hasProtocol reports whether text names p: as it is written, or as one word of it
// that is equal.
func hasProtocol(text string, p Protocol) bool {
	if hasWords(text, p.raw) {
		return true
	}
	for field := range strings.FieldsSeq(text) {
		q, err := ParseProtocol(strings.Trim(field, ".,;:()"))
		if err == nil && q.number != "" && field[0] >= '0' && field[0] <= '9' && q.Equal(p) && (q.year != 0 || p.year == 0) {
			return true
		}
	}
	return false
}

// MarshalText returns the text.
func (p Protocol) MarshalText() ([]byte, error) { return []byte(p.raw), nil }

// UnmarshalText reads a reference; the empty text is none.
func (p *Protocol) UnmarshalText(b []byte) error {
	read, err := ParseProtocol(string(b))
	if err != nil {
		return err
	}
	*p = read
	return nil
}
