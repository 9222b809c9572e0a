package receipt_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

var archivedAt = time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)

// The year's receipts, for preservation.
func ExampleExport() {
	ctx := context.Background()
	archive := (&memory.Store{}).Archive()
	p := storetest.Position(1)
	rt := storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6")
	r, _ := receipt.New(rt, p, payment.Sandbox)
	data, _ := r.Canonical()
	_ = archive.Put(ctx, receipt.DocumentOf(rt, archivedAt))
	_ = archive.Put(ctx, r.Document(receipt.JSONDocument, data, archivedAt))

	year, err := receipt.ParsePeriod("2026-01-01..2026-12-31")
	if err != nil {
		fmt.Println(err)
		return
	}
	var b bytes.Buffer
	if err := receipt.Export(ctx, &b, archive, year); err != nil {
		fmt.Println(err)
		return
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range z.File {
		fmt.Println(f.Name)
	}
	// Output:
	// documents/2026-11-23/99999000013/c110729d258c4ab1b765fe902aae41d6.json
	// documents/2026-11-23/99999000013/c110729d258c4ab1b765fe902aae41d6.xml
	// index.csv
	// index.json
}

// The message in which a receipt came is kept as it was; other bytes under its key are
// refused.
func ExampleDocumentOf() {
	ctx := context.Background()
	archive := (&memory.Store{}).Archive()
	rt := storetest.Receipt(storetest.Position(1), "iur")
	fmt.Println(archive.Put(ctx, receipt.DocumentOf(rt, archivedAt)))
	fmt.Println(archive.Put(ctx, receipt.DocumentOf(rt, archivedAt.Add(time.Hour))))
	rt.Raw = []byte("<other/>")
	fmt.Println(archive.Put(ctx, receipt.DocumentOf(rt, archivedAt)))
	// Output:
	// <nil>
	// <nil>
	// receipt_altered: The receipt was changed after it was issued.
}

func ExampleReceipt_Document() {
	p := storetest.Position(1)
	r, _ := receipt.New(storetest.Receipt(p, "iur"), p, payment.Sandbox)
	d := r.Document(receipt.PDFDocument, []byte("%PDF-1.7 …"), archivedAt)
	fmt.Println(d.Day, d.Creditor, d.ReceiptID, d.Kind, d.Size)
	// Output: 2026-11-23 99999000013 iur pdf 12
}

func ExampleNewDocument() {
	k := receipt.DocumentKey{Creditor: "99999000013", ReceiptID: "iur", Kind: receipt.RTDocument}
	d := receipt.NewDocument(k, archivedAt, archivedAt, []byte("<xml/>"))
	fmt.Println(d.SHA256, d.Check())
	// Output: 6eb820e0f9762c611c2a77189f686afeca64dfb212e023017e0346e7ab826c39 <nil>
}

func ExampleDocument_Verify() {
	d := storetest.Document(0, "iur", receipt.PDFDocument)
	fmt.Println(d.Verify())
	d.Content[0] ^= 1
	fmt.Println(d.Verify())
	// Output:
	// <nil>
	// receipt_altered: The receipt was changed after it was issued.
}

func ExampleDocument_Check() {
	d := storetest.Document(0, "iur", "exe")
	fmt.Println(d.Check())
	// Output: input_syntax (kind): Unreadable input: xml, pdf or json.
}

func ExampleDocument_Again() {
	d := storetest.Document(0, "iur", receipt.PDFDocument)
	fmt.Println(d.Again(d.Record))
	// Output: <nil>
}

func ExampleParsePeriod() {
	p, err := receipt.ParsePeriod("2026-03-01..")
	fmt.Println(p, err)
	_, err = receipt.ParsePeriod("2026-03-01..2026-02-01")
	fmt.Println(err)
	// Output:
	// 2026-03-01.. <nil>
	// input_syntax (period): Unreadable input: a period as in 2026-01-01..2026-12-31.
}

func ExamplePeriod_Has() {
	p, _ := receipt.ParsePeriod("2026-11-01..2026-11-30")
	late := time.Date(2026, 11, 30, 23, 30, 0, 0, time.UTC) // it is December in Rome
	fmt.Println(p.Has(pagonline.DateOf(late)), p.Has(p.To))
	// Output: false true
}

func ExamplePeriod_Instants() {
	p, _ := receipt.ParsePeriod("2026-11-30..2026-11-30")
	from, before := p.Instants()
	fmt.Println(from.Format(time.RFC3339), before.Format(time.RFC3339))
	// Output: 2026-11-29T23:00:00Z 2026-11-30T23:00:00Z
}

func ExampleHash() {
	var h receipt.Hash
	fmt.Println(h.UnmarshalText([]byte("9ae4")))
	// Output: input_syntax: Unreadable input: a SHA-256 of 64 hexadecimal digits.
}
