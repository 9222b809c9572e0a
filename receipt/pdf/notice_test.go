package pdf_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt/pdf"
	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
)

// TestSlipIsItalian holds that a slip has no word of the notice's language.
func TestSlipIsItalian(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	for _, lang := range []string{"it", "en", "fr", "sl", "it+en", "it+fr", "it+sl", "it+de"} {
		for _, instalments := range []int{0, 2, 3, 5} {
			n := testNotice(instalments, true)
			n.Lang = lang
			text, _, _ := shown(t, must(p.Notice(n)))
			slips := strings.Split(text, "BOLLETTINO POSTALE PA\n")[1:]
			require.Len(t, slips, 1+instalments)
			for i, slip := range slips {
				which, amount := "Rata unica entro 31/12/2026\n", "1.500,00"
				if i > 0 {
					which, amount = "Rata "+strconv.Itoa(i)+" entro ", "150,00"
				}
				require.True(t, strings.HasPrefix(slip, which), "%s: %.40s", lang, slip)
				require.Contains(t, slip, "sul C/C n. \n000000123456\nEuro \n"+amount+"\n", lang)
			}
		}
	}
}

// TestScanIsOfficial holds that the text below the code of an instalment is the official
// one, in every form, and no smaller than the others.
func TestScanIsOfficial(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	const official = "Inquadra il codice QR con la tua app di pagamento o usa i dati sopra."
	for _, lang := range []string{"it", "it+en", "it+fr", "it+sl", "it+de"} {
		for _, instalments := range []int{2, 3, 5, 12} {
			for _, postal := range []bool{false, true} {
				n := testNotice(instalments, postal)
				n.Lang = lang
				file := must(p.Notice(n))
				text, _, _ := shown(t, file)
				require.Equal(t, instalments, strings.Count(strings.Join(strings.Fields(text), " "), official), lang)
				for _, piece := range pieces(t, file) {
					require.GreaterOrEqual(t, size(t, piece), 6.0, "%s %d: %s", lang, instalments, piece.Text)
				}
			}
		}
	}
}

// TestRecipientOfOneSize holds that street and town are of one size, and stand apart.
func TestRecipientOfOneSize(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	for _, length := range []int{1, 8, 14} {
		n := testNotice(0, false)
		n.Environment = payment.Production
		n.Debtor.Street = strings.TrimSpace(strings.Repeat("Via Prova ", length))
		street, town := 0.0, 0.0
		for _, piece := range pieces(t, must(p.Notice(n))) {
			switch {
			case strings.HasPrefix(piece.Text, "Via Prova"):
				street = size(t, piece)
			case piece.Text == n.Debtor.Town:
				town = size(t, piece)
			}
		}
		require.Positive(t, street)
		require.InDelta(t, street, town, 0, n.Debtor.Street)
		require.GreaterOrEqual(t, street, 8.0, n.Debtor.Street)
	}
}

// TestListEndsAtTheEdge holds that the two languages of "vai su pagopa.gov.it" end where
// the page's texts end, one below the other.
func TestListEndsAtTheEdge(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	for lang, other := range map[string]string{
		"it+en": "Go to pagopa.gov.it", "it+fr": "accédez au site pagopa.gov.it",
		"it+sl": "pojdite na pagopa.gov.it", "it+de": "Liste der Zahlungsdienstleister: pagopa.gov.it",
	} {
		n := testNotice(0, false)
		n.Lang = lang
		file := filepath.Join(t.TempDir(), "n.pdf")
		require.NoError(t, os.WriteFile(file, must(p.Notice(n)), 0o600))
		var got struct {
			Pages []struct{ Blocks []struct{ Lines []line } }
		}
		require.NoError(t, json.Unmarshal([]byte(tool(t, "mupdf-tools", "mutool", "draw", "-q", "-F", "stext.json", file)), &got))
		first, second := line{}, line{}
		for _, block := range got.Pages[0].Blocks {
			for _, l := range block.Lines {
				switch {
				case strings.HasPrefix(l.Text, "vai su pagopa.gov.it"):
					first = l
				case l.Text == other:
					second = l
				}
			}
		}
		require.NotZero(t, first.Y, lang)
		require.NotZero(t, second.Y, lang)
		require.InDelta(t, 200*72/25.4, second.X+second.BBox.W, 1.5, lang)
		if first.Y != second.Y { // one above the other
			require.GreaterOrEqual(t, second.Y-first.Y, 8.0, lang)
			blank := 7 * 0.278 // behind the text
			require.InDelta(t, 200*72/25.4, first.X+first.BBox.W-blank, 1.5, lang)
		}
	}
}

// pieces returns the texts that a file draws.
func pieces(t *testing.T, file []byte) (all []read.Piece) {
	t.Helper()
	f := must(read.Open(file))
	for _, page := range f.Pages() {
		content, ok := f.Content(page)
		require.True(t, ok)
		for _, piece := range content {
			if piece.Text != "" {
				all = append(all, piece)
			}
		}
	}
	return all
}

func size(t *testing.T, piece read.Piece) float64 {
	t.Helper()
	return must(strconv.ParseFloat(string(piece.Size), 64))
}
