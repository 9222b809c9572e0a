package desk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/receipt/desk"
)

// FuzzDesk: whatever clerks and payers do, in any order, no more goes back than came in,
// nothing goes out unverified, twice, or for money that went back, states follow the table, and every paid notice
// is of one case.
func FuzzDesk(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 2, 0, 3, 0, 3, 0})
	f.Add([]byte{0, 0, 0, 16, 4, 0, 5, 0, 6, 0, 1, 0, 2, 0, 4, 1, 0, 32})
	f.Add([]byte{0, 0, 1, 0, 3, 0, 10, 0, 1, 0, 4, 31, 5, 1, 6, 0, 2, 0})
	f.Add([]byte{0, 3, 0, 4, 8, 3, 1, 0, 7, 0, 0, 16, 9, 0, 2, 0})
	f.Fuzz(func(t *testing.T, ops []byte) {
		w := newWorld(t)
		for len(ops) > 1 && w.steps < 60 {
			w.step(t, ops[0]%11, ops[1])
			ops = ops[2:]
		}
	})
}

// world is an office with two quotes, whose notices come first, and purchases by hand.
type world struct {
	*office
	ids     []string
	notices []payment.Position
	seen    map[string]desk.Case
	steps   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{office: newOffice(&memory.Store{}), seen: map[string]desk.Case{}}
	for _, protocol := range []string{"345/2024", "346/2024"} {
		q := w.issue(t, protocol, "12.50")
		w.ids, w.notices = append(w.ids, q.ID), append(w.notices, w.notice(t, q))
	}
	for _, b := range []typed{
		{"AS-LI", "fotocopie", "345/2024", "x", "12.50"}, {"AS-PI", "fotocopie", "", "senza protocollo", "5.00"}, {"AS-LI", "cd", "", "un CD", "2.50"},
	} {
		p := w.buy(t, b)
		w.ids, w.notices = append(w.ids, p.Creditor+"-"+p.Debt), append(w.notices, p)
	}
	return w
}

// step does one thing; arg says to what, in its low digits, and how much.
func (w *world) step(t *testing.T, op, arg byte) {
	t.Helper()
	ctx := t.Context()
	w.steps++
	w.now = w.now.Add(time.Hour)
	id, p := w.ids[int(arg)%len(w.ids)], w.notices[int(arg)%len(w.notices)]
	amount, err := euro.Cents(int64(arg)*20 + 1)
	require.NoError(t, err)
	refund := ""
	before := w.seen[id]
	if rs := w.seen[id].Refunds; len(rs) > 0 {
		refund = rs[int(arg/16)%len(rs)].ID
	}
	switch op {
	case 0:
		w.pay(t, p, fmt.Sprintf("iur-%d", w.steps), p.Amount().String())
	case 1:
		check := clerk
		if arg >= 128 {
			check.Despite = "va bene"
		}
		_, err = w.Verify(ctx, id, check)
	case 2:
		if _, err = w.Release(ctx, id, desk.Release{How: desk.AtDesk, By: "clerk"}); err == nil {
			require.True(t, before.Due.IsZero() || before.Match().Payments > 0, "something is kept")
		}
	case 3:
		_, err = w.Reject(ctx, id, desk.Rejection{By: "clerk", Reason: "no"})
	case 4:
		r := desk.RefundRequest{Amount: amount, Why: desk.WrongAmount, By: "clerk"}
		if ps := w.seen[id].Payments; len(ps) > 0 {
			r.ReceiptID = ps[int(arg/16)%len(ps)].ReceiptID
		}
		_, err = w.RequestRefund(ctx, id, r)
	case 5:
		_, err = w.DecideRefund(ctx, id, refund, desk.Decision{Approve: arg%3 > 0, By: "director", Note: "x"})
	case 6, 7:
		_, err = w.RecordRefund(ctx, id, refund, desk.Execution{On: pagonline.DateOf(w.now), Reference: "TRN", By: "clerk"})
	case 8:
		_, err = w.Assign(ctx, p.Key, w.ids[int(arg/16)%len(w.ids)], "clerk")
	case 10:
		_, err = w.Reopen(ctx, id, desk.Reopening{By: "clerk", Reason: "sì"})
	default:
		err = w.Collect(ctx)
	}
	if err != nil {
		require.NotEqual(t, pagonline.CodeInternal, pagonline.CodeOf(err), "%v", err)
	}
	w.holds(t)
}

// holds checks the laws.
func (w *world) holds(t *testing.T) {
	t.Helper()
	require.NoError(t, w.Collect(t.Context()))
	owner := map[payment.Key]string{}
	for c, err := range w.store.Cases().List(t.Context(), desk.Filter{}) {
		require.NoError(t, err)
		before, known := w.seen[c.ID]
		if known && before.Status != c.Status {
			require.Contains(t, before.Status.Next(), c.Status, "%s to %s", before.Status, c.Status)
		}
		w.seen[c.ID] = c
		require.Equal(t, c.Status == desk.Released, !c.Release.At.IsZero())
		if c.Status == desk.Verified || c.Status == desk.Released {
			require.False(t, c.Verification.At.IsZero())
			require.False(t, c.DeliverBy.IsZero())
		}
		for _, p := range c.Payments {
			var back euro.Total
			for _, r := range c.Refunds {
				if r.ReceiptID == p.ReceiptID && r.Status != desk.RefundRejected {
					back, err = back.Add(r.Amount)
					require.NoError(t, err)
				}
			}
			require.LessOrEqual(t, back.Cents(), p.Amount.Cents())
		}
		for _, k := range c.Positions {
			require.Empty(t, owner[k])
			owner[k] = c.ID
		}
		require.NotEmpty(t, c.Match().Findings)
	}
	for _, p := range w.notices {
		held, err := w.store.Positions().Get(t.Context(), p.Key)
		require.NoError(t, err)
		require.Equal(t, held.Status.Settled(), owner[p.Key] != "")
		c, err := w.ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.Equal(t, held.Status.Settled(), slices.Contains(c.Positions, p.Key))
	}
}
