package pdf_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/go-fonts/liberation/liberationmonoregular"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-pdf/fpdf"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
	"github.com/pagonline/pagonline/receipt/pdf/internal/qr"
	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
)

func benchReceipt(p *pdf.Printer) (receipt.Receipt, receipt.Proof) {
	r := testReceipt(payment.Production)
	rendering := p.Rendering("it")
	r.Rendering = &rendering
	return r, must(testKeys().Sign(r))
}

func BenchmarkReceiptPDF(b *testing.B) {
	p := must(pdf.New(pdf.Config{}))
	r, proof := benchReceipt(p)
	must(p.Receipt(r, pdf.ReceiptOptions{Proof: &proof})) // the fonts are prepared once
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Receipt(r, pdf.ReceiptOptions{Proof: &proof}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReceiptFPDF is the yardstick: go-pdf/fpdf draws the texts and the code of the
// same page, in the same fonts, without tags, metadata or attachment.
func BenchmarkReceiptFPDF(b *testing.B) {
	p := must(pdf.New(pdf.Config{}))
	r, proof := benchReceipt(p)
	f := must(read.Open(must(p.Receipt(r, pdf.ReceiptOptions{Proof: &proof}))))
	pieces, _ := f.Content(f.Pages()[0])
	b.ReportAllocs()
	for b.Loop() {
		doc := fpdf.New("P", "mm", "A4", "")
		doc.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
		doc.AddUTF8FontFromBytes("sans", "B", liberationsansbold.TTF)
		doc.AddUTF8FontFromBytes("mono", "", liberationmonoregular.TTF)
		doc.AddPage()
		y := 15.0
		for i, piece := range pieces {
			family, style := "sans", ""
			switch {
			case i < 4:
				style = "B"
			case i%10 == 0:
				family = "mono"
			}
			doc.SetFont(family, style, 9.5)
			doc.Text(15, y, piece.Text)
			y += 4
		}
		rows, err := qr.Encode(proof.QR, 0)
		if err != nil {
			b.Fatal(err)
		}
		const side = 33.0
		module := side / float64(len(rows))
		for line, row := range rows {
			for x := range rows {
				if row>>(len(rows)-1-x)&1 == 1 {
					doc.Rect(162+float64(x)*module, 36+float64(line)*module, module, module, "F")
				}
			}
		}
		var out bytes.Buffer
		if err := doc.Output(&out); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNoticePDF(b *testing.B) {
	p := must(pdf.New(pdf.Config{}))
	n := testNotice(0, true)
	must(p.Notice(n))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Notice(n); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocation holds what a document may allocate, and that many take no more memory
// than one.
func TestAllocation(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	r, proof := benchReceipt(p)
	n := testNotice(0, true)
	var before, after runtime.MemStats
	const count = 200
	for name, document := range map[string]func(){
		"receipt": func() { must(p.Receipt(r, pdf.ReceiptOptions{Proof: &proof})) },
		"notice":  func() { must(p.Notice(n)) },
	} {
		document()
		runtime.ReadMemStats(&before)
		for range count {
			document()
		}
		runtime.ReadMemStats(&after)
		if !underRace {
			require.Less(t, (after.TotalAlloc-before.TotalAlloc)/count, uint64(200_000), "bytes of a "+name)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.Less(t, after.HeapInuse, before.HeapInuse+16<<20)
}
