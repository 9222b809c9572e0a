package quote_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
)

// TestExpire: on its last day a quote can be paid until midnight in Rome, and neither
// it nor its notice afterwards.
func TestExpire(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t)
		p := o.notice(t, q, "")
		require.Equal(t, "2026-12-31", p.DueDate.String())
		o.now = time.Date(2026, 12, 31, 22, 59, 59, 0, time.UTC)
		_, err := o.Open(ctx, access(q))
		require.NoError(t, err)
		_, err = o.cashier.Payable(ctx, p.Key)
		require.NoError(t, err)

		o.now = o.now.Add(time.Second)
		_, err = o.Open(ctx, access(q))
		fails(t, err, pagonline.CodeQuoteExpired, "protocol")
		require.Equal(t, "Preventivo scaduto il 31/12/2026.", pagonline.AsError(err).It)
		_, err = o.Notice(ctx, q.ID, debtor, "owner")
		fails(t, err, pagonline.CodeQuoteExpired, "protocol")
		_, err = o.cashier.Payable(ctx, p.Key)
		require.ErrorIs(t, err, payment.ErrExpired)
		got, err := o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Expired, got.Status)

		// Paid in time, told late.
		o.pay(t, p, "iur", o.now.Add(-time.Hour))
		got, err = o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Paid, got.Status)
	})
}

// TestPaid: once, then twice.
func TestPaid(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t)
		p := o.notice(t, q, "")
		o.pay(t, p, "first", o.now.Add(time.Minute))
		got, err := o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Paid, got.Status)
		require.Equal(t, o.now.Add(time.Minute), got.PaidAt)
		require.Equal(t, 1, got.Payments)
		require.NoError(t, got.Duplicate())
		_, err = o.Open(ctx, access(q))
		fails(t, err, pagonline.CodeQuotePaid, "protocol")
		require.Equal(t, "Preventivo già pagato il 23/11/2026.", pagonline.AsError(err).It)
		_, err = o.Notice(ctx, q.ID, debtor, "owner")
		fails(t, err, pagonline.CodeQuotePaid, "protocol")

		o.pay(t, p, "first", o.now.Add(time.Minute)) // the same receipt again is nothing new
		o.pay(t, p, "second", o.now.Add(time.Hour))
		got, err = o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, 2, got.Payments)
		require.Equal(t, o.now.Add(time.Minute), got.PaidAt)
		fails(t, got.Duplicate(), pagonline.CodeDuplicatePayment, "")
		require.Contains(t, got.Duplicate().Error(), "2 payments")
	})
}

// TestPaidOnTwoNotices: one that was withdrawn by other hands, and the one after it.
func TestPaidOnTwoNotices(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t)
		first := o.notice(t, q, "")
		require.NoError(t, o.cashier.Withdraw(ctx, first.Key))
		got, err := o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Zero(t, got.Position)
		second := o.notice(t, q, "")
		require.NotEqual(t, first.Number, second.Number)

		o.pay(t, second, "second", o.now.Add(2*time.Hour))
		o.pay(t, first, "first", o.now.Add(time.Hour))
		got, err = o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, first.Key, got.Position, "the one that was paid first")
		require.Equal(t, o.now.Add(time.Hour), got.PaidAt)
		require.Equal(t, 2, got.Payments)
	})
}

func TestList(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		plain := o.issue(t)
		paid := o.issue(t, protocol("1/2024"))
		o.pay(t, o.notice(t, paid, ""), "iur", o.now)
		expired := o.issue(t, protocol("2/2024"), func(r *quote.Request) { r.ExpiresOn = day("2026-11-23") })
		pisa := o.issue(t, func(r *quote.Request) { r.Institute, r.Addressee = "AS-PI", "another" })
		withdrawn, err := o.Withdraw(ctx, o.issue(t, protocol("3/2024")).ID)
		require.NoError(t, err)
		o.now = o.now.AddDate(0, 0, 1)
		for _, c := range []struct {
			filter quote.Filter
			want   []quote.Quote
		}{
			{quote.Filter{}, []quote.Quote{withdrawn, pisa, expired, paid, plain}},
			{quote.Filter{Institute: "AS-PI"}, []quote.Quote{pisa}},
			{quote.Filter{Owner: "owner", Status: quote.Issued}, []quote.Quote{plain}},
			{quote.Filter{Status: quote.Paid}, []quote.Quote{paid}},
			{quote.Filter{Status: quote.Expired}, []quote.Quote{expired}},
			{quote.Filter{Status: quote.Withdrawn}, []quote.Quote{withdrawn}},
			{quote.Filter{Status: quote.Superseded}, nil},
		} {
			var got, want []string
			for q, err := range o.List(ctx, c.filter) {
				require.NoError(t, err)
				got = append(got, q.ID)
			}
			for _, q := range c.want {
				want = append(want, q.ID)
			}
			require.Equal(t, want, got, "%+v", c.filter)
		}
		for _, err := range o.List(ctx, quote.Filter{}) {
			require.NoError(t, err)
			break
		}
	})
}
