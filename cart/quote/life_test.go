package quote_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
)

func TestAccept(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t)
		accepted, err := o.Accept(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Accepted, accepted.Status)
		require.Equal(t, o.now, accepted.AcceptedAt)
		o.now = o.now.Add(time.Hour)
		again, err := o.Accept(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, accepted, again, "once is enough")
		require.Equal(t, accepted, o.issue(t))

		_, err = o.Accept(ctx, "none")
		fails(t, err, pagonline.CodeNotFound, "")
		o.now = o.now.AddDate(1, 0, 0)
		_, err = o.Accept(ctx, q.ID)
		fails(t, err, pagonline.CodeQuoteExpired, "protocol")
		_, err = o.Withdraw(ctx, q.ID)
		require.NoError(t, err)
		_, err = o.Accept(ctx, q.ID)
		fails(t, err, pagonline.CodeQuoteWithdrawn, "protocol")
	})
}

// TestWithdraw: the notice goes with its quote.
func TestWithdraw(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t)
		p := o.notice(t, q, "")
		for range 2 {
			got, err := o.Withdraw(ctx, q.ID)
			require.NoError(t, err)
			require.Equal(t, quote.Withdrawn, got.Status)
			require.Zero(t, got.Position)
		}
		_, err := o.cashier.Payable(ctx, p.Key)
		require.ErrorIs(t, err, payment.ErrCancelled)
		_, err = o.Notice(ctx, q.ID, debtor, "")
		fails(t, err, pagonline.CodeQuoteWithdrawn, "protocol")

		// Money for a notice withdrawn a minute ago: the receipt wins.
		o.pay(t, p, "iur", o.now)
		got, err := o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Paid, got.Status)
		require.Equal(t, p.Key, got.Position)
		_, err = o.Withdraw(ctx, q.ID)
		fails(t, err, pagonline.CodeAlreadyPaid, "")
		_, err = o.Withdraw(ctx, "none")
		fails(t, err, pagonline.CodeNotFound, "")
	})
}

// TestWithdrawTooLate: what is being paid or was paid stays.
func TestWithdrawTooLate(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, q := t.Context(), o.issue(t)
		p := o.notice(t, q, "owner")
		order, err := o.cashier.Prepare(ctx, payment.OrderRequest{Owner: "owner", Positions: []payment.Key{p.Key}})
		require.NoError(t, err)
		_, err = o.cashier.Sent(ctx, order.ID, "https://pay.example/1")
		require.NoError(t, err)
		_, err = o.cashier.Returned(ctx, order.ID, payment.ReturnedOK)
		require.NoError(t, err)
		for range 2 {
			_, err = o.Withdraw(ctx, q.ID)
			fails(t, err, pagonline.CodePaymentInProgress, "")
			_, err = o.Supersede(ctx, q.ID, request(amount("13.00")))
			fails(t, err, pagonline.CodePaymentInProgress, "")
		}
		got, err := o.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Issued, got.Status)

		o.pay(t, p, "iur", o.now)
		_, err = o.Withdraw(ctx, q.ID)
		fails(t, err, pagonline.CodeAlreadyPaid, "")
		_, err = o.Supersede(ctx, q.ID, request(amount("13.00")))
		fails(t, err, pagonline.CodeAlreadyPaid, "")
		_, err = o.Accept(ctx, q.ID)
		fails(t, err, pagonline.CodeQuotePaid, "protocol")
	})
}

func TestSupersede(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, old := t.Context(), o.issue(t)
		p := o.notice(t, old, "")
		q, err := o.Supersede(ctx, old.ID, request(amount("13.00")))
		require.NoError(t, err)
		require.Equal(t, "13.00", q.Amount.String())
		require.NotEqual(t, old.Code, q.Code)
		again, err := o.Supersede(ctx, old.ID, request(amount("13.00")))
		require.NoError(t, err)
		require.Equal(t, q, again, "a second click")

		old, err = o.Get(ctx, old.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Superseded, old.Status)
		require.Equal(t, q.ID, old.SupersededBy)
		_, err = o.cashier.Payable(ctx, p.Key)
		require.ErrorIs(t, err, payment.ErrCancelled)
		_, err = o.Open(ctx, access(old))
		fails(t, err, pagonline.CodeQuoteWithdrawn, "protocol")
		_, err = o.Withdraw(ctx, old.ID)
		fails(t, err, pagonline.CodeQuoteWithdrawn, "protocol")
		_, err = o.Supersede(ctx, old.ID, request(amount("14.00")))
		fails(t, err, pagonline.CodeQuoteWithdrawn, "protocol")
		_, err = o.Supersede(ctx, old.ID, request(amount("13.00"), protocol("71/2026")))
		fails(t, err, pagonline.CodeConflict, "protocol")
		again, err = o.Supersede(ctx, old.ID, request(amount("13.00"), protocol("0345/2024")))
		require.NoError(t, err)
		require.Equal(t, q, again, "an equal protocol")
		found, err := o.Find(ctx, "AS-LI", old.Protocol)
		require.NoError(t, err)
		require.Equal(t, q, found)
		require.NotEqual(t, p.Number, o.notice(t, q, "").Number)
	})
}

func TestSupersedeRefuses(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, old := t.Context(), o.issue(t)
		p := o.notice(t, old, "")
		third := o.issue(t, protocol("400/2024"))
		for _, c := range []struct {
			code  pagonline.Code
			field string
			edit  func(*quote.Request)
		}{
			{pagonline.CodeQuoteOtherInstitute, "institute", func(r *quote.Request) { r.Institute = "AS-PI" }},
			{pagonline.CodeConflict, "protocol", func(r *quote.Request) { r.Protocol, r.Payer = third.Protocol, "Maria Bianchi" }},
			{pagonline.CodeQuoteExpired, "expiresOn", func(r *quote.Request) { r.ExpiresOn = day("2020-01-01") }},
			{pagonline.CodePayerName, "payer", func(r *quote.Request) { r.Payer = "\x00" }},
			{pagonline.CodeServiceNotOffered, "service", func(r *quote.Request) { r.Service = "x" }},
		} {
			_, err := o.Supersede(ctx, old.ID, request(amount("13.00"), c.edit))
			fails(t, err, c.code, c.field)
		}
		_, err := o.Supersede(ctx, "none", request())
		fails(t, err, pagonline.CodeNotFound, "")
		got, err := o.Get(ctx, old.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Issued, got.Status, "nothing has changed")
		_, err = o.cashier.Payable(ctx, p.Key)
		require.NoError(t, err)
	})
}

// TestSupersedeAnyEnd: a quote that is over can be given again, with the same words.
func TestSupersedeAnyEnd(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		withdrawn, err := o.Withdraw(ctx, o.issue(t).ID)
		require.NoError(t, err)
		q, err := o.Supersede(ctx, withdrawn.ID, request())
		require.NoError(t, err)
		require.Equal(t, quote.Issued, q.Status)
		require.Equal(t, q, o.issue(t))
		require.NotEqual(t, withdrawn.ID, q.ID)

		p := o.notice(t, q, "owner")
		o.now = o.now.AddDate(0, 2, 0)
		renewed, err := o.Supersede(ctx, q.ID, request(func(r *quote.Request) { r.ExpiresOn = day("2027-06-30") }))
		require.NoError(t, err)
		require.Equal(t, quote.Issued, renewed.Status)
		_, err = o.cashier.Payable(ctx, p.Key)
		require.ErrorIs(t, err, payment.ErrCancelled)
	})
}
