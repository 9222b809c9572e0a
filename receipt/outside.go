package receipt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes a text from outside fit for one line of a mail or a terminal: at most limit
// characters, the last one "…" where it had more, no controls (line breaks, escapes, marks
// that turn the direction of writing), no broken UTF-8, one blank at a time.
func Line(s string, limit int) string {
	if limit <= 0 {
		return ""
	}
	if len(s) > 4*limit { // a character has at most four bytes
		s = s[:4*limit]
	}
	runes := make([]rune, 0, min(len(s), limit))
	for _, r := range s {
		if len(runes) == limit {
			runes[limit-1] = '…'
			break
		}
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			r = ' '
		}
		runes = append(runes, r)
	}
	return strings.Join(strings.Fields(string(runes)), " ")
}

// separators end a cell for some spreadsheet or other: whoever reads commas opens what was
// written with semicolons, and the quotes around a cell do not hold then.
const separators = ",;\t\r\n"

// Guard returns a text for a cell of a CSV so that no spreadsheet runs it, or a part of it,
// as a formula. An apostrophe goes in front of what begins like one, at the beginning and
// after each comma, semicolon, tab and line break, because a spreadsheet that expects
// another separator begins a cell there. So does one in front of a tab or line break that
// begins the text, and of an apostrophe that begins a cell, so that [Unguard] always
// restores the text. Source: OWASP, CSV injection.
func Guard(s string) string {
	if !strings.ContainsAny(s, signs+"'\t\r\n") {
		return s
	}
	first := true
	return eachCell(s, func(b *strings.Builder, cell, rest string) {
		if runs(cell) || strings.HasPrefix(cell, "'") || first && blank(cell) && strings.IndexAny(rest, "\t\r\n") == 0 {
			b.WriteByte('\'')
		}
		first = false
		b.WriteString(cell)
	})
}

// Unguard returns the text that [Guard] made fit for a cell.
func Unguard(s string) string {
	if strings.IndexByte(s, '\'') < 0 {
		return s
	}
	return eachCell(s, func(b *strings.Builder, cell, _ string) { b.WriteString(strings.TrimPrefix(cell, "'")) })
}

// eachCell writes anew what may be a cell, and as it is what stands between them; rest is
// what follows the cell.
func eachCell(s string, write func(b *strings.Builder, cell, rest string)) string {
	var b strings.Builder
	for {
		i := strings.IndexAny(s, separators)
		if i < 0 {
			write(&b, s, "")
			return b.String()
		}
		write(&b, s[:i], s[i:])
		b.WriteByte(s[i])
		s = s[i+1:]
	}
}

// signs are those with which a formula begins.
const signs = "=+-@＝＋－＠"

// runs reports whether a spreadsheet may take a cell for a formula.
func runs(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(cell, before))
	return strings.ContainsRune(signs, first)
}

func blank(cell string) bool { return strings.TrimLeftFunc(cell, before) == "" }

// before reports whether r in front of a formula does not keep it from running.
func before(r rune) bool {
	return r == '"' || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}
