package sandbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/psp"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// way is how a payer goes about it.
type way struct {
	name string
	take func(c *town, k payment.Key)
	pays bool // if nothing goes wrong
	page bool // on Checkout's page
}

func visit(choice sandbox.Choice) func(*town, payment.Key) {
	return func(c *town, k payment.Key) {
		var order payment.Order
		var err error
		for range 3 { // a fault strikes once
			if order, err = c.cashier.Send(c.t.Context(), payment.OrderRequest{Positions: []payment.Key{k}}, back); err == nil {
				break
			}
		}
		require.NoError(c.t, err)
		_, err = sandbox.Payer{}.Visit(c.t.Context(), order.Location, choice)
		require.NoError(c.t, err)
	}
}

func counter(o payment.Outcome, through func(*town) payment.PSP) func(*town, payment.Key) {
	return func(c *town, k payment.Key) {
		for range 3 {
			if a, err := c.cashier.Pay(c.t.Context(), through(c), k, o); err == nil || a.Token != "" {
				return // at its end, or so far that it must not begin again
			}
		}
	}
}

func itself(c *town) payment.PSP { return c.sandbox }

func overSOAP(c *town) payment.PSP {
	d := sandbox.DefaultPSP()
	client, err := psp.New(psp.Identity{ID: d.ID, Broker: d.Broker, Channel: d.Channel, Password: d.Password}, psp.Config{
		URL: c.base + "/sandbox/node-for-psp/v1", Now: c.sandbox.Now, Sleep: func(context.Context, time.Duration) error { return nil },
	})
	require.NoError(c.t, err)
	return client
}

var (
	paidOutcome = payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50")}
	ways        = []way{
		{"pay", visit(sandbox.Pay), true, true},
		{"refuse", visit(sandbox.Refuse), false, true},
		{"leave", visit(sandbox.Leave), false, true},
		{"abandon", visit(sandbox.Abandon), false, true},
		{"counter", counter(paidOutcome, itself), true, false},
		{"counter refuses", counter(payment.Outcome{}, itself), false, false},
		{"soap", counter(paidOutcome, overSOAP), true, false},
		{"soap refuses", counter(payment.Outcome{}, overSOAP), false, false},
	}
)

// pays reports whether the payer's money ends at the creditor.
func (w way) paysUnder(r sandbox.Rule, async bool) bool {
	switch {
	case w.page && (r.Fault == sandbox.RefusedAfterWaiting || r.Fault == sandbox.ExpiredToken):
		return false
	case r.Fault == sandbox.StationDown && r.Call < 2:
		return w.pays && async // GPD does not care
	default:
		return w.pays
	}
}

// TestScenarios: each way to pay, under each fault, in both modes. Whatever happens, at
// the end the creditor's books say what the payer has done.
func TestScenarios(t *testing.T) {
	rules := []sandbox.Rule{{}}
	for _, f := range sandbox.Faults() {
		rules = append(rules, sandbox.Rule{Fault: f})
	}
	rules = append(rules, sandbox.Rule{Fault: sandbox.StationDown, Call: 3})
	for _, async := range []bool{false, true} {
		for _, r := range rules {
			for _, w := range ways {
				t.Run(fmt.Sprintf("async=%t/%s%d/%s", async, r.Fault, r.Call, w.name), func(t *testing.T) { play(t, async, r, w) })
			}
		}
	}
}

func play(t *testing.T, async bool, r sandbox.Rule, w way) {
	t.Helper()
	c := newTown(t, func(p *plan) { p.config.SlowAnswer = time.Millisecond })
	c.publish(async)
	p := c.open(price)
	if !w.page && async {
		require.NoError(t, c.publisher.Publish(t.Context(), p))
	}
	_, err := c.cashier.DeliverPending(t.Context())
	require.NoError(t, err)
	if r.Fault != "" {
		require.NoError(t, c.sandbox.Script(r))
	}
	w.take(c, p.Key)
	for range 3 {
		c.advance("25h")
	}
	c.sandbox.Restart()
	require.NoError(t, c.sandbox.Deliver(t.Context()))
	queued, parked := c.sandbox.Waiting()
	require.Equal(t, []int{0, 0}, []int{queued, parked}, "all is quiet")

	want := 0
	if w.paysUnder(r, async) {
		want = 1
		if r.Fault == sandbox.SecondPayment {
			want = 2
		}
	}
	require.Len(t, c.receipts(p.Key), want)
	c.invariants(p.Key)
}

// publish has positions copied to GPD, or to ACA.
func (c *town) publish(async bool) {
	c.t.Helper()
	cfg := gpd.Config{BaseURL: c.base + "/sandbox", Now: c.sandbox.Now, Wait: func(context.Context, time.Duration) error { return nil }}
	client, err := gpd.New("key", cfg)
	require.NoError(c.t, err)
	aca, err := gpd.NewACA("key", cfg)
	require.NoError(c.t, err)
	config := payment.Config{Now: func() time.Time { return c.now }, Gateway: c.client, Handlers: []payment.Handler{payment.Mirror(c.store, aca)}}
	if async {
		c.publisher, config.Publisher, config.Handlers = client, client, nil
	}
	c.cashier = payment.NewCashier(c.store, config)
}

// invariants are those that hold whatever has happened.
func (c *town) invariants(k payment.Key) {
	t := c.t
	t.Helper()
	stored := c.receipts(k)
	ids, seconds := map[string]bool{}, 0
	for _, rt := range stored {
		require.False(t, ids[rt.ReceiptID], "I2: each receipt once")
		ids[rt.ReceiptID] = true
		require.True(t, rt.OK, "I4")
		var sum euro.Total
		for _, credit := range rt.Transfers {
			sum, _ = sum.Add(credit.Amount)
		}
		require.Equal(t, rt.Amount.Cents(), sum.Cents(), "I5")
		if rt.Second {
			seconds++
		}
	}
	require.Equal(t, max(0, len(stored)-1), seconds, "I3: all but one are to be refunded")
	require.Equal(t, len(stored) > 0, c.status(k) == payment.Paid, "I4: paid if and only if there is a receipt")
	events := 0
	for e, err := range c.store.Outbox().List(t.Context(), payment.EventFilter{Position: k}) {
		require.NoError(t, err)
		if e.Kind == payment.ReceiptRecorded || e.Kind == payment.ReceiptSecond {
			require.True(t, ids[e.ReceiptID], "I6: no event without a receipt")
			events++
		}
	}
	require.Equal(t, len(stored), events, "I6: no receipt without its event")
	require.Equal(t, c.acked, ids, "I1: what was answered OK is stored, and nothing else")
	_, err := c.node().Verify(t.Context(), k) // one that knows nothing asks the station
	if len(stored) > 0 {
		require.ErrorIs(t, err, payment.ErrPaid, "I8")
	} else {
		require.NoError(t, err, "I8")
	}
}
