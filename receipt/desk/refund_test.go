package desk_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt/desk"
)

// asks is for a refund of the only payment.
func asks(amount string) desk.RefundRequest {
	return desk.RefundRequest{Amount: euro.MustParse(amount), Why: desk.WrongAmount, By: "clerk-1"}
}

// TestRefund is use case 15: never more than was paid, decided before it is executed.
func TestRefund(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		waiting := o.issue(t, "346/2024", "12.50")
		_, err := o.RequestRefund(ctx, waiting.ID, asks("1.00"))
		fails(t, err, pagonline.CodeNothingToRefund, "")

		q, p := o.paidQuote(t)
		_, err = o.RequestRefund(ctx, q.ID, asks("12.51"))
		fails(t, err, pagonline.CodeRefundExceeds, "amount")
		require.Equal(t, "Il rimborso supera l'importo pagato (12,50).", pagonline.AsError(err).It)
		first, err := o.RequestRefund(ctx, q.ID, asks("10.00"))
		require.NoError(t, err)
		require.Equal(t, p.Key, first.Position)
		require.Equal(t, "iur", first.ReceiptID)
		again, err := o.RequestRefund(ctx, q.ID, asks("10.00")) // a double click
		require.NoError(t, err)
		require.Equal(t, first, again)
		_, err = o.RequestRefund(ctx, q.ID, asks("2.51"))
		fails(t, err, pagonline.CodeRefundExceeds, "amount")
		require.Contains(t, err.Error(), "(2.50)")

		on := desk.Execution{On: pagonline.DateOf(o.now), Reference: "TRN 0001", By: "clerk-2"}
		_, err = o.RecordRefund(ctx, q.ID, first.ID, on)
		fails(t, err, pagonline.CodeNotAllowed, "")
		_, err = o.DecideRefund(ctx, q.ID, first.ID, desk.Decision{By: "director"})
		fails(t, err, pagonline.CodeRequiredField, "note")
		got, err := o.DecideRefund(ctx, q.ID, first.ID, desk.Decision{Approve: true, By: "director"})
		require.NoError(t, err)
		require.Equal(t, desk.RefundApproved, got.Status)
		_, err = o.DecideRefund(ctx, q.ID, "none", desk.Decision{Approve: true, By: "director"})
		fails(t, err, pagonline.CodeNotFound, "refund")
		got, err = o.RecordRefund(ctx, q.ID, first.ID, on)
		require.NoError(t, err)
		require.Equal(t, desk.RefundExecuted, got.Status)
		require.Equal(t, "TRN 0001", got.Reference)
		_, err = o.RecordRefund(ctx, q.ID, first.ID, on)
		fails(t, err, pagonline.CodeAlreadyRefunded, "")
		_, err = o.DecideRefund(ctx, q.ID, first.ID, desk.Decision{By: "director", Note: "ripensato"})
		fails(t, err, pagonline.CodeAlreadyRefunded, "")

		// One that is rejected frees its amount.
		rest, err := o.RequestRefund(ctx, q.ID, asks("2.50"))
		require.NoError(t, err)
		_, err = o.RequestRefund(ctx, q.ID, asks("0.01"))
		fails(t, err, pagonline.CodeRefundExceeds, "amount")
		_, err = o.DecideRefund(ctx, q.ID, rest.ID, desk.Decision{By: "director", Note: "non dovuto"})
		require.NoError(t, err)
		_, err = o.DecideRefund(ctx, q.ID, rest.ID, desk.Decision{Approve: true, By: "director"})
		fails(t, err, pagonline.CodeNotAllowed, "")
		rest, err = o.RequestRefund(ctx, q.ID, asks("2.50"))
		require.NoError(t, err)
		_, err = o.DecideRefund(ctx, q.ID, rest.ID, desk.Decision{Approve: true, By: "director"})
		require.NoError(t, err)
		_, err = o.RecordRefund(ctx, q.ID, rest.ID, on)
		require.NoError(t, err)
		_, err = o.RequestRefund(ctx, q.ID, asks("0.01"))
		fails(t, err, pagonline.CodeAlreadyRefunded, "")
		require.Equal(t, []payment.EventKind{desk.EventRefunded, desk.EventRefunded}, o.events(t))
	})
}

