package quote_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
)

// FuzzReadBatch: every row is read or refused with a code, lines grow, and the reader
// does not mind what it is given.
func FuzzReadBatch(f *testing.F) {
	f.Add("protocol,amount\n345/2024,12.50\n\"x\ny\",1.00\n", true)
	f.Add("protocol;expires\n\"345\";2026-12-31\n\xff;\n\"", true)
	f.Add(`{"protocol":"345/2024","amount":"12.50"}`+"\n\n[]\n{", false)
	f.Fuzz(func(t *testing.T, text string, isCSV bool) {
		format := quote.JSONLines
		if isCSV {
			format = quote.CSV
		}
		last := 0
		for row, err := range quote.ReadBatch(strings.NewReader(text), format, nil) {
			require.Greater(t, row.Line, last)
			last = row.Line
			if err != nil {
				require.ErrorIs(t, err, pagonline.ErrInvalid)
				require.Zero(t, row.Request)
			}
		}
	})
}

// FuzzFormats: a row means the same in both formats.
func FuzzFormats(f *testing.F) {
	f.Add("345/2024", "12.50", "Mario Rossi", "2026-12-31")
	f.Add("a;b,\"c\"", "", "\n", " ")
	f.Fuzz(func(t *testing.T, protocol, amount, payer, expires string) {
		fields := []string{protocol, amount, payer, expires}
		size := 0
		for _, s := range fields {
			size += len(s)
			if !utf8.ValidString(s) || strings.Contains(s, "\r") { // CSV makes line ends of it
				return
			}
		}
		if size > 4<<10 || size == 0 {
			return
		}
		names := []string{"protocol", "amount", "payer", "expires"}
		var asCSV bytes.Buffer
		w := csv.NewWriter(&asCSV)
		require.NoError(t, w.WriteAll([][]string{names, fields}))
		object := map[string]string{}
		for i, name := range names {
			object[name] = fields[i]
		}
		asJSON, err := json.Marshal(object)
		require.NoError(t, err)
		rows, errs := read(&asCSV, quote.CSV)
		rows2, errs2 := read(bytes.NewReader(asJSON), quote.JSONLines)
		require.Len(t, rows, 1)
		require.Len(t, rows2, 1)
		require.Equal(t, pagonline.CodeOf(errs[0]), pagonline.CodeOf(errs2[0]))
		require.Equal(t, rows[0].Request, rows2[0].Request)
	})
}
