package taxonomy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// What a file may have at most. The official one of version 47 has 1.1 MB, 3,004 rows,
// and cells of 1,825 characters.
const (
	maxBytes = 16 << 20
	maxRows  = 50_000
	maxCell  = 16 << 10
)

// Rows reads the official file row by row: JSON if it begins with a bracket, else CSV
// with semicolons. Columns go by their names, in any order, letter case and underscores
// aside; columns of other names are left alone. It reads no more than 16 MiB, UTF-8
// only. An error ends it: one of code input_syntax, with the line or the row in its
// detail, or that of r.
func Rows(r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		in := bufio.NewReader(&bounded{r: r, left: maxBytes})
		if bom, err := in.Peek(3); err == nil && string(bom) == "\ufeff" {
			_, _ = in.Discard(3) // it is there
		}
		records := csvRecords
		if first(in) == '[' {
			records = jsonRecords
		}
		n, texts := 0, interned{}
		for cells, err := range records(in) {
			n++
			var row Row
			switch {
			case err != nil:
				err = unreadable(n, err)
			case n > maxRows:
				err = unreadable(n, errTooLarge)
			default:
				if row, err = rowOf(cells, texts); err != nil {
					err = unreadable(n, err)
				}
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// first returns the first byte that is no white space, without reading it; 0 if there
// is none.
func first(in *bufio.Reader) byte {
	for {
		b, err := in.Peek(1)
		switch {
		case err != nil:
			return 0 // whoever reads next meets the error
		case b[0] != ' ' && b[0] != '\t' && b[0] != '\r' && b[0] != '\n':
			return b[0]
		}
		_, _ = in.Discard(1)
	}
}

var (
	errTooLarge  = errors.New("file too large")
	errNotObject = errors.New("not a flat object of texts")
)

// unreadable makes the public error of a file. What a reader of ours fails with, such
// as a lost connection, stays what it is.
func unreadable(row int, err error) error {
	if lost, ok := errors.AsType[*readError](err); ok {
		return lost.err
	}
	return invalid(pagonline.Text{It: "file della tassonomia non valido", En: "invalid taxonomy file"}).
		Because(fmt.Errorf("taxonomy: row %d: %w", row, err))
}

// rowOf reads a record: its cells by the names of their columns.
func rowOf(cells map[string]string, texts interned) (row Row, err error) {
	for name, cell := range cells {
		if len(cell) > maxCell || !utf8.ValidString(cell) {
			return Row{}, fmt.Errorf("column %q: too long, or not UTF-8", name)
		}
	}
	if row.Code, err = Parse(cells[codeColumn]); err != nil {
		return Row{}, err
	}
	if row.From, err = date(cells[fromColumn]); err != nil {
		return Row{}, err
	}
	if row.Until, err = date(cells[untilColumn]); err != nil {
		return Row{}, err
	}
	row.CreditorType = texts.of(cells["TIPO ENTE CREDITORE"])
	row.Area, row.AreaText = texts.of(cells["NOME MACRO AREA"]), texts.of(cells["DESCRIZIONE MACRO AREA"])
	row.Service, row.ServiceText = texts.of(cells["TIPO SERVIZIO"]), texts.of(cells["DESCRIZIONE TIPO SERVIZIO"])
	row.Version = texts.of(cells["VERSIONE TASSONOMIA"])
	row.Topic = texts.of(cells["COMBINAZIONE TOPIC E SUBTOPIC"])
	return row, nil
}

// The columns that a file must have.
const (
	codeColumn  = "DATI SPECIFICI INCASSO"
	fromColumn  = "DATA INIZIO VALIDITA"
	untilColumn = "DATA FINE VALIDITA"
)

// column returns the name under which we know a column. The two forms of the file, and
// its editions, do not agree on them.
func column(name string) string {
	name = strings.ToUpper(strings.Join(strings.Fields(strings.ReplaceAll(name, "_", " ")), " "))
	switch name {
	case "DATI SPECIFICI DI INCASSO":
		return codeColumn
	case "COMBINAZIONE TOPIC SUBTOPIC":
		return "COMBINAZIONE TOPIC E SUBTOPIC"
	default:
		return name
	}
}

// date reads dd/mm/yyyy.
func date(s string) (pagonline.Date, error) {
	t, err := time.Parse("02/01/2006", s)
	if err != nil || len(s) != len("02/01/2006") {
		return pagonline.Date{}, errors.New("date not of the form dd/mm/yyyy")
	}
	return pagonline.NewDate(t.Date())
}

// interned keeps one copy of each text: those of a service stand in four rows.
type interned map[string]string

func (i interned) of(s string) string {
	if kept, ok := i[s]; ok {
		return kept
	}
	s = strings.Clone(s) // without the rest of its line
	i[s] = s
	return s
}

// bounded reads up to left bytes and then fails, and marks the errors of its reader.
type bounded struct {
	r    io.Reader
	left int
}

// readError is an error of the reader that we were given.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }

func (b *bounded) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errTooLarge
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		err = &readError{err}
	}
	return n, err
}
