package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// In the tests of a program: a pagoPA that pays at the program's own station.
func ExampleNew() {
	ctx := context.Background()
	store := &memory.Store{}
	cashier := payment.NewCashier(store, payment.Config{})
	server := httptest.NewServer(station.New(cashier, []station.Creditor{
		{FiscalCode: "99999000013", Broker: "99999000013", Station: "99999000013_01"},
	}, station.Config{}))
	defer server.Close()
	p := storetest.Position(1)
	p.Transfers, p.RefuseLate = p.Transfers[:1], false // one transfer, payable at any time
	_ = store.Positions().Insert(ctx, p)

	pagopa := sandbox.New([]sandbox.Station{
		{FiscalCode: "99999000013", Broker: "99999000013", StationID: "99999000013_01", URL: server.URL},
	}, sandbox.Config{})
	_, err := cashier.Pay(ctx, pagopa, p.Key, payment.Outcome{Paid: true})
	fmt.Println(err, pagopa.Flush(ctx))
	for _, call := range pagopa.Calls() {
		fmt.Println(call.Operation, call.Outcome)
	}
	// Output:
	// <nil> <nil>
	// paVerifyPaymentNotice OK
	// paGetPaymentV2 OK
	// paSendRTV2 OK
}

// A payer walks through the payment page, over HTTP.
func ExamplePayer_Visit() {
	ctx := context.Background()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	p := storetest.Position(1)
	silent := sandbox.Station{FiscalCode: p.Creditor, StationID: "station", Handler: http.NotFoundHandler()}
	pagopa := sandbox.New([]sandbox.Station{silent}, sandbox.Config{BaseURL: server.URL})
	mux.Handle("/", pagopa)

	location, err := pagopa.Start(ctx, payment.GatewayRequest{
		Order:   "ORDER",
		Notices: []payment.GatewayNotice{{Key: p.Key, Amount: p.Amount(), Company: p.Company, Description: "prot. 345/2024"}},
		Return:  payment.ReturnURLs{OK: "https://portal.example/ok", Error: "https://portal.example/error"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	// Nobody is at the creditor's station, so nothing can be paid.
	back, err := sandbox.Payer{}.Visit(ctx, location, sandbox.Pay)
	fmt.Println(back, err)
	// Output: https://portal.example/error <nil>
}

func ExampleSandbox_Verify() {
	_, err := sandbox.New(nil, sandbox.Config{}).Verify(context.Background(), storetest.Position(1).Key)
	fmt.Println(err)
	// Output: sandbox: PPT_DOMINIO_SCONOSCIUTO
}

func ExampleSandbox_Activate() {
	_, err := sandbox.New(nil, sandbox.Config{}).Activate(context.Background(), storetest.Position(1).Key, storetest.Position(1).Amount())
	fmt.Println(err)
	// Output: sandbox: PPT_DOMINIO_SCONOSCIUTO
}

func ExampleSandbox_Settle() {
	err := sandbox.New(nil, sandbox.Config{}).Settle(context.Background(), "no such token", payment.Outcome{Paid: true})
	fmt.Println(err)
	// Output: sandbox: PPT_TOKEN_SCONOSCIUTO
}

func ExampleSandbox_Start() {
	_, err := sandbox.New(nil, sandbox.Config{BaseURL: "https://pagopa.example"}).Start(context.Background(), payment.GatewayRequest{})
	fmt.Println(err)
	// Output: too_many_items (paymentNotices): At most 5 payments per submission.
}

// Run owns no goroutine: who starts it ends it.
func ExampleSandbox_Run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- sandbox.New(nil, sandbox.Config{}).Run(ctx) }()
	cancel()
	fmt.Println(<-done)
	// Output: <nil>
}

func ExampleNodeError_Error() {
	fmt.Println((&sandbox.NodeError{Code: "PPT_ERRORE_EMESSO_DA_PAA", PA: "PAA_PAGAMENTO_SCADUTO"}).Error())
	// Output: sandbox: PPT_ERRORE_EMESSO_DA_PAA (PAA_PAGAMENTO_SCADUTO)
}

func ExampleNodeError_Unwrap() {
	var err error = &sandbox.NodeError{Code: "PPT_PAGAMENTO_DUPLICATO"}
	fmt.Println(errors.Is(err, payment.ErrPaid))
	// Output: true
}
