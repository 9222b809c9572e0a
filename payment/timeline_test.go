package payment_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// walk is a story as it happens, and the rows of flows that tell of it at the end.
type walk struct {
	*office
	t    *testing.T
	p    payment.Position
	flow []payment.FlowEntry
}

func (w *walk) wait(d time.Duration) { w.now = w.now.Add(d) }

// pays is the payer at the gateway: the PSP asks, begins, and he comes back.
func (w *walk) pays(at payment.Return) {
	order := w.order(w.t, w.p.Key)
	w.wait(time.Minute)
	w.call("paGetPaymentV2", "OK", "")
	if at == "" {
		return
	}
	w.wait(2 * time.Minute)
	_, err := w.Returned(w.t.Context(), order.ID, at)
	require.NoError(w.t, err)
}

// call writes a call to the station and its answer into the event journal.
func (w *walk) call(operation, outcome, fault string) {
	asked := payment.JournalEntry{
		Creditor: w.p.Creditor, Notice: w.p.Number.String(), Operation: operation, Subtype: payment.Request,
	}
	answer := asked.Answer(time.Time{}, []byte("<answer/>"), outcome)
	answer.Parameters.Fault = fault
	require.NoError(w.t, w.AppendJournal(w.t.Context(), asked, answer))
}

func (w *walk) receives(id string, with ...func(*payment.RT)) {
	r := receipt(w.p, id)
	r.PaidAt = w.now
	for _, change := range with {
		change(&r)
	}
	_, err := w.Record(w.t.Context(), r)
	require.NoError(w.t, err)
}

// altered is a receipt with an id that is taken, and other content.
func (w *walk) altered(id string) {
	r := receipt(w.p, id)
	r.Description, r.Raw = "other", []byte("<r>"+w.p.Creditor+" "+w.p.Number.String()+"</r>")
	_, err := w.Record(w.t.Context(), r)
	require.ErrorIs(w.t, err, payment.ErrAltered)
}

// desk is what the desk did a day later.
func (w *walk) desk(kind payment.EventKind, receiptID string) {
	w.wait(24 * time.Hour)
	e := payment.Event{Kind: kind, Position: w.p.Key, ReceiptID: receiptID, At: w.now}
	require.NoError(w.t, w.store.Outbox().Append(w.t.Context(), e))
}

func (w *walk) reported(code payment.FlowCode) {
	w.flow = append(w.flow, payment.FlowEntry{
		Flow: "2026-11-25ABI00000-0000000001", Date: pagonline.DateOf(w.now), IUV: w.p.Number.IUV().String(), IUR: "a", Index: 1,
		Amount: w.p.Amount().Minus(euro.Amount{}), Code: code, PaidOn: pagonline.DateOf(w.now).AddDays(-2),
	})
}

