package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt/desk"
)

var atDesk = desk.Release{How: desk.AtDesk, By: "clerk"}

// approved asks for a refund and approves it.
func (o *office) approved(t *testing.T, id, receiptID, amount string) desk.Refund {
	t.Helper()
	r := asks(amount)
	r.ReceiptID = receiptID
	made, err := o.RequestRefund(t.Context(), id, r)
	require.NoError(t, err)
	made, err = o.DecideRefund(t.Context(), id, made.ID, desk.Decision{Approve: true, By: "director"})
	require.NoError(t, err)
	return made
}

func (o *office) record(t *testing.T, id string, r desk.Refund) {
	t.Helper()
	_, err := o.RecordRefund(t.Context(), id, r.ID, desk.Execution{On: pagonline.DateOf(o.now), Reference: "TRN 1", By: "clerk-2"})
	require.NoError(t, err)
}

// TestNothingKept: no copies for money that went back, nor while it is decided whether it
// does; another payment is looked at anew.
func TestNothingKept(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, c := t.Context(), o.verified(t)
		part := o.approved(t, c.ID, "", "2.50")
		o.record(t, c.ID, part)
		require.Equal(t, []string{"due 345/2024"}, o.work(t), "a part hinders nothing")
		rest, err := o.RequestRefund(ctx, c.ID, asks("10.00"))
		require.NoError(t, err)
		_, err = o.Release(ctx, c.ID, atDesk)
		fails(t, err, pagonline.CodeNotAllowed, "")
		require.Equal(t, []string{"refund 345/2024"}, o.work(t), "nobody asks for copies meanwhile")
		o.now = o.now.AddDate(0, 0, 60)
		require.Equal(t, []string{"refund 345/2024"}, o.work(t))
		_, err = o.DecideRefund(ctx, c.ID, rest.ID, desk.Decision{By: "director", Note: "no"})
		require.NoError(t, err)
		require.Equal(t, []string{"overdue 345/2024"}, o.work(t))

		o.record(t, c.ID, o.approved(t, c.ID, "", "10.00"))
		require.Empty(t, o.work(t))
		c, err = o.Case(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, desk.Waiting, c.Status)
		require.True(t, c.DeliverBy.IsZero())
		require.False(t, c.Pending())
		_, err = o.Release(ctx, c.ID, atDesk)
		fails(t, err, pagonline.CodeNotVerified, "")
		_, err = o.Verify(ctx, c.ID, clerk)
		fails(t, err, pagonline.CodeReceiptNotReady, "")

		o.pay(t, o.buy(t, typed{"AS-LI", "fotocopie", "345/2024", "x", "11.00"}), "again", "11.00")
		require.Equal(t, []string{"verify 345/2024"}, o.work(t))
		_, err = o.Release(ctx, c.ID, atDesk)
		fails(t, err, pagonline.CodeNotVerified, "")
		_, err = o.Verify(ctx, c.ID, clerk)
		fails(t, err, pagonline.CodeAmountMismatch, "amount")
		c, err = o.Verify(ctx, c.ID, desk.Check{Verification: desk.Verification{By: "clerk-3", Despite: "sconto"}})
		require.NoError(t, err)
		require.Equal(t, "clerk-3", c.Verification.By)
		require.Equal(t, pagonline.DateOf(o.now).AddDays(10), c.DeliverBy, "from the payment that is kept")
		_, err = o.Release(ctx, c.ID, atDesk)
		require.NoError(t, err)
		o.record(t, c.ID, o.approved(t, c.ID, "again", "11.00"))
		after, err := o.Case(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, desk.Released, after.Status, "what is out is out")
		require.Equal(t, c.DeliverBy, after.DeliverBy)
	})
}

// TestKeptByOldCases: a case that was verified before its money went back, as it was
// kept until now, waits from the next look on.
func TestKeptByOldCases(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, c := t.Context(), o.verified(t)
		o.record(t, c.ID, o.approved(t, c.ID, "", "12.50"))
		require.NoError(t, o.store.Cases().Update(ctx, c.ID, func(c *desk.Case) error {
			c.Status = desk.Verified
			return nil
		}))
		o.pay(t, o.buy(t, typed{"AS-LI", "fotocopie", "345/2024", "x", "12.50"}), "again", "12.50")
		_, err := o.Release(ctx, c.ID, atDesk)
		fails(t, err, pagonline.CodeNotVerified, "")
		require.Equal(t, []string{"verify 345/2024"}, o.work(t))
	})
}

