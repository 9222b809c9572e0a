package gpd_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// pagopa is a sandbox to try the examples against.
func pagopa() (*sandbox.Sandbox, gpd.Config, func()) {
	now := func() time.Time { return today }
	s := sandbox.New([]sandbox.Station{{FiscalCode: creditor}}, sandbox.Config{Now: now})
	server := httptest.NewServer(s)
	return s, gpd.Config{BaseURL: server.URL, Now: now}, server.Close
}

// notices returns what somebody owes: at once, or in two instalments.
func notices() (all []payment.Position) {
	due, _ := pagonline.NewDate(2026, time.December, 20)
	for option, digits := range []string{"301000000000000144", "301000000000000245", "301000000000000346"} {
		amount := euro.MustParse("12.50")
		if option > 0 {
			amount = euro.MustParse("6.25")
		}
		all = append(all, payment.Position{
			Key: payment.Key{Creditor: creditor, Number: notice.MustParse(digits)}, Status: payment.Open, Debt: "345/2024", Option: option,
			Company: "Ente creditore di prova",
			Debtor:  payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
			Wire:    causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
			Terms: payment.Terms{DueDate: due.AddDays(30 * option), Transfers: []payment.Transfer{{
				Amount: amount, Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
			}}},
		})
	}
	return all
}

func ExampleNew() {
	_, err := gpd.New("subscription key", gpd.Config{BaseURL: "http://pay.example"})
	fmt.Println(err)
	// Output: gpd: BaseURL must be https, or http on this machine
}

// A position is in GPD before its payer is sent to pay: this client would be the
// Publisher of a payment.Config.
func ExampleClient_Publish() {
	s, cfg, stop := pagopa()
	defer stop()
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	p := notices()[0]
	fmt.Println(client.Publish(ctx, p))
	due, err := s.Verify(ctx, p.Key)
	fmt.Println(due.Amount, due.Description, err)

	p.Status = payment.Cancelled
	fmt.Println(client.Publish(ctx, p))
	_, err = client.Get(ctx, creditor, gpd.IUPD(p.Debt))
	fmt.Println(errors.Is(err, pagonline.ErrNotFound))
	// Output:
	// <nil>
	// 12.50 prot. 345/2024 - Archivio di Stato di Livorno <nil>
	// <nil>
	// true
}

// A debt is created as a draft, published, changed and deleted.
func ExampleClient_Create() {
	_, cfg, stop := pagopa()
	defer stop()
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	d, err := gpd.NewDebt(notices()...)
	if err != nil {
		fmt.Println(err)
		return
	}
	show := func(err error) {
		have, getErr := client.Get(ctx, creditor, d.IUPD)
		fmt.Println(err, have.Status, len(have.Options), getErr == nil)
	}
	show(client.Create(ctx, d, false))
	show(client.PublishDraft(ctx, creditor, d.IUPD))
	d.Options = d.Options[:1] // no instalments any more
	show(client.Update(ctx, d, true))
	show(client.Delete(ctx, creditor, d.IUPD))
	// Output:
	// <nil> DRAFT 2 true
	// <nil> VALID 2 true
	// <nil> VALID 1 true
	// <nil>  0 false
}

func ExampleClient_Get() {
	_, cfg, stop := pagopa()
	defer stop()
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	p := notices()[0]
	fmt.Println(client.Publish(ctx, p))
	d, err := client.Get(ctx, creditor, gpd.IUPD(p.Debt))
	n, found := d.Find(p.Number)
	fmt.Println(d.IUPD, d.Status, n.Amount, n.Status, found, err)
	// Output:
	// <nil>
	// 345_2F2024 VALID 12.50 UNPAID true <nil>
}

func ExampleClient_List() {
	_, cfg, stop := pagopa()
	defer stop()
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	for i, p := range notices() {
		p.Debt, p.Option = fmt.Sprint("debt-", i), 0
		if err := client.Publish(ctx, p); err != nil {
			fmt.Println(err)
		}
	}
	from, _ := pagonline.NewDate(2026, time.December, 1)
	for d, err := range client.List(ctx, creditor, gpd.Filter{Status: gpd.Valid, DueFrom: from}) {
		fmt.Println(d.IUPD, d.Status, err)
	}
	// Output: debt-0 VALID <nil>
}

