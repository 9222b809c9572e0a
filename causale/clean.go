package causale

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// appendClean appends s to dst as the package comment's table says and returns how
// many characters it added. On error dst may hold a part of s.
func appendClean(dst []byte, s string) (out []byte, added int, err error) {
	if isClean(s) {
		return append(dst, s...), len(s), nil
	}
	blank := false // a blank is owed before the next character
	for i, r := range s {
		switch r = normal(r); r {
		case refused:
			return dst, added, badCharacter(s, i)
		case ' ':
			blank = added > 0
		default:
			if blank {
				dst, added, blank = append(dst, ' '), added+1, false
			}
			dst, added = utf8.AppendRune(dst, r), added+1
		}
	}
	return dst, added, nil
}

// clean normalises s; what is normal already is returned as it is.
func clean(s string) (out string, characters int, err error) {
	if isClean(s) {
		return s, len(s), nil
	}
	b, n, err := appendClean(make([]byte, 0, len(s)), s)
	return string(b), n, err
}

// isClean reports whether s is seen ASCII with single blanks inside, as nearly all
// names are: it can be copied as it is. It looks at eight characters at a time.
func isClean(s string) bool {
	const each = 0x0101010101010101
	const high = 0x80 * each
	last := byte(' ') // the character before s: a blank must not follow it
	for ; len(s) >= 8; s = s[8:] {
		v := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		if v&high != 0 || (v+0x60*each)&high != high || (v+each)&high != 0 {
			return false // a byte beyond ASCII, below the blank, or DEL
		}
		x := v ^ 0x20*each
		spaces := ^(x + 0x7F*each) & high // the high bit of each byte that is a blank
		if spaces&(spaces<<8) != 0 || last == ' ' && spaces&0x80 != 0 {
			return false
		}
		last = s[7]
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && last == ' ' {
			return false
		}
		last = s[i]
	}
	return last != ' '
}

// refused is what normal returns for a character that may not stand in a reason.
const refused = -1

// normal returns the character that r becomes.
func normal(r rune) rune {
	switch {
	case ' ' <= r && r <= '~':
		return r
	case r < ' ':
		return refused
	}
	switch r {
	case utf8.RuneError: // no UTF-8, or the sign of something that was lost already
		return refused
	case '–', '—', '‒', '―', '−', '‐', '‑':
		return '-'
	case '’', '‘', 'ʼ':
		return '\''
	}
	switch {
	case unicode.Is(unicode.Zs, r):
		return ' '
	case r > '9' && unicode.IsDigit(r): // of another alphabet: it may look like one of ours
		return refused
	case isBlind(r):
		return refused
	case unicode.IsPrint(r):
		return r
	default:
		return refused
	}
}

// isBlind reports whether r counts as a letter or sign and shows nothing: Hangul
// fillers, the Braille blank, joiners and selectors of variants.
func isBlind(r rune) bool {
	switch {
	case r < 0x34F:
		return false
	case r == 0x34F, r == 0x115F, r == 0x1160, r == 0x2800, r == 0x3164, r == 0xFFA0:
		return true
	default:
		return r >= 0x180B && r <= 0x180F || r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF
	}
}

// isInvalid tells a byte that is no UTF-8 from the sign that replaces such bytes.
func isInvalid(r rune, rest string) bool {
	return r == utf8.RuneError && !strings.HasPrefix(rest, string(utf8.RuneError))
}

// badCharacter names the character that stands at byte i of s, counted from 1.
func badCharacter(s string, i int) error {
	code := pagonline.CodeCausaleCharset
	if r, _ := utf8.DecodeRuneInString(s[i:]); isInvalid(r, s[i:]) || unicode.IsControl(r) {
		code = pagonline.CodeTextInvalid
	}
	return pagonline.NewError(code, pagonline.Same(strconv.Itoa(utf8.RuneCountInString(s[:i])+1)))
}
