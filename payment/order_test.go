package payment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func (o *office) order(t *testing.T, keys ...payment.Key) payment.Order {
	t.Helper()
	order, err := o.Send(t.Context(), payment.OrderRequest{Owner: "owner", Positions: keys, Email: "mario.rossi@example.org"}, back)
	require.NoError(t, err)
	return order
}

func TestSend(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		a, b := o.open(t, "a"), o.open(t, "b")
		order := o.order(t, a.Key, b.Key)
		require.Equal(t, payment.OrderSent, order.Status)
		require.Equal(t, "https://pay.example/"+order.ID, order.Location)
		require.Equal(t, []string{"order.created", "order.sent"}, o.kinds(t, payment.EventFilter{Order: order.ID}))
		sent := o.gateway.requests[0]
		require.Equal(t, "https://portal.example/ok?"+order.ID, sent.Return.OK)
		require.Equal(t, "mario.rossi@example.org", sent.Email)
		require.Equal(t, []payment.GatewayNotice{
			{Key: a.Key, Amount: a.Amount(), Company: "Ente creditore di prova", Description: "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie"},
			{Key: b.Key, Amount: b.Amount(), Company: "Ente creditore di prova", Description: "prot. 345/2024 - Archivio di Stato di Livorno - Servizio di Fotocopie"},
		}, sent.Notices)

		again := o.order(t, a.Key, b.Key)
		require.Equal(t, order.ID, again.ID, "the same again is the same order")
		require.NotEqual(t, order.ID, o.order(t, a.Key).ID)
	})
}

func TestTakenInChargeProvesNothing(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		order := o.order(t, p.Key)
		got, err := o.Returned(t.Context(), order.ID, payment.ReturnedOK)
		require.NoError(t, err)
		require.Equal(t, payment.OrderTakenInCharge, got.Status)
		require.Equal(t, payment.Open, o.get(t, p.Key).Status)
		_, err = o.Payable(t.Context(), p.Key)
		require.NoError(t, err, "it can be paid at a counter all the same")

		// Online, who has just been told to wait must wait.
		_, err = o.Prepare(t.Context(), payment.OrderRequest{Owner: "owner", Positions: []payment.Key{p.Key}})
		require.Equal(t, pagonline.CodePaymentInProgress, pagonline.CodeOf(err))
		require.Equal(t, pagonline.CodePaymentInProgress, pagonline.CodeOf(o.Withdraw(t.Context(), p.Key)))
		o.now = o.now.Add(30 * time.Minute)
		other := o.order(t, p.Key)
		require.NotEqual(t, order.ID, other.ID)

		_, err = o.Returned(t.Context(), other.ID, payment.ReturnedError)
		require.NoError(t, err)
		_, err = o.Record(t.Context(), receipt(p, "iur"))
		require.NoError(t, err)
		for _, id := range []string{order.ID, other.ID} {
			kinds := o.kinds(t, payment.EventFilter{Order: id})
			require.Equal(t, "order.paid", kinds[len(kinds)-1], "paid is when all positions have a receipt")
		}
		require.Equal(t, []string{"order.created", "order.sent", "order.closed_unpaid", "order.paid"},
			o.kinds(t, payment.EventFilter{Order: other.ID}))
		got, err = o.Returned(t.Context(), other.ID, payment.ReturnedCancel)
		require.NoError(t, err)
		require.Equal(t, payment.OrderPaid, got.Status, "who comes back late changes nothing")
	})
}

func TestOrderIsPaidWhenAllItsPositionsAre(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		a, b := o.open(t, "a"), o.open(t, "b")
		order := o.order(t, a.Key, b.Key)
		_, err := o.Record(t.Context(), receipt(a, "iur-a"))
		require.NoError(t, err)
		got, err := o.store.Orders().Get(t.Context(), order.ID)
		require.NoError(t, err)
		require.Equal(t, payment.OrderSent, got.Status)
		_, err = o.Record(t.Context(), receipt(b, "iur-b"))
		require.NoError(t, err)
		got, err = o.store.Orders().Get(t.Context(), order.ID)
		require.NoError(t, err)
		require.Equal(t, payment.OrderPaid, got.Status)
	})
}

func TestPrepareRefuses(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	p := o.open(t, "debt")
	for code, r := range map[pagonline.Code]payment.OrderRequest{
		pagonline.CodeCartEmpty:    {Owner: "owner"},
		pagonline.CodeTooManyItems: {Owner: "owner", Positions: make([]payment.Key, 6)},
		pagonline.CodeNotFound:     {Owner: "other", Positions: []payment.Key{p.Key}}, // existence is not told
		pagonline.CodeInputSyntax:  {Owner: "owner", Positions: []payment.Key{p.Key, p.Key}},
	} {
		_, err := o.Prepare(t.Context(), r)
		require.Equal(t, code, pagonline.CodeOf(err))
	}
	_, err := o.Prepare(t.Context(), payment.OrderRequest{Owner: "owner", Positions: []payment.Key{p.Key}, Email: "no address"})
	require.Equal(t, "email", pagonline.AsError(err).Field)
	_, err = o.Prepare(t.Context(), payment.OrderRequest{Owner: "owner", Positions: []payment.Key{{Creditor: creditor}}})
	require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
	_, err = o.Returned(t.Context(), "none", payment.ReturnedOK)
	require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
}