// The stories are in testdata, as the payer and the desk read them.
func TestTimelines(t *testing.T) {
	for name, happen := range map[string]func(*walk){
		"sunny": func(w *walk) {
			w.wait(time.Hour)
			w.pays(payment.ReturnedOK)
			w.wait(3 * time.Minute)
			w.receives("a")
		},
		"refused": func(w *walk) {
			w.wait(time.Hour)
			w.pays(payment.ReturnedError)
			w.wait(time.Minute)
		},
		"closed browser": func(w *walk) {
			w.wait(time.Hour)
			w.pays("")
			w.wait(40 * time.Minute)
		},
		"receipt late": func(w *walk) {
			w.wait(time.Hour)
			w.pays(payment.ReturnedOK)
			w.wait(3 * time.Hour)
		},
		"second payment": func(w *walk) {
			w.wait(time.Hour)
			w.pays(payment.ReturnedOK)
			w.receives("a")
			w.wait(24 * time.Hour)
			w.receives("b")
		},
		"code 9": func(w *walk) {
			w.wait(time.Hour)
			w.pays(payment.ReturnedWaiting)
			w.wait(3 * 24 * time.Hour)
			w.reported(payment.FlowNoReceipt)
			first, err := w.SeekReceipt(w.t.Context(), w.p.Key, "a")
			require.NoError(w.t, err)
			require.True(w.t, first)
			w.wait(time.Hour)
		},
		"stand-in": func(w *walk) {
			w.wait(24 * time.Hour)
			w.receives("a", func(r *payment.RT) { r.StandIn = true })
			w.wait(2 * 24 * time.Hour)
			w.reported(payment.FlowStandIn)
		},
		"changed, paid short": func(w *walk) {
			err := w.Update(w.t.Context(), w.p.Key, func(terms *payment.Terms) error {
				terms.Transfers[0].Amount = euro.MustParse("14.50")
				return nil
			})
			require.NoError(w.t, err)
			w.wait(time.Minute)
			w.call("paVerifyPaymentNotice", "OK", "")
			w.wait(time.Minute)
			w.receives("a", func(r *payment.RT) {
				r.Amount = euro.MustParse("12.50")
				r.Transfers[0].Amount = r.Amount
			})
		},
		"draft, then two in one order": func(w *walk) {
			r := request("draft")
			r.Draft = true
			p, err := w.Open(w.t.Context(), r)
			require.NoError(w.t, err)
			other := w.p
			w.p = p
			require.NoError(w.t, w.UpdateDebtor(w.t.Context(), p.Key, payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Maria Rossi"}))
			w.wait(time.Hour)
			require.NoError(w.t, w.Publish(w.t.Context(), p.Key))
			w.wait(time.Hour)
			order := w.order(w.t, p.Key, other.Key)
			w.wait(time.Minute)
			_, err = w.Returned(w.t.Context(), order.ID, payment.ReturnedOK)
			require.NoError(w.t, err)
			w.wait(time.Minute)
			w.receives("a", func(r *payment.RT) {
				r.Amount = euro.MustParse("13.00")
				r.Transfers[0].Amount = r.Amount
			})
			_, err = w.Record(w.t.Context(), receipt(other, "b"))
			require.NoError(w.t, err)
		},
		"revoked": func(w *walk) {
			w.receives("a", func(r *payment.RT) { r.PaidAt = time.Time{} })
			w.wait(4 * 24 * time.Hour)
			w.reported(payment.FlowRevoked)
			w.flow[0].Amount = w.flow[0].Amount.Neg()
			w.flow[0].Date = pagonline.Date{}
		},
		"the rest of its life": func(w *walk) {
			for _, e := range []payment.Event{
				{Kind: payment.PositionEvent(payment.Expired)},
				{Kind: payment.PositionEvent(payment.Open)},
				{Kind: payment.PositionEvent(payment.Paid)},
				{Kind: payment.ReceiptRecorded, ReceiptID: "of another creditor"},
				{Kind: payment.PositionEvent(payment.Reported)},
				{Kind: payment.PositionEvent(payment.Reconciled)},
				{Kind: "position.of_tomorrow"},
			} {
				w.wait(24 * time.Hour)
				e.Position, e.At = w.p.Key, w.now
				require.NoError(w.t, w.store.Outbox().Append(w.t.Context(), e))
			}
			require.NoError(w.t, w.store.Positions().Update(w.t.Context(), w.p.Key, func(p *payment.Position) error {
				p.Status = payment.Reconciled
				return nil
			}))
		},
		"withdrawn, then quarantine": func(w *walk) {
			require.NoError(w.t, w.Withdraw(w.t.Context(), w.p.Key))
			w.wait(time.Minute)
			w.call("paGetPaymentV2", "KO", "PAA_PAGAMENTO_ANNULLATO")
			w.wait(time.Minute)
			bad := receipt(w.p, "a")
			bad.OK, bad.Raw = false, []byte("<r>"+w.p.Creditor+" "+w.p.Number.String()+"</r>")
			for range 2 {
				_, err := w.Record(w.t.Context(), bad)
				require.ErrorIs(w.t, err, payment.ErrOutcomeKO)
			}
			w.call("paVerifyPaymentNotice", "KO", "OF_TOMORROW")
			w.wait(time.Minute)
			require.NoError(w.t, w.Resolve(w.t.Context(), w.quarantine(w.t)[0].ID, "clerk", "nothing was paid"))
			bad.Raw = append(bad.Raw, ' ')
			w.wait(time.Minute)
			_, err := w.Record(w.t.Context(), bad)
			require.ErrorIs(w.t, err, payment.ErrOutcomeKO)
		},
		"second payment and quarantine, then a visit": func(w *walk) {
			w.receives("a")
			w.wait(time.Hour)
			w.receives("b")
			w.wait(time.Hour)
			w.altered("a")
			w.wait(time.Hour)
			w.call("paVerifyPaymentNotice", "KO", "PAA_PAGAMENTO_DUPLICATO")
			w.wait(time.Hour)
		},
		"paid, then back at the error page": func(w *walk) {
			order := w.order(w.t, w.p.Key)
			w.wait(time.Minute)
			w.receives("a")
			w.wait(time.Minute)
			require.NoError(w.t, w.store.Outbox().Append(w.t.Context(), payment.Event{
				Kind: payment.OrderEvent(payment.OrderClosedUnpaid), Order: order.ID, At: w.now,
			}))
			w.wait(time.Hour)
		},
		"another notice was paid": func(w *walk) {
			single := w.p
			w.wait(time.Hour)
			r := request("debt")
			r.Option = 1
			part, err := w.Open(w.t.Context(), r)
			require.NoError(w.t, err)
			w.p = part
			w.receives("a")
			w.p = single
			w.wait(time.Hour)
		},
		"past its due date": func(w *walk) {
			require.NoError(w.t, w.Update(w.t.Context(), w.p.Key, func(terms *payment.Terms) error {
				terms.RefuseLate = true
				return nil
			}))
			w.wait(40 * 24 * time.Hour)
		},
		"second payment revoked": func(w *walk) {
			w.receives("b")
			w.receives("a")
			w.reported(payment.FlowRevoked)
		},
		"paid, then quarantine": func(w *walk) {
			w.receives("a")
			w.wait(time.Hour)
			w.altered("a")
			w.wait(time.Hour)
		},
		"copies handed out": func(w *walk) {
			w.receives("a")
			w.desk("desk.released", "")
		},
		"rejected, then refunded": func(w *walk) {
			w.receives("a")
			w.desk("desk.rejected", "")
			w.desk("desk.refunded", "a")
		},
		"rejected, paid and not refunded": func(w *walk) {
			w.receives("a")
			w.desk("desk.rejected", "")
		},
		"rejected unpaid": func(w *walk) {
			w.desk("desk.rejected", "")
		},
		"second payment refunded": func(w *walk) {
			w.receives("b")
			w.wait(time.Hour)
			w.receives("a")
			w.reported(payment.FlowExecuted)
			w.desk("desk.refunded", "a")
			w.call("paVerifyPaymentNotice", "KO", "PAA_PAGAMENTO_DUPLICATO")
		},
	} {
		t.Run(name, func(t *testing.T) {
			stores(t, func(t *testing.T, o *office) {
				w := &walk{office: o, t: t}
				w.p = o.open(t, "debt")
				happen(w)
				entries, err := o.Timeline(t.Context(), w.p.Key, w.flow...)
				require.NoError(t, err)
				require.True(t, slices.IsSortedFunc(entries, func(a, b payment.TimelineEntry) int { return a.At.Compare(b.At) }))
				for _, e := range entries {
					require.NotEmpty(t, e.Next.It)
					require.NotRegexp(t, `Rossi|ANONIMO|IT60|[{}]|\.\.`, e.Text.It+e.Text.En+e.Next.It+e.Next.En)
					requireModest(t, e.Text)
				}
				o.now = o.now.Add(time.Second)
				again, err := o.Timeline(t.Context(), w.p.Key, w.flow...)
				require.NoError(t, err)
				require.Equal(t, entries, again)
				golden(t, filepath.Join("testdata", "timeline", strings.NewReplacer(" ", "-", ",", "").Replace(name)+".txt"), told(entries))
			})
		})
	}
}

// told returns a story as the files have it.
func told(entries []payment.TimelineEntry) string {
	var b strings.Builder
	for _, e := range entries {
		desk := ""
		if e.Desk {
			desk = ", for the desk"
		}
		fmt.Fprintf(&b, "%s%s\n", e.At.In(pagonline.Rome()).Format("02/01 15:04"), desk)
		fmt.Fprintf(&b, "  it %s\n     %s\n  en %s\n     %s\n", e.Text.It, e.Next.It, e.Text.En, e.Next.En)
	}
	return b.String()
}

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}