func ExampleNewDebt() {
	d, err := gpd.NewDebt(notices()...)
	for _, o := range d.Options {
		fmt.Println(len(o.Installments), o.Installments[0].Amount, o.Installments[0].DueAt.Format(time.RFC3339))
	}
	fmt.Println(d.IUPD, err)
	// Output:
	// 1 12.50 2026-12-20T22:59:59Z
	// 2 6.25 2027-01-19T22:59:59Z
	// 345_2F2024 <nil>
}

func ExampleIUPD() {
	fmt.Println(gpd.IUPD("01000000000000144"), gpd.IUPD("prot. 345/2024"))
	// Output: 01000000000000144 prot_2E_20345_2F2024
}

// In the synchronous mode ACA follows each position by the events of the outbox.
func ExampleNewACA() {
	s, cfg, stop := pagopa()
	defer stop()
	store := &memory.Store{}
	cfg.Positions = store.Positions()
	aca, err := gpd.NewACA("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	cashier := payment.NewCashier(store, payment.Config{Now: cfg.Now, Handlers: []payment.Handler{payment.Mirror(store, aca)}})
	p := notices()[0]
	_, err = cashier.Open(ctx, payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: p.Creditor, Name: p.Company, Segregation: 1},
		Office:   "Archivio di Stato di Livorno", Debtor: p.Debtor, Wire: p.Wire, Terms: p.Terms,
	})
	fmt.Println(err)
	fmt.Println(cashier.DeliverPending(ctx))

	_ = s.Script(sandbox.Rule{Fault: sandbox.StandIn})
	due, err := s.Verify(ctx, p.Key)
	fmt.Println(due.Amount, err)
	// Output:
	// <nil>
	// 1 <nil>
	// 12.50 <nil>
}

