package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// office is a creditor's station, with one notice that can be paid, and a pagoPA.
func office() (payment.Key, *sandbox.Sandbox) {
	store := &memory.Store{}
	p := storetest.Position(1)
	p.Transfers, p.RefuseLate = p.Transfers[:1], false // one transfer, payable at any time
	_ = store.Positions().Insert(context.Background(), p)
	desk := station.New(payment.NewCashier(store, payment.Config{}), []station.Creditor{
		{FiscalCode: "99999000013", Broker: "99999000013", Station: "99999000013_01"},
	}, station.Config{})
	return p.Key, sandbox.New([]sandbox.Station{
		{FiscalCode: "99999000013", Broker: "99999000013", StationID: "99999000013_01", Handler: desk},
	}, sandbox.Config{BaseURL: "https://pagopa.example", Now: func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) }})
}

func printCalls(pagopa *sandbox.Sandbox) {
	for _, call := range pagopa.Calls() {
		fmt.Println(strings.TrimSpace(call.Operation + " " + call.Outcome + " " + call.Fault))
	}
}

// A receipt that comes twice.
func ExampleSandbox_Script() {
	ctx := context.Background()
	notice, pagopa := office()
	err := pagopa.Script(sandbox.Rule{Notice: notice.Number, Fault: sandbox.Duplicated})
	fmt.Println(err, len(pagopa.Rules()))
	a, _ := pagopa.Activate(ctx, notice, storetest.Position(1).Amount())
	fmt.Println(pagopa.Settle(ctx, a.Token, payment.Outcome{Paid: true}), len(pagopa.Rules()))
	fmt.Println(pagopa.Flush(ctx))
	printCalls(pagopa)
	// Output:
	// <nil> 1
	// <nil> 0
	// <nil>
	// paGetPaymentV2 OK
	// paSendRTV2 OK
	// paSendRTV2 OK
}

func ExampleSandbox_ClearScript() {
	_, pagopa := office()
	_ = pagopa.Script(sandbox.Rule{Fault: sandbox.StationDown, Call: 3})
	fmt.Println(pagopa.Rules()[0].Fault, pagopa.Rules()[0].Call)
	pagopa.ClearScript()
	fmt.Println(len(pagopa.Rules()))
	// Output:
	// station_down 3
	// 0
}

// What is left of a script, with what is left of its counts.
func ExampleSandbox_Rules() {
	ctx := context.Background()
	notice, pagopa := office()
	_ = pagopa.Script(sandbox.Rule{Fault: sandbox.StationDown, Call: 3})
	_, err := pagopa.Verify(ctx, notice)
	fmt.Println(pagopa.Rules()[0].Call, err)
	// Output: 2 <nil>
}

func ExampleFaults() {
	for _, f := range sandbox.Faults()[:5] {
		fmt.Println(f)
	}
	// Output:
	// lost
	// duplicated
	// late
	// reordered
	// altered
}

// The station is down for an hour; then the receipt gets through.
func ExampleSandbox_Deliver() {
	ctx := context.Background()
	notice, pagopa := office()
	a, _ := pagopa.Activate(ctx, notice, storetest.Position(1).Amount())
	_ = pagopa.Settle(ctx, a.Token, payment.Outcome{Paid: true})
	_ = pagopa.Script(sandbox.Rule{Fault: sandbox.StationDown})
	for range 2 {
		pagopa.Advance(time.Hour)
		err := pagopa.Deliver(ctx)
		queued, _ := pagopa.Waiting()
		fmt.Println(pagopa.Now().Format(time.TimeOnly), queued, err != nil)
	}
	// Output:
	// 10:00:00 1 true
	// 11:00:00 0 false
}

// Half an hour later an attempt is over.
func ExampleSandbox_Advance() {
	ctx := context.Background()
	notice, pagopa := office()
	_, _ = pagopa.Activate(ctx, notice, storetest.Position(1).Amount())
	_, err := pagopa.Verify(ctx, notice)
	fmt.Println(err)
	pagopa.Advance(30 * time.Minute)
	_, err = pagopa.Verify(ctx, notice)
	fmt.Println(err)
	// Output:
	// sandbox: PPT_PAGAMENTO_IN_CORSO
	// <nil>
}

