package sandbox_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/sandbox"
)

func TestWalk(t *testing.T) {
	for choice, want := range map[sandbox.Choice]struct {
		to   string
		paid bool
	}{
		sandbox.Pay:     {"https://portal.example/ok", true},
		sandbox.Refuse:  {"https://portal.example/error", false},
		sandbox.Leave:   {"https://portal.example/cancel", false},
		sandbox.Abandon: {"", false},
	} {
		c := newTown(t)
		a, b := c.open(price), c.open(euro.MustParse("0.15"))
		order := c.order(a.Key, b.Key)
		to, err := sandbox.Payer{}.Visit(t.Context(), order.Location, choice)
		require.NoError(t, err)
		require.Equal(t, want.to, to)
		require.Empty(t, c.receipts(a.Key), "the receipt comes after the payer's return")
		require.NoError(t, c.sandbox.Flush(t.Context()))
		calls := []string{"paGetPaymentV2 OK", "paGetPaymentV2 OK"}
		if want.paid {
			calls = append(calls, "paSendRTV2 OK", "paSendRTV2 OK")
		}
		require.Equal(t, calls, c.calls())
		for _, k := range []payment.Key{a.Key, b.Key} {
			require.Equal(t, want.paid, len(c.receipts(k)) == 1)
		}
		if !want.paid {
			continue
		}
		rt := c.receipts(a.Key)[0]
		require.Equal(t, order.ID, rt.Note)
		require.Equal(t, "1.50", rt.Fee.String())
		require.Equal(t, "CP", rt.Method)
		require.Equal(t, c.now, rt.PaidAt)
		require.Equal(t, "2026-11-23", rt.TransferOn.String(), "the Monday after")
		again, err := sandbox.Payer{}.Visit(t.Context(), order.Location, sandbox.Pay)
		require.NoError(t, err)
		require.Equal(t, want.to, again, "who comes again is sent back")
	}
}

func TestPayerWithEmail(t *testing.T) {
	c := newTown(t)
	order := c.order(c.open(price).Key)
	_, err := sandbox.Payer{Email: "not an address"}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.ErrorContains(t, err, "page answers 200", "the page asks again")
	to, err := sandbox.Payer{Email: "mario.rossi@example.org", Method: "PPAL", HTTPClient: http.DefaultClient}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example/ok", to)
}

func TestPages(t *testing.T) {
	c := newTown(t)
	order := c.order(c.open(price).Key)
	client := &http.Client{}
	get := func(path string) string {
		resp, err := client.Get(order.Location + path)
		require.NoError(t, err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, string(body), "FAC-SIMILE – NON PAGABILE")
		require.Contains(t, string(body), `<html lang="it">`)
		return string(body)
	}
	require.Contains(t, get(""), "Entra con la tua email")
	require.Contains(t, get("/method"), "Entra con SPID", "first things first")
	require.Contains(t, get("/confirm"), "Entra con SPID")
	resp, err := client.PostForm(order.Location+"/access", url.Values{"with": {"spid"}})
	require.NoError(t, err)
	resp.Body.Close()
	require.Contains(t, get("/method"), "Carta di credito o debito")
	require.Contains(t, get("/confirm"), "Come vuoi pagare?")
	resp, err = client.PostForm(order.Location+"/method", url.Values{"method": {"<script>"}})
	require.NoError(t, err)
	resp.Body.Close()
	page := get("/confirm?method=<script>")
	require.Contains(t, page, "Commissione del gestore: 1,50 €")
	require.NotContains(t, page, "<script>")
	resp, err = client.PostForm(order.Location+"/method", url.Values{})
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, []string{"paGetPaymentV2 OK"}, c.calls(), "a second click activates nothing")
	resp, err = client.Get(c.base + "/sandbox/pay/none")
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
}

// TestNoticeThatIsPaidMeanwhile: the payer is sent back, and the other notices of the
// cart are free again.
func TestNoticeThatIsPaidMeanwhile(t *testing.T) {
	c := newTown(t)
	a, b := c.open(price), c.open(price)
	order := c.order(a.Key, b.Key)
	require.NoError(t, c.cashier.Withdraw(t.Context(), b.Key))
	to, err := sandbox.Payer{}.Visit(t.Context(), order.Location, sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example/error", to)
	require.Equal(t, []string{"paGetPaymentV2 OK", "paGetPaymentV2 KO PAA_PAGAMENTO_ANNULLATO"}, c.calls())
	_, err = c.sandbox.Activate(t.Context(), a.Key, price)
	require.NoError(t, err)
}

// TestConfirmAfterTheTokensLife: at Checkout the money goes back, and no receipt comes.
func TestConfirmAfterTheTokensLife(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	order := c.order(p.Key)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	post := func(page string, form url.Values) *http.Response {
		resp, err := client.PostForm(order.Location+page, form)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp
	}
	post("/access", url.Values{"with": {"spid"}})
	post("/method", url.Values{"method": {"CP"}})
	c.now = c.now.Add(31 * time.Minute)
	require.Equal(t, "https://portal.example/error", post("/confirm", url.Values{"do": {"pay"}}).Header.Get("Location"))
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Empty(t, c.receipts(p.Key))
}

func TestPayerErrors(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := sandbox.Payer{}.Visit(ended, "http://127.0.0.1:1/", sandbox.Pay)
	require.ErrorIs(t, err, context.Canceled)
	_, err = sandbox.Payer{}.Visit(t.Context(), "://", sandbox.Pay)
	require.Error(t, err)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			http.Redirect(w, r, "http://"+r.Host+"/more", http.StatusSeeOther)
		}
	}))
	defer server.Close()
	_, err = sandbox.Payer{}.Visit(t.Context(), server.URL, sandbox.Pay)
	require.ErrorContains(t, err, "did not end")
	require.NotErrorIs(t, err, context.Canceled)
}
