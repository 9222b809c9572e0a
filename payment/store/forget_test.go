package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt/desk"
)

const years = 365 * 24 * time.Hour

// old is when all of the past was over.
var old = today.AddDate(-11, 0, 0)

// past writes a notice that was paid long ago: the n-th, with its order and receipt.
func past(t *testing.T, st store.Store, n uint64, edit ...func(*payment.Position)) payment.Position {
	t.Helper()
	ctx, p := t.Context(), storetest.Position(n)
	p.Status, p.OpenedAt, p.PaidAt = payment.Paid, old, old
	for _, e := range edit {
		e(&p)
	}
	require.NoError(t, st.Positions().Insert(ctx, p))
	r := storetest.Receipt(p, p.Number.String())
	r.PaidAt, r.ReceivedAt = old, old
	require.NoError(t, st.RTs().Insert(ctx, r))
	happens(t, st, payment.Event{Kind: payment.ReceiptRecorded, Position: p.Key, ReceiptID: r.ReceiptID, At: old}, true)
	return p
}

// happens writes an event, delivered or not.
func happens(t *testing.T, st store.Store, e payment.Event, delivered bool) {
	t.Helper()
	require.NoError(t, st.Outbox().Append(t.Context(), e))
	for last, err := range st.Outbox().List(t.Context(), payment.EventFilter{Pending: true}) {
		require.NoError(t, err)
		if delivered {
			require.NoError(t, st.Outbox().Delivered(t.Context(), last.ID))
		}
	}
}

// TestReceiptsGo: receipts and their notices go when the time that is configured is over,
// and only then; a dry run says the same and does nothing.
func TestReceiptsGo(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		for n := range uint64(50) { // more than one unit of work
			past(t, st, 1+n, func(p *payment.Position) { p.Debt = "debt" + string(rune('A'+n/2)) }) // two of each
		}
		young := past(t, st, 100, func(p *payment.Position) { p.PaidAt = today.AddDate(-9, 0, 0) })
		want := payment.Forgotten{Positions: 50, Receipts: 50, Events: 50}
		done, err := store.Prune(t.Context(), st, store.Retention{Now: clock})
		require.NoError(t, err)
		require.Zero(t, done.Receipts, "for ever, if nobody says otherwise")
		r := store.Retention{Now: clock, Receipts: 10 * years, DryRun: true}
		for range 2 {
			done, err = store.Prune(t.Context(), st, r)
			require.NoError(t, err)
			require.Equal(t, want, done.Receipts)
		}
		r.DryRun = false
		for _, want := range []payment.Forgotten{want, {}} {
			done, err = store.Prune(t.Context(), st, r)
			require.NoError(t, err)
			require.Equal(t, want, done.Receipts)
		}
		_, err = st.Positions().Get(t.Context(), young.Key)
		require.NoError(t, err)
		if file, ok := st.(*sqlite.Store); ok {
			findings, err := file.Check(t.Context())
			require.NoError(t, err)
			for _, f := range findings {
				require.Equal(t, "counters", f.Rule, "%+v", f) // no number was issued here
			}
		}
	})
}

