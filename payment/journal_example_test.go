package payment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// verifyCall is what a station notes of a message of the node.
func verifyCall() payment.JournalEntry {
	return payment.JournalEntry{
		At: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Creditor: "99999000013", Notice: "301000000000000144", IUV: "01000000000000144",
		Component: "station", Operation: "paVerifyPaymentNotice", Subtype: payment.Request, Requester: "NodoDeiPagamentiSPC",
		Responder: "99999000013_01", Station: "99999000013_01",
	}.WithMessage([]byte("<request/>"))
}

// journalCashier has a clock that stands still.
func journalCashier() *payment.Cashier {
	return payment.NewCashier(&memory.Store{}, payment.Config{
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 1, 0, time.UTC) },
	})
}

// Both halves of a call are written together.
func ExampleCashier_AppendJournal() {
	ctx := context.Background()
	cashier := journalCashier()
	request := verifyCall()
	response := request.Answer(cashier.Now(), []byte("<response/>"), "KO")
	response.Parameters.Fault, response.Parameters.Status = "PAA_PAGAMENTO_SCONOSCIUTO", 200
	fmt.Println(cashier.AppendJournal(ctx, request, response))
	fmt.Println(cashier.ExportJournal(ctx, os.Stdout, payment.JournalFilter{Operation: "paVerifyPaymentNotice"}))
	// Output:
	// <nil>
	// {"eventDateTime":"2026-11-23T09:00:00.000Z","domainIdentifier":"99999000013","uniquePaymentIdentifier":"01000000000000144","paymentContextCode":"","noticeNumber":"301000000000000144","paymentServiceProviderIdentifier":"","paymentType":"","component":"station","eventCategory":"INTERFACE","eventType":"paVerifyPaymentNotice","eventSubtype":"REQ","requesterIdentifier":"NodoDeiPagamentiSPC","responderIdentifier":"99999000013_01","paIntermediaryStationIdentifier":"99999000013_01","paymentChannel":"","interfaceSpecificParameters":{"size":10,"sha256":"5bf6887b04a25a2d06a91ee38ee47ad8b51426e54197a8ec2bb3c79e21353555"},"outcome":""}
	// {"eventDateTime":"2026-11-23T09:00:01.000Z","domainIdentifier":"99999000013","uniquePaymentIdentifier":"01000000000000144","paymentContextCode":"","noticeNumber":"301000000000000144","paymentServiceProviderIdentifier":"","paymentType":"","component":"station","eventCategory":"INTERFACE","eventType":"paVerifyPaymentNotice","eventSubtype":"RESP","requesterIdentifier":"NodoDeiPagamentiSPC","responderIdentifier":"99999000013_01","paIntermediaryStationIdentifier":"99999000013_01","paymentChannel":"","interfaceSpecificParameters":{"size":11,"sha256":"d8e5fb89ff9670fec8b4a2fe1add839100b7c2da7bbb6373f09aeef7b80c5a63","answers":"5bf6887b04a25a2d06a91ee38ee47ad8b51426e54197a8ec2bb3c79e21353555","httpStatus":200,"fault":"PAA_PAGAMENTO_SCONOSCIUTO"},"outcome":"KO"}
	// 2 <nil>
}

// A receipt and the entries about it are kept together, or neither is.
func ExampleCashier_Do() {
	ctx := context.Background()
	cashier := journalCashier()
	err := cashier.Do(ctx, func(ctx context.Context) error {
		if err := cashier.AppendJournal(ctx, verifyCall()); err != nil {
			return err
		}
		return context.DeadlineExceeded // what else was to be done failed
	})
	fmt.Println(err)
	fmt.Println(cashier.ExportJournal(ctx, os.Stdout, payment.JournalFilter{}))
	// Output:
	// context deadline exceeded
	// 0 <nil>
}

func ExampleCashier_Now() {
	fmt.Println(journalCashier().Now())
	// Output: 2026-11-23 09:00:01 +0000 UTC
}

// One JSON object a line.
func ExampleCashier_ExportJournal() {
	ctx := context.Background()
	cashier := journalCashier()
	_ = cashier.AppendJournal(ctx, verifyCall())
	fmt.Println(cashier.ExportJournal(ctx, os.Stdout, payment.JournalFilter{Notice: "302000000000000133"}))
	// Output: 0 <nil>
}

func ExampleCashier_SealJournal() {
	ctx := context.Background()
	cashier := journalCashier()
	_ = cashier.AppendJournal(ctx, verifyCall(), verifyCall())
	fmt.Println(cashier.SealJournal(ctx))
	fmt.Println(cashier.SealJournal(ctx))
	// Output:
	// 2 <nil>
	// 0 <nil>
}

// The anchor of the last seal is printed, signed or sent to somebody. Later it proves
// that everything up to then is what it was.
func ExampleCashier_JournalAnchor() {
	ctx := context.Background()
	cashier := journalCashier()
	_ = cashier.AppendJournal(ctx, verifyCall())
	_, _ = cashier.SealJournal(ctx)
	anchor, err := cashier.JournalAnchor(ctx)
	fmt.Println(anchor, err)
	// Output: 1:2e9aa82528b3e53ad46c6acce892d9d48c8d75ea08142a52e7f960c02b6c2eec <nil>
}

