package quote_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// desk returns a register and its cashier; its institutes are two archives.
func desk() (*quote.Register, *payment.Cashier) {
	store := &memory.Store{}
	clock := func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }
	cashier := payment.NewCashier(store, payment.Config{Now: clock})
	return quote.NewRegister(institutes(), store, cashier, quote.Config{Now: clock}), cashier
}

// livorno asks for what the story begins with.
var livorno = quote.Request{
	Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"),
	Amount: euro.MustParse("12.50"), Payer: "Mario Rossi",
}

// A quote from the desk to the money: the archive issues it, the payer opens it by
// protocol and code, gets its notice and pays.
func ExampleRegister() {
	ctx := context.Background()
	register, cashier := desk()
	q, err := register.Issue(ctx, livorno)
	fmt.Println(q.Status, q.Amount, q.Detail, err)

	q, err = register.Open(ctx, quote.Access{Institute: "AS-LI", Protocol: q.Protocol, Code: q.Code.Grouped()})
	fmt.Println(q.Status, err)
	notice, err := register.Notice(ctx, q.ID, payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"}, "owner")
	fmt.Println(notice.Number, notice.Amount(), err)

	// A station does this with what the node sends.
	if _, err := cashier.Record(ctx, storetest.Receipt(notice, "iur")); err != nil {
		fmt.Println(err)
	}
	q, err = register.Get(ctx, q.ID)
	fmt.Println(q.Status, q.Payments, err)
	// Output:
	// issued 12.50 ARCHIVIO DI STATO DI LIVORNO 345/2024 <nil>
	// issued <nil>
	// 301000000000000144 12.50 <nil>
	// paid 1 <nil>
}

func ExampleNewRegister() {
	store := &memory.Store{}
	register := quote.NewRegister(institutes(), store, payment.NewCashier(store, payment.Config{}), quote.Config{})
	_, err := register.Find(context.Background(), "AS-LI", causale.MustParseProtocol("345/2024"))
	fmt.Println(err)
	// Output: quote_unknown (protocol): No quote with this protocol at the chosen institute.
}

// The same asked twice is one quote; other words under its protocol are refused.
func ExampleRegister_Issue() {
	ctx := context.Background()
	register, _ := desk()
	first, err := register.Issue(ctx, livorno)
	fmt.Println(err)
	again := livorno
	again.Protocol = causale.MustParseProtocol("00345/2024")
	second, err := register.Issue(ctx, again)
	fmt.Println(first.ID == second.ID, err)
	again.Amount = euro.MustParse("13.00")
	_, err = register.Issue(ctx, again)
	fmt.Println(err)
	// Output:
	// <nil>
	// true <nil>
	// conflict (protocol): The data have changed meanwhile: check again.
}

// Where nothing is due, the quote says why.
func ExampleRegister_Check() {
	register, _ := desk()
	free := livorno
	free.Amount = euro.Amount{}
	fmt.Println(register.Check(context.Background(), free))
	free.Reason = "immagini già in rete"
	fmt.Println(register.Check(context.Background(), free))
	// Output:
	// reason_required (reason): Give the reason why nothing is due.
	// <nil>
}

// Who does not hold the quote is not told that there is one.
func ExampleRegister_Open() {
	ctx := context.Background()
	register, _ := desk()
	q, _ := register.Issue(ctx, livorno)
	_, err := register.Open(ctx, quote.Access{Institute: "AS-LI", Protocol: q.Protocol, Code: "CDF23-456GH"})
	fmt.Println(err)
	_, err = register.Open(ctx, quote.Access{Institute: "AS-PI", Protocol: q.Protocol, Code: q.Code.String()})
	fmt.Println(err)
	// Output:
	// quote_unknown (protocol): No quote with this protocol at the chosen institute.
	// quote_other_institute (institute): The quote belongs to another institute: Archivio di Stato di Livorno.
}

func ExampleQuote_Duplicate() {
	fmt.Println(quote.Quote{Payments: 2}.Duplicate())
	// Output: duplicate_payment: The quote was paid more than once: 2 payments.
}

func ExampleQuote_CheckAmount() {
	fmt.Println(quote.Quote{Amount: euro.MustParse("12.50")}.CheckAmount(euro.MustParse("12.05")))
	// Output: quote_amount (amount): The amount must be that of the quote: 12.50.
}

// What the QR code of a quote says, and what a portal makes of it.
func ExampleParseURL() {
	code, _ := quote.ParseCode("cdf23 456gh")
	link, err := quote.Quote{Institute: "AS-LI", Protocol: causale.MustParseProtocol("345/2024"), Code: code}.URL("https://pagamenti.example.org")
	fmt.Println(link, err)
	a, err := quote.ParseURL(link)
	fmt.Println(a.Institute, a.Protocol, a.Code, err)
	// Output:
	// https://pagamenti.example.org/q?i=AS-LI&p=345/2024&c=CDF23456GH <nil>
	// AS-LI 345/2024 CDF23456GH <nil>
}

// A link is put into a mail or a picture: it must be one that may be followed.
func ExampleQuote_URL() {
	_, err := quote.Quote{}.URL("javascript:alert(1)")
	fmt.Println(err)
	// Output: input_syntax (base): Unreadable input: not an https address.
}

// What a clerk typed, field by field: a row of a batch by hand.
func ExampleReadRequest() {
	r, err := quote.ReadRequest(map[string]string{
		"institute": "AS-LI", "service": "fotocopie", "protocol": "346/2024", "amount": "0.00", "reason": "immagini già in rete",
	}, nil)
	fmt.Println(r.Protocol, r.Amount, r.Reason, err)
	// Output: 346/2024 0.00 immagini già in rete <nil>
}

func ExampleParseCode() {
	code, err := quote.ParseCode("cdf23 456gh")
	fmt.Println(code, code.Grouped(), err)
	// Output: CDF23456GH CDF23-456GH <nil>
}

func ExampleIndexKey() {
	fmt.Println(quote.IndexKey(causale.MustParseProtocol("prot. 00345/2024")), quote.IndexKey(causale.MustParseProtocol("345")))
	// Output: 345 345
}

// A spreadsheet of quotes, tried first: what is wrong is told line by line.
func ExampleReadBatch() {
	register, _ := desk()
	batch := strings.NewReader(`institute;service;protocol;amount;payer
AS-LI;fotocopie;345/2024;12.50;Mario Rossi
AS-LI;fotocopie;346/2024;12,50;Mario Rossi
AS-LI;fotocopie;;12.50;Mario Rossi
`)
	for row, err := range quote.ReadBatch(batch, quote.CSV, nil) {
		if err == nil {
			err = register.Check(context.Background(), row.Request)
		}
		if err != nil {
			fmt.Println(row.Line, pagonline.CodeOf(err), pagonline.AsError(err).Field)
			continue
		}
		fmt.Println(row.Line, "ok")
	}
	// Output:
	// 2 ok
	// 3 amount_format amount
	// 4 required_field protocol
}