// TestReceiptsStay: as long as something is left to do, or happened lately, everything
// that hangs together stays.
func TestReceiptsStay(t *testing.T) {
	lately := today.Add(-24 * time.Hour)
	for name, keep := range map[string]func(t *testing.T, st store.Store, p payment.Position){
		"another notice of the debt is open": func(t *testing.T, st store.Store, p payment.Position) {
			other := storetest.Position(2)
			other.Debt, other.OpenedAt = p.Debt, old
			require.NoError(t, st.Positions().Insert(t.Context(), other))
		},
		"another notice of the order was paid lately": func(t *testing.T, st store.Store, p payment.Position) {
			other := past(t, st, 2, func(p *payment.Position) { p.PaidAt = lately })
			require.NoError(t, st.Orders().Insert(t.Context(), payment.Order{ID: "o", Positions: []payment.Key{p.Key, other.Key}, CreatedAt: old}))
		},
		"its order changed lately": func(t *testing.T, st store.Store, p payment.Position) {
			require.NoError(t, st.Orders().Insert(t.Context(), payment.Order{ID: "o", Positions: []payment.Key{p.Key}, CreatedAt: old, ChangedAt: lately}))
		},
		"an event of its order waits": func(t *testing.T, st store.Store, p payment.Position) {
			require.NoError(t, st.Orders().Insert(t.Context(), payment.Order{ID: "o", Positions: []payment.Key{p.Key}, CreatedAt: old}))
			happens(t, st, payment.Event{Kind: "x", Order: "o", At: old}, false)
		},
		"an event waits": func(t *testing.T, st store.Store, p payment.Position) {
			happens(t, st, payment.Event{Kind: "x", Position: p.Key, At: old}, false)
		},
		"the desk did something lately": func(t *testing.T, st store.Store, p payment.Position) {
			happens(t, st, payment.Event{Kind: "desk.refunded", Position: p.Key, At: lately}, true)
		},
		"a second receipt came lately": func(t *testing.T, st store.Store, p payment.Position) {
			r := storetest.Receipt(p, "second")
			r.ReceivedAt = lately
			require.NoError(t, st.RTs().Insert(t.Context(), r))
		},
		"its case is pending": func(t *testing.T, st store.Store, p payment.Position) {
			require.NoError(t, st.Cases().Insert(t.Context(), desk.Case{ID: "c", Status: desk.Paid, OpenedAt: old, Positions: []payment.Key{p.Key}}))
		},
		"its case was reopened lately": func(t *testing.T, st store.Store, p payment.Position) {
			c := desk.Case{ID: "c", Status: desk.Waiting, OpenedAt: old, Reopening: desk.Reopening{At: lately}, Positions: []payment.Key{p.Key}}
			require.NoError(t, st.Cases().Insert(t.Context(), c))
		},
		"a refund was refused lately": func(t *testing.T, st store.Store, p payment.Position) {
			refund := desk.Refund{ID: "r", Position: p.Key, Status: desk.RefundRejected, RequestedAt: old, DecidedAt: lately}
			c := desk.Case{ID: "c", Status: desk.Released, OpenedAt: old, Refunds: []desk.Refund{refund}, Positions: []payment.Key{p.Key}}
			require.NoError(t, st.Cases().Insert(t.Context(), c))
		},
		"its payment was assigned lately": func(t *testing.T, st store.Store, p payment.Position) {
			c := desk.Case{ID: "c", Status: desk.Released, OpenedAt: old, Positions: []payment.Key{p.Key}}
			c.Assignments = []desk.Assignment{{Position: p.Key, At: lately}}
			require.NoError(t, st.Cases().Insert(t.Context(), c))
		},
		"its case has another notice that is not over": func(t *testing.T, st store.Store, p payment.Position) {
			other := storetest.Position(2)
			require.NoError(t, st.Positions().Insert(t.Context(), other))
			c := desk.Case{ID: "c", Status: desk.Released, OpenedAt: old, Positions: []payment.Key{p.Key, other.Key}}
			require.NoError(t, st.Cases().Insert(t.Context(), c))
		},
		"a message of the program's in quarantine is open": func(t *testing.T, st store.Store, p payment.Position) {
			m := payment.QuarantinedMessage{Operation: "ledger", Raw: []byte(p.Creditor + " " + p.Number.String()), ReceivedAt: old}
			require.NoError(t, st.Quarantine().Put(t.Context(), m))
		},
		"a message in quarantine was resolved lately": func(t *testing.T, st store.Store, p payment.Position) {
			m := payment.QuarantinedMessage{Operation: "paSendRTV2", Raw: []byte(p.Creditor + " " + p.Number.String()), ReceivedAt: old}
			require.NoError(t, st.Quarantine().Put(t.Context(), m))
			found, err := st.Quarantine().ByPosition(t.Context(), p.Key)
			require.NoError(t, err)
			require.NoError(t, st.Quarantine().Update(t.Context(), found[0].ID, func(m *payment.QuarantinedMessage) error {
				m.Resolution = payment.Resolution{ResolvedAt: lately, ResolvedBy: "c", Note: "n"}
				return nil
			}))
		},
		"a message in quarantine is open": func(t *testing.T, st store.Store, p payment.Position) {
			m := payment.QuarantinedMessage{Operation: "paSendRTV2", Raw: []byte(p.Creditor + " " + p.Number.String()), ReceivedAt: old}
			require.NoError(t, st.Quarantine().Put(t.Context(), m))
		},
	} {
		t.Run(name, func(t *testing.T) {
			onEach(t, func(t *testing.T, st store.Store) {
				p := past(t, st, 1)
				keep(t, st, p)
				done, err := store.Prune(t.Context(), st, store.Retention{Now: clock, Receipts: 10 * years})
				require.NoError(t, err)
				require.Zero(t, done.Receipts)
			})
		})
	}
}

