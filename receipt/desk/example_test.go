package desk_test

import (
	"context"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt/desk"
)

// paid returns a desk, the quote of the story and its notice, which was paid.
func paid(receipts ...string) (*desk.Desk, quote.Quote, payment.Position) {
	o := newOffice(&memory.Store{})
	ctx := context.Background()
	q, _ := o.register.Issue(ctx, quote.Request{
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"),
		Amount: euro.MustParse("12.50"), Payer: "Mario Rossi",
	})
	notice, _ := o.register.Notice(ctx, q.ID, payment.Subject{}, "")
	for i, id := range receipts {
		rt := storetest.Receipt(notice, id)
		rt.PaidAt = o.now.Add(time.Duration(i) * time.Minute)
		_, _ = o.cashier.Record(ctx, rt) // a station does this with what the node sends
	}
	return o.Desk, q, notice
}

// The archive's desk: the payment has come, the clerk checks it and releases the copies.
func Example() {
	ctx := context.Background()
	d, q, _ := paid("iur")
	for item, err := range d.Worklist(ctx, "AS-LI") {
		fmt.Println(item.Work, item.Case.Protocol, item.Case.DeliverBy, err)
	}
	c, err := d.Verify(ctx, q.ID, desk.Check{Verification: desk.Verification{By: "clerk-1"}})
	fmt.Println(c.Status, err)
	c, err = d.Release(ctx, q.ID, desk.Release{How: desk.ByEmail, Megabytes: 7, By: "clerk-2"})
	fmt.Println(c.Status, err)
	_, err = d.Release(ctx, q.ID, desk.Release{How: desk.AtDesk, By: "clerk-3"})
	fmt.Println(err)
	// Output:
	// verify 345/2024 2026-12-03 <nil>
	// verified <nil>
	// released <nil>
	// already_released: Copies already sent on 23 November 2026.
}

func ExampleNew() {
	d := desk.New(institutes(), &memory.Store{}, desk.Config{Rules: map[string]desk.Rules{"AS-LI": {DeliverDays: 15, MailMegabytes: 25}}})
	_, err := d.Case(context.Background(), "none")
	fmt.Println(err)
	// Output: not_found: Not found.
}

func ExampleDesk_Case() {
	d, q, _ := paid()
	c, err := d.Case(context.Background(), q.ID)
	fmt.Println(c.Status, c.Due, err)
	// Output: waiting 12.50 <nil>
}

func ExampleDesk_ByPosition() {
	d, q, notice := paid("iur")
	c, err := d.ByPosition(context.Background(), notice.Key)
	fmt.Println(c.Status, c.ID == q.ID, c.Payments[0].Amount, err)
	// Output: paid true 12.50 <nil>
}

func ExampleDesk_ByProtocol() {
	d, _, _ := paid("iur")
	cases, err := d.ByProtocol(context.Background(), "AS-LI", causale.MustParseProtocol("prot. n. 0345"))
	fmt.Println(len(cases), cases[0].Protocol, cases[0].Status, err)
	// Output: 1 345/2024 paid <nil>
}

func ExampleDesk_Collect() {
	ctx := context.Background()
	d, q, _ := paid("iur")
	fmt.Println(d.Collect(ctx))
	c, err := d.Case(ctx, q.ID)
	fmt.Println(c.Status, err)
	// Output:
	// <nil>
	// paid <nil>
}

// A desk that opens its cases as receipts come in.
func ExampleDesk_Handle() {
	d := desk.New(institutes(), &memory.Store{}, desk.Config{})
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{Handlers: []payment.Handler{d.Handle}})
	delivered, err := cashier.DeliverPending(context.Background())
	fmt.Println(delivered, err)
	// Output: 0 <nil>
}

func ExampleDesk_Worklist() {
	d, _, _ := paid("first", "second")
	for item, err := range d.Worklist(context.Background(), "") {
		fmt.Println(item.Work, item.Case.Protocol, err)
	}
	// Output:
	// verify 345/2024 <nil>
	// second_payment 345/2024 <nil>
}

// Who paid, nobody asks; how much, everybody does.
func ExampleCase_Match() {
	d, q, _ := paid("first", "second")
	c, _ := d.Case(context.Background(), q.ID)
	m := c.Match()
	fmt.Println(m.Findings, m.Due, m.Paid, m.Difference, m.Payments)
	// Output: [double] 12.50 25.00 12.50 2
}

