package payment_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/store/memory"
)

var errStore = errors.New("disk full")

// failsAt is a store whose first call of this name fails.
func failsAt(t *testing.T, st payment.Store, name string) payment.Store {
	t.Helper()
	inner, ok := st.(faulty.Inner)
	require.True(t, ok)
	failed := false
	return faulty.New(inner, func(_ context.Context, c faulty.Call) error {
		if failed || c.Name != name {
			return nil
		}
		failed = true
		return faulty.Fail(errStore)
	})
}

func TestNothingPersonalIsLogged(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	r := request("debt")
	r.Debtor.Name, r.Debtor.Email = "Fiammetta Inventata", "fiammetta@example.org"
	p, err := o.Open(t.Context(), r)
	require.NoError(t, err)
	rt := receipt(p, "iur")
	_, err = o.Record(t.Context(), rt)
	require.NoError(t, err)
	rt.ReceiptID = "iur-2"
	_, err = o.Record(t.Context(), rt)
	require.NoError(t, err)
	rt.Amount = euro.MustParse("1.00")
	_, err = o.Record(t.Context(), rt)
	require.Error(t, err)
	rt.ReceiptID = "RSSMRA80A01H501U Fiammetta"
	_, refused := o.Record(t.Context(), rt)
	require.ErrorIs(t, refused, payment.ErrRefused)
	_, failed := payment.NewCashier(failsAt(t, o.store, "RTs.Get"), payment.Config{}).Record(t.Context(), rt)
	require.ErrorIs(t, failed, errStore)
	require.NotEmpty(t, o.log.String())
	for _, canary := range []string{"Fiammetta", "Inventata", "example.org", "IT60X", "RSSMRA"} {
		require.NotContains(t, o.log.String()+err.Error()+refused.Error()+failed.Error(), canary)
	}
	require.Equal(t, "subject F", p.Debtor.LogValue().String())
}

func TestDeliverPending(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		var seen []payment.Event
		stuckKind := payment.ReceiptRecorded
		failure := errors.New("mail server down")
		deliver := newOffice(t, o.store, func(_ context.Context, e payment.Event) error {
			if e.Kind == stuckKind {
				return failure
			}
			seen = append(seen, e)
			return nil
		})
		p := o.open(t, "a")
		_, err := o.Record(t.Context(), receipt(p, "iur"))
		require.NoError(t, err)
		q := o.open(t, "b")

		n, err := deliver.DeliverPending(t.Context())
		require.ErrorIs(t, err, failure)
		require.Equal(t, 2, n, "the other position does not wait")
		require.Equal(t, []payment.Key{p.Key, q.Key}, []payment.Key{seen[0].Position, seen[1].Position})
		require.Equal(t, []string{"receipt.recorded", "position.paid"}, o.kinds(t, payment.EventFilter{Pending: true}),
			"the later event of the same position waits behind it")

		stuckKind = ""
		n, err = deliver.DeliverPending(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Less(t, seen[2].ID, seen[3].ID)
		n, err = deliver.DeliverPending(t.Context())
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestDeliverManyBatches(t *testing.T) {
	st := &memory.Store{}
	n := 0
	o := newOffice(t, st, func(context.Context, payment.Event) error { n++; return nil })
	for range 250 {
		require.NoError(t, st.Outbox().Append(t.Context(), payment.Event{Kind: "x"}))
	}
	delivered, err := o.DeliverPending(t.Context())
	require.NoError(t, err)
	require.Equal(t, 250, delivered)
	require.Equal(t, 250, n)

	require.NoError(t, st.Outbox().Append(t.Context(), payment.Event{Kind: "x"}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = o.DeliverPending(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

// publisher remembers what it was told.
type publisher struct {
	positions []payment.Position
	err       error
}

func (p *publisher) Publish(_ context.Context, q payment.Position) error {
	p.positions = append(p.positions, q)
	return p.err
}

func TestMirror(t *testing.T) {
	st, copied := &memory.Store{}, &publisher{}
	o := newOffice(t, st, payment.Mirror(st, copied))
	p := o.open(t, "debt")
	o.order(t, p.Key)
	require.NoError(t, o.Withdraw(t.Context(), p.Key))
	_, err := o.DeliverPending(t.Context())
	require.NoError(t, err)
	require.Len(t, copied.positions, 2, "orders are none of its business")
	for _, q := range copied.positions {
		require.Equal(t, payment.Cancelled, q.Status, "each time it says what is now")
	}
	require.ErrorIs(t, payment.Mirror(st, copied)(t.Context(), payment.Event{Position: payment.Key{Creditor: "x"}}), payment.ErrNotFound)
}

func TestCodes(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	_, err := o.Payable(t.Context(), payment.Key{})
	require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
	require.ErrorIs(t, err, payment.ErrUnknown)
}
