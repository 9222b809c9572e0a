package sandbox_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/gatewaytest"
)

func TestPostCarts(t *testing.T) {
	c := newTown(t)
	good := `{"paymentNotices":[{"noticeNumber":"301000000000000144","fiscalCode":"99999000013","amount":1250,"companyName":"c","description":"d"}],
		"returnUrls":{"returnOkUrl":"https://a.example","returnCancelUrl":"https://a.example","returnErrorUrl":"https://a.example","returnWaitingUrl":"https://a.example"}}`
	post := func(body, key string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.base+"/sandbox/checkout/ec/v2/carts", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Ocp-Apim-Subscription-Key", key)
		resp, err := http.DefaultTransport.RoundTrip(req)
		require.NoError(t, err)
		defer resp.Body.Close()
		said, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		return resp.StatusCode, string(said)
	}
	status, _ := post(good, "key")
	require.Equal(t, http.StatusFound, status)
	status, _ = post(good, "")
	require.Equal(t, http.StatusUnauthorized, status)
	edit := func(old, with string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, with, 1)
	}
	for _, body := range []string{
		"", "[]", `{}`, edit("301000000000000144", "30"), edit("99999000013", "9"), edit("1250", "0"), edit("1250", "1.5"),
		edit(`"companyName":"c"`, `"companyName":""`), edit(`"d"`, `"`+strings.Repeat("d", 141)+`"`), edit("https://a.example", "a.example"),
		edit("https://a.example", "javascript://a.example"), edit(`{"payment`, `{"emailNotice":"x","payment`), strings.Repeat(" ", 65<<10) + good,
	} {
		status, said := post(body, "key")
		require.Equal(t, http.StatusBadRequest, status, "%.80s", body)
		require.Contains(t, said, `"title":"Invalid request"`)
	}
	one := good[len(`{"paymentNotices":[`):strings.Index(good, "]")]
	status, said := post(edit(one, strings.TrimSuffix(strings.Repeat(one+",", 6), ",")), "key")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, said, "Multiple payment notices not processable")
	status, said = post(edit(one, one+","+one), "key")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Contains(t, said, "Invalid payment info")
	status, said = post(edit("99999000013", "99999000014"), "key")
	require.Equal(t, http.StatusUnprocessableEntity, status, "no station for that creditor")
	require.Contains(t, said, "Invalid payment info")
}

func gatewayFixture(t *testing.T, pick func(*town) payment.Gateway) gatewaytest.Fixture {
	t.Helper()
	c := newTown(t)
	gone := c.open(price)
	a, err := c.sandbox.Activate(t.Context(), gone.Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	entry := func(p payment.Position) payment.GatewayNotice {
		return payment.GatewayNotice{Key: p.Key, Amount: p.Amount(), Company: p.Company, Description: "d"}
	}
	var open []payment.GatewayNotice
	for range 6 {
		open = append(open, entry(c.open(price)))
	}
	return gatewaytest.Fixture{
		Gateway: pick(c), Unpayable: entry(gone), Notices: func(n int) []payment.GatewayNotice { return open[:n] },
	}
}

func TestGateway(t *testing.T) {
	gatewaytest.Run(t, func(t *testing.T) gatewaytest.Fixture {
		return gatewayFixture(t, func(c *town) payment.Gateway { return c.sandbox })
	})
}

// TestCheckoutAgainstSandbox: client and sandbox keep the contract together, over HTTP.
func TestCheckoutAgainstSandbox(t *testing.T) {
	gatewaytest.Run(t, func(t *testing.T) gatewaytest.Fixture {
		return gatewayFixture(t, func(c *town) payment.Gateway { return c.client })
	})
}
