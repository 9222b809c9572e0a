package pdf_test

import (
	"bytes"
	"fmt"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf"
)

func ExampleNew() {
	_, err := pdf.New(pdf.Config{Fonts: pdf.Fonts{Regular: []byte("not a font")}})
	fmt.Println(err)
	// Output: pdf: font 0: pdf: not a TrueType font with outlines and a Unicode map
}

func ExamplePrinter_Rendering() {
	printer, _ := pdf.New(pdf.Config{})
	rendering := printer.Rendering("en")
	fmt.Println(rendering.Renderer, rendering.Language, len(rendering.Fonts))
	// Output: pagonline/pdf/1 en 4
}

func ExamplePrinter_Receipt() {
	printer, _ := pdf.New(pdf.Config{})
	r := testReceipt(payment.Production)
	rendering := printer.Rendering("it")
	r.Rendering = &rendering
	proof, _ := testKeys().Sign(r)
	file, err := printer.Receipt(r, pdf.ReceiptOptions{Proof: &proof})
	fmt.Println(bytes.HasPrefix(file, []byte("%PDF-1.7")), err)
	// Output: true <nil>
}

func ExamplePrinter_Notice() {
	printer, _ := pdf.New(pdf.Config{})
	n := pdf.Notice{
		Environment: payment.Production, Lang: "it+de", Subject: "Fotocopie, prot. 345/2024",
		Creditor: pdf.Payee{FiscalCode: "99999000013", Name: "Ente creditore di prova", Office: "Archivio di Stato di Livorno", CBILL: "AB123"},
		Debtor:   pdf.Recipient{Name: "Mario Rossi", Street: "Via di Prova 1", Town: "57123 Livorno (LI)"},
		Whole:    pdf.Due{Number: number(1), Amount: euro.MustParse("12.50"), On: day("2026-12-31")},
	}
	_, err := printer.Notice(n)
	fmt.Println(err)
	n.Lang = "de" // German stands beside Italian only
	_, err = printer.Notice(n)
	fmt.Println(err)
	// Output:
	// <nil>
	// input_syntax (lang): Unreadable input: unknown language.
}

func ExamplePrinter_Verify() {
	printer, _ := pdf.New(pdf.Config{})
	file := signed(printer, testReceipt(payment.Production), "it")
	keys, _ := receipt.ParseKeyRing(testKeys().PEM()) // the public half
	v := printer.Verify(file, keys, receipt.Expectations{Amount: euro.MustParse("12.50")})
	last := v.Checks[len(v.Checks)-1]
	fmt.Println(v.Word, last.Name, last.En)
	// Output: authentic page The document is the one that was issued.
}
