package payment_test

import (
	"context"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// What a code means, who must act, and what to tell the payer.
func ExampleFaultOf() {
	f, known := payment.FaultOf("PPT_PAGAMENTO_IN_CORSO")
	fmt.Println(f.Who, f.Retry, known)
	fmt.Println(f.Text.En)

	// Of a code of tomorrow only the prefix is known.
	f, known = payment.FaultOf("PAA_CODICE_NUOVO")
	fmt.Println(f.Who, f.Retry, known)
	// Output:
	// nobody later true
	// A payment of this notice is in progress. Wait half an hour: if no receipt comes, try the same notice again.
	// broker after_mending false
}

func ExampleFaults() {
	for _, f := range payment.Faults() {
		if f.Retry == payment.RetryAtOnce {
			fmt.Println(f.Code, f.Who)
		}
	}
	// Output: PPT_TOKEN_SCADUTO_KO psp
}

func ExampleActor_Text() {
	fmt.Println(payment.ActorBroker.Text().In("it"))
	// Output: chi gestisce la stazione dell'ente
}

func ExampleFlowCode_Text() {
	for _, code := range []payment.FlowCode{payment.FlowExecuted, payment.FlowRevoked, payment.FlowNoReceipt} {
		fmt.Println(code, code.Text().En, code.Paid(), code.NoReceipt(), code.Known())
	}
	// Output:
	// 0 paid true false true
	// 3 revoked false false true
	// 9 paid, without a receipt for the PSP true true true
}

// The payer was told that his payment is in charge, and then nothing came.
func ExampleResolve() {
	p := storetest.Position(1)
	told := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	facts := payment.Facts{
		Position: p, Orders: []payment.Order{{Status: payment.OrderTakenInCharge, ChangedAt: told}},
	}
	for _, after := range []time.Duration{time.Minute, time.Hour, 90 * time.Hour} {
		facts.Now = told.Add(after)
		v := payment.Resolve(facts)
		fmt.Println(after, v.Finding, v.Action, v.Retry)
	}
	facts.Flow = []payment.FlowEntry{{IUV: p.Number.IUV().String(), IUR: "iur", Code: payment.FlowNoReceipt}}
	v := payment.Resolve(facts)
	fmt.Println(v.Finding, v.Action, v.Missing)
	facts.Receipts = []payment.RT{{ReceiptID: "iur", OK: true}}
	fmt.Println(payment.Resolve(facts).Finding)
	// Output:
	// 1m0s taken_in_charge wait false
	// 1h0m0s receipt_late await_receipt true
	// 90h0m0s receipt_late read_flows true
	// paid_without_receipt seek_receipt iur
	// paid
}

// What the store knows, judged.
func ExampleCashier_Verdict() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	p, _ := cashier.Open(ctx, debt)
	v, err := cashier.Verdict(ctx, p.Key)
	fmt.Println(v.Finding, err)
	fmt.Println(v.Text.En)
	fmt.Println(v.Next.En)
	// Output:
	// not_known_paid <nil>
	// No receipt so far: who has tried before can safely try the same notice again.
	// The payer acts next: pay with this notice, online or at a counter.
}

// Who has looked through the flows says so.
func ExampleCashier_Facts() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	p, _ := cashier.Open(ctx, debt)
	facts, err := cashier.Facts(ctx, p.Key)
	facts.FlowsRead = pagonline.DateOf(facts.Now)
	fmt.Println(payment.Resolve(facts).Finding, err)
	// Output: not_known_paid <nil>
}

// A missing receipt is asked of biz-events once.
func ExampleCashier_SeekReceipt() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	p, _ := cashier.Open(ctx, debt)
	for range 2 {
		first, err := cashier.SeekReceipt(ctx, p.Key, "c110729d258c4ab1b765fe902aae41d6")
		fmt.Println(first, err)
	}
	// Output:
	// true <nil>
	// false <nil>
}

// A payment's story, as the payer reads it.
func ExampleCashier_Timeline() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
	})
	p, _ := cashier.Open(ctx, debt)
	_, _ = cashier.Record(ctx, storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6"))
	entries, err := cashier.Timeline(ctx, p.Key)
	for _, e := range entries {
		if !e.Desk {
			fmt.Println(e.Text.En)
		}
	}
	fmt.Println(err)
	// Output:
	// Notice 301000000000000144 was issued, protocol 345/2024: 12.50 euros by 23 December 2026.
	// The receipt came: 12.50 euros paid on 23 November 2026.
	// <nil>
}