func ExampleCashier_VerifyJournal() {
	ctx := context.Background()
	cashier := journalCashier()
	_ = cashier.AppendJournal(ctx, verifyCall())
	_, _ = cashier.SealJournal(ctx)
	kept, _ := cashier.JournalAnchor(ctx)
	report, err := cashier.VerifyJournal(ctx, kept)
	fmt.Println(report.OK(), report.Seals, report.Entries, err)

	kept.Hash[0]++ // as if the journal had been written anew meanwhile
	report, err = cashier.VerifyJournal(ctx, kept)
	fmt.Println(report.OK(), report.Findings[0].Text().En, err)
	// Output:
	// true 1 1 <nil>
	// false Seal 1 is not the one that was kept elsewhere. <nil>
}

// What is younger than 24 months stays.
func ExampleCashier_PruneJournal() {
	ctx := context.Background()
	now := time.Date(2026, 11, 23, 9, 0, 1, 0, time.UTC)
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{Now: func() time.Time { return now }})
	_ = cashier.AppendJournal(ctx, verifyCall())
	_, _ = cashier.SealJournal(ctx)

	_, err := cashier.PruneJournal(ctx, now, false)
	fmt.Println(err)
	now = now.AddDate(0, 24, 1)
	fmt.Println(cashier.PruneJournal(ctx, time.Time{}, false))
	report, _ := cashier.VerifyJournal(ctx)
	fmt.Println(report.OK(), report.Seals, report.Entries, report.Pruned)
	// Output:
	// not_allowed (before): Operation not allowed.
	// {1 1} <nil>
	// true 1 0 1
}

func ExampleParseAnchor() {
	anchor, err := payment.ParseAnchor("12: 9F86D081884C7D65 9A2FEAA0C55AD015 A3BF4F1B2B0B822C D15D6C15B0F00A08")
	fmt.Println(anchor, err)
	// Output: 12:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 <nil>
}

func ExampleAnchor() {
	anchor := payment.JournalSeal{Number: 12}.Anchor()
	line, err := json.Marshal(anchor)
	fmt.Println(string(line), err)
	// Output: "12:0000000000000000000000000000000000000000000000000000000000000000" <nil>
}

// The response says which request it answers.
func ExampleJournalEntry_Answer() {
	request := verifyCall()
	response := request.Answer(request.At.Add(time.Second), []byte("<response/>"), "OK")
	fmt.Println(response.Subtype, response.Notice, response.Outcome, response.Parameters.Answers == request.Parameters.SHA256)
	// Output: RESP 301000000000000144 OK true
}

func ExampleJournalEntry_WithMessage() {
	e := payment.JournalEntry{}.WithMessage([]byte("<request/>"))
	fmt.Println(e.Parameters.Size, e.Parameters.SHA256)
	// Output: 10 5bf6887b04a25a2d06a91ee38ee47ad8b51426e54197a8ec2bb3c79e21353555
}

func ExampleJournalEntry_MarshalJSON() {
	line, err := json.Marshal(payment.JournalEntry{At: time.Date(2026, 11, 23, 10, 0, 0, 0, time.FixedZone("", 3600))})
	fmt.Println(string(line[:44]), err)
	// Output: {"eventDateTime":"2026-11-23T09:00:00.000Z", <nil>
}

// What a seal holds of an entry is the hash of its line in the export.
func ExampleJournalEntry_Digest() {
	fmt.Println(verifyCall().Digest())
	// Output: 176b09419eb48b2a09158e13f19619f30fff1ba95a4f6ac200a17fecb395464a
}

func ExampleJournalSeal_Digest() {
	seal := payment.JournalSeal{Number: 1}
	fmt.Println(seal.Hash == seal.Digest())
	seal.Hash = seal.Digest()
	fmt.Println(seal.Hash == seal.Digest())
	// Output:
	// false
	// true
}

func ExampleJournalFinding_Text() {
	finding := payment.JournalFinding{Kind: payment.EntryChanged, Seal: 12, Entry: 345}
	fmt.Println(finding.Text().It)
	fmt.Println(finding.Text().En)
	// Output:
	// L'evento 345, del sigillo 12, è stato modificato.
	// Entry 345, of seal 12, was changed.
}

func ExampleJournalReport_OK() {
	report, err := journalCashier().VerifyJournal(context.Background())
	fmt.Println(report.OK(), report.Entries, err) // nothing is there, so nothing is wrong
	// Output: true 0 <nil>
}

func ExampleJournalCode() {
	fmt.Println(payment.JournalCode("receipt.noticeNumber"))
	fmt.Println(payment.JournalCode("Mario Rossi"), payment.JournalCode("element.RSSMRA80A01H501U"))
	// Output:
	// receipt.noticeNumber
	// ? ?
}
