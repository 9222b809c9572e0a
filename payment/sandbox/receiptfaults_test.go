package sandbox_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// named is a fault of one notice, in JSON.
func named(f sandbox.Fault, k payment.Key) string {
	return fmt.Sprintf(`{"notice":%q,"fault":%q}`, k.Number, f)
}

func (c *town) status(k payment.Key) payment.Status {
	c.t.Helper()
	p, err := c.store.Positions().Get(c.t.Context(), k)
	require.NoError(c.t, err)
	return p.Status
}

func TestLost(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	c.script(named(sandbox.Lost, p.Key))
	c.pay(p.Key)
	c.advance("100h")
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Empty(t, c.receipts(p.Key))
	queued, parked := c.sandbox.Waiting()
	require.Equal(t, []int{0, 1}, []int{queued, parked})
	status, said := c.post("/restart", "")
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"restarted":1}`, said)
	require.Len(t, c.receipts(p.Key), 1, "whoever asks for it gets it")
}

func TestDuplicated(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	c.script(named(sandbox.Duplicated, p.Key))
	c.pay(p.Key)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Equal(t, []string{"paSendRTV2 OK", "paSendRTV2 OK"}, c.sent())
	require.Len(t, c.receipts(p.Key), 1)
}

func TestLate(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	c.script(named(sandbox.Late, p.Key))
	c.pay(p.Key)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	c.advance("23h59m")
	require.Empty(t, c.receipts(p.Key))
	c.advance("1m")
	require.Len(t, c.receipts(p.Key), 1)
}

func TestReordered(t *testing.T) {
	c := newTown(t)
	first, second, alone := c.open(price), c.open(price), c.open(price)
	c.script(named(sandbox.Reordered, first.Key))
	c.pay(first.Key)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Empty(t, c.sent())
	c.pay(second.Key)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	var order []string
	for _, call := range c.sandbox.Calls() {
		if call.Operation == "paSendRTV2" {
			order = append(order, call.Notice)
		}
	}
	require.Equal(t, []string{second.Number.String(), first.Number.String()}, order)

	c.script(named(sandbox.Reordered, alone.Key))
	c.pay(alone.Key)
	c.advance("24h")
	require.Len(t, c.receipts(alone.Key), 1, "no other came")
}

// TestReorderedAndRefused: a receipt that followed another and failed has its hour.
func TestReorderedAndRefused(t *testing.T) {
	c := newTown(t)
	first, second := c.open(price), c.open(price)
	c.script(named(sandbox.Reordered, first.Key))
	c.pay(first.Key)
	c.pay(second.Key)
	c.down = true
	require.Error(t, c.sandbox.Flush(t.Context()))
	c.down = false
	c.advance("1h")
	require.Len(t, c.receipts(first.Key), 1)
	require.Len(t, c.receipts(second.Key), 1)
}

func TestAltered(t *testing.T) {
	for _, amount := range []euro.Amount{price, euro.MustParse("999999999.99")} {
		c := newTown(t)
		p := c.open(amount)
		c.script(named(sandbox.Altered, p.Key))
		c.pay(p.Key)
		require.NoError(t, c.sandbox.Flush(t.Context()))
		require.Equal(t, []string{"paSendRTV2 OK", "paSendRTV2 KO PAA_RECEIPT_DUPLICATA"}, c.sent())
		require.Equal(t, amount, c.receipts(p.Key)[0].Amount)
	}
}

func TestSecondPayment(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	c.script(named(sandbox.SecondPayment, p.Key))
	token := c.pay(p.Key)
	require.NoError(t, c.sandbox.Flush(t.Context()))
	got := c.receipts(p.Key)
	require.Len(t, got, 2)
	require.Equal(t, token, got[0].ReceiptID)
	require.NotEqual(t, token, got[1].ReceiptID)
	require.NotEqual(t, got[0].PSP.ID, got[1].PSP.ID)
	require.True(t, got[1].Second)
	require.Equal(t, payment.Paid, c.status(p.Key))
}

func TestExpiredToken(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	c.script(named(sandbox.ExpiredToken, p.Key))
	a, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	require.ErrorContains(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}), "PPT_TOKEN_SCADUTO")
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Len(t, c.receipts(p.Key), 1)
	require.Equal(t, payment.Paid, c.status(p.Key))

	q := c.open(price)
	c.script(named(sandbox.ExpiredToken, q.Key))
	to, err := sandbox.Payer{}.Visit(t.Context(), c.order(q.Key).Location, sandbox.Pay)
	require.NoError(t, err)
	require.Equal(t, "https://portal.example/error", to, "at Checkout the money goes back")
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Empty(t, c.receipts(q.Key))
}

// TestFaultByCount: the third payment, whosesoever, and the second of a notice.
func TestFaultByCount(t *testing.T) {
	c := newTown(t)
	require.NoError(t, c.sandbox.Script(sandbox.Rule{Call: 3, Fault: sandbox.Lost}))
	var keys []payment.Key
	for range 4 {
		p := c.open(price)
		keys = append(keys, p.Key)
		c.pay(p.Key)
	}
	require.Empty(t, c.sandbox.Rules(), "it has happened")
	require.NoError(t, c.sandbox.Flush(t.Context()))
	for i, k := range keys {
		require.Equal(t, i != 2, len(c.receipts(k)) == 1, i)
	}

	p := c.open(price)
	require.NoError(t, c.sandbox.Script(sandbox.Rule{Notice: p.Number, Call: 2, Fault: sandbox.StationDown}))
	_, err := c.sandbox.Verify(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, []sandbox.Rule{{Notice: p.Number, Call: 1, Fault: sandbox.StationDown}}, c.sandbox.Rules())
	_, err = c.sandbox.Verify(t.Context(), p.Key)
	require.ErrorContains(t, err, "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE")
}

// TestFortyEightTries: once an hour by the sandbox's clock, then parked, then again.
func TestFortyEightTries(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	c.pay(p.Key)
	c.down = true
	for hour := range 47 {
		c.advance("1h")
		require.Len(t, c.sent(), hour+1)
	}
	c.advance("0s")
	require.Len(t, c.sent(), 47)
	c.advance("1s")
	require.Len(t, c.sent(), 48)
	queued, parked := c.sandbox.Waiting()
	require.Equal(t, []int{0, 1}, []int{queued, parked})
	c.advance("1000h")
	require.Len(t, c.sent(), 48)
	c.down = false
	require.Equal(t, 1, c.sandbox.Restart())
	require.NoError(t, c.sandbox.Deliver(t.Context()))
	require.Len(t, c.receipts(p.Key), 1)
}

// TestHoursThatPassAtOnce are tried all the same.
func TestHoursThatPassAtOnce(t *testing.T) {
	c := newTown(t)
	c.pay(c.open(price).Key)
	c.down = true
	c.sandbox.Advance(5*time.Hour + time.Minute)
	require.Error(t, c.sandbox.Deliver(t.Context()))
	require.Len(t, c.sent(), 6)
}
