package psp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/psp"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// counter returns a PSP, and a notice of 25.00 that can be paid: a creditor with its
// station, and a pagoPA between them.
func counter() (*psp.Client, payment.Key) {
	store := &memory.Store{}
	p := storetest.Position(1)
	p.Transfers, p.RefuseLate = p.Transfers[:1], false
	if err := store.Positions().Insert(context.Background(), p); err != nil {
		panic(err)
	}
	cashier := payment.NewCashier(store, payment.Config{})
	creditors := httptest.NewServer(station.New(cashier, []station.Creditor{
		{FiscalCode: p.Creditor, Broker: "99999000013", Station: "99999000013_01"},
	}, station.Config{}))
	pagopa := httptest.NewServer(sandbox.New([]sandbox.Station{
		{FiscalCode: p.Creditor, Broker: "99999000013", StationID: "99999000013_01", URL: creditors.URL},
	}, sandbox.Config{}))
	who := sandbox.DefaultPSP()
	client, err := psp.New(psp.Identity{ID: who.ID, Broker: who.Broker, Channel: who.Channel, Password: who.Password},
		psp.Config{URL: pagopa.URL + "/node-for-psp/v1"})
	if err != nil {
		panic(err)
	}
	return client, p.Key
}

func ExampleNew() {
	_, err := psp.New(psp.Identity{ID: "ABI00000", Broker: "00000000000", Channel: "00000000000_01", Password: "short"},
		psp.Config{Environment: payment.UAT})
	fmt.Println(err)
	// Output: psp: identity or touch point: input_syntax (password): Unreadable input: password.
}

// A payment in three calls.
func ExampleClient() {
	ctx := context.Background()
	client, key := counter()
	due, err := client.Verify(ctx, key)
	fmt.Println(due.Amount, err)
	attempt, err := client.Activate(ctx, key, due.Amount)
	fmt.Println(len(attempt.Token), err)
	err = client.Settle(ctx, attempt.Token, payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50")})
	fmt.Println(err)
	// Output:
	// 12.00 <nil>
	// 32 <nil>
	// <nil>
}

func ExampleClient_Verify() {
	client, key := counter()
	due, err := client.Verify(context.Background(), key)
	fmt.Println(due.Amount, due.Company, err)
	// Output: 12.00 Ente creditore di prova <nil>
}

func ExampleClient_VerifyNotice() {
	client, key := counter()
	n, err := client.VerifyNotice(context.Background(), key)
	fmt.Println(n.Options[0].Amount, n.Options[0].Options, n.StandIn, err)
	// Output: 12.00 EQ false <nil>
}

func ExampleClient_Activate() {
	ctx := context.Background()
	client, key := counter()
	_, err := client.Activate(ctx, key, euro.MustParse("12.00"))
	fmt.Println(err)
	_, err = client.Activate(ctx, key, euro.MustParse("12.00"))
	fmt.Println(err, errors.Is(err, payment.ErrInCharge))
	// Output:
	// <nil>
	// psp: activatePaymentNoticeV2: PPT_PAGAMENTO_IN_CORSO true
}

// A token that lives for a minute, and what the money is for.
func ExampleClient_ActivateNotice() {
	client, key := counter()
	a, err := client.ActivateNotice(context.Background(), psp.Activation{
		Key: key, Amount: euro.MustParse("12.00"), Life: time.Minute, Method: "CP",
	})
	fmt.Println(a.Amount, a.IUV == key.Number.IUV().String(), err)
	for _, share := range a.Shares {
		fmt.Println(share.ID, share.Amount, share.Creditor)
	}
	// Output:
	// 12.00 true <nil>
	// 1 12.00 99999000013
}

func ExampleClient_Settle() {
	ctx := context.Background()
	client, key := counter()
	attempt, err := client.Activate(ctx, key, euro.MustParse("12.00"))
	fmt.Println(err)
	fmt.Println(client.Settle(ctx, attempt.Token, payment.Outcome{})) // the payer gave up
	// Output:
	// <nil>
	// <nil>
}

// One outcome ends up to five attempts.
func ExampleClient_SendOutcome() {
	ctx := context.Background()
	client, key := counter()
	attempt, err := client.Activate(ctx, key, euro.MustParse("12.00"))
	fmt.Println(err)
	err = client.SendOutcome(ctx, psp.Outcome{
		Tokens:  []string{attempt.Token},
		Outcome: payment.Outcome{Paid: true, Method: "cash"},
		Channel: "frontOffice",
	})
	fmt.Println(err)
	// Output:
	// <nil>
	// <nil>
}

// What happened, what to tell the payer, and what to do with his money.
func ExampleError() {
	ctx := context.Background()
	client, key := counter()
	attempt, err := client.Activate(ctx, key, euro.MustParse("12.00"))
	fmt.Println(err)
	paid := payment.Outcome{Paid: true}
	fmt.Println(client.Settle(ctx, attempt.Token, paid))
	err = client.Settle(ctx, attempt.Token, paid) // once more, as another call
	if refused, ok := errors.AsType[*psp.Error](err); ok {
		fmt.Println(refused.Code, refused.Advice)
		fmt.Println(refused.Advice.Text().En)
	}
	// Output:
	// <nil>
	// <nil>
	// PPT_ESITO_GIA_ACQUISITO keep
	// The payment counts: transfer the amount and do not refund the payer.
}

// An activation whose answer was lost is repeated with its key: the node answers as it
// did the first time.
func ExampleError_Lost() {
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(httpmock.NewErrorResponder(errors.New("connection reset")))
	client, err := psp.New(psp.Identity{ID: "ABI00000", Broker: "00000000000", Channel: "00000000000_01", Password: "password"},
		psp.Config{Environment: payment.UAT, HTTPClient: &http.Client{Transport: mock}})
	fmt.Println(err)
	a := psp.Activation{Key: key, Amount: euro.MustParse("12.50")}
	_, err = client.ActivateNotice(context.Background(), a)
	if failed, ok := errors.AsType[*psp.Error](err); ok && failed.Lost() {
		a.IdempotencyKey = failed.IdempotencyKey
		_, err = client.ActivateNotice(context.Background(), a)
	}
	fmt.Println(err)
	// Output:
	// <nil>
	// psp: activatePaymentNoticeV2: no answer
}

func ExampleAdvice_Text() {
	fmt.Println(psp.AdviceRefund.Text().It)
	// Output: Il pagamento non vale: rimborsare il pagatore.
}
