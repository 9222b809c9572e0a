package ledger_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
	"github.com/pagonline/pagonline/receipt/ledger"
)

// unixLines prints what is written with the line ends of an example.
type unixLines struct{}

func (unixLines) Write(b []byte) (int, error) {
	_, err := os.Stdout.WriteString(strings.ReplaceAll(string(b), "\r\n", "\n"))
	return len(b), err
}

func exampleStore() *memory.Store {
	st := &memory.Store{}
	p, rt := paidRT(1, "iur-1", time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC))
	_ = st.Positions().Insert(context.Background(), p)
	_ = st.RTs().Insert(context.Background(), rt)
	return st
}

// The register of a month, and its totals.
func ExampleWriteRegister() {
	ctx := context.Background()
	month, _ := receipt.ParsePeriod("2026-11-01..2026-11-30")
	summary, err := ledger.WriteRegister(unixLines{}, ledger.CSV, ledger.Register(ctx, exampleStore(), month, ledger.Config{Creditor: "99999000013"}))
	fmt.Println(summary.Receipts, summary.Net, summary.Mismatched, err)
	// Output:
	// date,movement,form,payer,causale,amount,receipt,treasury,capitolo,institute,service,protocol,iuv,notice,creditor,category,difference,others,mismatch
	// 2026-11-23,payment,"pagoPA, CP, PSP di prova",Ditta di prova,"ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, Mario Rossi",10.00,iur-1,,29/2584/03,Archivio di Stato di Livorno,Fotocopie,345/2024,01000000000000144,301000000000000144,99999000013,9/0701100AP/,0.00,0.00,0.00
	// 2026-11-23,payment,"pagoPA, CP, PSP di prova",Ditta di prova,"ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, Mario Rossi",2.50,iur-1,,08/1205/01,Archivio di Stato di Livorno,Fotocopie,345/2024,01000000000000144,301000000000000144,99999000013,9/0701100AP/,0.00,0.00,0.00
	// 1 12.50 0 <nil>
}

func ExampleWriteTotals() {
	rows := ledger.Register(context.Background(), exampleStore(), receipt.Period{}, ledger.Config{})
	summary, err := ledger.WriteRegister(&strings.Builder{}, ledger.Spreadsheet, rows)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ledger.WriteTotals(unixLines{}, ledger.CSV, summary))
	// Output:
	// capitolo,rows,payments,seconds,refunds,net
	// 08/1205/01,1,2.50,0.00,0.00,2.50
	// 29/2584/03,1,10.00,0.00,0.00,10.00
	// *,2,12.50,0.00,0.00,12.50
	// <nil>
}

func ExampleRegister() {
	for r, err := range ledger.Register(context.Background(), exampleStore(), receipt.Period{}, ledger.Config{}) {
		fmt.Println(r.Date, r.Movement, r.Amount, r.Capitolo, err)
	}
	// Output:
	// 2026-11-23 payment 10.00 29/2584/03 <nil>
	// 2026-11-23 payment 2.50 08/1205/01 <nil>
}

// What the desk gave back is in the register too.
func ExampleDeskRefunds() {
	ctx, st := context.Background(), exampleStore()
	k := storetest.Position(1).Key
	on, _ := pagonline.ParseDate("2026-12-01")
	_ = st.Cases().Insert(ctx, desk.Case{ID: "case", Creditor: k.Creditor, Institute: "AS-LI", Refunds: []desk.Refund{{
		Position: k, ReceiptID: "iur-1", Amount: euro.MustParse("12.50"), Status: desk.RefundExecuted, ExecutedOn: on, Reference: "ordinativo 12/2026",
	}}})
	cfg := ledger.Config{Refunds: ledger.DeskRefunds(st.Cases())}
	for r, err := range ledger.Register(ctx, st, receipt.Period{From: on}, cfg) {
		fmt.Println(r.Date, r.Movement, r.Amount, r.Capitolo, r.Treasury, err)
	}
	// Output:
	// 2026-12-01 refund -10.00 29/2584/03 ordinativo 12/2026 <nil>
	// 2026-12-01 refund -2.50 08/1205/01 ordinativo 12/2026 <nil>
}

func ExamplePurchases() {
	for r, err := range ledger.Purchases(context.Background(), exampleStore(), "owner", receipt.Period{}) {
		fmt.Println(r.Date, r.Status, r.Institute, r.Amount, r.Ready, err)
	}
	// Output: 2026-11-23 open Archivio di Stato di Livorno 12.50 false <nil>
}

func ExampleWritePurchases() {
	rows := ledger.Purchases(context.Background(), exampleStore(), "owner", receipt.Period{})
	n, err := ledger.WritePurchases(os.Stdout, ledger.JSONLines, rows)
	fmt.Println(n, err)
	// Output:
	// {"date":"2026-11-23","status":"open","institute":"Archivio di Stato di Livorno","service":"Fotocopie","causale":"ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, Mario Rossi","quantity":1,"unitPrice":"12.50","amount":"12.50","notice":"301000000000000144","iuv":"01000000000000144","receipt":"","psp":"","paidOn":"","receiptReady":false}
	// 1 <nil>
}

func ExampleGuard() {
	cell := ledger.Guard(`=HYPERLINK("https://evil.example")`)
	fmt.Println(cell)
	fmt.Println(ledger.Unguard(cell))
	// Output:
	// '=HYPERLINK("https://evil.example")
	// =HYPERLINK("https://evil.example")
}

func ExampleUnguard() {
	fmt.Println(ledger.Unguard("'01000000000000144"))
	// Output: 01000000000000144
}
