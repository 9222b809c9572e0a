package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// TestWithoutSockets: the whole way, nothing listens anywhere.
func TestWithoutSockets(t *testing.T) {
	for _, base := range []string{"https://pagopa.example", "https://pagopa.example/sandbox/"} {
		c := &town{t: t, store: &memory.Store{}, base: strings.TrimSuffix(base, "/sandbox/")}
		handler := http.NotFoundHandler()
		c.sandbox = sandbox.New([]sandbox.Station{{
			FiscalCode: creditor, Broker: "broker", StationID: "station",
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }),
		}}, sandbox.Config{BaseURL: base})
		pagopa := &http.Client{Transport: c.sandbox.Transport()}
		var err error
		c.client, err = checkout.New("key", checkout.Config{BaseURL: base, HTTPClient: pagopa})
		require.NoError(t, err)
		c.cashier = payment.NewCashier(c.store, payment.Config{Gateway: c.client})
		handler = station.New(c.cashier, []station.Creditor{{FiscalCode: creditor, Broker: "broker", Station: "station"}}, station.Config{})
		p := c.open(price)
		order, err := c.cashier.Send(t.Context(), payment.OrderRequest{Positions: []payment.Key{p.Key}}, back)
		require.NoError(t, err)
		to, err := sandbox.Payer{HTTPClient: pagopa}.Visit(t.Context(), order.Location, sandbox.Pay)
		require.NoError(t, err)
		require.Equal(t, "https://portal.example/ok", to)
		require.NoError(t, c.sandbox.Flush(t.Context()))
		require.Equal(t, payment.Paid, c.status(p.Key))
	}
}

// TestUnderHTTPMock: among the responders of somebody else's test.
func TestUnderHTTPMock(t *testing.T) {
	mock := httpmock.NewMockTransport()
	pagopa := sandbox.New(nil, sandbox.Config{BaseURL: "https://api.platform.pagopa.it"})
	mock.RegisterNoResponder(pagopa.Transport().RoundTrip)
	mock.RegisterResponder(http.MethodGet, "https://other.example/", httpmock.NewStringResponder(200, "other"))
	client := &http.Client{Transport: mock}
	for address, want := range map[string]string{"https://other.example/": "other", "https://api.platform.pagopa.it": "FAC-SIMILE"} {
		resp, err := client.Get(address)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Contains(t, string(body), want)
	}
}

func TestTransport(t *testing.T) {
	seen := make(chan *http.Request, 1)
	pagopa := sandbox.New([]sandbox.Station{{FiscalCode: creditor, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r
		<-r.Context().Done() // a station that never answers
	})}}, sandbox.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		r := <-seen
		if r.RequestURI != "/" || r.Method != http.MethodPost || r.URL.Host != "" || r.Header.Get("SOAPAction") == "" {
			t.Errorf("not as a server gets it: %+v", r)
		}
	}()
	_, err := pagopa.Verify(ctx, payment.Key{Creditor: creditor})
	require.ErrorIs(t, err, context.Canceled)

	_, err = pagopa.Transport().RoundTrip((&http.Request{}).WithContext(ctx))
	require.Error(t, err)
	require.NoError(t, pagopa.Script(sandbox.Rule{Fault: sandbox.Slow}))
	client := &http.Client{Transport: pagopa.Transport(), Timeout: 20 * time.Millisecond}
	_, err = client.Get("https://pagopa.example/fdr-org/x")
	require.True(t, errors.Is(err, context.DeadlineExceeded) || strings.Contains(err.Error(), "Timeout"), err)
	resp, err := client.Get("https://pagopa.example/nothing/here")
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
	require.Equal(t, "404 Not Found", resp.Status)
	require.NoError(t, resp.Body.Close())
}
