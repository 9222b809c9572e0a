package payment_test

import (
	"context"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// debt is what a reader of the State Archive of Livorno owes for photocopies.
var debt = payment.OpenRequest{
	Creditor: payment.Creditor{FiscalCode: "99999000013", Name: "Ente creditore di prova", Segregation: 1},
	Owner:    "owner",
	Office:   "Archivio di Stato di Livorno",
	Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
	Wire: causale.Wire{
		Protocol:  causale.MustParseProtocol("345/2024"),
		Institute: "Archivio di Stato di Livorno",
	},
	Terms: payment.Terms{Transfers: []payment.Transfer{{
		Amount: euro.MustParse("12.50"), Creditor: "99999000013",
		IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
	}}},
}

// A position from its notice to its receipt.
func ExampleCashier() {
	ctx := context.Background()
	store := &memory.Store{}
	cashier := payment.NewCashier(store, payment.Config{
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
	})
	p, err := cashier.Open(ctx, debt)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Number, p.Amount(), p.DueDate, p.Status)

	// A station does this with what the node sends.
	if _, err := cashier.Record(ctx, storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6")); err != nil {
		fmt.Println(err)
		return
	}
	for p, err := range cashier.Purchases(ctx, "owner") {
		fmt.Println(p.Status, p.ReceiptID, err)
	}
	// Output:
	// 301000000000000144 12.50 2026-12-23 open
	// paid c110729d258c4ab1b765fe902aae41d6 <nil>
}

func ExampleNewCashier() {
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	_, err := cashier.Payable(context.Background(), payment.Key{Creditor: "99999000013"})
	fmt.Println(err)
	// Output: not_found: Not found.
}

// One debt has one live notice.
func ExampleCashier_Open() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	request := debt
	request.Debt = "preventivo-345-2024"
	first, _ := cashier.Open(ctx, request)
	again, err := cashier.Open(ctx, request)
	fmt.Println(first.Number == again.Number, err)
	// Output: true <nil>
}

// The same receipt may come again: nothing changes. Another one for the same notice is
// kept, to be refunded.
func ExampleCashier_Record() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	p, _ := cashier.Open(ctx, debt)
	for _, id := range []string{"first", "first", "second"} {
		done, err := cashier.Record(ctx, storetest.Receipt(p, id))
		fmt.Println(done.Repeat, done.Second, err)
	}
	// Output:
	// false false <nil>
	// true false <nil>
	// false true <nil>
}

// The payer is sent to the gateway; what he says when he is back proves nothing.
func ExampleCashier_Send() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{Gateway: &gateway{}})
	p, _ := cashier.Open(ctx, debt)
	order, err := cashier.Send(ctx, payment.OrderRequest{Owner: "owner", Positions: []payment.Key{p.Key}},
		func(order string) payment.ReturnURLs {
			return payment.ReturnURLs{OK: "https://portal.example/back?order=" + order}
		})
	fmt.Println(order.Status, err)
	order, err = cashier.Returned(ctx, order.ID, payment.ReturnedOK)
	fmt.Println(order.Status, err)
	p, err = cashier.Payable(ctx, p.Key)
	fmt.Println(p.Status, err)
	// Output:
	// sent <nil>
	// taken_in_charge <nil>
	// open <nil>
}

// Events leave through the outbox, at least once.
func ExampleCashier_DeliverPending() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{
		Handlers: []payment.Handler{func(_ context.Context, e payment.Event) error {
			fmt.Println(e.ID, e.Kind)
			return nil
		}},
	})
	p, _ := cashier.Open(ctx, debt)
	_, _ = cashier.Record(ctx, storetest.Receipt(p, "iur"))
	fmt.Println(cashier.DeliverPending(ctx))
	// Output:
	// 1 position.open
	// 2 receipt.recorded
	// 3 position.paid
	// 3 <nil>
}

// A copy of every position, kept where pagoPA answers while the station does not.
func ExampleMirror() {
	ctx := context.Background()
	store, aca := &memory.Store{}, &publisher{}
	cashier := payment.NewCashier(store, payment.Config{
		Handlers: []payment.Handler{payment.Mirror(store, aca)},
	})
	p, _ := cashier.Open(ctx, debt)
	_, err := cashier.DeliverPending(ctx)
	fmt.Println(aca.positions[0].Key == p.Key, err)
	// Output: true <nil>
}

func ExampleTerms_Amount() {
	terms := payment.Terms{Transfers: []payment.Transfer{
		{Amount: euro.MustParse("12.50")}, {Amount: euro.MustParse("16.00")},
	}}
	fmt.Println(terms.Amount())
	// Output: 28.50
}

func ExamplePosition_QR() {
	s, err := storetest.Position(1).QR().Text()
	fmt.Println(s, err)
	// Output: PAGOPA|002|301000000000000144|99999000013|1250 <nil>
}

func ExamplePosition_Payable() {
	p := storetest.Position(1) // it refuses late payment
	fmt.Println(p.Payable(p.DueDate.Start()))
	fmt.Println(p.Payable(p.DueDate.End()))
	// Output:
	// <nil>
	// payment: past its due date
}

// pagoPA may send one receipt as two versions of the message.
func ExampleRT_Same() {
	v2 := storetest.Receipt(storetest.Position(1), "iur")
	v1 := v2
	v2.Bundle, v1.Operation = "only V2 has it", "paSendRT"
	fmt.Println(v1.Same(v2))
	v1.Amount = euro.MustParse("99.00")
	fmt.Println(v1.Same(v2))
	// Output:
	// true
	// false
}

func ExampleStatus_Next() {
	fmt.Println(payment.Open.Next(), payment.Cancelled.Next())
	// Output: [paid expired cancelled] [paid]
}

func ExampleOrderStatus_Next() {
	fmt.Println(payment.OrderSent.Next())
	// Output: [taken_in_charge paid closed_unpaid]
}

func ExamplePositionEvent() {
	fmt.Println(payment.PositionEvent(payment.Paid))
	// Output: position.paid
}

func ExampleOrderEvent() {
	fmt.Println(payment.OrderEvent(payment.OrderTakenInCharge))
	// Output: order.taken_in_charge
}

func ExampleValidIBAN() {
	fmt.Println(payment.ValidIBAN("IT60X0542811101000000123456"), payment.ValidIBAN("IT60X0542811101000000123457"))
	// Output: true false
}

// The payer's own name, mended: the notice keeps its number.
func ExampleCashier_UpdateDebtor() {
	ctx := context.Background()
	store := &memory.Store{}
	cashier := payment.NewCashier(store, payment.Config{})
	p, err := cashier.Open(ctx, debt)
	if err != nil {
		fmt.Println(err)
		return
	}
	mended := payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Maria Rossi"}
	err = cashier.UpdateDebtor(ctx, p.Key, mended)
	kept, _ := store.Positions().Get(ctx, p.Key)
	fmt.Println(kept.Number == p.Number, kept.Debtor.Name, err)
	// Output: true Maria Rossi <nil>
}

func ExampleValidEmail() {
	fmt.Println(payment.ValidEmail("mario.rossi@example.org"), payment.ValidEmail("mario@città.example"))
	// Output: true false
}

// What is refused is an error with a code and a text for the user.
func ExampleCashier_Withdraw() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	p, _ := cashier.Open(ctx, debt)
	_, _ = cashier.Record(ctx, storetest.Receipt(p, "iur"))
	err := cashier.Withdraw(ctx, p.Key)
	fmt.Println(pagonline.CodeOf(err), pagonline.AsError(err).It)
	// Output: already_paid Questo avviso risulta già pagato.
}
