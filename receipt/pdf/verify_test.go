package pdf_test

import (
	"bytes"
	"compress/zlib"
	"flag"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

func TestVerify(t *testing.T) {
	p, keys := must(pdf.New(pdf.Config{})), testKeys()
	for _, lang := range []string{"it", "en"} {
		file := signed(p, testReceipt(payment.Production), lang)
		v := p.Verify(file, keys, receipt.Expectations{})
		require.Equal(t, receipt.Authentic, v.Word, v.Checks)
		require.NotNil(t, v.Receipt)
		require.Equal(t, receipt.Check{Name: pdf.CheckPage, OK: true, Text: v.Checks[len(v.Checks)-1].Text}, v.Checks[len(v.Checks)-1])

		require.Equal(t, receipt.Resaved, p.Verify(append(bytes.Clone(file), '\n'), keys, receipt.Expectations{}).Word, "a byte more")
	}
	unsigned := must(p.Receipt(testReceipt(payment.Production), pdf.ReceiptOptions{}))
	require.Equal(t, receipt.Unsigned, p.Verify(unsigned, keys, receipt.Expectations{}).Word)
	require.Equal(t, receipt.Unsigned, p.Verify([]byte("%PDF-1.7"), keys, receipt.Expectations{}).Word)
	require.Equal(t, receipt.Unsigned, p.Verify(must(p.Notice(testNotice(0, false))), keys, receipt.Expectations{}).Word)
	require.Equal(t, receipt.Unsigned, p.Verify([]byte(circle), keys, receipt.Expectations{}).Word)
	file := signed(p, testReceipt(payment.Production), "it")
	require.Equal(t, receipt.UnknownKey, p.Verify(file, receipt.KeyRing{}, receipt.Expectations{}).Word)
}

// circle is a file whose tree of attachments has no end.
const circle = "%PDF-1.7\n1 0 obj<</Type/Catalog/Names<</EmbeddedFiles 2 0 R>>>>endobj\n2 0 obj<</Kids[2 0 R 2 0 R 2 0 R]>>endobj\ntrailer<</Root 1 0 R>>"

var update = flag.Bool("update", false, "write the receipts of this version anew; never after it has landed")

// TestLanded holds that receipts of every landed version stay authentic.
func TestLanded(t *testing.T) {
	p, keys := must(pdf.New(pdf.Config{})), testKeys()
	if *update {
		for _, lang := range []string{"it", "en"} {
			require.NoError(t, os.WriteFile("testdata/receipt-1."+lang+".pdf", signed(p, testReceipt(payment.Production), lang), 0o600))
		}
	}
	files := must(filepath.Glob("testdata/receipt-*.pdf"))
	require.GreaterOrEqual(t, len(files), 2)
	for _, file := range files {
		v := p.Verify(must(os.ReadFile(file)), keys, receipt.Expectations{})
		require.Equal(t, receipt.Authentic, v.Word, "%s: %v", file, v.Checks)
		require.NoError(t, v.Err())
	}
}

// edited returns a file whose first page reads otherwise: its content is unpacked,
// changed, and packed again at its place.
func edited(t *testing.T, file []byte, edit func([]byte) []byte) []byte {
	t.Helper()
	at := bytes.Index(file, []byte("/Contents "))
	require.Positive(t, at)
	from := at + bytes.Index(file[at:], []byte("stream\n")) + len("stream\n")
	to := from + bytes.Index(file[from:], []byte("\nendstream"))
	plain := must(io.ReadAll(must(zlib.NewReader(bytes.NewReader(file[from:to])))))
	var packed bytes.Buffer
	w := must(zlib.NewWriterLevel(&packed, zlib.BestCompression))
	must(w.Write(edit(plain)))
	require.NoError(t, w.Close())
	return bytes.Join([][]byte{file[:from], packed.Bytes(), file[to:]}, nil)
}

// TestVerifySeesEdits changes an amount on the page, paints over it, hides it.
func TestVerifySeesEdits(t *testing.T) {
	p, keys := must(pdf.New(pdf.Config{})), testKeys()
	file := signed(p, testReceipt(payment.Production), "it")
	require.Equal(t, receipt.Resaved, p.Verify(edited(t, file, bytes.Clone), keys, receipt.Expectations{}).Word, "packed otherwise by another program")

	digits := func(b []byte) []byte { // glyphs of "12,50" become those of "92,50"
		one, nine := []byte("<001400150"), []byte("<001C00150")
		require.Contains(t, string(b), string(one))
		return bytes.Replace(b, one, nine, 1)
	}
	v := p.Verify(edited(t, file, digits), keys, receipt.Expectations{})
	require.Equal(t, receipt.Altered, v.Word)
	require.Nil(t, v.Receipt)

	over := func(b []byte) []byte { return append(bytes.Clone(b), "1 g 0 0 600 800 re f\n"...) }
	v = p.Verify(edited(t, file, over), keys, receipt.Expectations{})
	require.Equal(t, receipt.Resaved, v.Word)
	require.False(t, v.OK())
}

// TestVerifyEveryByte flips bytes all over the file: none of it stays authentic.
func TestVerifyEveryByte(t *testing.T) {
	p, keys := must(pdf.New(pdf.Config{})), testKeys()
	file := signed(p, testReceipt(payment.Production), "it")
	for at := 5; at < len(file); at += 997 {
		broken := bytes.Clone(file)
		broken[at] ^= 1
		require.NotEqual(t, receipt.Authentic, p.Verify(broken, keys, receipt.Expectations{}).Word, "byte %d", at)
	}
}

// TestVerifyOtherPrinter verifies what a printer with other fonts issued.
func TestVerifyOtherPrinter(t *testing.T) {
	fonts := dejavu(t)
	issuer, other := must(pdf.New(pdf.Config{Fonts: fonts})), must(pdf.New(pdf.Config{}))
	file := signed(issuer, testReceipt(payment.Production), "it")
	require.Equal(t, receipt.Authentic, issuer.Verify(file, testKeys(), receipt.Expectations{}).Word)
	v := other.Verify(file, testKeys(), receipt.Expectations{})
	require.Equal(t, receipt.Authentic, v.Word, v.Checks)
	require.Contains(t, v.Checks[len(v.Checks)-1].En, "of another version")

	over := func(b []byte) []byte { return append(bytes.Clone(b), "1 g 0 0 600 800 re f\n"...) }
	require.Equal(t, receipt.Altered, other.Verify(edited(t, file, over), testKeys(), receipt.Expectations{}).Word)
}

// TestVerifySeesCodes exchanges the code on the page: a printer that cannot draw the page
// again reads it, and one that can does so where another program saved the file.
func TestVerifySeesCodes(t *testing.T) {
	fonts := dejavu(t)
	issuer, other := must(pdf.New(pdf.Config{Fonts: fonts})), must(pdf.New(pdf.Config{}))
	file := signed(issuer, testReceipt(payment.Production), "it")
	r := testReceipt(payment.Production)
	r.Quantity++
	foreign := signed(issuer, r, "it")
	code := regexp.MustCompile(`(?s)q \d\.\d{6} 0 0 -\d\.\d{6} [\d.]+ [\d.]+ cm\n([\d ]+re\n)+f Q\n`)
	var wrong []byte
	edited(t, foreign, func(b []byte) []byte {
		wrong = code.Find(b)
		return b
	})
	require.NotEmpty(t, wrong)
	for name, edit := range map[string]func([]byte) []byte{
		"another code": func(b []byte) []byte { return code.ReplaceAllLiteral(b, wrong) },
		"a module": func(b []byte) []byte {
			return bytes.Replace(b, []byte("cm\n0 0 7 1 re\n"), []byte("cm\n0 0 6 1 re\n"), 1)
		},
		"none": func(b []byte) []byte { return code.ReplaceAllLiteral(b, []byte("0 0 1 1 re\nf\n")) },
		"too small": func(b []byte) []byte {
			return regexp.MustCompile(`q \d\.\d{6} 0 0 -\d\.\d{6} `).ReplaceAllLiteral(b, []byte("q 0.000001 0 0 -0.000001 "))
		},
		"under lines": func(b []byte) []byte {
			return bytes.Replace(b, []byte("f Q\n"), []byte("0 0 m 49 0 l 49 49 l f Q\n"), 1)
		},
	} {
		changed := edited(t, file, edit)
		require.Equal(t, receipt.Altered, other.Verify(changed, testKeys(), receipt.Expectations{}).Word, name)
		require.NotEqual(t, receipt.Authentic, issuer.Verify(changed, testKeys(), receipt.Expectations{}).Word, name)
	}
	changed := edited(t, file, func(b []byte) []byte { return code.ReplaceAllLiteral(b, wrong) })
	require.Equal(t, receipt.Altered, issuer.Verify(changed, testKeys(), receipt.Expectations{}).Word)
	require.Equal(t, receipt.Resaved, issuer.Verify(edited(t, file, bytes.Clone), testKeys(), receipt.Expectations{}).Word)
}

// TestVerifyOtherHelp verifies what a printer with another help desk issued.
func TestVerifyOtherHelp(t *testing.T) {
	issuer, other := must(pdf.New(pdf.Config{Help: "help@example.org"})), must(pdf.New(pdf.Config{}))
	file := signed(issuer, testReceipt(payment.UAT), "en")
	for _, p := range []*pdf.Printer{issuer, other} {
		require.Equal(t, receipt.Authentic, p.Verify(file, testKeys(), receipt.Expectations{}).Word)
	}
}

// dejavu returns fonts of the system.
func dejavu(t *testing.T) pdf.Fonts {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("/usr/share/fonts/truetype/dejavu", name))
		if err != nil {
			t.Skip("skipped: DejaVu is not installed (Debian: fonts-dejavu-core)")
		}
		return b
	}
	return pdf.Fonts{Regular: read("DejaVuSans.ttf"), Bold: read("DejaVuSans-Bold.ttf"), Mono: read("DejaVuSansMono.ttf"), MonoBold: read("DejaVuSansMono-Bold.ttf")}
}