// TestRefundedOn: the money goes back between the payment and today, by days of Rome.
func TestRefundedOn(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		c := o.verified(t)
		r := o.approved(t, c.ID, "", "12.50")
		paid := pagonline.DateOf(o.now)
		o.now = o.now.AddDate(0, 0, 3)
		for _, on := range []pagonline.Date{paid.AddDays(-1), paid.AddDays(4), paid.AddDays(-400)} {
			_, err := o.RecordRefund(t.Context(), c.ID, r.ID, desk.Execution{On: on, Reference: "TRN 1", By: "clerk-2"})
			fails(t, err, pagonline.CodeInputSyntax, "on")
			require.Empty(t, o.events(t))
		}
		for _, on := range []pagonline.Date{paid, paid.AddDays(3)} {
			err := o.store.Do(t.Context(), func(ctx context.Context) error {
				_, err := o.RecordRefund(ctx, c.ID, r.ID, desk.Execution{On: on, Reference: "TRN 1", By: "clerk-2"})
				require.NoError(t, err)
				return errUndo
			})
			require.ErrorIs(t, err, errUndo)
		}
	})
}

var errUndo = errors.New("undo")

// TestExecutionsInOrder: refunds that are recorded in one instant, or while the clock goes
// back, are told apart by when they were.
func TestExecutionsInOrder(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, c := t.Context(), o.verified(t)
		first, second, third := o.approved(t, c.ID, "", "1.00"), o.approved(t, c.ID, "", "2.00"), o.approved(t, c.ID, "", "3.00")
		o.record(t, c.ID, third)
		o.record(t, c.ID, second)
		o.now = o.now.Add(-time.Minute)
		o.record(t, c.ID, first)
		c, err := o.Case(ctx, c.ID)
		require.NoError(t, err)
		require.True(t, c.Refunds[2].ExecutedAt.Before(c.Refunds[1].ExecutedAt))
		require.True(t, c.Refunds[1].ExecutedAt.Before(c.Refunds[0].ExecutedAt))
		var at []time.Time
		for e, err := range o.store.Outbox().List(ctx, payment.EventFilter{}) {
			require.NoError(t, err)
			if e.Kind == desk.EventRefunded {
				at = append(at, e.At)
			}
		}
		require.Equal(t, []time.Time{c.Refunds[2].ExecutedAt, c.Refunds[1].ExecutedAt, c.Refunds[0].ExecutedAt}, at)
	})
}

// TestReopen: a rejection by mistake is taken back, and the payment looked at again.
func TestReopen(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		ctx, c := t.Context(), o.verified(t)
		back := desk.Reopening{By: "clerk-2", Reason: "carte ritrovate"}
		_, err := o.Reopen(ctx, c.ID, back)
		fails(t, err, pagonline.CodeNotAllowed, "")
		_, err = o.Reopen(ctx, "none", back)
		fails(t, err, pagonline.CodeNotFound, "")
		_, err = o.Reopen(ctx, c.ID, desk.Reopening{Reason: "x"})
		fails(t, err, pagonline.CodeRequiredField, "by")
		_, err = o.Reopen(ctx, c.ID, desk.Reopening{By: "clerk-2"})
		fails(t, err, pagonline.CodeRequiredField, "reason")

		rejection := desk.Rejection{By: "clerk-1", Reason: "carte non consultabili"}
		_, err = o.Reject(ctx, c.ID, rejection)
		require.NoError(t, err)
		c, err = o.Reopen(ctx, c.ID, back)
		require.NoError(t, err)
		require.Equal(t, desk.Paid, c.Status)
		require.Equal(t, desk.Reopening{By: "clerk-2", Reason: "carte ritrovate", At: o.now}, c.Reopening)
		require.Equal(t, []string{"verify 345/2024"}, o.work(t))
		_, err = o.Release(ctx, c.ID, atDesk)
		fails(t, err, pagonline.CodeNotVerified, "")

		// Where the money went back meanwhile, it waits for another payment.
		_, err = o.Reject(ctx, c.ID, rejection)
		require.NoError(t, err)
		o.record(t, c.ID, o.approved(t, c.ID, "", "12.50"))
		c, err = o.Reopen(ctx, c.ID, back)
		require.NoError(t, err)
		require.Equal(t, desk.Waiting, c.Status)
		require.Empty(t, o.work(t))

		// So does one that was never paid.
		q := o.issue(t, "346/2024", "12.50")
		_, err = o.Reject(ctx, q.ID, rejection)
		require.NoError(t, err)
		c, err = o.Reopen(ctx, q.ID, back)
		require.NoError(t, err)
		require.Equal(t, desk.Waiting, c.Status)
		p := o.notice(t, q)
		o.pay(t, p, "iur-346", euro.MustParse("12.50").String())
		_, err = o.Verify(ctx, q.ID, clerk)
		require.NoError(t, err)
		_, err = o.Release(ctx, q.ID, atDesk)
		require.NoError(t, err)
		_, err = o.Reopen(ctx, q.ID, back)
		fails(t, err, pagonline.CodeAlreadyReleased, "")
	})
}
