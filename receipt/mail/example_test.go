package mail_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/mail"
)

// paper is a transport that prints; a program takes [mail.NewSMTP].
type paper struct{}

func (paper) Send(_ context.Context, m mail.Message) error {
	fmt.Println(m.Kind, "|", m.Subject, "|", len(m.Files), "files")
	return nil
}

func exampleWriter() *mail.Writer {
	w, _ := mail.NewWriter(mail.Address{Email: "pagamenti@example.org"}, mail.WriterConfig{
		Environment: payment.Production, Now: func() time.Time { return time.Date(2026, 11, 23, 10, 5, 0, 0, time.UTC) },
	})
	return w
}

func exampleReceipt() receipt.Receipt {
	p := storetest.Position(1)
	r, _ := receipt.New(storetest.Receipt(p, "iur"), p, payment.Production)
	return r
}

var reader = mail.Envelope{Event: "event-1", To: mail.Address{Email: "mario.rossi@example.org"}, Lang: "en"}

// The receipt comes, the payer gets it: once, however often the events are delivered.
func ExampleHandler() {
	ctx := context.Background()
	store, p := &memory.Store{}, storetest.Position(1)
	post := mail.NewPost(store.Sent(), paper{}, mail.PostConfig{})
	cashier := payment.NewCashier(store, payment.Config{Handlers: []payment.Handler{
		mail.Handler(store, exampleWriter(), post, mail.HandlerConfig{
			Mailbox: func(payment.Purchase) string { return "as-li@example.org" },
		}),
	}})
	_ = store.Positions().Insert(ctx, p)
	_, _ = cashier.Record(ctx, storetest.Receipt(p, "iur"))
	for range 2 {
		_, err := cashier.DeliverPending(ctx)
		fmt.Println(err)
	}
	// Output:
	// paid | Ricevuta di pagamento – Archivio di Stato di Livorno – IUV 01000000000000144 | 1 files
	// hand_in | 345/2024 | 1 files
	// <nil>
	// <nil>
}

// What was sent is not sent again.
func ExampleNewPost() {
	store := &memory.Store{}
	post := mail.NewPost(store.Sent(), paper{}, mail.PostConfig{})
	m := exampleWriter().InCharge(reader, []payment.Position{storetest.Position(1)})
	fmt.Println(post.Send(context.Background(), m))
	fmt.Println(post.Send(context.Background(), m)) // it was sent, and is not sent again
	// Output:
	// in_charge | Payment taken in charge – Archivio di Stato di Livorno – IUV 01000000000000144 | 0 files
	// <nil>
	// <nil>
}

func ExampleNewSMTP() {
	_, err := mail.NewSMTP("smtp.example.org", mail.SMTPConfig{})
	fmt.Println(err)
	server, err := mail.NewSMTP("smtp.example.org:587", mail.SMTPConfig{Username: "ufficio", Password: "…"})
	fmt.Println(server != nil, err)
	// Output:
	// input_syntax (addr): Unreadable input: a mail server as in smtp.example.org:587.
	// true <nil>
}

func ExampleNewWriter() {
	_, err := mail.NewWriter(mail.Address{Email: "pagamenti@example.org\r\nBcc: x@example.org"}, mail.WriterConfig{})
	fmt.Println(err)
	// Output: input_syntax (from): Unreadable input: invalid e-mail address.
}

func ExampleWriter_Paid() {
	pdf := mail.File{Name: "ricevuta.pdf", MediaType: "application/pdf", Content: []byte("%PDF-1.7 …")}
	m, err := exampleWriter().Paid(reader, exampleReceipt(), pdf)
	fmt.Println(m.Subject, err)
	fmt.Println(m.Text)
	// Output:
	// Payment receipt – Archivio di Stato di Livorno – IUV 01000000000000144 <nil>
	// Payment receipt
	//
	// The payment was made. This message supersedes earlier ones about the same notice.
	//
	// The amount paid is not the amount due: the institute will decide about the difference.
	//
	// Institute: Archivio di Stato di Livorno
	// Service: Fotocopie
	// Protocol: 345/2024
	// Payment reason: ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, Mario Rossi
	// Amount paid: 12.50 €
	// Difference from due: 0.50 €
	// PSP fee: 1.50 €
	// Total charged: 14.00 €
	// Date and time: 23 November 2026, 11:00:40
	// Notice number: 3010 0000 0000 0001 44
	// IUV: 01000000000000144
	// Receipt id (IUR): iur
	// Payment provider: PSP di prova
	//
	// This receipt certifies the payment recorded by pagoPA. It is no formal quittance.
}

// The clerk's own words, and that money goes back.
func ExampleWriter_Rejected() {
	m := exampleWriter().Rejected(reader, mail.RejectionLetter{
		Institute: "Archivio di Stato di Livorno", Protocol: "345/2024", Reason: "The register is being restored.", Paid: true,
	})
	fmt.Println(m.Subject)
	fmt.Println(m.Text)
	// Output:
	// Request rejected – Archivio di Stato di Livorno – prot. 345/2024
	// Request rejected
	//
	// The institute cannot grant the request: the copies will not be delivered.
	//
	// Institute: Archivio di Stato di Livorno
	// Protocol: 345/2024
	// Reason: The register is being restored.
	//
	// What was paid is to be refunded, and the institute will see to it; another message will tell of the refund.
}

func ExampleWriter_HandIn() {
	toOffice := mail.Envelope{Event: "event-1", To: mail.Address{Email: "as-li@example.org"}}
	m, err := exampleWriter().HandIn(toOffice, exampleReceipt(), reader.To)
	fmt.Println(m.Subject, "| answers to", m.ReplyTo.Email, err)
	// Output: 345/2024 | answers to mario.rossi@example.org <nil>
}

