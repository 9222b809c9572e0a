package sandbox_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/sandbox"
)

func TestClosedBrowser(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	c.script(named(sandbox.ClosedBrowser, p.Key))
	order := c.order(p.Key)
	to, err := sandbox.Payer{}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.NoError(t, err)
	require.Empty(t, to)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Equal(t, payment.Paid, c.status(p.Key))
	to, err = sandbox.Payer{}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example/ok", to, "who opens it again is sent on")
}

func TestAfterWaiting(t *testing.T) {
	for fault, paid := range map[sandbox.Fault]bool{sandbox.PaidAfterWaiting: true, sandbox.RefusedAfterWaiting: false} {
		c := newTown(t)
		a, b := c.open(price), c.open(price)
		c.script(named(fault, b.Key))
		to, err := sandbox.Payer{}.Visit(t.Context(), c.order(a.Key, b.Key).Location, sandbox.Pay)
		require.NoError(t, err)
		require.Equal(t, "https://portal.example/waiting", to)
		_, err = c.sandbox.Verify(t.Context(), a.Key)
		require.ErrorIs(t, err, payment.ErrInCharge, "until it is known")
		c.advance("2s")
		c.advance("2s")
		for _, k := range []payment.Key{a.Key, b.Key} {
			require.Equal(t, paid, len(c.receipts(k)) == 1)
		}
		if !paid {
			_, err = c.sandbox.Verify(t.Context(), a.Key)
			require.NoError(t, err, "it can be paid again")
		}
	}
}

// cartV1 posts a cart of one notice to version 1.
func (c *town) cartV1(p payment.Position, more string) string {
	c.t.Helper()
	body := `{"paymentNotices":[{"noticeNumber":"` + p.Number.String() + `","fiscalCode":"` + p.Creditor + `","amount":1250,"companyName":"c","description":"d"}],
		"returnUrls":{"returnOkUrl":"https://a.example/ok","returnCancelUrl":"https://a.example/cancel","returnErrorUrl":"https://a.example/error"}` + more + `}`
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+"/sandbox/checkout/ec/v1/carts?subscription-key=k", strings.NewReader(body))
	require.NoError(c.t, err)
	resp, err := http.DefaultTransport.RoundTrip(req)
	require.NoError(c.t, err)
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusFound, resp.StatusCode, string(said))
	return resp.Header.Get("Location")
}

// TestCheckoutV1 has no waiting address: who is taken in charge gets the error.
func TestCheckoutV1(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	to, err := sandbox.Payer{}.Visit(t.Context(), c.cartV1(p, ""), sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://a.example/ok", to)
	q := c.open(price)
	c.script(`{"fault":"paid_after_waiting"}`)
	to, err = sandbox.Payer{}.Visit(t.Context(), c.cartV1(q, ""), sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://a.example/error", to)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Equal(t, payment.Paid, c.status(q.Key))
}
