package pdf_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt/pdf"
)

// tool runs a program of the system, or skips the test.
func tool(t *testing.T, debian, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("skipped: %s is not installed (Debian: %s)", name, debian)
	}
	var out, fault strings.Builder
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &out, &fault
	require.NoError(t, cmd.Run(), "%s %v: %s%s", name, args, &out, &fault)
	return out.String()
}

// written writes the documents of the matrix whose names hold one of the words, and
// returns the files.
func written(t *testing.T, words ...string) (files []string) {
	t.Helper()
	dir := t.TempDir()
	for name, file := range documents(t) {
		if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.Contains(name, w) }) {
			path := filepath.Join(dir, strings.ReplaceAll(name, " ", "_")+".pdf")
			require.NoError(t, os.WriteFile(path, file, 0o600))
			files = append(files, path)
		}
	}
	slices.Sort(files)
	require.NotEmpty(t, files)
	return files
}

// TestVeraPDF asks the official validator about the whole matrix. PAGONLINE_VERAPDF is a
// folder with its jars; testdata/verapdf.xml says how to fill it from Maven Central.
func TestVeraPDF(t *testing.T) {
	jars := os.Getenv("PAGONLINE_VERAPDF")
	if jars == "" {
		t.Skip("skipped: PAGONLINE_VERAPDF names no folder with the jars of veraPDF")
	}
	args := []string{"-cp", filepath.Join(jars, "*"), "testdata/Vera.java"}
	out := tool(t, "default-jdk-headless", "java", append(args, written(t)...)...)
	require.NotContains(t, out, "FAIL")
	require.GreaterOrEqual(t, strings.Count(out, "PASS"), 120, "two profiles of each document")
}

func TestQPDF(t *testing.T) {
	for _, file := range written(t) {
		require.Contains(t, tool(t, "qpdf", "qpdf", "--check", file), "No syntax or stream encoding errors found")
	}
}

// TestPoppler reads the structure tree and the text in its order.
func TestPoppler(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	file := filepath.Join(t.TempDir(), "r.pdf")
	require.NoError(t, os.WriteFile(file, signed(p, testReceipt(payment.UAT), "it"), 0o600))
	tree := tool(t, "poppler-utils", "pdfinfo", "-struct-text", file)
	require.Regexp(t, `(?s)Document.*H1 \(block\)\s+"Ricevuta di pagamento".*H2 \(block\)\s+"Pagamento"\s+Table \(block\)\s+TR\s+TH:\s+/Scope /Row\s+"Importo"\s+TD\s+"12,50 €"`, tree)
	require.Contains(t, tool(t, "poppler-utils", "pdfinfo", file), "Tagged:          yes")
	require.Contains(t, tool(t, "poppler-utils", "pdfinfo", file), "Title:           FAC-SIMILE – Ricevuta di pagamento – IUV 01000000000000144")
	require.Regexp(t, `Importo +12,50 €`, tool(t, "poppler-utils", "pdftotext", "-layout", file, "-"))
	for _, line := range strings.Split(strings.TrimSpace(tool(t, "poppler-utils", "pdffonts", file)), "\n")[2:] {
		require.Regexp(t, `[A-Z]{6}\+Liberation\S+ +CID TrueType +Identity-H +(yes ?){3}`, line)
	}
	require.Contains(t, tool(t, "poppler-utils", "pdfdetach", "-list", file), "receipt.json")
}

func TestMuPDF(t *testing.T) {
	for _, file := range written(t, "long", "12_pages", "receipt it") {
		tool(t, "mupdf-tools", "mutool", "draw", "-q", "-r", "50", "-o", filepath.Join(t.TempDir(), "%d.png"), file)
	}
}

// picture renders the first page in grey.
func picture(t *testing.T, file []byte, dpi string) string {
	t.Helper()
	return pagePicture(t, file, dpi, "1")
}

func pagePicture(t *testing.T, file []byte, dpi, page string) string {
	t.Helper()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.pdf")
	require.NoError(t, os.WriteFile(in, file, 0o600))
	tool(t, "poppler-utils", "pdftoppm", "-gray", "-r", dpi, "-f", page, "-l", page, "-singlefile", in, filepath.Join(dir, "page"))
	return filepath.Join(dir, "page.pgm")
}

// cut writes a part of a picture, given in percent of its width and height.
func cut(t *testing.T, path string, left, top, right, bottom int) string {
	t.Helper()
	b := must(os.ReadFile(path))
	var w, h, most int
	_, err := fmt.Sscanf(string(b), "P5\n%d %d\n%d\n", &w, &h, &most)
	require.NoError(t, err)
	in := b[len(b)-w*h:]
	left, top, right, bottom = w*left/100, h*top/100, w*right/100, h*bottom/100
	out := fmt.Appendf(nil, "P5\n%d %d\n255\n", right-left, bottom-top)
	for y := top; y < bottom; y++ {
		out = append(out, in[y*w+left:y*w+right]...)
	}
	to := fmt.Sprintf("%s.%d.%d.pgm", path, left, top)
	require.NoError(t, os.WriteFile(to, out, 0o600))
	return to
}