func TestRefundRefuses(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		q, p := o.paidQuote(t)
		o.pay(t, p, "second", "12.50")
		for _, c := range []struct {
			edit  func(*desk.RefundRequest)
			code  pagonline.Code
			field string
		}{
			{func(r *desk.RefundRequest) { r.Amount = euro.Amount{} }, pagonline.CodeAmountRange, "amount"},
			{func(r *desk.RefundRequest) { r.Why = "" }, pagonline.CodeRequiredField, "why"},
			{func(r *desk.RefundRequest) { r.By = "  " }, pagonline.CodeRequiredField, "by"},
			{func(*desk.RefundRequest) {}, pagonline.CodeRequiredField, "receipt"}, // which of both?
			{func(r *desk.RefundRequest) { r.ReceiptID = "third" }, pagonline.CodeNotFound, "receipt"},
			{func(r *desk.RefundRequest) { r.ReceiptID, r.Amount = "iur", euro.MustParse("25.00") }, pagonline.CodeRefundExceeds, "amount"},
		} {
			r := asks("1.00")
			c.edit(&r)
			_, err := o.RequestRefund(ctx, q.ID, r)
			fails(t, err, c.code, c.field)
		}
		_, err := o.RequestRefund(ctx, "none", asks("1.00"))
		fails(t, err, pagonline.CodeNotFound, "")
		for _, e := range []desk.Execution{
			{Reference: "x", By: "x"},
			{On: pagonline.DateOf(o.now), By: "x"},
			{On: pagonline.DateOf(o.now), Reference: "x"},
			{On: pagonline.DateOf(o.now), Reference: strings.Repeat("x", 61), By: "x"},
		} {
			_, err := o.RecordRefund(ctx, q.ID, "x", e)
			require.ErrorIs(t, err, pagonline.ErrInvalid)
		}
	})
}

// TestRefundRace: of many who ask for parts at once, no more goes back than came in.
func TestRefundRace(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		q, _ := o.paidQuote(t)
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				amount, err := euro.Cents(int64(100 + i)) // no two alike
				if err != nil {
					t.Error(err)
				}
				r := asks("1.00")
				r.Amount = amount
				if _, err = o.RequestRefund(t.Context(), q.ID, r); err != nil && pagonline.CodeOf(err) != pagonline.CodeRefundExceeds {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		c, err := o.Case(t.Context(), q.ID)
		require.NoError(t, err)
		var sum euro.Total
		for _, r := range c.Refunds {
			sum, err = sum.Add(r.Amount)
			require.NoError(t, err)
		}
		require.NotEmpty(t, c.Refunds)
		require.LessOrEqual(t, sum.Cents(), int64(1250))
		require.Greater(t, sum.Cents(), int64(1250-129))
	})
}

// TestAssignRefunded: a payment that is being refunded stays where it is.
func TestAssignRefunded(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx := t.Context()
		q, p := o.paidQuote(t)
		other := o.issue(t, "346/2024", "12.50")
		_, err := o.RequestRefund(ctx, q.ID, asks("1.00"))
		require.NoError(t, err)
		_, err = o.Assign(ctx, p.Key, other.ID, "clerk-1")
		fails(t, err, pagonline.CodeNotAllowed, "")
		_, err = o.Assign(ctx, p.Key, other.ID, "")
		fails(t, err, pagonline.CodeRequiredField, "by")
		c, err := o.ByPosition(ctx, p.Key)
		require.NoError(t, err)
		require.Equal(t, q.ID, c.ID)
	})
}
