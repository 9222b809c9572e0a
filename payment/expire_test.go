package payment_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// TestExpire: what may not be paid late ends half an hour after its last day, once, and
// nothing else does.
func TestExpire(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		open := func(debt string, change func(*payment.OpenRequest)) payment.Position {
			r := request(debt)
			r.RefuseLate = true
			change(&r)
			p, err := o.Open(t.Context(), r)
			require.NoError(t, err)
			return p
		}
		p := open("late", func(*payment.OpenRequest) {})
		left := []payment.Position{
			open("tomorrow", func(r *payment.OpenRequest) { r.DueDate = p.DueDate.AddDays(1) }),
			open("may be late", func(r *payment.OpenRequest) { r.RefuseLate = false }),
			open("draft", func(r *payment.OpenRequest) { r.Draft = true }),
		}
		withdrawn := open("withdrawn", func(*payment.OpenRequest) {})
		require.NoError(t, o.Withdraw(t.Context(), withdrawn.Key))
		paid := open("paid", func(*payment.OpenRequest) {})
		_, err := o.Record(t.Context(), receipt(paid, "iur"))
		require.NoError(t, err)
		before := o.kinds(t, payment.EventFilter{})

		for _, still := range []time.Duration{-time.Second, 0, 30*time.Minute - time.Second} {
			o.now = p.DueDate.End().Add(still)
			require.NoError(t, o.Expire(t.Context()))
			require.Equal(t, payment.Open, o.get(t, p.Key).Status, still)
		}
		o.now = p.DueDate.End().Add(30 * time.Minute)
		for range 2 {
			require.NoError(t, o.Expire(t.Context()))
			require.Equal(t, payment.Expired, o.get(t, p.Key).Status)
			require.Equal(t, append(before, "position.expired"), o.kinds(t, payment.EventFilter{}))
		}
		for _, q := range left {
			require.Equal(t, q.Status, o.get(t, q.Key).Status)
		}
		require.Equal(t, payment.Cancelled, o.get(t, withdrawn.Key).Status)
		require.Equal(t, payment.Paid, o.get(t, paid.Key).Status)

		// It is open again when it may be paid late, and a receipt pays it in any case.
		require.NoError(t, o.Update(t.Context(), p.Key, func(terms *payment.Terms) error {
			terms.RefuseLate = false
			return nil
		}))
		_, err = o.Payable(t.Context(), p.Key)
		require.NoError(t, err)
		require.NoError(t, o.Update(t.Context(), p.Key, func(terms *payment.Terms) error {
			terms.RefuseLate = true
			return nil
		}))
		require.NoError(t, o.Expire(t.Context()))
		require.Equal(t, payment.Expired, o.get(t, p.Key).Status)
		_, err = o.Record(t.Context(), receipt(p, "iur-2"))
		require.NoError(t, err)
		require.Equal(t, payment.Paid, o.get(t, p.Key).Status)
		require.NoError(t, o.Expire(t.Context()))
		require.Equal(t, payment.Paid, o.get(t, p.Key).Status)
	})
}

// TestExpireByTheClockOfRome: a day ends at midnight in Rome, whatever it lasted.
func TestExpireByTheClockOfRome(t *testing.T) {
	for _, c := range []struct{ day, end string }{
		{"2026-12-31", "2026-12-31T23:00:00Z"},
		{"2026-07-14", "2026-07-14T22:00:00Z"},
		{"2026-03-28", "2026-03-28T23:00:00Z"},
		{"2026-03-29", "2026-03-29T22:00:00Z"}, // 23 hours
		{"2026-10-24", "2026-10-24T22:00:00Z"},
		{"2026-10-25", "2026-10-25T23:00:00Z"}, // 25 hours
	} {
		o := newOffice(t, &memory.Store{})
		end, err := time.Parse(time.RFC3339, c.end)
		require.NoError(t, err)
		o.now = end.AddDate(0, 0, -3)
		r := request("debt")
		r.RefuseLate = true
		r.DueDate, err = pagonline.ParseDate(c.day)
		require.NoError(t, err)
		p, err := o.Open(t.Context(), r)
		require.NoError(t, err)
		for _, at := range []struct {
			after   time.Duration
			payable error
			want    payment.Status
		}{
			{-time.Second, nil, payment.Open},
			{0, payment.ErrExpired, payment.Open},
			{30*time.Minute - time.Second, payment.ErrExpired, payment.Open},
			{30 * time.Minute, payment.ErrExpired, payment.Expired},
		} {
			o.now = end.Add(at.after)
			require.NoError(t, o.Expire(t.Context()))
			require.Equal(t, at.want, o.get(t, p.Key).Status, c.day)
			_, err := o.Payable(t.Context(), p.Key)
			require.ErrorIs(t, err, at.payable, c.day)
		}
	}
}