func ExampleMatch_Err() {
	d, q, _ := paid("first", "second")
	c, _ := d.Case(context.Background(), q.ID)
	fmt.Println(c.Match().Err())
	// Output: duplicate_payment: The quote was paid more than once: 2 payments.
}

func ExampleCase_Pending() {
	d, q, _ := paid()
	c, _ := d.Case(context.Background(), q.ID)
	fmt.Println(c.Pending())
	// Output: false
}

func ExampleCase_Clone() {
	d, q, _ := paid("iur")
	c, _ := d.Case(context.Background(), q.ID)
	mine := c.Clone()
	mine.Payments[0].ReceiptID = "other"
	fmt.Println(c.Payments[0].ReceiptID)
	// Output: iur
}

func ExampleDesk_Verify() {
	ctx := context.Background()
	d, q, _ := paid("first", "second")
	check := desk.Check{Verification: desk.Verification{By: "clerk-1"}}
	_, err := d.Verify(ctx, q.ID, check)
	fmt.Println(err)
	check.Despite = "the second payment goes back"
	c, err := d.Verify(ctx, q.ID, check)
	fmt.Println(c.Status, c.Verification.By, err)
	// Output:
	// duplicate_payment: The quote was paid more than once: 2 payments.
	// verified clerk-1 <nil>
}

func ExampleDesk_Release() {
	d, q, _ := paid("iur")
	_, err := d.Release(context.Background(), q.ID, desk.Release{How: desk.ByPost, By: "clerk-1"})
	fmt.Println(err)
	// Output: not_verified: Copies cannot be released before the payment is verified.
}

func ExampleDesk_Reject() {
	d, q, _ := paid("iur")
	c, err := d.Reject(context.Background(), q.ID, desk.Rejection{By: "clerk-1", Reason: "il registro è in restauro"})
	fmt.Println(c.Status, c.Pending(), err)
	// Output: rejected true <nil>
}

func ExampleDesk_Reopen() {
	d, q, _ := paid("iur")
	_, _ = d.Reject(context.Background(), q.ID, desk.Rejection{By: "clerk-1", Reason: "il registro è in restauro"})
	c, err := d.Reopen(context.Background(), q.ID, desk.Reopening{By: "clerk-2", Reason: "il registro è tornato"})
	fmt.Println(c.Status, c.DeliverBy, err)
	// Output: paid 2026-12-03 <nil>
}

func ExampleDesk_Assign() {
	ctx := context.Background()
	o := newOffice(&memory.Store{})
	q, _ := o.register.Issue(ctx, quote.Request{
		Institute: "AS-LI", Service: "fotocopie", Protocol: causale.MustParseProtocol("345/2024"),
		Amount: euro.MustParse("12.50"), Payer: "Mario Rossi",
	})
	offer, _ := institutes().Offer("AS-LI", "fotocopie")
	p, _ := o.cashier.Open(ctx, payment.OpenRequest{ // the payer wrote no protocol
		Creditor: offer.Payee(), Office: offer.Institute.Name, Wire: offer.Wire(causale.Protocol{}),
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Anna Bianchi"},
		Purchase: payment.Purchase{InstituteCode: "AS-LI", ServiceCode: "fotocopie", Institute: "x", Service: "x", Quantity: 1},
		Terms:    payment.Terms{Transfers: []payment.Transfer{offer.Transfer(q.Amount)}},
	})
	_, _ = o.cashier.Record(ctx, storetest.Receipt(p, "iur"))
	c, _ := o.ByPosition(ctx, p.Key)
	fmt.Println(c.Match().Err())
	c, err := o.Assign(ctx, p.Key, q.ID, "clerk-1")
	fmt.Println(c.Protocol, c.Match().Err(), err)
	// Output:
	// unmatched (protocol): Payment without a recognisable protocol reference.
	// 345/2024 <nil> <nil>
}

