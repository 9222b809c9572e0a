package taxonomy

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// csvRecords reads CSV. Some cells of the official file hold quotes, so a quote need
// not be doubled; but a line break in a cell is refused, because with loose quotes it
// is how one row would swallow the next.
func csvRecords(in *bufio.Reader) iter.Seq2[map[string]string, error] {
	return func(yield func(map[string]string, error) bool) {
		r := csv.NewReader(in)
		r.Comma, r.LazyQuotes, r.ReuseRecord = ';', true, true
		columns, err := header(r)
		if err != nil {
			yield(nil, err)
			return
		}
		cells := make(map[string]string, len(columns))
		for {
			record, err := r.Read() // as many cells as the header, or an error
			if errors.Is(err, io.EOF) {
				return
			}
			for i, cell := range record {
				if strings.ContainsAny(cell, "\r\n") && err == nil {
					err = fmt.Errorf("column %d: line break in a cell", i+1)
				}
				if err == nil {
					cells[columns[i]] = cell
				}
			}
			if !yield(cells, err) || err != nil {
				return
			}
		}
	}
}

// header reads the names of the columns.
func header(r *csv.Reader) ([]string, error) {
	record, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	var columns []string
	for _, name := range record {
		if name = column(name); slices.Contains(columns, name) {
			return nil, errors.New("header: column given twice")
		}
		columns = append(columns, name)
	}
	for _, name := range []string{codeColumn, fromColumn, untilColumn} {
		if !slices.Contains(columns, name) {
			return nil, fmt.Errorf("header: no column %q", name)
		}
	}
	return columns, nil
}