func ExampleSandbox_Now() {
	_, pagopa := office()
	pagopa.Advance(24 * time.Hour)
	fmt.Println(pagopa.Now().Format(time.DateTime))
	// Output: 2026-11-21 09:00:00
}

// Flush sends what waits, due or not.
func ExampleSandbox_Flush() {
	ctx := context.Background()
	notice, pagopa := office()
	a, _ := pagopa.Activate(ctx, notice, storetest.Position(1).Amount())
	_ = pagopa.Settle(ctx, a.Token, payment.Outcome{Paid: true})
	fmt.Println(pagopa.Waiting())
	fmt.Println(pagopa.Flush(ctx))
	fmt.Println(pagopa.Waiting())
	// Output:
	// 1 0
	// <nil>
	// 0 0
}

func ExampleSandbox_Waiting() {
	queued, parked := sandbox.New(nil, sandbox.Config{}).Waiting()
	fmt.Println(queued, parked)
	// Output: 0 0
}

func ExampleSandbox_Calls() {
	notice, pagopa := office()
	_, _ = pagopa.Verify(context.Background(), notice)
	call := pagopa.Calls()[0]
	fmt.Println(call.Operation, call.Notice, call.Outcome)
	// Output: paVerifyPaymentNotice 301000000000000144 OK
}

// A receipt that was lost is sent when the creditor asks for it.
func ExampleSandbox_Restart() {
	ctx := context.Background()
	notice, pagopa := office()
	_ = pagopa.Script(sandbox.Rule{Fault: sandbox.Lost})
	a, _ := pagopa.Activate(ctx, notice, storetest.Position(1).Amount())
	_ = pagopa.Settle(ctx, a.Token, payment.Outcome{Paid: true})
	fmt.Println(pagopa.Waiting())
	fmt.Println(pagopa.Restart(), pagopa.Deliver(ctx))
	fmt.Println(pagopa.Waiting())
	// Output:
	// 0 1
	// 1 <nil>
	// 0 0
}

func ExampleSandbox_Probe() {
	_, pagopa := office()
	fmt.Println(pagopa.Probe(context.Background(), "99999000013"))
	printCalls(pagopa)
	// Output:
	// <nil>
	// paVerifyPaymentNotice KO PAA_PAGAMENTO_SCONOSCIUTO
}

func ExampleSandbox_State() {
	ctx := context.Background()
	notice, pagopa := office()
	_, _ = pagopa.Activate(ctx, notice, storetest.Position(1).Amount())
	told, _ := json.Marshal(pagopa.State().Notices)
	fmt.Println(string(told))
	// Output: [{"creditor":"99999000013","number":"301000000000000144","status":"paying","expires":"2026-11-20T09:30:00Z"}]
}

// In a test of a program that posts carts: three lines, and no socket.
func ExampleSandbox_Transport() {
	pagopa := sandbox.New(nil, sandbox.Config{BaseURL: "https://api.platform.pagopa.it"})
	client := &http.Client{Transport: pagopa.Transport()}
	resp, err := client.Post("https://api.platform.pagopa.it/checkout/ec/v2/carts", "application/json", strings.NewReader("{}"))

	fmt.Println(resp.Status, err, resp.Body.Close())
	// Output: 401 Unauthorized <nil> <nil>
}

// The faults of a sandbox that runs by itself.
func ExampleSandbox_ServeHTTP() {
	_, pagopa := office()
	server := httptest.NewServer(pagopa)
	defer server.Close()
	for _, step := range [][2]string{{"/faults", `{"fault":"station_down"}`}, {"/faults", `{"fault":"fire"}`}, {"/clock", `{"advance":"30m"}`}} {
		resp, err := http.Post(server.URL+step[0], "application/json", strings.NewReader(step[1]))
		fmt.Println(resp.Status, err, resp.Body.Close())
	}
	fmt.Println(pagopa.Now().Format(time.TimeOnly))
	// Output:
	// 201 Created <nil> <nil>
	// 422 Unprocessable Entity <nil> <nil>
	// 200 OK <nil> <nil>
	// 09:30:00
}