// TestVerifyResaved lets other programs save a receipt.
func TestVerifyResaved(t *testing.T) {
	p, keys := must(pdf.New(pdf.Config{})), testKeys()
	in := filepath.Join(t.TempDir(), "in.pdf")
	require.NoError(t, os.WriteFile(in, signed(p, testReceipt(payment.Production), "it"), 0o600))
	for name, args := range map[string][]string{
		"qpdf":                {"--object-streams=generate", in, "OUT"},
		"qpdf unpacked":       {"--qdf", in, "OUT"},
		"qpdf linearized":     {"--linearize", in, "OUT"},
		"mutool":              {"clean", "-gggz", in, "OUT"},
		"mutool in letters":   {"clean", "-a", in, "OUT"},
		"mutool, all letters": {"clean", "-ad", in, "OUT"},
	} {
		t.Run(name, func(t *testing.T) {
			name, _, _ := strings.Cut(strings.ReplaceAll(name, ",", ""), " ")
			if _, err := exec.LookPath(name); err != nil {
				t.Skipf("skipped: %s is not installed (Debian: %s)", name, map[string]string{"qpdf": "qpdf", "mutool": "mupdf-tools"}[name])
			}
			out := filepath.Join(t.TempDir(), "out.pdf")
			output, err := exec.CommandContext(t.Context(), name, strings.Split(strings.ReplaceAll(strings.Join(args, "\n"), "OUT", out), "\n")...).CombinedOutput()
			require.NoError(t, err, string(output))
			v := p.Verify(must(os.ReadFile(out)), keys, receipt.Expectations{})
			require.Equal(t, receipt.Resaved, v.Word, v.Checks)
			require.False(t, v.OK())
		})
	}
}

