package payment_test

import (
	"context"
	"fmt"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// The clerk looks at what was refused, and says what came of it.
func ExampleCashier_Quarantined() {
	ctx, cashier := context.Background(), payment.NewCashier(&memory.Store{}, payment.Config{})
	err := cashier.Quarantine(ctx, payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "PAA_SEMANTICA", Raw: []byte("<…>")})
	if err != nil {
		fmt.Println(err)
	}
	for m, err := range cashier.Quarantined(ctx) {
		fmt.Println(m.ID, m.Operation, m.Reason, err)
		fmt.Println(cashier.Resolve(ctx, m.ID, "clerk-7", "a receipt of a payment that failed: no money came"))
	}
	m, err := cashier.QuarantinedMessage(ctx, 1)
	fmt.Println(m.Open(), m.ResolvedBy, err)
	// Output:
	// 1 paSendRTV2 PAA_SEMANTICA <nil>
	// <nil>
	// false clerk-7 <nil>
}

// A beneficiary with an account at the post office can be paid there.
func ExampleTransfer_Postal() {
	t := payment.Transfer{IBAN: "IT60X0542811101000000123456", PostalIBAN: "IT11W0760113900000012345678"}
	fmt.Println(t.Postal())
	// Output: IT11W0760113900000012345678
}

// Who recomputes what is due asks for the position with other terms.
func ExamplePosition_With() {
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	p, err := cashier.Open(context.Background(), debt)
	if err != nil {
		fmt.Println(err)
		return
	}
	late := p.Terms
	late.Transfers = []payment.Transfer{late.Transfers[0]}
	late.Transfers[0].Amount = euro.MustParse("13.00") // with interest
	q, err := p.With(late)
	fmt.Println(p.Amount(), q.Amount(), err)
	// Output: 12.50 13.00 <nil>
}

// All notices of one debt: the single payment, and the plan.
func ExampleCashier_Debt() {
	ctx, cashier := context.Background(), payment.NewCashier(&memory.Store{}, payment.Config{})
	r := debt
	r.Debt = "debt-1"
	for r.Option = range 2 {
		if _, err := cashier.Open(ctx, r); err != nil {
			fmt.Println(err)
		}
	}
	p, err := cashier.Position(ctx, payment.Key{Creditor: "99999000013", Number: notice.MustParse("301000000000000144")})
	fmt.Println(p.Status, err)
	for q, err := range cashier.Debt(ctx, p) {
		fmt.Println(q.Number, q.Option, err)
	}
	// Output:
	// open <nil>
	// 301000000000000245 1 <nil>
	// 301000000000000144 0 <nil>
}

// A receipt that came before its notice is recorded once the notice is there.
func ExampleCashier_Replay() {
	ctx, cashier := context.Background(), payment.NewCashier(&memory.Store{}, payment.Config{})
	raw := []byte("<…>")
	m := payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "PAA_PAGAMENTO_SCONOSCIUTO", Raw: raw}
	if err := cashier.Quarantine(ctx, m); err != nil {
		fmt.Println(err)
	}
	p, err := cashier.Open(ctx, debt)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := storetest.Receipt(p, "iur") // the station reads it from the message
	r.Raw = raw
	for range 2 {
		done, err := cashier.Replay(ctx, 1, "clerk-7", r)
		fmt.Println(done.Repeat, err)
	}
	// Output:
	// false <nil>
	// true <nil>
}

// A message is open until somebody resolves it.
func ExampleQuarantinedMessage_Open() {
	m := payment.QuarantinedMessage{ID: 1, Operation: "paSendRTV2", Reason: "PAA_SEMANTICA"}
	fmt.Println(m.Open())
	m.Resolution = payment.Resolution{ResolvedAt: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), ResolvedBy: "clerk-7", Note: "no money came"}
	fmt.Println(m.Open())
	// Output:
	// true
	// false
}

// A receipt that was refused is found by the numbers in it, read or not.
func ExampleQuarantinedMessage_Numbers() {
	m := payment.QuarantinedMessage{Raw: []byte("<idPA>99999000013</idPA><noticeNumber>301000000000000144<…")}
	fmt.Println(m.Numbers())
	// Output: [301000000000000144]
}

func ExampleQuarantinedMessage_About() {
	m := payment.QuarantinedMessage{Raw: []byte("<idPA>99999000013</idPA><noticeNumber>301000000000000144<…")}
	k := payment.Key{Creditor: "99999000013", Number: notice.MustParse("301000000000000144")}
	fmt.Println(m.About(k))
	k.Creditor = "01234567890"
	fmt.Println(m.About(k))
	// Output:
	// true
	// false
}

// A message that names another notice too is not deleted with the first.
func ExampleQuarantinedMessage_AboutNoOther() {
	m := payment.QuarantinedMessage{Raw: []byte("99999000013 301000000000000144 301000000000000245")}
	one := payment.Key{Creditor: "99999000013", Number: notice.MustParse("301000000000000144")}
	two := payment.Key{Creditor: "99999000013", Number: notice.MustParse("301000000000000245")}
	fmt.Println(m.AboutNoOther([]payment.Key{one}), m.AboutNoOther([]payment.Key{one, two}))
	// Output: false true
}

func ExampleForgotten_Add() {
	sum := payment.Forgotten{Positions: 1, Receipts: 1}.Add(payment.Forgotten{Positions: 1, Events: 4})
	fmt.Println(sum.Positions, sum.Receipts, sum.Events)
	// Output: 2 1 4
}
