package causale

import (
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
)

// Revenue is the State's account of an income (capo, capitolo, articolo), as in
// "29/2584/03". Revenues compare with ==; the zero value is none.
//
// What is not known is 0: "0/2584/03" lacks the capo, "16/3573/00" has no articolo,
// as a treasury account writes a capitolo that is not divided.
type Revenue struct {
	capo     uint8
	capitolo uint16
	articolo uint8
}

// ParseRevenue finds the account that a text names, in any of the forms that
// institutes write: roman or arabic numerals, any order, any separators.
//
//	Capo XXIX – Capitolo 2584 - Art. 3     29/2584/03
//	CAP. 2584/3 CAPO 29                    29/2584/03
//	Capo XVI, capitolo 3573                16/3573/00
//	Capitolo 2.584, P.G. 3                 0/2584/03 (piano gestionale)
//	2584/03                                0/2584/03
//
// Where the capo is missing it is 0, not a guess. Numbers without a label are read
// only where they cannot be a year or a protocol; what names an articolo of three digits is
// no account. It reports false for a text that
// names no capitolo; the text may be of any length.
func ParseRevenue(text string) (Revenue, bool) {
	var buf [64]token
	return findRevenue(scan(buf[:0], text))
}

// Capo returns the chapter heading, 0 if it is not known.
func (r Revenue) Capo() int { return int(r.capo) }

// Capitolo returns the chapter, 0 for none.
func (r Revenue) Capitolo() int { return int(r.capitolo) }

// Articolo returns the article, 0 if there is none.
func (r Revenue) Articolo() int { return int(r.articolo) }

// IsZero reports whether r is none.
func (r Revenue) IsZero() bool { return r == Revenue{} }

// String returns the canonical text, as in "29/2584/03" or "0/2584/03"; "" for none.
func (r Revenue) String() string {
	if r.IsZero() {
		return ""
	}
	capo := 2
	if r.capo == 0 {
		capo = 1
	}
	b := append(appendPadded(make([]byte, 0, 16), int(r.capo), capo), '/')
	b = append(appendPadded(b, int(r.capitolo), 4), '/')
	return string(appendPadded(b, int(r.articolo), 2))
}

// appendPadded appends n with zeros before it, in at least so many digits.
func appendPadded(b []byte, n, digits int) []byte {
	if n >= 10 || digits > 1 {
		b = appendPadded(b, n/10, digits-1)
	}
	return append(b, byte('0'+n%10))
}

// MarshalText returns the canonical text.
func (r Revenue) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the canonical text and no other form; the empty text is none.
// Its error has [pagonline.CodeInputSyntax].
func (r *Revenue) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*r = Revenue{}
		return nil
	}
	var read Revenue
	if parts := strings.Split(string(b[:min(len(b), 11)]), "/"); len(parts) == 3 {
		capo, _ := strconv.ParseUint(parts[0], 10, 7)
		capitolo, _ := strconv.ParseUint(parts[1], 10, 14)
		articolo, _ := strconv.ParseUint(parts[2], 10, 7)
		read = Revenue{uint8(capo), uint16(capitolo), uint8(articolo)}
	}
	if read.capitolo > 0 && read.String() == string(b) {
		*r = read
		return nil
	}
	return pagonline.NewError(pagonline.CodeInputSyntax,
		pagonline.Text{It: "capo/capitolo/articolo come 29/2584/03", En: "capo/capitolo/articolo as in 29/2584/03"})
}

// treasury is the bank and branch of the State's treasury accounts: Banca d'Italia.
const treasury = "0100003245"

// RevenueFromIBAN decodes an old-form account of the State's treasury, whose last
// twelve digits are section (3), 0, capo (2), capitolo (4) and articolo (2). Blanks
// may stand between groups, letters may be small; the check digits must hold. It
// reports false for any other IBAN, such as the new accounts (BE00000001LC), which
// name no revenue.
func RevenueFromIBAN(iban string) (r Revenue, section string, ok bool) {
	if len(iban) > 64 {
		return Revenue{}, "", false
	}
	s := strings.ToUpper(strings.NewReplacer(" ", "", "\u00a0", "").Replace(iban))
	if len(s) != 27 || s[:2] != "IT" || s[5:15] != treasury || !mod97(s) {
		return Revenue{}, "", false
	}
	account := s[15:]
	for i := range len(account) {
		if account[i] < '0' || account[i] > '9' {
			return Revenue{}, "", false
		}
	}
	number := func(s string) (n int) {
		for i := range len(s) {
			n = n*10 + int(s[i]-'0')
		}
		return n
	}
	r = Revenue{uint8(number(account[4:6])), uint16(number(account[6:10])), uint8(number(account[10:]))}
	if account[3] != '0' || r.capo == 0 || r.capitolo == 0 {
		return Revenue{}, "", false
	}
	return r, account[:3], true
}

// mod97 reports whether the check digits of an IBAN in capitals hold (ISO 7064).
func mod97(s string) bool {
	m := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		switch {
		case '0' <= c && c <= '9':
			m = (m*10 + int(c-'0')) % 97
		case 'A' <= c && c <= 'Z':
			m = (m*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return m == 1
}
