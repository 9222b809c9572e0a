package xmlpull

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"
)

// class says what an ASCII character may be; of all others it says nothing.
type class uint8

const (
	nameStart class = 1 << iota
	nameChar        // nameStart included
	space
	textChar  // stands for itself in a text, wherever it is
	bracket   // ], which may end a CDATA section
	valueChar // stands for itself in an attribute
)

var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_':
			t[c] = nameStart | nameChar
		case '0' <= c && c <= '9' || c == '-' || c == '.':
			t[c] = nameChar
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			t[c] = space
		}
		switch c {
		case '<', '&', '\r':
		case ']':
			t[c] |= bracket
		default:
			t[c] |= textChar
		}
		if c != '<' && c != '&' && (t[c]&space == 0 || c == ' ') {
			t[c] |= valueChar
		}
	}
	return t
}()

func isSpace(c byte) bool { return classes[c]&space != 0 }

func isBlank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// isNameStart and isNameChar are the productions NameStartChar and NameChar of XML
// 1.0, fifth edition, without the colon.
func isNameStart(c rune) bool {
	switch {
	case c < utf8.RuneSelf:
		return classes[c]&nameStart != 0
	case c == 0xD7, c == 0xF7, c == 0x37E:
		return false
	default:
		return c >= 0xC0 && c <= 0x2FF || c >= 0x370 && c <= 0x1FFF || c == 0x200C || c == 0x200D ||
			c >= 0x2070 && c <= 0x218F || c >= 0x2C00 && c <= 0x2FEF || c >= 0x3001 && c <= 0xD7FF ||
			c >= 0xF900 && c <= 0xFDCF || c >= 0xFDF0 && c <= 0xFFFD || c >= 0x10000 && c <= 0xEFFFF
	}
}

func isNameChar(c rune) bool {
	return isNameStart(c) || '0' <= c && c <= '9' || c == '-' || c == '.' || c == 0xB7 ||
		c >= 0x300 && c <= 0x36F || c == 0x203F || c == 0x2040
}

// isChar is the production Char of XML 1.0.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// notCharacters returns where b is not UTF-8, or a character that no document may have,
// -1 if nowhere. It looks at eight bytes at a time: the arithmetic below is that of
// each byte on its own, for no sum leaves its byte.
func notCharacters(b []byte) int {
	const (
		each  = 0x0101010101010101
		seven = 0x7F * each
	)
	// equal has the high bit of each byte of x that is c, and may have it where the
	// byte is beyond ASCII.
	equal := func(x uint64, c byte) uint64 { return ^((x ^ uint64(c)*each) + seven) }
	var seen uint64
	i := 0
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		seen |= x
		low := ^(x&seven + 0x60*each | x) & (0x80 * each)
		if low == 0 {
			continue
		}
		x &= seven
		if low &^= equal(x, '\n') | equal(x, '\r') | equal(x, '\t'); low != 0 {
			break
		}
	}
	for ; i < len(b); i++ {
		if b[i] < ' ' && !isSpace(b[i]) {
			return i
		}
		seen |= uint64(b[i])
	}
	if seen&(0x80*each) == 0 {
		return -1
	}
	return notUnicode(b)
}

// notUnicode is notCharacters for all but control characters.
func notUnicode(b []byte) int {
	if !utf8.Valid(b) {
		for i := 0; i < len(b); {
			r, size := utf8.DecodeRune(b[i:])
			if r == utf8.RuneError && size == 1 {
				return i
			}
			i += size
		}
	}
	if n := bytes.Index(b, []byte("\uffff")); n >= 0 {
		return n
	}
	return bytes.Index(b, []byte("\ufffe"))
}
