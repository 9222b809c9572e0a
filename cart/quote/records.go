package quote

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// bounded hands out no more than maxLine bytes between two rows, so that a field which
// never ends does not fill the memory.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// csvRecords are the rows of a CSV file.
type csvRecords struct {
	in      *bounded
	csv     *csv.Reader
	columns []string
	line    int // of the last row
}

// newCSV reads the header.
func newCSV(in *bufio.Reader) (records, error) {
	skipBOM(in)
	head, _ := in.Peek(in.Size()) // a short batch has less; the reader says why
	c := &csvRecords{in: &bounded{r: in, left: maxLine}}
	c.csv = csv.NewReader(c.in)
	if i := bytes.IndexAny(head, ",;\n"); i >= 0 && head[i] == ';' {
		c.csv.Comma = ';'
	}
	_, columns, err := c.read()
	switch {
	case errors.Is(err, io.EOF):
		return c, nil // an empty batch
	case err != nil:
		return nil, err
	}
	for i, name := range columns {
		name = strings.ToLower(strings.TrimSpace(name))
		if !isColumn(name) || slices.Contains(c.columns, name) {
			return nil, column(i)
		}
		c.columns = append(c.columns, name)
	}
	return c, nil
}

// column says which column of the header is wrong.
func column(i int) error {
	n := strconv.Itoa(i + 1)
	return syntax("colonna "+n+" sconosciuta o ripetuta", "column "+n+" unknown or given twice")
}

func skipBOM(in *bufio.Reader) {
	if head, _ := in.Peek(3); string(head) == "\ufeff" {
		_, _ = in.Discard(3) // they are in the buffer
	}
}

func (c *csvRecords) next() (int, map[string]string, error) {
	line, fields, err := c.read()
	if err != nil {
		return line, nil, err
	}
	values := make(map[string]string, len(fields))
	for i, field := range fields {
		values[c.columns[i]] = field
	}
	return line, values, nil
}

// read returns the fields of the next row.
func (c *csvRecords) read() (line int, fields []string, err error) {
	c.in.left = maxLine
	fields, err = c.csv.Read()
	wrong, malformed := errors.AsType[*csv.ParseError](err)
	switch {
	case malformed:
		c.line = wrong.StartLine
		err = csvError(wrong.Err)
	case err == nil:
		c.line, _ = c.csv.FieldPos(0)
		if slices.ContainsFunc(fields, func(s string) bool { return !utf8.ValidString(s) }) {
			err = notUTF8()
		}
	case !errors.Is(err, io.EOF):
		c.line++
		err = ended(err)
	}
	return c.line, fields, err
}

func csvError(err error) error {
	if errors.Is(err, csv.ErrFieldCount) {
		return syntax("non ha tanti campi quanti l'intestazione", "not as many fields as the header")
	}
	return syntax("virgolette fuori posto", "quotes out of place")
}

func notUTF8() error { return syntax("il testo non è UTF-8", "the text is not UTF-8") }

// jsonRecords are the lines of a file of JSON objects.
type jsonRecords struct {
	lines *bufio.Scanner
	line  int
}

func newJSON(in *bufio.Reader) *jsonRecords {
	skipBOM(in)
	s := bufio.NewScanner(in)
	s.Buffer(nil, maxLine)
	return &jsonRecords{lines: s}
}

func (j *jsonRecords) next() (int, map[string]string, error) {
	for j.lines.Scan() {
		j.line++
		if b := bytes.TrimSpace(j.lines.Bytes()); len(b) > 0 {
			values, err := object(b)
			return j.line, values, err
		}
	}
	switch err := j.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return j.line + 1, nil, ended(errTooLong)
	case err != nil:
		return j.line + 1, nil, ended(err)
	default:
		return 0, nil, io.EOF
	}
}

// object reads an object whose values are strings, each with a name of its own. No
// blanks are around it.
func object(b []byte) (map[string]string, error) {
	if !utf8.Valid(b) {
		return nil, notUTF8()
	}
	if b[0] != '{' || !json.Valid(b) {
		return nil, syntax("non è un oggetto JSON", "not a JSON object")
	}
	values := map[string]string{}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	_, _ = dec.Token() // the bracket; all that follows is valid
	for dec.More() {
		token, _ := dec.Token()
		name, _ := token.(string)
		var value any
		_ = dec.Decode(&value)
		_, twice := values[name]
		text, isText := value.(string)
		switch {
		case !isColumn(name):
			return nil, unknownField(name)
		case twice:
			return nil, syntax("campo ripetuto", "field given twice").At(fieldName(name))
		case !isText && value != nil:
			return nil, syntax("deve essere una stringa", "must be a string").At(fieldName(name))
		}
		values[name] = text
	}
	return values, nil
}

func unknownField(name string) error {
	return syntax("campo sconosciuto", "unknown field").At(fieldName(name))
}

// fieldName returns the name of a field if it can be one, and not what else stood there.
func fieldName(name string) string {
	if len(name) > 20 || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz") != "" {
		return "?"
	}
	return name
}