func ExampleWriter_InCharge() {
	m := exampleWriter().InCharge(reader, []payment.Position{storetest.Position(1), storetest.Position(2)})
	fmt.Println(m.Subject)
	// Output: Payment taken in charge – Archivio di Stato di Livorno – 2 notices
}

// What the resolver does not say is not said.
func ExampleWriter_NotYetPaid() {
	p := storetest.Position(1)
	returned := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	facts := payment.Facts{Position: p, Now: returned, Orders: []payment.Order{{Status: payment.OrderTakenInCharge, ChangedAt: returned}}}
	_, err := exampleWriter().NotYetPaid(reader, []mail.Case{{Position: p, Verdict: payment.Resolve(facts)}})
	fmt.Println(err)
	facts.Orders[0].Status = payment.OrderClosedUnpaid
	m, err := exampleWriter().NotYetPaid(reader, []mail.Case{{Position: p, Verdict: payment.Resolve(facts)}})
	fmt.Println(m.Subject, err)
	// Output:
	// mail: the verdict is not that no payment is known
	// Not known to be paid yet – Archivio di Stato di Livorno – IUV 01000000000000144 <nil>
}

func ExampleWriter_Quote() {
	m := exampleWriter().Quote(reader, mail.QuoteLetter{
		Institute: "Archivio di Stato di Livorno", Protocol: "345/2024", Amount: euro.MustParse("12.50"), Instructions: " 1. Open the portal.",
	})
	fmt.Println(m.Subject)
	fmt.Println(m.Text)
	// Output:
	// Quote, protocol 345/2024 – Archivio di Stato di Livorno
	// Quote, protocol 345/2024
	//
	// Here is the quote for the request, with the instructions for paying.
	//
	// Institute: Archivio di Stato di Livorno
	// Protocol: 345/2024
	// Amount: 12.50 €
	//
	//  1. Open the portal.
}

func ExampleWriter_Copies() {
	m := exampleWriter().Copies(reader, mail.CopiesLetter{Institute: "Archivio di Stato di Livorno", Protocol: "345/2024"})
	fmt.Println(m.Subject)
	// Output: Copies sent – Archivio di Stato di Livorno – prot. 345/2024
}

func ExampleWriter_Refund() {
	m := exampleWriter().Refund(reader, mail.RefundLetter{
		Step: mail.RefundExecuted, Institute: "Archivio di Stato di Livorno", IUV: "01000000000000144", Amount: euro.MustParse("12.50"),
	})
	fmt.Println(m.Subject)
	// Output: Refund – Archivio di Stato di Livorno – IUV 01000000000000144
}

// Nothing that is typed becomes a header of its own.
func ExampleMessage_Bytes() {
	m := exampleWriter().Copies(reader, mail.CopiesLetter{Protocol: "345/2024\r\nBcc: everybody@example.org"})
	b, err := m.Bytes()
	header, _, _ := strings.Cut(string(b), "\r\nContent-Type")
	fmt.Println(strings.ReplaceAll(header, "\r\n", "\n"), err)
	// Output:
	// Date: Mon, 23 Nov 2026 10:05:00 +0000
	// From: <pagamenti@example.org>
	// To: <mario.rossi@example.org>
	// Message-ID: <zcdewwuxqgj3cxhnmmfy354rlaegqnab@example.org>
	// Subject: =?utf-8?q?Copies_sent_=E2=80=93_prot=2E_345=2F2024_Bcc=3A_ever?=
	//  =?utf-8?q?ybody=40example=2Eorg?=
	// Content-Language: en
	// Auto-Submitted: auto-generated
	// MIME-Version: 1.0 <nil>
}

func ExampleMessage_Check() {
	m := exampleWriter().InCharge(mail.Envelope{To: mail.Address{Email: "nobody"}}, nil)
	fmt.Println(m.Check())
	// Output: input_syntax (to): Unreadable input: invalid e-mail address.
}

func ExampleEventRef() {
	e := payment.Event{ID: 7, Kind: payment.ReceiptRecorded, Position: storetest.Position(1).Key, ReceiptID: "iur", At: time.Unix(1_800_000_000, 0)}
	fmt.Println(mail.EventRef(e))
	// Output: 7 receipt.recorded 99999000013/301000000000000144  iur 1800000000000000000
}

func ExampleJSON() {
	files, err := mail.JSON(context.Background(), exampleReceipt())
	fmt.Println(files[0].Name, files[0].MediaType, err)
	// Output: ricevuta-01000000000000144.json application/json <nil>
}

func ExampleRefusedError() {
	err := error(&mail.RefusedError{Code: 550, Enhanced: "5.1.1"})
	fmt.Println(err)
	err = &mail.RefusedError{Cause: pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same("an address")).At("to")}
	fmt.Println(err)
	// Output:
	// mail: refused by the server: 550 5.1.1
	// mail: cannot be sent: input_syntax (to): Unreadable input: an address.
}

// What the payer gets is what the archive keeps.
func ExampleArchived() {
	store, p := &memory.Store{}, storetest.Position(1)
	archiver := receipt.NewArchiver(store, store.Archive(), receipt.ArchiverConfig{})
	r, _ := receipt.New(storetest.Receipt(p, "iur"), p, payment.Sandbox)
	files, err := mail.Archived(archiver)(context.Background(), r)
	kept, _ := archiver.Documents(context.Background(), r)
	fmt.Println(files[0].Name, files[0].MediaType, string(files[0].Content) == string(kept[0].Content), err)
	// Output: ricevuta-01000000000000144.json application/json true <nil>
}
