package ledger_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt/ledger"
)

func TestGuard(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "Mario": "Mario", "=1+1": "'=1+1", "+39": "'+39", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx",
		"＝1": "'＝1", "  =1": "'  =1", "\u00a0@x": "'\u00a0@x", "'x": "''x", "a=1": "a=1", "12.50": "12.50", "'": "''",
	} {
		require.Equal(t, want, ledger.Guard(s))
		require.Equal(t, s, ledger.Unguard(want))
	}
}

// TestSpreadsheetKeepsDigits: what would become a number or a date stays text.
func TestSpreadsheetKeepsDigits(t *testing.T) {
	for s, guarded := range map[string]bool{
		"01000000000000144": true, "301000000000000144": true, "007": true, "12/2024": true, "3/4": true, "1/2/24": true, "2024/3": true,
		"1.5": true, "1,5": true, "10:30": true, "123e45": true, "12-11": true,
		"345/2024": false, "29/2584/03": false, "0/2584/03": false, "99999000013": false, "7": false, "": false, "a1": false, "iur-1": false, "/": false,
		"c110729d258c4ab1b765fe902aae41d6": false, "1/2/3/4": false, "9/0701100AP/": false,
	} {
		var b bytes.Buffer
		_, err := ledger.WriteRegister(&b, ledger.Spreadsheet, func(yield func(ledger.Row, error) bool) { yield(ledger.Row{Protocol: s}, nil) })
		require.NoError(t, err)
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff"))))
		r.Comma = ';'
		table, err := r.ReadAll()
		require.NoError(t, err)
		want := s
		if guarded {
			want = "'" + s
		}
		require.Equal(t, want, table[1][11])
		require.Equal(t, s, ledger.Unguard(table[1][11]))
	}
}

// TestOtherDialect: a spreadsheet that expects the other separator, or a tab, finds no
// formula either.
func TestOtherDialect(t *testing.T) {
	row := ledger.Row{Payer: `Rossi;=HYPERLINK("x")`, Causale: "Rossi, @SUM(1)", Protocol: "a\t+1", Service: "b\r\n=2", Form: `c;"=3"`, Capitolo: "d;＝4"}
	for _, format := range []ledger.Format{ledger.CSV, ledger.Spreadsheet} {
		var b bytes.Buffer
		_, err := ledger.WriteRegister(&b, format, func(yield func(ledger.Row, error) bool) { yield(row, nil) })
		require.NoError(t, err)
		for _, separator := range []string{",", ";", "\t"} {
			for line := range strings.SplitSeq(b.String(), "\n") { // whose quotes hold nothing together
				for cell := range strings.SplitSeq(line, separator) {
					cell = strings.TrimLeft(cell, "\" \ufeff")
					require.False(t, strings.HasPrefix(cell, "=") || strings.HasPrefix(cell, "+") || strings.HasPrefix(cell, "@") || strings.HasPrefix(cell, "＝"), line)
				}
			}
		}
	}
}

// FuzzGuard: whatever is guarded comes back, and runs nowhere.
func FuzzGuard(f *testing.F) {
	f.Add("=1")
	f.Add("''")
	f.Fuzz(func(t *testing.T, s string) {
		g := ledger.Guard(s)
		require.Equal(t, s, ledger.Unguard(g))
		require.False(t, strings.ContainsAny(strings.TrimLeft(g, " \u00a0")[:min(1, len(strings.TrimLeft(g, " \u00a0")))], "=+-@\t\r\n"), g)
	})
}

// FuzzCSV: a reader of CSV reads the texts that were written, in both profiles.
func FuzzCSV(f *testing.F) {
	f.Add("Mario", "x", "y")
	f.Add("=cmd|' /C calc'!A0", "a;b,c\"d\"", "l1\r\nl2\rl3\nl4")
	f.Add("\xff", " ' ", "3/2024")
	f.Add("\ufeff", "", "00123")
	f.Fuzz(func(t *testing.T, payer, reason, iuv string) {
		clean := func(s string) string {
			return strings.ToValidUTF8(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\ufffd")
		}
		row := ledger.Row{Payer: payer, Causale: reason, IUV: iuv, Amount: euro.MustParse("1234.50").Minus(euro.Amount{}).Neg(), Movement: ledger.Refunded}
		rows := func(yield func(ledger.Row, error) bool) { yield(row, nil) }
		for format, c := range map[ledger.Format]struct {
			comma  rune
			amount string
		}{ledger.CSV: {',', "-1234.50"}, ledger.Spreadsheet: {';', "-1234,50"}} {
			var b bytes.Buffer
			_, err := ledger.WriteRegister(&b, format, rows)
			require.NoError(t, err)
			require.True(t, strings.HasSuffix(b.String(), "\r\n"))
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff")))
			r.Comma = c.comma
			table, err := r.ReadAll()
			require.NoError(t, err)
			require.Len(t, table, 2)
			require.Equal(t, clean(payer), ledger.Unguard(table[1][3]))
			require.Equal(t, clean(reason), ledger.Unguard(table[1][4]))
			require.Equal(t, c.amount, table[1][5])
			require.Equal(t, clean(iuv), ledger.Unguard(table[1][12]))
		}
		var b bytes.Buffer
		_, err := ledger.WriteRegister(&b, ledger.JSONLines, rows)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(b.String(), "\n"), "one line")
		var back ledger.Row
		require.NoError(t, json.Unmarshal(b.Bytes(), &back))
		require.Equal(t, strings.ToValidUTF8(payer, "\ufffd") == payer, back.Payer == payer)
		require.Equal(t, row.Amount, back.Amount)
	})
}
