package ledger

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

// Format is how rows are written.
type Format string

// The formats: see the package's comment.
const (
	CSV         Format = "csv"
	Spreadsheet Format = "csv-it"
	JSONLines   Format = "json"
)

// Guard returns the text of a cell so that no spreadsheet runs it, or a part of it, as a
// formula: see [receipt.Guard].
func Guard(s string) string { return receipt.Guard(s) }

// Unguard returns the text that [Guard], or a [Spreadsheet], wrote into a cell.
func Unguard(cell string) string { return receipt.Unguard(cell) }

// counts reports whether a spreadsheet may take s for a number that loses digits (from
// twelve digits on they are rounded to a power of ten, zeros in front go) or for a date.
func counts(s string) bool {
	digits, slashes, others := 0, 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == '/':
			slashes++
		case strings.ContainsRune(" .,-:eE%", rune(c)):
			others++
		default:
			return false
		}
	}
	const rounded = 12
	switch {
	case digits == 0:
		return false
	case others > 0:
		return true
	case slashes == 0:
		return digits >= rounded || digits > 1 && s[0] == '0'
	default:
		return isDate(strings.Split(s, "/"))
	}
}

// isDate reports whether numbers with slashes between may be day, month and year, in any
// order: 3/2024 may, 345/2024 and 29/2584/03 may not.
func isDate(numbers []string) bool {
	short := func(i int) bool { return len(numbers[i]) == 1 || len(numbers[i]) == 2 }
	year := func(i int) bool { return len(numbers[i]) == 4 || short(i) }
	switch len(numbers) {
	case 2:
		return short(0) && year(1) || year(0) && short(1)
	case 3:
		return short(0) && short(1) && year(2) || year(0) && short(1) && short(2)
	default:
		return false
	}
}

// encoder writes lines of CSV into a buffer.
type encoder struct {
	line    []byte
	italian bool
	cells   int
}

func (e *encoder) begin() { e.line, e.cells = e.line[:0], 0 }

// raw adds a cell that needs no quotes but where the separator is in it.
func (e *encoder) raw(s string) {
	separator := byte(',')
	if e.italian {
		separator = ';'
	}
	if e.cells > 0 {
		e.line = append(e.line, separator)
	}
	e.cells++
	if s == "" || strings.IndexByte(s, separator) < 0 && !strings.ContainsAny(s, "\"\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		e.line = append(e.line, s...)
		return
	}
	e.line = append(e.line, '"')
	for i := range len(s) {
		if s[i] == '"' {
			e.line = append(e.line, '"')
		}
		e.line = append(e.line, s[i])
	}
	e.line = append(e.line, '"')
}

// text adds a text from outside.
func (e *encoder) text(s string) {
	s = Guard(clean(s))
	if e.italian && counts(s) {
		s = "'" + s
	}
	e.raw(s)
}

// clean makes line breaks one and the text UTF-8.
func clean(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	return s
}

// word adds a word of ours: in a spreadsheet the Italian one.
func (e *encoder) word(plain, italian string) {
	if e.italian && italian != "" {
		plain = italian
	}
	e.raw(plain)
}

// money adds an amount in its wire form.
func (e *encoder) money(wire string) {
	if e.italian {
		wire = strings.Replace(wire, ".", ",", 1)
	}
	e.raw(wire)
}

func (e *encoder) date(d pagonline.Date) {
	if e.italian {
		e.raw(d.Localized("it"))
		return
	}
	e.raw(d.String())
}

func (e *encoder) number(n int) { e.raw(strconv.Itoa(n)) }

// end returns the line.
func (e *encoder) end() []byte {
	e.line = append(e.line, '\r', '\n')
	return e.line
}
