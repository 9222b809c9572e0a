package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/payment/webhook"
)

// A payment is told to the institution's own program, which checks who says so.
func Example() {
	ctx := context.Background()
	secret := webhook.NewSecret() // both sides have it in their configuration
	verifier, err := webhook.NewVerifier(webhook.VerifierConfig{}, secret)
	if err != nil {
		fmt.Println(err)
		return
	}
	receiver := httptest.NewTLSServer(verifier.Receiver(func(_ context.Context, _ string, p webhook.Payload) error {
		if p.Type == payment.PositionEvent(payment.Paid) {
			fmt.Println(p.Data.Protocol, p.Data.Paid)
		}
		return nil
	}))
	defer receiver.Close()

	store := &memory.Store{}
	hook, err := webhook.New(store, receiver.URL, secret, webhook.Config{HTTPClient: receiver.Client()})
	if err != nil {
		fmt.Println(err)
		return
	}
	cashier := payment.NewCashier(store, payment.Config{Handlers: []payment.Handler{hook.Handle}})
	p := storetest.Position(1)
	_ = store.Positions().Insert(ctx, p)
	_, _ = cashier.Record(ctx, storetest.Receipt(p, "c110729d258c4ab1b765fe902aae41d6"))
	fmt.Println(cashier.DeliverPending(ctx))
	// Output:
	// 345/2024 12.50
	// 2 <nil>
}

func ExampleNew() {
	_, err := webhook.New(&memory.Store{}, "http://gestionale.example/", webhook.NewSecret(), webhook.Config{})
	fmt.Println(err)
	// Output: webhook: the address must be https, with no user, password or fragment
}

// A receiver that does not take an event is tried again by who delivers it, and may say
// when.
func ExampleError_RetryAt() {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer receiver.Close()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	hook, err := webhook.New(&memory.Store{}, receiver.URL, webhook.NewSecret(), webhook.Config{
		InsecureHTTP: true, Now: func() time.Time { return now },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = hook.Handle(context.Background(), payment.Event{ID: 1, Kind: payment.Quarantined})
	if failed, ok := errors.AsType[*webhook.Error](err); ok {
		fmt.Println(failed, failed.Retryable(), failed.RetryAt().Sub(now))
	}
	// Output: webhook: HTTP 503: Service Unavailable true 2m0s
}

func ExampleNewSecret() {
	s := webhook.NewSecret()
	fmt.Println(s, len(s.Reveal()))
	// Output: whsec_… 50
}

func ExampleParseSecret() {
	s, err := webhook.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	fmt.Println(s, err)
	// Output: whsec_… <nil>
}

// The signature that Standard Webhooks publishes as its example.
func ExampleSecret_Sign() {
	s, err := webhook.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	fmt.Println(s.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`)), err)
	// Output: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= <nil>
}

func ExampleNewVerifier() {
	was, is := webhook.NewSecret(), webhook.NewSecret()
	_, err := webhook.NewVerifier(webhook.VerifierConfig{}, is, was) // while the secret is being changed
	fmt.Println(err)
	// Output: <nil>
}

// A request without a signature is nobody's.
func ExampleVerifier_Verify() {
	v, err := webhook.NewVerifier(webhook.VerifierConfig{}, webhook.NewSecret())
	if err != nil {
		fmt.Println(err)
		return
	}
	err = v.Verify(http.Header{}, []byte("{}"))
	fmt.Println(err, errors.Is(err, webhook.ErrHeader))
	// Output: not_allowed: Operation not allowed. true
}