// scanned makes of a page what a scanner does: it turns it by hundredths of a degree and
// adds noise.
func scanned(t *testing.T, path string, angle int, seed uint32) string {
	t.Helper()
	b := must(os.ReadFile(path))
	var w, h, most int
	_, err := fmt.Sscanf(string(b), "P5\n%d %d\n%d\n", &w, &h, &most)
	require.NoError(t, err)
	in := b[len(b)-w*h:]
	out := fmt.Appendf(make([]byte, 0, len(b)), "P5\n%d %d\n255\n", w, h)
	noise := func() (sum int) { // of three dice
		for range 3 {
			seed = seed*1664525 + 1013904223
			sum += int(seed>>27) - 16
		}
		return sum / 2
	}
	const one = 1 << 16
	sin, cos := math.Sincos(float64(angle) * math.Pi / 18000)
	sine, cosine := int(sin*one), int(cos*one)
	for y := range h {
		for x := range w {
			dx, dy := x-w/2, y-h/2
			sx, sy := w/2*one+dx*cosine+dy*sine, h/2*one+dy*cosine-dx*sine
			ix, iy, fx, fy := sx>>16, sy>>16, sx&(one-1), sy&(one-1)
			v := 255
			if ix >= 0 && iy >= 0 && ix < w-1 && iy < h-1 {
				above := (int(in[iy*w+ix])*(one-fx) + int(in[iy*w+ix+1])*fx) >> 16
				below := (int(in[(iy+1)*w+ix])*(one-fx) + int(in[(iy+1)*w+ix+1])*fx) >> 16
				v = (above*(one-fy) + below*fy) >> 16
			}
			out = append(out, byte(min(max(24+v*200/255+noise(), 0), 255)))
		}
	}
	to := fmt.Sprintf("%s.%d.%d.pgm", path, angle, seed)
	require.NoError(t, os.WriteFile(to, out, 0o600))
	return to
}

// TestCodes lets other programs read the codes from pages, and from scans of them.
func TestCodes(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	n := testNotice(0, true)
	n.Environment = payment.UAT // the watermark must not spoil a code
	n.Debtor.Name, n.Subject = "D'Angelo-Rossi Nicolò", "Fotocopie, prot. 345/2024 (A4)"
	file := must(p.Notice(n))
	const wantQR = "PAGOPA|002|301000000000000144|99999000013|150000"
	wantDM := "codfase=NBPA;183010000000000001441200000012345610000015000038961P199999000013RSSMRA80A01H501U" +
		fmt.Sprintf("%-40s%-110s%12sA", "D'ANGELO-ROSSI NICOLO", "FOTOCOPIE, PROT. 345/2024 (A4)", "")
	fine, coarse := picture(t, file, "300"), scanned(t, picture(t, file, "150"), 200, 1)
	for _, page := range []string{fine, coarse} {
		require.Equal(t, wantQR+"\n", tool(t, "zbar-tools", "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", page), page)
	}
	for _, page := range []string{fine, coarse} {
		require.Equal(t, wantDM, tool(t, "dmtx-utils", "dmtxread", "-N", "1", "-m", "30000", page), page)
	}
	r := testReceipt(payment.UAT)
	rendering := p.Rendering("it")
	r.Rendering = &rendering
	proof := must(testKeys().Sign(r))
	file = must(p.Receipt(r, pdf.ReceiptOptions{Proof: &proof}))
	for _, page := range []string{picture(t, file, "300"), scanned(t, picture(t, file, "150"), 200, 1)} {
		require.Equal(t, proof.QR+"\n", tool(t, "zbar-tools", "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", page), page)
	}
}

// TestEveryCode reads all codes of a page of many instalments, and of one with slips.
func TestEveryCode(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	n := testNotice(12, false)
	var want []string
	for _, d := range n.Instalments[3:] {
		want = append(want, "PAGOPA|002|"+d.Number.String()+"|99999000013|15000")
	}
	page := pagePicture(t, must(p.Notice(n)), "300", "2")
	read := func(page string) []string {
		return strings.Fields(tool(t, "zbar-tools", "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", page))
	}
	require.ElementsMatch(t, want, read(page))
	n = testNotice(3, true)
	page = pagePicture(t, must(p.Notice(n)), "300", "2")
	require.Len(t, read(page), 3)
	slips := tool(t, "dmtx-utils", "dmtxread", "-n", "-N", "3", "-m", "30000", page)
	for _, d := range n.Instalments {
		require.Contains(t, slips, "codfase=NBPA;18"+d.Number.String()+"12000000123456100000015000")
	}
}

// TestScans reads the codes from many scans of 150 dpi. Of a DataMatrix of 48 by 48,
// whose modules are less than three dots wide then, dmtxread misses some, most of them
// half-way between two degrees: it looks for edges at whole ones.
func TestScans(t *testing.T) {
	n := testNotice(0, true)
	n.Environment = payment.UAT
	page := picture(t, must(must(pdf.New(pdf.Config{})).Notice(n)), "150")
	code, matrix := cut(t, page, 0, 48, 30, 66), cut(t, page, 78, 74, 100, 90)
	read, all := 0, 0
	for _, angle := range []int{0, 100, -100, 150, -150, 200, -200, 300, -300} {
		for seed := range uint32(2) {
			require.Equal(t, "PAGOPA|002|301000000000000144|99999000013|150000\n",
				tool(t, "zbar-tools", "zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", scanned(t, code, angle, seed)))
			out, err := exec.CommandContext(t.Context(), "dmtxread", "-N", "1", "-m", "10000", scanned(t, matrix, angle, seed)).Output()
			if all++; err == nil && len(out) == 256 {
				require.Contains(t, string(out), "codfase=NBPA;18301000000000000144")
				read++
			}
		}
	}
	t.Logf("dmtxread read %d of %d scans", read, all)
	require.GreaterOrEqual(t, 3*read, 2*all)
}
