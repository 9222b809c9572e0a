package checkout_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/jarcoal/httpmock"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// One notice to pay. The transport of this example answers in Checkout's place.
func ExampleClient_Start() {
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder(http.MethodPost, carts, redirect("https://checkout.pagopa.it/c/1"))
	client, err := checkout.New("subscription key", checkout.Config{
		Environment: payment.UAT,
		HTTPClient:  &http.Client{Transport: mock},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	location, err := client.Start(context.Background(), payment.GatewayRequest{
		Order: "ORDER",
		Notices: []payment.GatewayNotice{{
			Key:         payment.Key{Creditor: "99999000013", Number: notice.MustParse("301000000000000144")},
			Amount:      euro.MustParse("12.50"),
			Company:     "Ente creditore di prova",
			Description: "prot. 345/2024",
		}},
		Return: payment.ReturnURLs{
			OK: "https://portal.example/ok", Cancel: "https://portal.example/cancel",
			Error: "https://portal.example/error", Waiting: "https://portal.example/waiting",
		},
	})
	fmt.Println(location, err)
	// Output: https://checkout.pagopa.it/c/1 <nil>
}

func ExampleNew() {
	_, err := checkout.New("subscription key", checkout.Config{BaseURL: "http://pay.example"})
	fmt.Println(err)
	// Output: checkout: BaseURL must be https, or http on this machine
}

// A refusal says whether the same call may succeed later.
func ExampleError_Retryable() {
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder(http.MethodPost, carts, httpmock.NewStringResponder(http.StatusUnprocessableEntity, `{"title":"Invalid payment info"}`))
	client, err := checkout.New("subscription key", checkout.Config{
		Environment: payment.UAT, HTTPClient: &http.Client{Transport: mock},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Start(context.Background(), request())
	if refused, ok := errors.AsType[*checkout.Error](err); ok {
		fmt.Println(refused, refused.Retryable())
	}
	// Output: checkout: HTTP 422: Invalid payment info false
}
