package notice

import (
	"strings"

	"github.com/pagonline/pagonline"
)

// IUV is the creditor's reference of a payment (identificativo univoco versamento,
// creditorReferenceId): the 15 or 17 digits inside a notice number, an [RF], or up
// to 35 letters, digits, hyphens and underscores of older payments. It compares with
// ==, case and all; the zero value is none.
type IUV struct{ text string }

// ParseIUV reads an IUV of any of its forms. Its error has [pagonline.CodeIUVInvalid].
func ParseIUV(s string) (IUV, error) {
	if s == "" || len(s) > 35 {
		return IUV{}, iuvInvalid("da 1 a 35 caratteri", "1 to 35 characters")
	}
	for i := range len(s) {
		if !isDigit(s[i]) && !isLetter(s[i]) && s[i] != '-' && s[i] != '_' {
			return IUV{}, iuvInvalid("solo lettere, cifre, - e _", "letters, digits, - and _ only")
		}
	}
	return IUV{s}, nil
}

func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }

func iuvInvalid(it, en string) error {
	return pagonline.NewError(pagonline.CodeIUVInvalid, pagonline.Text{It: it, En: en})
}

// IsZero reports whether v is none.
func (v IUV) IsZero() bool { return v.text == "" }

// String returns the IUV as it was read.
func (v IUV) String() string { return v.text }

// Number returns the notice number with aux digit 1, 2 or 3 that holds v, which
// then has 17 digits, check digits included. An IUV alone does not tell its aux
// digit; new ones all have 3.
func (v IUV) Number(aux int) (Number, error) {
	switch {
	case aux < 1 || aux > 3:
		return Number{}, iuvInvalid("l'aux digit va da 1 a 3", "the aux digit is 1 to 3")
	case len(v.text) != 17 || !allDigits(v.text):
		return Number{}, iuvInvalid("servono 17 cifre", "17 digits are needed")
	}
	return Parse(string(rune('0'+aux)) + v.text)
}

// NumberWithApplication returns the notice number with aux digit 0 that holds v,
// which then has 15 digits; the application code (0..99) stands before it.
func (v IUV) NumberWithApplication(code uint8) (Number, error) {
	if code > 99 || len(v.text) != 15 || !allDigits(v.text) {
		return Number{}, iuvInvalid("servono 15 cifre", "15 digits are needed")
	}
	return Parse(string([]byte{'0', '0' + code/10, '0' + code%10}) + v.text)
}

// RF returns v as an ISO 11649 reference, if it is one with right check digits.
func (v IUV) RF() (RF, bool) {
	rf, err := ParseRF(v.text)
	return rf, err == nil
}

// MarshalText returns the IUV, the empty text for none.
func (v IUV) MarshalText() ([]byte, error) { return []byte(v.text), nil }

// UnmarshalText reads an IUV; the empty text is none.
func (v *IUV) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*v = IUV{}
		return nil
	}
	read, err := ParseIUV(string(b))
	if err != nil {
		return err
	}
	*v = read
	return nil
}

// RF is a structured creditor reference after ISO 11649: "RF", two check digits, up
// to 21 letters and digits. It is kept in capitals, so that equal references compare
// with ==; the zero value is none.
type RF struct{ text string }

// NewRF returns the reference with its check digits computed (ISO 7064, mod 97-10).
// reference is 1 to 21 letters and digits. Its error has [pagonline.CodeIUVInvalid].
func NewRF(reference string) (RF, error) {
	rf := RF{"RF00" + capitals(reference)}
	if err := rf.form(); err != nil {
		return RF{}, err
	}
	check := 98 - rf.mod97()
	return RF{"RF" + string([]byte{byte('0' + check/10), byte('0' + check%10)}) + rf.text[4:]}, nil
}

// ParseRF reads a reference, printed in groups or not, and checks it. Its error has
// [pagonline.CodeIUVInvalid].
func ParseRF(s string) (RF, error) {
	rf, err := ParseRFSyntax(s)
	if err == nil && !rf.CheckOK() {
		return RF{}, iuvInvalid("cifre di controllo RF errate", "wrong RF check digits")
	}
	return rf, err
}

// ParseRFSyntax is [ParseRF] without the check digits: the official sample of SACI
// 1.4.0, RF23 5674 8393 7849 4505 5087 5, has wrong ones.
func ParseRFSyntax(s string) (RF, error) {
	if len(s) > 2*25 {
		return RF{}, rfForm()
	}
	rf := RF{capitals(strings.ReplaceAll(s, " ", ""))}
	if err := rf.form(); err != nil {
		return RF{}, err
	}
	return rf, nil
}

func rfForm() error {
	return iuvInvalid("RF, due cifre, da 1 a 21 lettere e cifre", "RF, two digits, 1 to 21 letters and digits")
}

// capitals raises ASCII letters only: other alphabets have letters whose capitals
// are ASCII.
func capitals(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}, s)
}

func (r RF) form() error {
	if len(r.text) < 5 || len(r.text) > 25 || r.text[:2] != "RF" || !allDigits(r.text[2:4]) {
		return rfForm()
	}
	for i := 4; i < len(r.text); i++ {
		if !isDigit(r.text[i]) && !isLetter(r.text[i]) {
			return rfForm()
		}
	}
	return nil
}

// mod97 computes the remainder with the first four characters moved to the end and
// letters as 10 to 35.
func (r RF) mod97() int {
	m := 0
	for _, c := range []byte(r.text[4:] + r.text[:4]) {
		if isDigit(c) {
			m = (m*10 + int(c-'0')) % 97
		} else {
			m = (m*100 + int(c-'A') + 10) % 97
		}
	}
	return m
}

// IsZero reports whether r is none.
func (r RF) IsZero() bool { return r.text == "" }

// CheckOK reports whether the check digits hold.
func (r RF) CheckOK() bool { return r.text != "" && r.mod97() == 1 }

// IUV returns the reference as an IUV.
func (r RF) IUV() IUV { return IUV(r) }

// String returns the reference in capitals, without blanks.
func (r RF) String() string { return r.text }

// Grouped returns the reference as printed, in groups of four.
func (r RF) Grouped() string { return grouped(r.text) }
