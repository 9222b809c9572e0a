// Package notice holds the identifiers printed on a pagoPA payment notice: the
// notice number ([Number], NAV), the IUV in it ([IUV]), ISO 11649 references ([RF]),
// and the texts of the two codes, [QR] and the postal [DataMatrix].
//
// Values are comparable, their zero value means none. New numbers are made by
// [Issue], with aux digit 3 only, as SACI 3 demands; numbers of all four aux digits
// are read. Reading is strict: wrong check digits are an error. The functions named
// …Syntax look at the form only, because wrong digits do circulate (an official
// sample has them) and PSPs need not check them; what was read so tells by CheckOK.
//
// Sources: SACI 3.2.1; SACI 1.4.0 for aux digits 0 to 2 and RF; "Avviso di
// pagamento" 3.4 for the codes.
package notice

import (
	"encoding/binary"
	"fmt"
	"log/slog"

	"github.com/pagonline/pagonline"
)

// Number is an 18-digit notice number (numero avviso, NAV). Numbers compare with
// ==. The zero value is no number; eighteen zeros are one (the node asks for it to
// see whether a station is alive).
type Number struct{ digits [18]byte }

// maxSerial is the largest serial of a segregation code: 13 digits.
const maxSerial = 9_999_999_999_999

// Issue makes the number of aux digit 3 with the given segregation code (0..99, it
// belongs to the creditor) and serial (at most 13 digits), check digits computed:
// 3, segregation code, serial, (first 16 digits mod 93). SACI 3.2.1, NAV.3.
func Issue(segregation uint8, serial uint64) (Number, error) {
	if segregation > 99 || serial > maxSerial {
		return Number{}, invalid("codice di segregazione o progressivo fuori misura", "segregation code or serial out of range")
	}
	head := 3_000_000_000_000_000 + uint64(segregation)*10_000_000_000_000 + serial
	var n Number
	put8(n.digits[0:8], head/100_000_000)
	put8(n.digits[8:16], head%100_000_000)
	put2(n.digits[16:18], head%93)
	return n, nil
}

// Parse reads 18 digits, nothing else, and checks them: an aux digit 0 to 3, and
// for 0, 2 and 3 the check digits. Its error has [pagonline.CodeNoticeInvalid].
func Parse(s string) (Number, error) {
	n, head, err := read(s)
	if err != nil {
		return Number{}, err
	}
	if s[0] != '1' && head%93 != pair(s[16], s[17]) {
		return Number{}, invalid("cifre di controllo errate", "wrong check digits")
	}
	return n, nil
}

// ParseSyntax is [Parse] without the check digits.
func ParseSyntax(s string) (Number, error) {
	n, _, err := read(s)
	return n, err
}

// MustParse is [Parse] for constants and tests: it panics where Parse fails.
func MustParse(s string) Number {
	n, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return n
}

// read checks the form and returns the value of the first 16 digits too.
func read(s string) (n Number, head uint64, err error) {
	if len(s) != 18 {
		return Number{}, 0, invalid("servono 18 cifre", "18 digits are needed")
	}
	copy(n.digits[:], s)
	high, ok1 := eight(binary.LittleEndian.Uint64(n.digits[0:8]))
	low, ok2 := eight(binary.LittleEndian.Uint64(n.digits[8:16]))
	if !ok1 || !ok2 || !isDigit(s[16]) || !isDigit(s[17]) {
		return Number{}, 0, invalid("servono 18 cifre", "18 digits are needed")
	}
	if s[0] > '3' {
		return Number{}, 0, invalid("la prima cifra va da 0 a 3", "the first digit is 0 to 3")
	}
	return n, high*100_000_000 + low, nil
}

func invalid(it, en string) error {
	return pagonline.NewError(pagonline.CodeNoticeInvalid, pagonline.Text{It: it, En: en})
}

// IsZero reports whether n is no number.
func (n Number) IsZero() bool { return n == Number{} }

// Aux returns the aux digit, 0 to 3: it says how the number is made. None has 0.
func (n Number) Aux() int {
	if n.IsZero() {
		return 0
	}
	return int(n.digits[0] - '0')
}

// Segregation returns the segregation code of a number with aux digit 3.
func (n Number) Segregation() (code uint8, ok bool) {
	if n.Aux() != 3 {
		return 0, false
	}
	return uint8(pair(n.digits[1], n.digits[2])), true
}

// CheckOK reports whether the check digits hold. Aux digit 1 has none, so its
// numbers are always right; none is not.
func (n Number) CheckOK() bool {
	_, err := Parse(n.String())
	return err == nil
}

// IUV returns the reference inside the number: 15 digits for aux digit 0, where an
// application code stands before it, else 17. None has none.
func (n Number) IUV() IUV {
	switch {
	case n.IsZero():
		return IUV{}
	case n.digits[0] == '0':
		return IUV{string(n.digits[3:])}
	default:
		return IUV{string(n.digits[1:])}
	}
}

// String returns the 18 digits, "" for none.
func (n Number) String() string {
	if n.IsZero() {
		return ""
	}
	return string(n.digits[:])
}

// Grouped returns the digits as printed, in groups of four: "3010 0000 0000 0001 44".
func (n Number) Grouped() string { return grouped(n.String()) }

// AppendText appends the 18 digits, nothing for none; its error is always nil.
func (n Number) AppendText(b []byte) ([]byte, error) {
	if n.IsZero() {
		return b, nil
	}
	return append(b, n.digits[:]...), nil
}

// MarshalText returns the 18 digits, the empty text for none.
func (n Number) MarshalText() ([]byte, error) { return n.AppendText(nil) }

// UnmarshalText reads what MarshalText wrote, check digits unseen: what was once
// accepted must come back from a store.
func (n *Number) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*n = Number{}
		return nil
	}
	read, err := ParseSyntax(string(b))
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	*n = read
	return nil
}

// LogValue gives the log the digits: a notice number names no person.
func (n Number) LogValue() slog.Value { return slog.StringValue(n.String()) }
