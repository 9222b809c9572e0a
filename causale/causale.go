// Package causale writes and reads payment reasons (causali): the only link between
// the money that arrives and the case it was paid for.
//
// One payment has two of them, and they must not be mixed up:
//
//   - [Detail] is the portal's "Dettaglio causale". The institute says by a
//     [Template] what it must hold; it may name the payer and what was copied. It is
//     kept with the position, on the receipt and at the desk.
//   - [Remittance] is what goes on the wire, to the node, the PSP and the bank. It is
//     built from a [Wire], which has room for protocol, institute and service, and
//     none for a person. So is the subject of the printed notice ([Wire.Subject]).
//
// A third one comes back: the [Transfer] by which a PSP pays many at once.
//
// All hold at most 140 characters, a subject 90; characters, not bytes. Nothing is ever
// cut: an optional part that finds no room is left out whole, and required parts that
// do not fit are an error.
//
// # Reading
//
// What was built comes back from [Template.Parse], [ParseRemittance] and
// [ParseTransfer], which are strict. [Read] takes what a bank made of it, or what a
// person wrote, says what it is and grades how sure it is ([Confidence]). Two values
// stand inside all of them: the [Protocol] of the quote and the State's account
// ([Revenue], also from an old treasury IBAN).
//
// # What is normalised, what is refused
//
//	runs of blanks, blanks at the ends         one blank; none
//	no-break and other typographic blanks      a blank
//	– — ‒ ― − ‐ (dashes)                       -
//	’ ‘ ʼ (apostrophes)                        '
//	line ends, tabs                            refused, text_invalid; Read takes them for blanks
//	other control characters                   refused, text_invalid
//	invalid UTF-8                              refused, text_invalid
//	U+FFFD, which stands for what was lost     refused, causale_charset
//	invisible and unassigned characters        refused, causale_charset
//	  (zero-width, right-to-left marks, …)
//	digits of other alphabets (４, ٤, 𝟒)        refused, causale_charset
//	letters amid digits (3O5, 3О5)             kept; no number is read from them
//
// Sources: SACI 1.4.0 §3 for /RFB/ and /RFS/; SACI 3.2.1 table 3 for /PUR/; RPT
// causaleVersamento and the pagoPA schemas' stText140 for the length; SANP 3.12 "no
// personal data in the causale"; Avviso di pagamento 3.4 for the subject.
package causale

import (
	"strconv"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// MaxLength is the longest reason, in characters.
const MaxLength = 140

// Detail is the portal's payment reason: normalised text of 1 to 140 characters. It
// may name people, so it stays at home: it is never sent to pagoPA. Details compare
// with ==; the zero value is none. [Template.Detail] makes one from parts.
type Detail struct{ text string }

// NewDetail normalises text. Its error has [pagonline.CodeTextInvalid],
// [pagonline.CodeCausaleCharset], [pagonline.CodeCausaleTooLong] or, for nothing but
// blanks, [pagonline.CodeRequiredField].
func NewDetail(text string) (Detail, error) {
	if len(text) > 64*MaxLength { // no one means this; do not even look at it
		return Detail{}, tooLong(utf8.RuneCountInString(text), MaxLength)
	}
	normal, n, err := clean(text)
	switch {
	case err != nil:
		return Detail{}, err
	case n == 0:
		return Detail{}, pagonline.NewError(pagonline.CodeRequiredField,
			pagonline.Text{It: "dettaglio causale", En: "payment reason"})
	case n > MaxLength:
		return Detail{}, tooLong(n, MaxLength)
	}
	return Detail{normal}, nil
}

func tooLong(n, limit int) error {
	return pagonline.NewError(pagonline.CodeCausaleTooLong,
		pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(limit)))
}

// IsZero reports whether d is none.
func (d Detail) IsZero() bool { return d.text == "" }

// String returns the text, "" for none.
func (d Detail) String() string { return d.text }

// Len returns the length in characters.
func (d Detail) Len() int { return utf8.RuneCountInString(d.text) }

// MarshalText returns the text.
func (d Detail) MarshalText() ([]byte, error) { return []byte(d.text), nil }

// UnmarshalText reads a detail; the empty text is none.
func (d *Detail) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Detail{}
		return nil
	}
	read, err := NewDetail(string(b))
	if err != nil {
		return err
	}
	*d = read
	return nil
}
