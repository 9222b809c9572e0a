// Package gatewaytest is the contract of [payment.Gateway]: run it from the tests of
// every implementation, yours too.
package gatewaytest

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Fixture is a gateway with something to pay.
type Fixture struct {
	Gateway payment.Gateway
	// Notices returns n notices that can be paid now, each time the same ones.
	Notices func(n int) []payment.GatewayNotice
	// Unpayable is a notice that cannot be paid, as one that is paid already.
	Unpayable payment.GatewayNotice
	// Unreachable is the same gateway while it cannot be reached; nil if there is no
	// such thing.
	Unreachable payment.Gateway
}

// Run tests the gateway that open returns.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	t.Helper()
	f := open(t)
	request := func(notices ...payment.GatewayNotice) payment.GatewayRequest {
		return payment.GatewayRequest{
			Order: "GATEWAYTEST", Email: "mario.rossi@example.org", Notices: notices,
			Return: payment.ReturnURLs{
				OK: "https://portal.example/ok?order=1", Cancel: "https://portal.example/cancel",
				Error: "https://portal.example/error", Waiting: "https://portal.example/waiting",
			},
		}
	}
	t.Run("one to five notices", func(t *testing.T) {
		for _, n := range []int{1, 5} {
			location, err := f.Gateway.Start(t.Context(), request(f.Notices(n)...))
			if err != nil {
				t.Fatalf("Start with %d notices: %v", n, err)
			}
			if u, err := url.Parse(location); err != nil || u.Scheme == "" || u.Host == "" {
				t.Errorf("Start = %q, want an absolute address", location)
			}
		}
	})
	t.Run("no e-mail address", func(t *testing.T) {
		r := request(f.Notices(1)...)
		r.Email = ""
		if _, err := f.Gateway.Start(t.Context(), r); err != nil {
			t.Error(err)
		}
	})
	t.Run("the same order again", func(t *testing.T) {
		for range 2 {
			if _, err := f.Gateway.Start(t.Context(), request(f.Notices(1)...)); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("none, and more than five", func(t *testing.T) {
		for _, n := range []int{0, 6} {
			if _, err := f.Gateway.Start(t.Context(), request(f.Notices(n)...)); !errors.Is(err, pagonline.ErrInvalid) {
				t.Errorf("Start with %d notices: %v, want pagonline.ErrInvalid", n, err)
			}
		}
	})
	t.Run("a notice that cannot be paid", func(t *testing.T) {
		if _, err := f.Gateway.Start(t.Context(), request(f.Unpayable)); !errors.Is(err, pagonline.ErrConflict) {
			t.Errorf("Start: %v, want pagonline.ErrConflict", err)
		}
	})
	t.Run("an ended context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := f.Gateway.Start(ctx, request(f.Notices(1)...)); !errors.Is(err, context.Canceled) {
			t.Errorf("Start: %v, want context.Canceled", err)
		}
	})
	t.Run("unreachable", func(t *testing.T) {
		if f.Unreachable == nil {
			t.Skip("this gateway can always be reached")
		}
		if _, err := f.Unreachable.Start(t.Context(), request(f.Notices(1)...)); !errors.Is(err, pagonline.ErrUnavailable) {
			t.Errorf("Start: %v, want pagonline.ErrUnavailable", err)
		}
	})
}
