package notice

import (
	"strings"
	"unicode"
)

// Kind is what a code turned out to be.
type Kind string

// The kinds of [Found].
const (
	KindNotice     Kind = "notice"
	KindIUV        Kind = "iuv"
	KindRF         Kind = "rf"
	KindQR         Kind = "qr"
	KindDataMatrix Kind = "datamatrix"
)

// Found is what a code says. What it does not say is the zero value.
type Found struct {
	Kind     Kind
	Number   Number
	IUV      IUV
	Creditor string // fiscal code, of a QR or DataMatrix
	// Cents is the amount due, if HasAmount.
	Cents     int64
	HasAmount bool
	// Wrong says which check digits do not hold, nil if they do or there are none. It has
	// [pagonline.CodeNoticeInvalid] or [pagonline.CodeIUVInvalid].
	Wrong error
}

// Recognise reads what somebody typed from a notice or a reader scanned: a notice
// number, an IUV, an RF reference, with or without blanks and the word before it, or the
// text of a QR or DataMatrix code. Wrong check digits are told and are no error; its
// error is that of the kind that the text seems to be.
func Recognise(text string) (Found, error) {
	if len(text) > 4*dmLength {
		return Found{}, iuvInvalid("testo troppo lungo", "text too long")
	}
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "PAGOPA|"):
		q, err := ParseQR(text)
		return found(KindQR, q.Number, q.Creditor, q.Cents, err)
	case strings.HasPrefix(text, dmPrefix[:len("codfase=")]):
		d, err := ParseDataMatrix(text)
		return found(KindDataMatrix, d.Number, d.Creditor, d.Cents, err)
	}
	bare := unlabelled(strings.Join(strings.Fields(text), ""))
	switch {
	case len(bare) > 2 && strings.EqualFold(bare[:2], "RF"):
		rf, err := ParseRFSyntax(bare)
		f := Found{Kind: KindRF, IUV: rf.IUV()}
		if err == nil {
			_, f.Wrong = ParseRF(bare)
		}
		return f, err
	case len(bare) == 18:
		n, err := ParseSyntax(bare)
		return found(KindNotice, n, "", -1, err)
	default:
		return ofIUV(bare)
	}
}

// unlabelled drops the words that stand before digits, as in "NAV 3010…" or "codice
// avviso: 3010…".
func unlabelled(s string) string {
	digits := strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsLetter(r) || r == '.' || r == ':' || r == '°' || r == '='
	})
	if label := s[:len(s)-len(digits)]; strings.EqualFold(label, "RF") || len(digits) < 15 || !allDigits(digits) {
		return s
	}
	return digits
}

// found is a code with a notice number in it; cents below zero are none.
func found(kind Kind, n Number, creditor string, cents int64, err error) (Found, error) {
	if err != nil {
		return Found{}, err
	}
	f := Found{Kind: kind, Number: n, IUV: n.IUV(), Creditor: creditor}
	if cents >= 0 {
		f.Cents, f.HasAmount = cents, true
	}
	_, f.Wrong = Parse(n.String())
	return f, nil
}

// ofIUV tells the notice number of 17 digits, whose last two are check digits with aux
// digit 3, or with 2 in older ones; those of aux digit 1, which have none, nobody issues
// any more. Other IUVs have nothing to check.
func ofIUV(s string) (Found, error) {
	v, err := ParseIUV(s)
	if err != nil {
		return Found{}, err
	}
	f := Found{Kind: KindIUV, IUV: v}
	if len(s) != 17 || !allDigits(s) {
		return f, nil
	}
	if f.Number, f.Wrong = v.Number(3); f.Wrong != nil {
		if older, err := v.Number(2); err == nil {
			f.Number, f.Wrong = older, nil
		}
	}
	return f, nil
}
