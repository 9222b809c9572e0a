package causale

import (
	"unicode"
	"unicode/utf8"
)

// A scanned text is its words and numbers in order; what stands between two of them
// is their gap. Only ASCII digits make numbers: a digit or a letter of another alphabet,
// or an accent set on a digit, makes an alien token, and no number that touches one is
// read: a Cyrillic О is not to be told from a zero.
type scanned struct {
	text   string
	tokens []token
}

type token struct {
	start, end int32
	kind       kind
	lexeme     lexeme // what a word means here
	used       bool   // it belongs to something that was read already
}

type kind uint8

const (
	word   kind = iota + 1 // Latin letters
	number                 // ASCII digits
	alien                  // neither
)

// scan appends the tokens of s to buf, which may be an array of the caller's.
func scan(buf []token, s string) scanned {
	for i := 0; i < len(s); {
		start, k := i, kind(0)
		for i < len(s) {
			next, n := kindOf(s[i]), 1
			if s[i] >= utf8.RuneSelf {
				next, n = kindAt(s[i:])
			}
			if i > start && next != k {
				break
			}
			i, k = i+n, next
		}
		switch t := (token{start: int32(start), end: int32(i), kind: k}); k {
		case word:
			t.lexeme = lexemeOf(s[start:i])
			buf = append(buf, t)
		case number, alien:
			buf = append(buf, t)
		}
	}
	return scanned{s, buf}
}

func kindOf(c byte) kind {
	switch {
	case '0' <= c && c <= '9':
		return number
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		return word
	default:
		return 0
	}
}

// kindAt returns the kind of the first character of s, and its length.
func kindAt(s string) (k kind, size int) {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r == 'º', r == 'ª': // the ordinal signs are punctuation here: n.º, 1º
		return 0, n
	case unicode.IsLetter(r) && unicode.Is(unicode.Latin, r):
		return word, n
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		return alien, n
	default:
		return 0, n
	}
}

// at returns token i, a token of no kind beyond the ends.
func (s scanned) at(i int) token {
	if i < 0 || i >= len(s.tokens) {
		return token{}
	}
	return s.tokens[i]
}

// str returns the text of token i.
func (s scanned) str(i int) string {
	t := s.at(i)
	return s.text[t.start:t.end]
}

// gap returns what stands between token i and the next, all that is left after the last.
func (s scanned) gap(i int) string {
	switch {
	case i < 0 && len(s.tokens) > 0:
		return s.text[:s.tokens[0].start]
	case i < 0 || i >= len(s.tokens):
		return ""
	case i == len(s.tokens)-1:
		return s.text[s.tokens[i].end:]
	default:
		return s.text[s.tokens[i].end:s.tokens[i+1].start]
	}
}

// touches reports whether nothing stands between token i and the next.
func (s scanned) touches(i int) bool {
	return i >= 0 && i+1 < len(s.tokens) && s.tokens[i].end == s.tokens[i+1].start
}

// digits reports whether token i is a free number of least to most digits that
// touches nothing, but for words that mean something: capo29cap2584art3.
func (s scanned) digits(i, least, most int) bool {
	t := s.at(i)
	n := int(t.end - t.start)
	return t.kind == number && !t.used && n >= least && n <= most &&
		(!s.touches(i) || s.at(i+1).lexeme.isRevenue()) && (!s.touches(i-1) || s.at(i-1).lexeme != 0)
}

// free reports whether token i is a number of least to most digits that nothing has
// taken yet.
func (s scanned) free(i, least, most int) bool {
	t := s.at(i)
	n := int(t.end - t.start)
	return t.kind == number && !t.used && n >= least && n <= most
}

// width returns the length of token i in bytes.
func (s scanned) width(i int) int { return int(s.at(i).end - s.at(i).start) }

// touchesAlien reports whether nothing stands between token i and the next, and one
// of them is alien.
func (s scanned) touchesAlien(i int) bool {
	return s.touches(i) && (s.at(i).kind == alien || s.at(i+1).kind == alien)
}

// goesOn reports whether one sign joins token i to a number after it: 28.28, 4352/28.
func (s scanned) goesOn(i int) bool {
	return s.at(i+1).kind == number && isTight(s.gap(i))
}

// isTight reports whether gap is one sign that joins numbers.
func isTight(gap string) bool {
	return gap == "/" || gap == "-" || gap == "." || gap == "_"
}

// value returns the value of a number of a few digits.
func (s scanned) value(i int) int {
	n := 0
	for _, c := range []byte(s.str(i)) {
		n = n*10 + int(c-'0')
	}
	return n
}

// use marks tokens first to last as read.
func (s scanned) use(first, last int) {
	for i := first; i <= last; i++ {
		s.tokens[i].used = true
	}
}
