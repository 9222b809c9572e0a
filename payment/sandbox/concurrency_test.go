package sandbox_test

import (
	"context"
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
)

// TestConcurrentUse: many payers, faults, time and onlookers at once; in the end each
// notice that was paid has its receipts.
func TestConcurrentUse(t *testing.T) {
	c := newTown(t)
	var notices []payment.Position
	for range 40 {
		notices = append(notices, c.open(price))
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error)
	go func() { ran <- c.sandbox.Run(ctx) }()
	var wg sync.WaitGroup
	for i, p := range notices {
		wg.Go(func() {
			f := sandbox.Faults()[i%6] // those of receipts, and the second payment
			if err := c.sandbox.Script(sandbox.Rule{Notice: p.Number, Fault: f}); err != nil {
				t.Error(err)
			}
			a, err := c.sandbox.Activate(t.Context(), p.Key, price)
			if err == nil {
				err = c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true})
			}
			if err == nil {
				err = c.sandbox.Flush(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
			c.sandbox.Advance(1)
			_ = c.sandbox.State()
			resp, err := http.Get(c.base + "/sandbox/")
			if err != nil {
				t.Error(err)
				return
			}
			_ = resp.Body.Close()
		})
	}
	wg.Wait()
	c.advance("25h")
	c.sandbox.Restart()
	require.NoError(t, c.sandbox.Deliver(t.Context()))
	cancel()
	require.NoError(t, <-ran)
	queued, parked := c.sandbox.Waiting()
	require.Equal(t, []int{0, 0}, []int{queued, parked})
	for i, p := range notices {
		want := 1
		if sandbox.Faults()[i%6] == sandbox.SecondPayment {
			want = 2
		}
		require.Len(t, c.receipts(p.Key), want)
	}
}

// TestOneSendsAtATime: who finds another sending waits for him, or for his own context.
func TestOneSendsAtATime(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	c := newTown(t)
	p := c.open(price)
	desk := station.New(c.cashier, []station.Creditor{{FiscalCode: creditor, Broker: "broker", Station: "station"}}, station.Config{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("SOAPAction") == `"paSendRTV2"` {
			close(entered)
			<-leave
		}
		desk.ServeHTTP(w, r)
	})
	pagopa := sandbox.New([]sandbox.Station{{FiscalCode: creditor, Broker: "broker", StationID: "station", Handler: slow}}, sandbox.Config{})
	a, err := pagopa.Activate(t.Context(), p.Key, price)
	require.NoError(t, err)
	require.NoError(t, pagopa.Settle(t.Context(), a.Token, payment.Outcome{Paid: true}))
	first := make(chan error)
	go func() { first <- pagopa.Flush(t.Context()) }()
	<-entered
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, pagopa.Flush(ended), context.Canceled)
	close(leave)
	require.NoError(t, pagopa.Deliver(t.Context()))
	require.Len(t, c.receipts(p.Key), 1, "it was sent when the second call returned")
	require.NoError(t, <-first)
}
