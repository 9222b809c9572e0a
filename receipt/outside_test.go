package receipt_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

func ExampleLine() {
	fmt.Println(receipt.Line("Mario\r\nBcc: \u202eRossi", 40))
	fmt.Println(receipt.Line("Archivio di Stato di Livorno", 9))
	// Output:
	// Mario Bcc: Rossi
	// Archivio…
}

func ExampleGuard() {
	fmt.Println(receipt.Guard("=1+1"))
	fmt.Println(receipt.Guard("Rossi; =1+1"))
	fmt.Println(receipt.Guard("Mario Rossi"))
	// Output:
	// '=1+1
	// Rossi;' =1+1
	// Mario Rossi
}

func ExampleUnguard() {
	fmt.Println(receipt.Unguard(receipt.Guard("Rossi;=1+1")))
	// Output: Rossi;=1+1
}

func TestGuardInAnotherDialect(t *testing.T) {
	for s, want := range map[string]string{
		"Rossi;=1": "Rossi;'=1", "Rossi,=1": "Rossi,'=1", "Rossi\t=1": "Rossi\t'=1", "Rossi\n=1": "Rossi\n'=1", "Rossi\r=1": "Rossi\r'=1",
		"a; \"=1": "a;' \"=1", "a;\ufeff＋1": "a;'\ufeff＋1", "a;'x": "a;''x", "a;=1;+1": "a;'=1;'+1", "\t=1": "'\t'=1",
		"a; b": "a; b", "a=1;b": "a=1;b", "dell'Archivio, 3": "dell'Archivio, 3", ";": ";", "": "", " \nx": "' \nx",
	} {
		require.Equal(t, want, receipt.Guard(s))
		require.Equal(t, s, receipt.Unguard(want))
	}
}

// FuzzGuard: whatever is guarded comes back, and no reader of any dialect finds a formula.
func FuzzGuard(f *testing.F) {
	f.Add("=1")
	f.Add("''")
	f.Add("Rossi;=HYPERLINK(1),\t@x\n-'")
	f.Fuzz(func(t *testing.T, s string) {
		g := receipt.Guard(s)
		require.Equal(t, s, receipt.Unguard(g))
		for _, cell := range strings.FieldsFunc(g, func(r rune) bool { return strings.ContainsRune(",;\t\r\n", r) }) {
			if cell = strings.TrimLeft(cell, " \"\u00a0"); cell != "" {
				first, _ := utf8.DecodeRuneInString(cell)
				require.False(t, strings.ContainsRune("=+-@＝＋－＠", first), g)
			}
		}
	})
}

// FuzzLine: one line, not longer than it may be, and what is fit for a line stays.
func FuzzLine(f *testing.F) {
	f.Add("a\nb", 3)
	f.Add("\u202e\xff\x1b[31m", 10)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit %= 100
		got := receipt.Line(s, limit)
		require.LessOrEqual(t, utf8.RuneCountInString(got), max(0, limit))
		require.True(t, utf8.ValidString(got))
		require.False(t, strings.ContainsAny(got, "\r\n\x1b\u202e\u2028"))
		require.Equal(t, got, receipt.Line(got, limit))
	})
}

// TestTextKeepsItsRows: a name makes no row of its own and turns no line.
func TestTextKeepsItsRows(t *testing.T) {
	p := storetest.Position(1)
	r, err := receipt.New(storetest.Receipt(p, "iur"), p, payment.Sandbox)
	require.NoError(t, err)
	rows := strings.Count(r.Text("it"), "\n")
	r.Debtor.Name = "Mario\nImporto pagato: 0,01 €\u202e\x1b[2J"
	r.PSP.Name = "PSP\r\nEsito: annullato"
	text := r.Text("it")
	require.Equal(t, rows, strings.Count(text, "\n"))
	require.NotContains(t, text, "\u202e")
	require.NotContains(t, text, "\x1b")
	require.NotContains(t, text, "\r")
	require.Contains(t, text, "Mario Importo pagato: 0,01 € [2J")
}