// TestReceiptsOfAGroup: what hangs together by debt, order and case goes together.
func TestReceiptsOfAGroup(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		ctx := t.Context()
		a := past(t, st, 1)
		b := past(t, st, 2, func(p *payment.Position) { p.Debt = a.Debt })
		c, d := past(t, st, 3), past(t, st, 4)
		require.NoError(t, st.Orders().Insert(ctx, payment.Order{ID: "o", Positions: []payment.Key{b.Key, c.Key}, CreatedAt: old, ChangedAt: old}))
		require.NoError(t, st.Cases().Insert(ctx, desk.Case{ID: "c", Status: desk.Released, OpenedAt: old, Positions: []payment.Key{c.Key, d.Key}}))
		done, err := store.Prune(ctx, st, store.Retention{Now: clock, Receipts: 10 * years})
		require.NoError(t, err)
		require.Equal(t, payment.Forgotten{Positions: 4, Receipts: 4, Events: 4, Orders: 1, Cases: 1}, done.Receipts)
		// Its number is not known any more, nor issued again.
		_, err = payment.NewCashier(st, payment.Config{Now: clock}).Payable(ctx, a.Key)
		require.ErrorIs(t, err, payment.ErrUnknown)
	})
}

// TestQuoteStaysPaid: a quote whose notice is gone cannot be paid again, and others are as
// they were.
func TestQuoteStaysPaid(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		ctx, q, other := t.Context(), storetest.Quote(1), storetest.Quote(2)
		require.NoError(t, st.Quotes().Insert(ctx, q))
		require.NoError(t, st.Quotes().Insert(ctx, other))
		past(t, st, 1, func(p *payment.Position) { p.Creditor, p.Debt = q.Creditor, q.ID })
		past(t, st, 2, func(p *payment.Position) { p.Creditor, p.Debt, p.Status = other.Creditor, other.ID, payment.Cancelled })
		for _, dry := range []bool{true, false} {
			done, err := store.Prune(ctx, st, store.Retention{Now: clock, Receipts: 10 * years, DryRun: dry})
			require.NoError(t, err)
			require.Equal(t, 2, done.Receipts.Positions)
		}
		register := quote.NewRegister(nil, st, payment.NewCashier(st, payment.Config{Now: clock}), quote.Config{Now: clock})
		paid, err := register.Get(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, quote.Paid, paid.Status)
		require.Equal(t, old, paid.PaidAt)
		after, err := st.Quotes().Get(ctx, other.ID)
		require.NoError(t, err)
		require.Equal(t, other, after)
	})
}

// TestReceiptsTooEarly: what the journal still tells of stays.
func TestReceiptsTooEarly(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		for _, d := range []time.Duration{time.Hour, 365 * 24 * time.Hour, -time.Hour} {
			done, err := store.Prune(t.Context(), st, store.Retention{Now: clock, Receipts: d})
			require.Equal(t, pagonline.CodeNotAllowed, pagonline.CodeOf(err))
			require.Zero(t, done)
		}
	})
}

// failingForget is a store that does not forget.
type failingForget struct{ store.Store }

func (failingForget) Forget(context.Context, ...payment.Key) (payment.Forgotten, error) {
	return payment.Forgotten{}, errFailed
}

func TestReceiptsFail(t *testing.T) {
	onEach(t, func(t *testing.T, st store.Store) {
		p := past(t, st, 1)
		done, err := store.Prune(t.Context(), failingForget{st}, store.Retention{Now: clock, Receipts: 10 * years})
		require.ErrorIs(t, err, errFailed)
		require.Zero(t, done.Receipts)
		_, err = st.Positions().Get(t.Context(), p.Key)
		require.NoError(t, err)
	})
}

// Receipts go with their notices ten years after the last thing that happened.
func ExamplePrune_receipts() {
	st, ctx := new(memory.Store), context.Background()
	p := storetest.Position(1)
	p.Status = payment.Cancelled
	if err := st.Positions().Insert(ctx, p); err != nil {
		fmt.Println(err)
		return
	}
	for _, later := range []int{9, 11} {
		r := store.Retention{Receipts: 10 * years, Now: func() time.Time { return p.OpenedAt.AddDate(later, 0, 0) }}
		done, err := store.Prune(ctx, st, r)
		fmt.Println(done.Receipts.Positions, err)
	}
	// Output:
	// 0 <nil>
	// 1 <nil>
}
