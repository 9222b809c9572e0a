package causale

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxSubject is the longest subject of a printed notice, in characters.
const MaxSubject = 90

// Subject returns the subject of a printed notice (oggetto del pagamento), at most 90
// characters in sentence case: names in capitals, which institutes ask for in a
// reason, are not wanted there (Avviso di pagamento 3.4, annex 2). It says what
// [Wire.Free] says, and leaves out the same. Its error is that of Wire.Free.
func (w Wire) Subject() (string, error) {
	w.Institute, w.Service = nameCase(w.Institute), sentenceCase(w.Service)
	text, err := w.appendText(nil, MaxSubject)
	if err != nil {
		return "", err
	}
	if len(text) == 0 {
		return "", nothingToSay()
	}
	s := string(text)
	if label, rest, ok := strings.Cut(s, " "); ok && hasLabel(label) {
		s = strings.ToLower(label) + " " + rest
	}
	return capitalised(s), nil
}

// isShouted reports whether s is in capitals, and more than an acronym.
func isShouted(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLower(r) {
			return false
		}
		if unicode.IsUpper(r) {
			letters++
		}
	}
	return letters > 5
}

// sentenceCase lowers a text in capitals but for its first letter, and for codes such
// as A4 and B/N.
func sentenceCase(s string) string {
	if !isShouted(s) {
		return s
	}
	return capitalised(eachWord(s, strings.ToLower))
}

// nameCase lowers a name in capitals as names are written: Archivio di Stato di Livorno.
func nameCase(s string) string {
	if !isShouted(s) {
		return s
	}
	return capitalised(eachWord(s, func(word string) string {
		word = strings.ToLower(word)
		switch word {
		case "di", "d", "del", "dell", "dello", "della", "dei", "degli", "delle", "e", "ed", "da", "dal", "dalla", "in", "per",
			"a", "al", "alla", "con", "su", "sul", "la", "le", "il", "lo", "gli", "i", "l":
			return word
		default:
			return capitalised(word)
		}
	}))
}

// eachWord maps the words of s, but for codes: those with a digit in them or beside
// them, and single consonants.
func eachWord(s string, f func(string) string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if n < 0 {
			n = len(s)
		}
		word := s[:n]
		if strings.ContainsAny(word, "0123456789") || len(word) == 1 && !strings.ContainsAny(word, "AEIODL") {
			b.WriteString(word)
		} else {
			b.WriteString(f(word))
		}
		s = s[n:]
		if _, size := utf8.DecodeRuneInString(s); size > 0 {
			b.WriteString(s[:size])
			s = s[size:]
		}
	}
	return b.String()
}

// capitalised raises the first letter of s.
func capitalised(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	return string(unicode.ToTitle(r)) + s[n:]
}
