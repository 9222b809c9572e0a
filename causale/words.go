package causale

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words returns the words of a text, its runs of letters and digits, as names are to be
// compared: in small letters, without accents.
func Words(text string) []string {
	b, count := make([]byte, 0, len(text)), 1
	for i, r := range text {
		c := byte(' ')
		switch {
		case r >= utf8.RuneSelf:
			if r = plain(r); r >= utf8.RuneSelf {
				b = utf8.AppendRune(b, r)
			}
			if r < 0 || r >= utf8.RuneSelf {
				continue
			}
			c = byte(r)
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			c = text[i]
		case 'A' <= r && r <= 'Z':
			c = text[i] | 0x20
		}
		if c == ' ' {
			if len(b) == 0 || b[len(b)-1] == ' ' {
				continue
			}
			count++
		}
		b = append(b, c)
	}
	words := make([]string, 0, count)
	for word := range strings.SplitSeq(strings.TrimSuffix(string(b), " "), " ") {
		if word != "" { // there are none at all
			words = append(words, word)
		}
	}
	return words
}

// plain makes a blank of what is no letter or digit, and drops accents.
func plain(r rune) rune {
	switch {
	case unicode.Is(unicode.Mn, r):
		return -1
	case !unicode.IsLetter(r) && !unicode.IsDigit(r):
		return ' '
	}
	r = unicode.ToLower(r)
	const accented, letters = "àáâäèéêëìíîïòóôöùúûüç", "aaaaeeeeiiiioooouuuuc"
	if i := strings.IndexRune(accented, r); i >= 0 {
		return rune(letters[i/len("à")]) // each of them takes two bytes
	}
	return r
}

// hasWords reports whether the words of part stand in text, side by side.
func hasWords(text, part string) bool {
	all, want := Words(text), Words(part)
	for i := 0; i+len(want) <= len(all); i++ {
		if slices.Equal(all[i:i+len(want)], want) {
			return len(want) > 0
		}
	}
	return false
}

// hasAll reports whether the words of part stand in text, wherever.
func hasAll(text, part string) bool {
	all, want := Words(text), Words(part)
	for _, word := range want {
		if !slices.Contains(all, word) {
			return false
		}
	}
	return len(want) > 0
}

// isPast reports whether a word is a year of which there can be documents.
func isPast(word string) bool {
	return len(word) == 4 && word >= "0500" && word <= "2199" && isDigits(word)
}
