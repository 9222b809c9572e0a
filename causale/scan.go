package causale

import (
	"unicode"
	"unicode/utf8"
)

// A scanned text is its words and numbers in order; what stands between two of them
// is their gap. Only ASCII digits make numbers: a digit of another alphabet, or an
// accent set on a digit, makes an alien token, and no number that touches one is read.
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
	word   kind = iota + 1 // letters
	number                 // ASCII digits
	alien                  // neither
)

// scan appends the tokens of s to buf, which may be an array of the caller's.
func scan(buf []token, s string) scanned {
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		k := kindOf(r)
		if last := len(buf) - 1; k != 0 && last >= 0 && int(buf[last].end) == i && buf[last].kind == k {
			buf[last].end += int32(n)
		} else if k != 0 {
			buf = append(buf, token{start: int32(i), end: int32(i + n), kind: k})
		}
		i += n
	}
	for i := range buf {
		if buf[i].kind == word {
			buf[i].lexeme = lexemeOf(s[buf[i].start:buf[i].end])
		}
	}
	return scanned{s, buf}
}

func kindOf(r rune) kind {
	switch {
	case '0' <= r && r <= '9':
		return number
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		return word
	case r < utf8.RuneSelf, r == 'º', r == 'ª': // the ordinal signs are punctuation here: n.º, 1º
		return 0
	case unicode.IsLetter(r):
		return word
	case unicode.IsNumber(r), unicode.IsMark(r):
		return alien
	default:
		return 0
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
