package tagged

import (
	"strings"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

// plain gives characters that fonts may lack their usual stand-in. The soft hyphen,
// the zero width ones and the byte order mark are not seen, so they go.
var plain = strings.NewReplacer("\u00ad", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "", "\u2010", "-", "\u2011", "-",
	"\u2012", "-", "\u2015", "—", "\u2212", "-", "\u02bc", "’", "\u2032", "’", "\u201b", "’", "\u201a", ",", "\u2033", "”")

// Fit writes s in characters that all faces have. This is the rule: letters and their
// accents are composed (NFC); blanks of every kind and control characters become one
// blank; signs get their usual stand-in; a letter that the faces lack loses its
// accents. Where that does not help, ok is false and r is the character: nothing is
// dropped in silence. Letters written from right to left are refused too, since lines
// are set from left to right only.
func (s *Set) Fit(text string) (fitted string, r rune, ok bool) {
	if s.plain(text) {
		return text, 0, true
	}
	text = plain.Replace(norm.NFC.String(strings.ToValidUTF8(text, "\ufffd")))
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r), r == '\u2028', r == '\u2029':
			r = ' '
		case unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko), unicode.Is(unicode.Cf, r):
			return "", r, false
		}
		if s.has(r) {
			b.WriteRune(r)
			continue
		}
		base, _ := firstRune(norm.NFD.String(string(r)))
		if !s.has(base) {
			return "", r, false
		}
		b.WriteRune(base)
	}
	return strings.Join(strings.Fields(b.String()), " "), 0, true
}

// plain reports whether text is printable ASCII with single blanks, as most texts are.
func (s *Set) plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == ' ' && (i == 0 || i == len(text)-1 || text[i+1] == ' ') {
			return false
		}
	}
	return true
}

func (s *Set) has(r rune) bool {
	for _, f := range s.faces {
		if f.Glyph(r) == 0 {
			return false
		}
	}
	return true
}

func firstRune(s string) (first rune, ok bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

// Wrap breaks s into lines no wider than width. A word that is wider is broken where
// it must be. Every line but the last ends with a blank if a word ended there.
func (f *Face) Wrap(s string, size, width Unit) []string {
	if f.Width(s, size) <= width {
		return []string{s}
	}
	var lines []string
	most := int64(width) * 1000 / int64(size) // in widths of the font
	start, broken, used := 0, 0, int64(0)     // broken: where the line may end, 0 if nowhere
	for i, r := range s {
		w := int64(f.widths[f.Glyph(r)])
		if r == ' ' {
			broken = i + 1
			used += w
			continue
		}
		if used+w > most && i > start {
			end := i
			if broken > start {
				end = broken
			}
			lines = append(lines, s[start:end])
			start, used = end, f.wide(s[end:i])
		}
		used += w
	}
	return append(lines, s[start:])
}

func (f *Face) wide(s string) (w int64) {
	for _, r := range s {
		w += int64(f.widths[f.Glyph(r)])
	}
	return w
}

// Shrink returns the largest size, not above size and not below least, at which s is
// no wider than width.
func (f *Face) Shrink(s string, size, least, width Unit) Unit {
	for size > least && f.Width(s, size) > width {
		size -= Point / 4
	}
	return max(size, least)
}

func utf16be(s string) []byte {
	units := utf16.Encode([]rune(s))
	b := make([]byte, 0, 2*len(units))
	for _, u := range units {
		b = append(b, byte(u>>8), byte(u))
	}
	return b
}