// TestVerifyEncrypted says why it cannot see a signature.
func TestVerifyEncrypted(t *testing.T) {
	if _, err := exec.LookPath("qpdf"); err != nil {
		t.Skip("skipped: qpdf is not installed (Debian: qpdf)")
	}
	p, dir := must(pdf.New(pdf.Config{})), t.TempDir()
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	require.NoError(t, os.WriteFile(in, signed(p, testReceipt(payment.Production), "it"), 0o600))
	require.NoError(t, exec.CommandContext(t.Context(), "qpdf", "--encrypt", "", "o", "256", "--", in, out).Run())
	v := p.Verify(must(os.ReadFile(out)), testKeys(), receipt.Expectations{})
	require.Equal(t, receipt.Unsigned, v.Word)
	require.Contains(t, v.Checks[0].It, "cifrato")
}

// FuzzVerify says: no file makes the reader fail, and only what was issued is authentic.
func FuzzVerify(f *testing.F) {
	p, keys := must(pdf.New(pdf.Config{})), testKeys()
	issued := signed(p, testReceipt(payment.Production), "it")
	f.Add(issued)
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>\nendobj\ntrailer<</Root 1 0 R>>"))
	f.Add([]byte("%PDF-1.7\n1 0 obj[[[[[[[[[(\\"))
	f.Add([]byte(circle))
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type<00"))
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type(\\"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if v := p.Verify(file, keys, receipt.Expectations{}); v.Word == receipt.Authentic {
			require.True(t, bytes.Equal(issued, file))
		}
	})
}
