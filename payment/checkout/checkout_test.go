package checkout_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gatewaytest"
	"github.com/pagonline/pagonline/payment/notice"
)

const carts = "https://api.uat.platform.pagopa.it/checkout/ec/v2/carts"

// client returns a client whose requests mock answers.
func client(t *testing.T) (*checkout.Client, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	c, err := checkout.New("key", checkout.Config{Environment: payment.UAT, HTTPClient: &http.Client{Transport: mock}})
	require.NoError(t, err)
	return c, mock
}

func notices(n int) (all []payment.GatewayNotice) {
	for i := range n {
		number, err := notice.Issue(1, uint64(i+1))
		if err != nil {
			panic(err)
		}
		all = append(all, payment.GatewayNotice{
			Key: payment.Key{Creditor: "99999000013", Number: number}, Amount: euro.MustParse("12.50"),
			Company: "Ente creditore di prova", Description: "prot. 345/2024",
		})
	}
	return all
}

func request() payment.GatewayRequest {
	return payment.GatewayRequest{
		Order: "ORDER", Email: "mario.rossi@example.org", Notices: notices(1),
		Return: payment.ReturnURLs{OK: "https://portal.example/ok", Cancel: "https://portal.example/c", Error: "https://portal.example/e", Waiting: "http://127.0.0.1:8080/w"},
	}
}

func redirect(to string) httpmock.Responder {
	r := httpmock.NewStringResponse(http.StatusFound, "")
	r.Header.Set("Location", to)
	return httpmock.ResponderFromResponse(r)
}

func TestStart(t *testing.T) {
	c, mock := client(t)
	mock.RegisterResponder(http.MethodPost, carts, func(r *http.Request) (*http.Response, error) {
		require.Equal(t, "key", r.Header.Get("Ocp-Apim-Subscription-Key"))
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.JSONEq(t, `{
			"emailNotice": "mario.rossi@example.org",
			"paymentNotices": [{"noticeNumber": "301000000000000144", "fiscalCode": "99999000013", "amount": 1250,
				"companyName": "Ente creditore di prova", "description": "prot. 345/2024"}],
			"returnUrls": {"returnOkUrl": "https://portal.example/ok", "returnCancelUrl": "https://portal.example/c",
				"returnErrorUrl": "https://portal.example/e", "returnWaitingUrl": "http://127.0.0.1:8080/w"},
			"idCart": "ORDER"}`, string(body))
		return redirect("https://api.uat.platform.pagopa.it/ecommerce/checkout/v1/carts/1/redirect?clientId=x")(r)
	})
	location, err := c.Start(t.Context(), request())
	require.NoError(t, err)
	require.Equal(t, "https://api.uat.platform.pagopa.it/ecommerce/checkout/v1/carts/1/redirect?clientId=x", location)
	require.Equal(t, 1, mock.GetTotalCallCount(), "the redirect is not followed")
}

func TestRefusals(t *testing.T) {
	for status, want := range map[int]struct {
		class error
		retry bool
	}{
		http.StatusBadRequest:          {pagonline.ErrInvalid, false},
		http.StatusUnauthorized:        {pagonline.ErrInternal, false}, // our key
		http.StatusUnprocessableEntity: {pagonline.ErrConflict, false}, // being paid, or paid
		http.StatusTooManyRequests:     {pagonline.ErrUnavailable, true},
		http.StatusInternalServerError: {pagonline.ErrUnavailable, true},
		http.StatusBadGateway:          {pagonline.ErrUnavailable, true},
		http.StatusOK:                  {pagonline.ErrInternal, false}, // seen in the wild, and no redirect
	} {
		c, mock := client(t)
		problem, err := json.Marshal(map[string]any{"title": "Invalid payment info", "status": status, "detail": "about Mario Rossi"})
		require.NoError(t, err)
		mock.RegisterResponder(http.MethodPost, carts, httpmock.NewBytesResponder(status, problem))
		_, err = c.Start(t.Context(), request())
		var refused *checkout.Error
		require.ErrorAs(t, err, &refused, status)
		require.Equal(t, status, refused.Status)
		require.Equal(t, "Invalid payment info", refused.Title)
		require.Equal(t, "about Mario Rossi", refused.Detail)
		require.NotContains(t, err.Error(), "Mario")
		require.ErrorIs(t, err, want.class, status)
		require.Equal(t, want.retry, refused.Retryable(), status)
	}
}