// A second payment goes back: asked for, decided, and noted when the bank has paid it.
func ExampleDesk_RequestRefund() {
	ctx := context.Background()
	d, q, _ := paid("first", "second")
	r, err := d.RequestRefund(ctx, q.ID, desk.RefundRequest{
		ReceiptID: "second", Amount: euro.MustParse("12.50"), Why: desk.PaidTwice, By: "clerk-1",
	})
	fmt.Println(r.Status, err)
	r, err = d.DecideRefund(ctx, q.ID, r.ID, desk.Decision{Approve: true, By: "director"})
	fmt.Println(r.Status, err)
	day, _ := pagonline.ParseDate("2026-11-23")
	r, err = d.RecordRefund(ctx, q.ID, r.ID, desk.Execution{On: day, Reference: "TRN 0001", By: "clerk-2"})
	fmt.Println(r.Status, err)
	c, _ := d.Case(ctx, q.ID)
	fmt.Println(c.Match().Findings)
	// Output:
	// requested <nil>
	// approved <nil>
	// executed <nil>
	// [exact]
}

func ExampleDesk_DecideRefund() {
	ctx := context.Background()
	d, q, _ := paid("iur")
	r, _ := d.RequestRefund(ctx, q.ID, desk.RefundRequest{Amount: euro.MustParse("2.00"), Why: desk.WrongAmount, By: "clerk-1"})
	r, err := d.DecideRefund(ctx, q.ID, r.ID, desk.Decision{By: "director", Note: "l'importo è giusto"})
	fmt.Println(r.Status, r.Note, err)
	// Output: rejected l'importo è giusto <nil>
}

func ExampleDesk_RecordRefund() {
	ctx := context.Background()
	d, q, _ := paid("iur")
	r, _ := d.RequestRefund(ctx, q.ID, desk.RefundRequest{Amount: euro.MustParse("2.00"), Why: desk.WrongAmount, By: "clerk-1"})
	day, _ := pagonline.ParseDate("2026-11-30")
	_, err := d.RecordRefund(ctx, q.ID, r.ID, desk.Execution{On: day, Reference: "TRN 0001", By: "clerk-2"})
	fmt.Println(err) // nobody has approved it
	// Output: not_allowed: Operation not allowed.
}

func ExampleDesk_AskHelp() {
	ctx := context.Background()
	d, _, _ := paid()
	_, err := d.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpPayment, Text: "Ho pagato con la carta 4111 1111 1111 1111"})
	fmt.Println(err)
	h, err := d.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpPayment, Reference: "345/2024", Text: "Ho pagato due volte"})
	fmt.Println(h.Status, err)
	// Output:
	// sensitive_data (text): Do not put card numbers in the text.
	// open <nil>
}

func ExampleDesk_AnswerHelp() {
	ctx := context.Background()
	d, _, _ := paid()
	h, _ := d.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpPayment, Text: "Ho pagato due volte"})
	h, err := d.AnswerHelp(ctx, h.ID, "clerk-1", "Il secondo pagamento sarà rimborsato.")
	fmt.Println(h.Status, err)
	// Output: answered <nil>
}

func ExampleDesk_CloseHelp() {
	ctx := context.Background()
	d, _, _ := paid()
	h, _ := d.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpAccess, Text: "Non riesco a entrare"})
	h, err := d.CloseHelp(ctx, h.ID, "clerk-1")
	fmt.Println(h.Status, err)
	// Output: closed <nil>
}

func ExampleDesk_Help() {
	ctx := context.Background()
	d, _, _ := paid()
	h, _ := d.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpAccess, Text: "Non riesco a entrare"})
	_, err := d.Help(ctx, "somebody else", h.ID)
	fmt.Println(err)
	// Output: not_found: Not found.
}

func ExampleDesk_HelpCases() {
	ctx := context.Background()
	d, _, _ := paid()
	_, _ = d.AskHelp(ctx, desk.HelpRequest{Owner: "owner", Category: desk.HelpWrongData, Text: "Ho sbagliato istituto"})
	for h, err := range d.HelpCases(ctx, desk.HelpFilter{Status: desk.HelpOpen}) {
		fmt.Println(h.Category, h.Text, err)
	}
	// Output: wrong_data Ho sbagliato istituto <nil>
}

func ExampleHasCardNumber() {
	fmt.Println(desk.HasCardNumber("carta 4111-1111-1111-1111"), desk.HasCardNumber("prot. 345/2024"))
	// Output: true false
}

func ExampleStatus_Next() {
	fmt.Println(desk.Verified.Next())
	// Output: [waiting released rejected]
}

func ExampleRefundStatus_Next() {
	fmt.Println(desk.RefundApproved.Next())
	// Output: [executed rejected]
}

func ExampleHelpStatus_Next() {
	fmt.Println(desk.HelpOpen.Next())
	// Output: [answered closed]
}
