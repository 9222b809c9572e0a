package pdf_test

import (
	"encoding/json"
	"html"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt/pdf"
	"github.com/pagonline/pagonline/receipt/pdf/internal/check"
)

// officialFonts returns the fonts of the official notice from the folder that
// PAGONLINE_FONTS names: it holds the npm packages @expo-google-fonts/titillium-web and
// @expo-google-fonts/roboto-mono (SIL OFL), unpacked.
func officialFonts(t *testing.T) pdf.Fonts {
	t.Helper()
	dir := os.Getenv("PAGONLINE_FONTS")
	if dir == "" {
		t.Skip("skipped: PAGONLINE_FONTS names no folder with Titillium Web and Roboto Mono")
	}
	files := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.HasSuffix(path, ".ttf") {
			files[filepath.Base(path)] = must(os.ReadFile(path))
		}
		return err
	}))
	return pdf.Fonts{
		Regular: files["TitilliumWeb_400Regular.ttf"], Bold: files["TitilliumWeb_700Bold.ttf"],
		Mono: files["RobotoMono_400Regular.ttf"], MonoBold: files["RobotoMono_700Bold.ttf"],
	}
}

// TestOfficialFonts prints with the official pair.
func TestOfficialFonts(t *testing.T) {
	p := must(pdf.New(pdf.Config{Fonts: officialFonts(t)}))
	for _, lang := range []string{"it", "it+de", "it+sl"} {
		n := long(testNotice(3, true))
		n.Lang = lang
		require.Empty(t, check.File(must(p.Notice(n))), lang)
	}
	geometry(t, p)
}

// TestGeometry compares the places of texts with those of pagoPA's own notices.
func TestGeometry(t *testing.T) { geometry(t, must(pdf.New(pdf.Config{}))) }

// reference is the notice that pagoPA's own output shows; its number begins with a
// digit that no number has, so it is another one here.
func reference(instalments, postal bool) pdf.Notice {
	n := pdf.Notice{
		Environment: payment.Production, Subject: "Avviso Pagamento di TEST",
		Creditor: pdf.Payee{FiscalCode: "99999000013", Name: "Comune di Test", Office: "Settore di Test", Info: "Info di Test", CBILL: "CBI1234", Site: true},
		Debtor:   pdf.Recipient{FiscalCode: "FFFCST83A15L113V", Name: "Mario Rossi", Street: "Via Nazionale 1", Town: "00100 Roma (RM)"},
		Whole:    pdf.Due{Number: must(notice.ParseSyntax("370000008800999051")), Amount: euro.MustParse("1500.00"), On: day("2024-12-31")},
	}
	if postal {
		n.Creditor.Postal = &pdf.Postal{Account: "123456", Authorization: "AUT. 08/5 S3/81 53079 08129.07.20211"}
	}
	if instalments {
		n.Whole.Amount, n.Whole.On = euro.MustParse("3000.00"), day("2024-12-30")
		n.Instalments = []pdf.Due{
			{Number: must(notice.ParseSyntax("370000008800999062")), Amount: euro.MustParse("1600.00"), On: day("2024-12-31")},
			{Number: must(notice.ParseSyntax("370000008800999073")), Amount: euro.MustParse("1400.00"), On: day("2025-12-31")},
		}
	}
	return n
}

// line is a line of text as mutool sees it, in points.
type line struct {
	X, Y float64
	BBox struct{ W float64 }
	Text string
}

func geometry(t *testing.T, p *pdf.Printer) {
	t.Helper()
	shared := os.Getenv("PAGONLINE_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	measured, err := os.ReadFile(filepath.Join(shared, "data/layout/text-boxes-mm.json"))
	if err != nil {
		t.Skip("skipped: the measures of the official notice are not here (layout/text-boxes-mm.json); set PAGONLINE_SHARED")
	}
	var want map[string]struct {
		Pages [][]struct {
			MM   [4]float64
			Text string
		}
	}
	require.NoError(t, json.Unmarshal(measured, &want))
	for name, n := range map[string]pdf.Notice{
		"single": reference(false, false), "singlePoste": reference(false, true),
		"twoInstalments": reference(true, false), "twoInstalmentsPoste": reference(true, true),
	} {
		file := filepath.Join(t.TempDir(), "n.pdf")
		require.NoError(t, os.WriteFile(file, must(p.Notice(n)), 0o600))
		var got struct {
			Pages []struct{ Blocks []struct{ Lines []line } }
		}
		require.NoError(t, json.Unmarshal([]byte(tool(t, "mupdf-tools", "mutool", "draw", "-q", "-F", "stext.json", file)), &got))
		for i, page := range want[name].Pages {
			var lines []line
			for _, block := range got.Pages[i].Blocks {
				lines = append(lines, block.Lines...)
			}
			found := 0
			for _, box := range page {
				text := plainText(strings.Replace(html.UnescapeString(box.Text), "4700 ", "3700 ", 1))
				near, far := math.Inf(1), 0.0
				for _, l := range lines {
					if plainText(l.Text) != text {
						continue
					}
					x, y, end := l.X*25.4/72, l.Y*25.4/72, (l.X+l.BBox.W)*25.4/72
					dx := min(math.Abs(x-box.MM[0]), math.Abs(end-box.MM[2]))
					if dy := math.Abs(y - box.MM[1] - 0.8*(box.MM[3]-box.MM[1])); dx+dy < near {
						near, far = dx+dy, max(dx/0.5, dy/1.0)
					}
				}
				if !math.IsInf(near, 1) {
					found++
					require.LessOrEqual(t, far, 1.0, "%s, page %d: %s", name, i, box.Text)
				}
			}
			require.Greater(t, found, len(page)/2, name)
		}
	}
}

func plainText(s string) string {
	return strings.ToLower(strings.TrimSpace(strings.ReplaceAll(s, "’", "'")))
}
