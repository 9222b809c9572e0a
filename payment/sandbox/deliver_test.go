package sandbox_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
)

func TestReceiptsAreSentAgain(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	a, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	c.down = true
	require.Error(t, c.sandbox.Flush(t.Context()))
	c.down, c.garble = false, "<html>busy</html>"
	require.Error(t, c.sandbox.Flush(t.Context()))
	queued, parked := c.sandbox.Waiting()
	require.Equal(t, []int{1, 0}, []int{queued, parked})
	c.garble = ""
	require.NoError(t, c.sandbox.Flush(t.Context()))
	require.Len(t, c.receipts(p.Key), 1)
	require.Equal(t, []string{"paGetPaymentV2 OK", "paSendRTV2", "paSendRTV2", "paSendRTV2 OK"}, c.calls())
	require.NoError(t, c.sandbox.Flush(t.Context()), "nothing is left")

	other, err := c.sandbox.Activate(t.Context(), c.open(price).Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), other.Token, payment.Outcome{Paid: true}))
	c.down = true
	for range 48 {
		require.Error(t, c.sandbox.Flush(t.Context()))
	}
	queued, parked = c.sandbox.Waiting()
	require.Equal(t, []int{0, 1}, []int{queued, parked}, "48 tries, then it is parked")
}

// TestRun: receipts go out by themselves when they are due, and a KO is final.
func TestRun(t *testing.T) {
	c := newTown(t)
	p := c.open(price)
	a, err := c.sandbox.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	c.now = c.now.Add(time.Second)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- c.sandbox.Run(ctx) }()
	require.Eventually(t, func() bool { return len(c.receipts(p.Key)) == 1 }, 5*time.Second, 10*time.Millisecond)
	cancel()
	require.NoError(t, <-done)
}
