package pdf_test

import (
	"encoding/json"
	"html"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt/pdf"
	"github.com/pagonline/pagonline/receipt/pdf/internal/check"
	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
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
	boxes(t, p)
	sizes(t, p)
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
	noDue := reference(false, false)
	noDue.Whole.On = pagonline.Date{}
	cases := map[string]pdf.Notice{
		"single": reference(false, false), "singlePoste": reference(false, true), "noDueDate": noDue,
		"twoInstalments": reference(true, false), "twoInstalmentsPoste": reference(true, true),
	}
	for _, name := range []string{"single", "noDueDate", "twoInstalmentsPoste"} { // what has no language stays where it is
		for _, lang := range []string{"en", "fr", "sl", "it+en", "it+fr", "it+sl", "it+de"} {
			n := cases[name]
			n.Lang = lang
			cases[name+" "+lang] = n
		}
	}
	values := []string{"mario rossi", "comune di test", "settore di test", "info di test"}
	for name, n := range cases {
		name, lang, _ := strings.Cut(name, " ")
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
				if lang != "" && !strings.ContainsAny(text, "0123456789") && !slices.Contains(values, text) {
					continue
				}
				if lang == "en" && strings.Contains(text, ",00") { // only the slip writes amounts as Italian does
					continue
				}
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
					require.LessOrEqual(t, far, 1.0, "%s %s, page %d: %s", name, lang, i, box.Text)
				}
			}
			enough := len(page) / 2
			if lang != "" {
				enough = len(page) / 5
			}
			require.Greater(t, found, enough, name, lang)
		}
	}
}

func plainText(s string) string {
	return strings.ToLower(strings.TrimSpace(strings.ReplaceAll(s, "’", "'")))
}

// TestBoxes compares the places of bands and codes with those of pagoPA's own notices,
// as measured on their pictures, in millimetres.
func TestBoxes(t *testing.T) { boxes(t, must(pdf.New(pdf.Config{}))) }

func boxes(t *testing.T, p *pdf.Printer) {
	t.Helper()
	front := [][4]float64{
		{0, 43.94, 103.97, 52.15},
		{106.09, 43.94, 210, 52.15},
		{0, 89.66, 103.97, 97.62},
		{106.09, 89.66, 210, 97.62},
		{0, 140.8, 210, 148.67},
		{10.08, 154.77, 34.97, 179.66},
	}
	slip := [][4]float64{{0, 201.59, 210, 209.55}, {177.04, 231.82, 199.98, 254.76}, {174.67, 229.11, 179.16, 229.7}, {59.27, 215.65, 66.8, 223.27}}
	twoColumns := [][4]float64{{6.86, 43.94, 102.11, 52.15}, {107.95, 43.94, 202.95, 52.15}, {74.08, 56.13, 98.98, 80.94}}
	threeColumns := [][4]float64{
		{6.86, 43.94, 68.24, 52.15}, {74.34, 43.94, 135.72, 52.15}, {141.56, 43.94, 202.95, 52.15}, {45.21, 56.13, 65.36, 75.95}, {179.92, 56.13, 200.07, 75.95},
	}
	twoSlips := [][4]float64{{0, 130.9, 210, 138.9}, {0, 201.9, 210, 209.9}}
	threeSlips := [][4]float64{{0, 110.32, 210, 118.28}, {0, 171.2, 210, 179.15}, {0, 232.07, 210, 239.95}, {177.04, 136.57, 199.98, 159.5}}
	below := [][4]float64{{6.86, 197.61, 68.24, 205.57}, {74.34, 197.61, 135.72, 205.57}, {45.21, 209.55, 65.36, 229.7}}
	for _, lang := range []string{"it", "en", "fr", "sl", "it+en", "it+fr", "it+sl", "it+de"} {
		for _, full := range []bool{false, true} {
			pages := func(instalments int, postal bool) [][][4]float64 {
				n := testNotice(instalments, postal)
				if full {
					n = long(n)
				} else { // as empty as it may be
					n.Creditor.Office, n.Creditor.Info, n.Creditor.CBILL, n.Creditor.Site = "", "", "", false
					n.Debtor, n.Whole.On = pdf.Recipient{Name: "Rossi"}, pagonline.Date{}
				}
				n.Lang = lang
				return drawn(t, must(p.Notice(n)))
			}
			near(t, pages(0, false)[0], front)
			near(t, pages(0, true)[0], slices.Concat(front, slip))
			near(t, pages(3, false)[0], slices.Concat(front, below))
			near(t, pages(2, true)[1], slices.Concat(twoColumns, twoSlips))
			near(t, pages(3, true)[1], slices.Concat(threeColumns, threeSlips))
			near(t, pages(13, true)[2], slices.Concat(threeColumns, threeSlips))
		}
	}
}

// near holds that each box is drawn, within half a millimetre.
func near(t *testing.T, got, want [][4]float64) {
	t.Helper()
	for _, w := range want {
		require.True(t, slices.ContainsFunc(got, func(g [4]float64) bool {
			for i := range g {
				if math.Abs(g[i]-w[i]) > 0.5 {
					return false
				}
			}
			return true
		}), "%v is not among %v", w, got)
	}
}

// drawn returns the boxes of each page. Of a code, which stands on white that is one
// module wider, it gives the code.
func drawn(t *testing.T, file []byte) (pages [][][4]float64) {
	t.Helper()
	f := must(read.Open(file))
	for _, page := range f.Pages() {
		pieces, ok := f.Content(page)
		require.True(t, ok)
		var all [][4]float64
		for i, piece := range pieces {
			margin := 0.0
			if i+1 < len(pieces) && len(pieces[i+1].Boxes) > 100 {
				module := must(strconv.ParseFloat(string(pieces[i+1].Scale[0]), 64))
				if pieces[i+1].Boxes[0][3] == "100" {
					module *= 100
				}
				margin = module * 25.4 / 72
			}
			for _, b := range piece.Boxes {
				var v [4]float64
				for k := range v {
					v[k] = must(strconv.ParseFloat(string(b[k]), 64)) * 25.4 / 72
				}
				all = append(all, [4]float64{v[0] + margin, 297 - v[1] - v[3] + margin, v[0] + v[2] - margin, 297 - v[1] - margin})
			}
		}
		pages = append(pages, all)
	}
	return pages
}

// TestSizes holds that no text of a notice is too small to be read, in any language, form
// and length.
func TestSizes(t *testing.T) { sizes(t, must(pdf.New(pdf.Config{}))) }

func sizes(t *testing.T, p *pdf.Printer) {
	t.Helper()
	for name, n := range notices(t) {
		f := must(read.Open(must(p.Notice(n))))
		for _, page := range f.Pages() {
			pieces, ok := f.Content(page)
			require.True(t, ok)
			for _, piece := range pieces {
				if piece.Text != "" {
					require.GreaterOrEqual(t, must(strconv.ParseFloat(string(piece.Size), 64)), 6.0, "%s: %s", name, piece.Text)
				}
			}
		}
	}
}