func TestOrder(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		order := o.order(t, o.open(t, "debt").Key)
		got, err := o.Order(t.Context(), "owner", order.ID)
		require.NoError(t, err)
		require.Equal(t, order, got)
		for owner, id := range map[string]string{"other": order.ID, "": order.ID, "owner": "none"} {
			_, err = o.Order(t.Context(), owner, id)
			require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
		}
	})
}

// TestSendWithoutReturnAddresses is the gateway's to judge.
func TestSendWithoutReturnAddresses(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	_, err := o.Send(t.Context(), payment.OrderRequest{Owner: "owner", Positions: []payment.Key{o.open(t, "debt").Key}}, nil)
	require.NoError(t, err)
	require.Equal(t, payment.ReturnURLs{}, o.gateway.requests[0].Return)
}

// TestAsynchronousMode: GPD knows the position before its payer is sent to pay.
func TestAsynchronousMode(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	p, published := o.open(t, "debt"), &publisher{}
	async := payment.NewCashier(o.store, payment.Config{
		Gateway: o.gateway, Publisher: published, Now: func() time.Time { return o.now },
	})
	r := payment.OrderRequest{Owner: "owner", Positions: []payment.Key{p.Key}}
	_, err := async.Send(t.Context(), r, back)
	require.NoError(t, err)
	require.Equal(t, []payment.Position{p}, published.positions)
	require.Len(t, o.gateway.requests, 1)

	published.err = pagonline.NewError(pagonline.CodeUnavailable)
	_, err = async.Send(t.Context(), r, back)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	require.Len(t, o.gateway.requests, 1, "nobody is sent to pay what pagoPA does not know")
}

func TestGatewayThatFails(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	p := o.open(t, "debt")
	o.gateway.err = pagonline.NewError(pagonline.CodeUnavailable)
	r := payment.OrderRequest{Owner: "owner", Positions: []payment.Key{p.Key}}
	_, err := o.Send(t.Context(), r, back)
	require.ErrorIs(t, err, pagonline.ErrUnavailable)
	created, err := o.Prepare(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, payment.OrderCreated, created.Status)
	o.gateway.err = nil
	order, err := o.Send(t.Context(), r, back)
	require.NoError(t, err)
	require.Equal(t, created.ID, order.ID, "the order that was never sent is sent now")

	// An order that never reached the gateway is paid, too, when its notice is.
	q := o.open(t, "other")
	unsent, err := o.Prepare(t.Context(), payment.OrderRequest{Owner: "owner", Positions: []payment.Key{q.Key}})
	require.NoError(t, err)
	_, err = o.Record(t.Context(), receipt(q, "iur"))
	require.NoError(t, err)
	require.Equal(t, []string{"order.created", "order.paid"}, o.kinds(t, payment.EventFilter{Order: unsent.ID}))
	_, err = o.Dispatch(t.Context(), unsent, payment.ReturnURLs{})
	require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))

	without := payment.NewCashier(o.store, payment.Config{})
	_, err = without.Dispatch(t.Context(), created, payment.ReturnURLs{})
	require.Error(t, err)
}

// counterPSP pays like a PSP whose node says err at a step.
type counterPSP struct {
	step    string
	err     error
	settled []string
}

func (c *counterPSP) at(step string) error {
	if c.step == step {
		return c.err
	}
	return nil
}

func (c *counterPSP) Verify(context.Context, payment.Key) (payment.Due, error) {
	return payment.Due{}, c.at("verify")
}

func (c *counterPSP) Activate(_ context.Context, _ payment.Key, due euro.Amount) (payment.Attempt, error) {
	return payment.Attempt{Token: "token", Amount: due}, c.at("activate")
}

func (c *counterPSP) Settle(_ context.Context, token string, _ payment.Outcome) error {
	c.settled = append(c.settled, token)
	return c.at("settle")
}

func TestPay(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	p := o.open(t, "debt")
	attempt, err := o.Pay(t.Context(), &counterPSP{}, p.Key, payment.Outcome{Paid: true})
	require.NoError(t, err)
	require.Equal(t, "token", attempt.Token)
	require.Equal(t, payment.Open, o.get(t, p.Key).Status, "only a receipt pays")

	psp := &counterPSP{step: "verify", err: payment.ErrPaid}
	_, err = o.Pay(t.Context(), psp, p.Key, payment.Outcome{Paid: true})
	require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
	psp = &counterPSP{step: "activate", err: payment.ErrInCharge}
	_, err = o.Pay(t.Context(), psp, p.Key, payment.Outcome{Paid: true})
	require.Equal(t, pagonline.CodePaymentInProgress, pagonline.CodeOf(err))
	require.Empty(t, psp.settled)
	lost := errors.New("connection lost")
	attempt, err = o.Pay(t.Context(), &counterPSP{step: "settle", err: lost}, p.Key, payment.Outcome{Paid: true})
	require.ErrorIs(t, err, lost)
	require.Equal(t, "token", attempt.Token, "the money may have been taken")

	_, err = o.Record(t.Context(), receipt(p, "iur"))
	require.NoError(t, err)
	psp = &counterPSP{}
	_, err = o.Pay(t.Context(), psp, p.Key, payment.Outcome{Paid: true})
	require.Equal(t, pagonline.CodeAlreadyPaid, pagonline.CodeOf(err))
	require.Empty(t, psp.settled, "the PSP is not even asked")
}
