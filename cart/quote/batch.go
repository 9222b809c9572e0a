package quote

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// Format is the form of a batch.
type Format string

// The formats.
const (
	// CSV has a header row with the names of the columns, in any order, and commas or
	// semicolons between the fields (RFC 4180).
	CSV Format = "csv"
	// JSONLines has one object a line, whose values are strings.
	JSONLines Format = "jsonl"
)

// Row is one request of a batch.
type Row struct {
	Line    int // where it begins, from 1; the header counts
	Request Request
}

// LogValue gives the log what names nobody.
func (r Row) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("line", r.Line), slog.Any("request", r.Request))
}

// AmountReader reads an amount as the people of an institute write it.
type AmountReader func(institute, text string) (euro.Amount, error)

// ReadBatch reads the requests of a batch, one after the other; what they ask for is
// checked by [Register.Check] and [Register.Issue]. The names of the columns, or of the
// members of the objects, are
//
//	institute service protocol amount reason payer address subject years shelfmark
//	detail addressee expires
//
// and any may be missing; [ReadRequest] says how they are read. Empty lines are skipped.
//
// A row that cannot be read comes with an error, which is that of ReadRequest or has
// [pagonline.CodeInputSyntax]; the next ones follow. Only three things end a batch before its end: a header that is wrong, a line
// of more than 64 KiB, and a reader that fails.
func ReadBatch(r io.Reader, f Format, amount AmountReader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		var records records
		var err error
		switch in := bufio.NewReader(r); f {
		case CSV:
			records, err = newCSV(in)
		case JSONLines:
			records = newJSON(in)
		default:
			err = syntax("formato sconosciuto", "unknown format")
		}
		if err != nil {
			yield(Row{Line: 1}, err)
			return
		}
		for {
			line, values, err := records.next()
			if errors.Is(err, io.EOF) {
				return
			}
			row := Row{Line: line}
			if err == nil {
				row.Request, err = ReadRequest(values, amount)
			}
			if !yield(row, err) || errors.Is(err, errEnd) {
				return
			}
		}
	}
}

// maxLine bounds a line, of JSON or of CSV, in bytes.
const maxLine = 64 << 10

// records is one form of batch. Next returns the values of a row by their names, and
// [io.EOF] at the end; after an error that wraps errEnd there is nothing more.
type records interface {
	next() (line int, values map[string]string, err error)
}

var errEnd = errors.New("quote: the rest of the batch was not read")

// ended returns the error after which nothing more is read.
func ended(err error) error {
	if errors.Is(err, errTooLong) {
		return pagonline.NewError(pagonline.CodeInputSyntax,
			pagonline.Text{It: "riga di oltre 64 KiB", En: "line of more than 64 KiB"}).Because(errEnd)
	}
	return pagonline.NewError(pagonline.CodeUnavailable).Because(fmt.Errorf("%w: %w", errEnd, err))
}

var errTooLong = errors.New("quote: line too long")

func syntax(it, en string) *pagonline.Error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: it, En: en})
}

// ReadRequest reads a request of which each value is a text, by the names that
// [ReadBatch] lists. Blanks around a value are forgiven. Amounts are read by amount; nil
// reads the wire form, "12.50". With a reason there may be no amount, or one of zero,
// even if amount refuses zero with [pagonline.CodeAmountRange]. The last day is
// yyyy-mm-dd.
//
// Its error names the field, and has a code of those of the readers, or
// [pagonline.CodeInputSyntax] for an unknown name, or [pagonline.CodeRequiredField]
// where neither amount nor reason is.
func ReadRequest(values map[string]string, amount AmountReader) (Request, error) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !isColumn(name) {
			return Request{}, unknownField(name)
		}
	}
	get := func(name string) string { return strings.TrimSpace(values[name]) }
	r := Request{
		Institute: get("institute"), Service: get("service"), Reason: get("reason"), Payer: get("payer"), Address: get("address"),
		Subject: get("subject"), Years: get("years"), Shelfmark: get("shelfmark"), Detail: get("detail"),
		Addressee: get("addressee"),
	}
	var err error
	if r.Protocol, err = causale.ParseProtocol(get("protocol")); err != nil {
		return Request{}, pagonline.AsError(err).At("protocol")
	}
	if r.Amount, err = due(r, get("amount"), amount); err != nil {
		return Request{}, pagonline.AsError(err).At("amount")
	}
	if text := get("expires"); text != "" {
		if r.ExpiresOn, err = pagonline.ParseDate(text); err != nil {
			return Request{}, pagonline.AsError(err).At("expires")
		}
	}
	return r, nil
}

// due reads what is due for a request: where it has a reason, that may be nothing.
func due(r Request, text string, amount AmountReader) (euro.Amount, error) {
	switch {
	case text == "" && r.Reason != "":
		return euro.Amount{}, nil
	case text == "":
		return euro.Amount{}, pagonline.NewError(pagonline.CodeRequiredField, pagonline.Text{It: "importo", En: "amount"})
	case amount == nil:
		return euro.Parse(text)
	}
	a, err := amount(r.Institute, text)
	if r.Reason != "" && pagonline.CodeOf(err) == pagonline.CodeAmountRange && !strings.ContainsAny(text, "123456789") {
		return euro.Amount{}, nil // well formed, and zero
	}
	return a, err
}

// isColumn reports whether a batch may have values of this name.
func isColumn(name string) bool {
	switch name {
	case "institute", "service", "protocol", "amount", "reason", "payer", "address", "subject", "years", "shelfmark",
		"detail", "addressee", "expires":
		return true
	default:
		return false
	}
}
