package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// TestServicesFail: Checkout's client meets each of the faults, then all is well.
func TestServicesFail(t *testing.T) {
	c := newTown(t)
	for fault, status := range map[sandbox.Fault]int{sandbox.TooManyRequests: 429, sandbox.ServerError: 500, sandbox.Malformed: 302} {
		p := c.open(price)
		r := payment.GatewayRequest{Return: back(""), Notices: []payment.GatewayNotice{{Key: p.Key, Amount: price, Company: "c", Description: "d"}}}
		c.script(named(fault, p.Key))
		_, err := c.client.Start(t.Context(), r)
		var failed *checkout.Error
		require.ErrorAs(t, err, &failed, fault)
		require.Equal(t, status, failed.Status)
		_, err = c.client.Start(t.Context(), r)
		require.NoError(t, err)
	}
}

// TestServiceByIUV: a request that names the notice by the reference in it.
func TestServiceByIUV(t *testing.T) {
	c := newTown(t)
	p, other := c.open(price), c.open(price)
	c.script(named(sandbox.ServerError, p.Key))
	for _, step := range []struct {
		iuv    string
		status int
	}{{other.Number.IUV().String(), 404}, {p.Number.IUV().String(), 500}, {p.Number.IUV().String(), 404}} {
		status, _ := c.send(http.MethodGet, "/bizevents/service/v1/organizations/"+creditor+"/receipts/iur/paymentoptions/"+step.iuv+"?subscription-key=k", "")
		require.Equal(t, step.status, status)
	}
}

// TestServiceByToken: the outcome names no notice, but its token.
func TestServiceByToken(t *testing.T) {
	c := newTown(t)
	p, other := c.open(price), c.open(price)
	pay := func(k payment.Key) error {
		client := overSOAP(c)
		a, err := client.Activate(t.Context(), k, price)
		require.NoError(t, err)
		if k == p.Key {
			c.script(named(sandbox.Malformed, p.Key))
		}
		return client.Settle(t.Context(), a.Token, paidOutcome)
	}
	require.NoError(t, pay(p.Key), "a lost answer is asked for again, with the same key")
	require.Empty(t, c.sandbox.Rules(), "it has struck")
	c.script(named(sandbox.Malformed, p.Key))
	require.NoError(t, pay(other.Key))
	require.Len(t, c.sandbox.Rules(), 1)
}

// TestServicesCount: the second request, whatever its service; the sandbox's own
// addresses and the payer's pages do not count.
func TestServicesCount(t *testing.T) {
	c := newTown(t)
	aca, err := gpd.NewACA("key", gpd.Config{BaseURL: c.base + "/sandbox", Wait: func(context.Context, time.Duration) error { return nil }})
	require.NoError(t, err)
	c.script(`{"fault":"500","call":2}`)
	require.NoError(t, c.sandbox.Script())
	order := c.order(c.open(price).Key) // the first
	_, err = sandbox.Payer{}.Visit(t.Context(), order.Location, sandbox.Abandon)
	require.NoError(t, err)
	c.advance("1s")
	status, _ := c.send(http.MethodGet, "/faults", "")
	require.Equal(t, http.StatusOK, status)
	require.Len(t, c.sandbox.Rules(), 1)
	_ = aca.Publish(t.Context(), c.open(price))
	require.Empty(t, c.sandbox.Rules())
}

// TestSlow: who waits no longer goes; who waits is served.
func TestSlow(t *testing.T) {
	c := newTown(t)
	impatient, err := checkout.New("key", checkout.Config{BaseURL: c.base + "/sandbox", HTTPClient: &http.Client{Timeout: 50 * time.Millisecond}})
	require.NoError(t, err)
	p := c.open(price)
	r := payment.GatewayRequest{Return: back(""), Notices: []payment.GatewayNotice{{Key: p.Key, Amount: price, Company: "c", Description: "d"}}}
	c.script(`{"fault":"slow"}`)
	_, err = impatient.Start(t.Context(), r)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	_, err = impatient.Start(t.Context(), r)
	require.NoError(t, err)

	c = newTown(t, func(p *plan) { p.config.SlowAnswer = 20 * time.Millisecond })
	c.script(`{"fault":"slow"}`)
	began := time.Now()
	c.order(c.open(price).Key)
	require.GreaterOrEqual(t, time.Since(began), 20*time.Millisecond)
}

// TestDisturbedBodies come through whole, or fail as they would have.
func TestDisturbedBodies(t *testing.T) {
	c := newTown(t)
	c.script(`{"fault":"500","call":1000}`)
	order := c.order(c.open(price).Key)
	require.NotEmpty(t, order.Location)
	for name, body := range map[string]io.Reader{
		"too long": io.MultiReader(strings.NewReader(`{"x":"`), io.LimitReader(spaces{}, 3<<20)),
		"broken":   io.MultiReader(strings.NewReader(`{"x":"`), broken{}),
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://pagopa.example/sandbox/checkout/ec/v2/carts?subscription-key=k", body)
		require.NoError(t, err)
		resp, err := c.sandbox.Transport().RoundTrip(req)
		require.NoError(t, err, name)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, name)
		require.NoError(t, resp.Body.Close())
	}
}

type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("cut off") }