// What was paid elsewhere is closed, so that nobody pays it again in stand-in.
func ExampleACA_MarkPaid() {
	_, cfg, stop := pagopa()
	defer stop()
	aca, err := gpd.NewACA("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	p := notices()[0]
	fmt.Println(aca.Publish(ctx, p))
	fmt.Println(aca.MarkPaid(ctx, p.Key, today))
	fmt.Println(errors.Is(aca.MarkPaid(ctx, p.Key, today), payment.ErrPaid))
	// Output:
	// <nil>
	// <nil>
	// true
}

func ExampleACA_Publish() {
	_, cfg, stop := pagopa()
	defer stop()
	aca, err := gpd.NewACA("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	p := notices()[0]
	for _, p.Status = range []payment.Status{payment.Open, payment.Paid} {
		err := aca.Publish(ctx, p)
		d, _ := aca.Get(ctx, creditor, gpd.IUPD(p.Debt))
		fmt.Println(err, d.Status)
	}
	// Output:
	// <nil> VALID
	// <nil> PAID
}

// A flow names a payment whose receipt never came: it is asked for once.
func ExampleReceipts_Receipt() {
	s, cfg, stop := pagopa()
	defer stop()
	ctx := context.Background()
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := notices()[0]
	_ = client.Publish(ctx, p)
	a, err := s.Activate(ctx, p.Key, p.Amount())
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = s.Settle(ctx, a.Token, payment.Outcome{Paid: true, Method: "CP"})

	receipts, err := gpd.NewReceipts("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := receipts.Receipt(ctx, creditor, a.Token, p.Number.IUV().String())
	rt := found.RT(creditor) // for Cashier.Record
	fmt.Println(rt.Amount, rt.Number, found.PaidOn(), rt.Operation, err)
	// Output: 12.50 301000000000000144 2026-11-20 biz-events <nil>
}

// When the hour's calls are spent, the error says when to ask again.
func ExampleNewReceipts() {
	_, cfg, stop := pagopa()
	defer stop()
	receipts, err := gpd.NewReceipts("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 11 {
		_, err = receipts.Receipt(context.Background(), creditor, "iur", "")
	}
	if failed, ok := errors.AsType[*gpd.Error](err); ok {
		fmt.Println(failed, failed.RetryAt().Sub(cfg.Now()))
	}
	// Output: gpd: the hour's calls are spent 1h0m0s
}

// A refusal says whether the same call may succeed later.
func ExampleError_Retryable() {
	_, cfg, stop := pagopa()
	stop() // nobody answers any more
	cfg.Wait = noWait
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Get(context.Background(), creditor, "debt")
	if failed, ok := errors.AsType[*gpd.Error](err); ok {
		fmt.Println(failed, failed.Retryable())
	}
	// Output: gpd: no answer true
}

// A receipt that was recovered may know the day of the payment only.
func ExampleRecovered_RT() {
	cfg, mock := mocked(nil)
	mock.RegisterNoResponder(httpmock.NewStringResponder(http.StatusOK, "{"+receipt+`,"paymentDateTime":"2026-11-20"}`))
	receipts, err := gpd.NewReceipts("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	found, err := receipts.Receipt(context.Background(), creditor, "iur-1", "")
	fmt.Println(err, found.PaidOn(), found.PaidAt().IsZero())
	fmt.Println(found.RT(creditor).PaidAt.In(pagonline.Rome()))
	// Output:
	// <nil> 2026-11-20 true
	// 2026-11-20 00:00:00 +0100 CET
}

func ExampleInstallmentStatus_Paid() {
	fmt.Println(gpd.InstallmentUnpaid.Paid(), gpd.InstallmentPaid.Paid(), gpd.InstallmentReported.Paid())
	// Output: false true true
}

// The receipt of a payment that a reporting flow names never came. The task asks for it,
// once, and records it.
func ExampleRecover() {
	s, cfg, stop := pagopa()
	defer stop()
	ctx := context.Background()
	store := &memory.Store{}
	cfg.Calls = store.Counters() // ten calls an hour, whatever restarts
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := notices()[0]
	_, _ = store.Positions().Insert(ctx, p), client.Publish(ctx, p)
	a, err := s.Activate(ctx, p.Key, p.Amount())
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = s.Settle(ctx, a.Token, payment.Outcome{Paid: true, Method: "CP"})

	claims := func(context.Context) iter.Seq2[gpd.Claim, error] {
		return func(yield func(gpd.Claim, error) bool) {
			row := payment.FlowEntry{IUV: p.Number.IUV().String(), IUR: a.Token, Code: payment.FlowNoReceipt, PaidOn: pagonline.DateOf(today)}
			yield(gpd.Claim{Key: p.Key, Row: row}, nil)
		}
	}
	receipts, err := gpd.NewReceipts("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = gpd.Recover(store, receipts, claims, gpd.RecoverConfig{})(ctx) // once an hour
	p, _ = store.Positions().Get(ctx, p.Key)
	fmt.Println(p.Status, p.ReceiptID == a.Token, err)
	// Output: paid true <nil>
}

// In the asynchronous mode GPD knows what was paid, and by which payment.
func ExampleClient_Claims() {
	s, cfg, stop := pagopa()
	defer stop()
	ctx := context.Background()
	client, err := gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := notices()[0]
	_ = client.Publish(ctx, p)
	if a, err := s.Activate(ctx, p.Key, p.Amount()); err == nil {
		_ = s.Settle(ctx, a.Token, payment.Outcome{Paid: true, Method: "CP"})
	}
	cfg.Now = func() time.Time { return today.AddDate(0, 0, 3) }
	client, err = gpd.New("subscription key", cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	for claim, err := range client.Claims(creditor)(ctx) {
		fmt.Println(claim.Key.Number, claim.Row.PaidOn, claim.Row.Amount, err)
	}
	// Output: 301000000000000144 2026-11-20 12.50 <nil>
}