func TestOddAnswers(t *testing.T) {
	for name, answer := range map[string]httpmock.Responder{
		"no location":      httpmock.NewStringResponder(http.StatusFound, ""),
		"insecure":         redirect("http://pay.example/"),
		"other scheme":     redirect("javascript:alert(1)"),
		"not JSON":         httpmock.NewStringResponder(http.StatusServiceUnavailable, "<html>"),
		"endless":          httpmock.NewStringResponder(http.StatusServiceUnavailable, `{"title":"`+strings.Repeat("x", 1<<20)),
		"connection fails": httpmock.NewErrorResponder(errors.New("connection refused")),
	} {
		c, mock := client(t)
		mock.RegisterResponder(http.MethodPost, carts, answer)
		_, err := c.Start(t.Context(), request())
		var failed *checkout.Error
		require.ErrorAs(t, err, &failed, name)
		require.True(t, failed.Retryable(), name)
		require.ErrorIs(t, err, pagonline.ErrUnavailable, name)
		require.Less(t, len(err.Error()), 100, name)
	}
}

func TestReturnAddresses(t *testing.T) {
	c, mock := client(t)
	for field, edit := range map[string]func(*payment.ReturnURLs){
		"returnOkUrl":      func(r *payment.ReturnURLs) { r.OK = "" },
		"returnCancelUrl":  func(r *payment.ReturnURLs) { r.Cancel = "portal.example/c" },
		"returnErrorUrl":   func(r *payment.ReturnURLs) { r.Error = "http://portal.example/e" },
		"returnWaitingUrl": func(r *payment.ReturnURLs) { r.Waiting = "http://[::1" },
	} {
		r := request()
		edit(&r.Return)
		_, err := c.Start(t.Context(), r)
		require.ErrorIs(t, err, pagonline.ErrInvalid)
		require.Equal(t, field, pagonline.AsError(err).Field)
	}
	require.Zero(t, mock.GetTotalCallCount())
}

func TestNew(t *testing.T) {
	for _, c := range []struct {
		key string
		cfg checkout.Config
		ok  bool
	}{
		{"key", checkout.Config{Environment: payment.Production}, true},
		{"key", checkout.Config{BaseURL: "http://127.0.0.1:8080/sandbox/"}, true},
		{"key", checkout.Config{BaseURL: "http://localhost:8080"}, true},
		{"", checkout.Config{Environment: payment.Production}, false},
		{"key", checkout.Config{}, false},
		{"key", checkout.Config{BaseURL: "http://pay.example"}, false},
		{"key", checkout.Config{BaseURL: "ftp://pay.example"}, false},
	} {
		_, err := checkout.New(c.key, c.cfg)
		require.Equal(t, c.ok, err == nil, "%+v: %v", c, err)
	}
}

// TestGateway runs the contract against what the OpenAPI file says of Checkout.
func TestGateway(t *testing.T) {
	gatewaytest.Run(t, func(t *testing.T) gatewaytest.Fixture {
		c, mock := client(t)
		unpayable := notices(9)[8]
		mock.RegisterResponder(http.MethodPost, carts, func(r *http.Request) (*http.Response, error) {
			if err := r.Context().Err(); err != nil {
				return nil, err
			}
			body, err := io.ReadAll(r.Body)
			if err == nil && strings.Contains(string(body), unpayable.Key.Number.String()) {
				return httpmock.NewStringResponse(http.StatusUnprocessableEntity, `{"title":"Invalid payment info"}`), nil
			}
			return redirect("https://api.uat.platform.pagopa.it/1")(r)
		})
		down, noRoute := client(t)
		noRoute.RegisterNoResponder(httpmock.NewErrorResponder(context.DeadlineExceeded))
		return gatewaytest.Fixture{Gateway: c, Notices: notices, Unpayable: unpayable, Unreachable: down}
	})
}
