package causale

import (
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
)

// maxProtocol is the longest protocol reference, in characters.
const maxProtocol = 60

// Protocol is the reference of a quote in the institute's register (numero di
// protocollo). It is opaque first: the text as written, normalised. Number, year and
// date are read from it where it shows them for certain:
//
//	345/2024, prot. n. 345-A/2024                    345, 2024
//	345/24                                           345, 2024 (from /10 to /49)
//	prot. n. 3303 del 1 aprile 2016                  3303, 2016-04-01
//	prot. 4352/28.28.00-108 dell'11 novembre 2016    4352, 2016-11-11
//	0001752 15/02/2017 Cl. 25.07.04/2                0001752, 2017-02-15
//	(U).0050487.11-12-2019                           0050487, 2019-12-11
//	MIC|MIC_AS-LI|01/02/2024|0000123-P               0000123, 2024-02-01
//	2024/0012345                                     0012345, 2024
//	prot. 12.345/2024                                12345, 2024
//
// What could be read in two ways has no number: 2024/25, 12/02/2024, 3O5, 345/2O24. The
// zero value is none.
//
// Two references are compared by [Protocol.Equal], not by ==.
type Protocol struct {
	raw    string
	number string // digits, leading zeros kept; "" if it shows none
	bis    string // bis, ter, quater: what tells it from its neighbour
	year   int    // 0 if it shows none
	date   pagonline.Date
}

// ParseProtocol reads a reference of 1 to 60 characters, such as "345/2024" or
// "prot. n. 3303 del 1 aprile 2016"; blanks alone are none. Its error has
// [pagonline.CodeTextTooLong] or that of [NewDetail].
func ParseProtocol(s string) (Protocol, error) {
	if len(s) > 64*maxProtocol {
		return Protocol{}, textTooLong(len(s), maxProtocol)
	}
	raw, n, err := clean(s)
	if err != nil {
		return Protocol{}, err
	}
	if n > maxProtocol {
		return Protocol{}, textTooLong(n, maxProtocol)
	}
	return readProtocol(raw), nil
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

func textTooLong(n, limit int) error {
	return pagonline.NewError(pagonline.CodeTextTooLong,
		pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(limit)))
}

// clone returns p in memory of its own: it keeps nothing of the text in which it was found.
func (p Protocol) clone() Protocol {
	return Protocol{strings.Clone(p.raw), strings.Clone(p.number), strings.Clone(p.bis), p.year, p.date}
}

// IsZero reports whether p is none.
func (p Protocol) IsZero() bool { return p.raw == "" }

// String returns the reference as it was written, normalised; "" for none.
func (p Protocol) String() string { return p.raw }

// Number returns the digits of the number, leading zeros kept, "" if it shows none.
func (p Protocol) Number() string { return p.number }

// Year returns the year of the register, 0 if it shows none.
func (p Protocol) Year() int { return p.year }

// Date returns the day of the entry, none if it does not show it.
func (p Protocol) Date() pagonline.Date { return p.date }

// Equal reports whether both name the same entry of a register: the numbers are
// equal without leading zeros, and so are the years if both are known; 345-bis is not
// 345. References that show no number must be equal as texts. None equals nothing.
func (p Protocol) Equal(q Protocol) bool {
	if p.IsZero() || q.IsZero() {
		return false
	}
	if p.number == "" || q.number == "" {
		return strings.EqualFold(p.raw, q.raw)
	}
	return strings.TrimLeft(p.number, "0") == strings.TrimLeft(q.number, "0") && p.bis == q.bis &&
		(p.year == 0 || q.year == 0 || p.year == q.year)
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