// TestExpireMany: one call has an end, the next goes on; several instances do the work
// once.
func TestExpireMany(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	r := request("debt-0")
	r.RefuseLate = true
	p, err := o.Open(t.Context(), r)
	require.NoError(t, err)
	for n := 1; n <= 1200; n++ {
		q := p
		q.Number, err = notice.Issue(1, uint64(1000+n))
		require.NoError(t, err)
		q.Debt = fmt.Sprintf("debt-%d", n)
		q.DueDate = p.DueDate.AddDays(-n % 3)
		require.NoError(t, o.store.Positions().Insert(t.Context(), q))
	}
	o.now = p.DueDate.AddDays(20).End()
	require.NoError(t, o.Expire(t.Context()))
	expired := func() (n int) {
		for q, err := range o.store.Positions().List(t.Context(), payment.PositionFilter{}) {
			require.NoError(t, err)
			if q.Status == payment.Expired {
				n++
			}
		}
		return n
	}
	require.Equal(t, 1000, expired())
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { require.NoError(t, o.Expire(t.Context())) })
	}
	all.Wait()
	require.Equal(t, 1201, expired())
	kinds := o.kinds(t, payment.EventFilter{})
	require.Len(t, kinds, 1+1201, "one event each")

	o.now = p.DueDate.AddDays(40).End()
	r.Debt, r.DueDate = "long ago", p.DueDate
	old, err := o.Open(t.Context(), r)
	require.NoError(t, err)
	require.NoError(t, o.Expire(t.Context()))
	require.Equal(t, payment.Open, o.get(t, old.Key).Status, "a month back, no further")
	_, err = o.Payable(t.Context(), old.Key)
	require.ErrorIs(t, err, payment.ErrExpired, "and refused all the same")
}

// TestExpireFails: what fails is said, and the others are not kept from their end.
func TestExpireFails(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	var all []payment.Position
	for _, debt := range []string{"a", "b"} {
		r := request(debt)
		r.RefuseLate = true
		p, err := o.Open(t.Context(), r)
		require.NoError(t, err)
		all = append(all, p)
	}
	o.now = all[0].DueDate.AddDays(1).End()
	cashier := func(st payment.Store) *payment.Cashier {
		return payment.NewCashier(st, payment.Config{Now: func() time.Time { return o.now }})
	}
	require.ErrorIs(t, cashier(failsAt(t, o.store, "Positions.List")).Expire(t.Context()), errStore)
	require.ErrorIs(t, cashier(failsAt(t, o.store, "Outbox.Append")).Expire(t.Context()), errStore)
	require.Equal(t, payment.Expired, o.get(t, all[0].Key).Status)
	require.Equal(t, payment.Open, o.get(t, all[1].Key).Status)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, o.Expire(ctx), context.Canceled)
}

// A quote's notice that nobody paid in time ends.
func ExampleCashier_Expire() {
	ctx := context.Background()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	store := &memory.Store{}
	cashier := payment.NewCashier(store, payment.Config{Now: func() time.Time { return now }})
	request := debt
	request.RefuseLate, request.DueDate = true, pagonline.DateOf(now)
	p, _ := cashier.Open(ctx, request)
	now = now.AddDate(0, 0, 1)
	err := cashier.Expire(ctx) // once an hour
	p, _ = store.Positions().Get(ctx, p.Key)
	fmt.Println(p.Status, err)
	// Output: expired <nil>
}
