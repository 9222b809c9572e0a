package taxonomy

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
)

// Why a code must not be used. [Table.Check] wraps them in a [pagonline.Error].
var (
	ErrUnknown     = errors.New("taxonomy: no such code")
	ErrNotYetValid = errors.New("taxonomy: code not valid yet")
	ErrExpired     = errors.New("taxonomy: code no longer valid")
)

// Row is what the official file says of a code. The texts are Italian.
type Row struct {
	Code         Code
	CreditorType string // as in "PUBBLICHE AMMINISTRAZIONI CENTRALI"
	Area         string
	AreaText     string
	Service      string
	ServiceText  string
	Version      string         // of the taxonomy, as in "47"
	From, Until  pagonline.Date // first and last day of use
	Topic        string         // CSV only; "" where the file has none
}

// ValidOn reports whether the code may be used on day.
func (r Row) ValidOn(day pagonline.Date) bool { return !day.Before(r.From) && !r.Until.Before(day) }

// Table holds the rows of a file by their codes. It does not change and is safe for
// concurrent use; the zero value knows no codes.
type Table struct {
	rows    map[Code]Row
	codes   []Code // sorted
	version string
}

// Read reads the whole file, CSV or JSON, as [Rows] does, into a table. A code that is
// there twice is an error, of code input_syntax.
func Read(r io.Reader) (*Table, error) {
	t := &Table{rows: map[Code]Row{}}
	for row, err := range Rows(r) {
		if err != nil {
			return nil, err
		}
		if _, twice := t.rows[row.Code]; twice {
			return nil, invalid(pagonline.Text{
				It: "codice di tassonomia " + row.Code.String() + " presente più volte",
				En: "taxonomy code " + row.Code.String() + " given twice",
			})
		}
		t.rows[row.Code] = row
		t.codes = append(t.codes, row.Code)
		t.version = row.Version
	}
	slices.SortFunc(t.codes, func(a, b Code) int { return strings.Compare(a.text, b.text) })
	return t, nil
}

// Len returns how many codes there are, every prefix counted.
func (t *Table) Len() int { return len(t.codes) }

// Version returns the version of the taxonomy, as in "47": that of the last row.
func (t *Table) Version() string { return t.version }

// Lookup returns the row of a code.
func (t *Table) Lookup(c Code) (Row, bool) {
	row, ok := t.rows[c]
	return row, ok
}

// Check tells why a code must not be used on day: it wraps [ErrUnknown],
// [ErrNotYetValid] or [ErrExpired] in an error of code input_syntax. The last day of a
// code is still a day of use.
func (t *Table) Check(c Code, day pagonline.Date) error {
	row, ok := t.Lookup(c)
	switch {
	case !ok:
		return invalid(pagonline.Text{
			It: "codice di tassonomia inesistente: " + c.String(),
			En: "unknown taxonomy code: " + c.String(),
		}).Because(ErrUnknown)
	case day.Before(row.From):
		return invalid(pagonline.Text{
			It: "codice di tassonomia " + c.String() + " valido solo dal " + row.From.Localized("it"),
			En: "taxonomy code " + c.String() + " valid only from " + row.From.Localized("en"),
		}).Because(ErrNotYetValid)
	case row.Until.Before(day):
		return invalid(pagonline.Text{
			It: "codice di tassonomia " + c.String() + " scaduto il " + row.Until.Localized("it"),
			En: "taxonomy code " + c.String() + " expired on " + row.Until.Localized("en"),
		}).Because(ErrExpired)
	default:
		return nil
	}
}

// All returns the rows, sorted by code.
func (t *Table) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for _, c := range t.codes {
			if !yield(t.rows[c]) {
				return
			}
		}
	}
}

// Choices returns the rows that a creditor of this type ("07" for central
// administrations) may choose from on day, sorted by code, each with its normal prefix.
func (t *Table) Choices(creditor string, day pagonline.Date) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for row := range t.All() {
			fits := row.Code.Prefix() == Normal && row.Code.Creditor() == creditor && row.ValidOn(day)
			if fits && !yield(row) {
				return
			}
		}
	}
}
