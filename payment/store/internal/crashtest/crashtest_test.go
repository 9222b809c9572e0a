package crashtest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/store/internal/crashtest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// run has callers pay some debts, and returns what they know.
func run(t *testing.T, store payment.Store, callers, debts int) *crashtest.Ledger {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- crashtest.Serve(ctx, store, func(url string) { ready <- url }) }()
	ledger := &crashtest.Ledger{}
	all := crashtest.NewCallers(ledger, "a", callers)
	all.Debts = debts
	require.NoError(t, all.Run(t.Context(), <-ready))
	require.Zero(t, all.Tries())
	stop()
	require.NoError(t, <-ended)
	return ledger
}

func TestAllIsWell(t *testing.T) {
	store := &memory.Store{}
	ledger := run(t, store, 16, 20)
	require.NoError(t, ledger.Check(t.Context(), store))
	for _, kind := range []crashtest.FactKind{crashtest.Opened, crashtest.Paid, crashtest.Refused, crashtest.Consumed} {
		require.Greater(t, ledger.Count(kind), 50, kind)
	}
	require.NoError(t, ledger.CheckCopy(t.Context(), store, 10), "what is not known yet may be there")
}

// numbered is a store that has begun to count anew.
type numbered struct{ payment.Store }

func (s numbered) Numbers() payment.Numbers { return (&memory.Store{}).Numbers() }

// TestCheckFinds: whatever is wrong is found.
func TestCheckFinds(t *testing.T) {
	const creditor = "99999000013"
	type scene struct {
		ctx    context.Context //nolint:containedctx // of the test
		store  *memory.Store
		ledger *crashtest.Ledger
		last   crashtest.Fact // that somebody paid
	}
	change := func(s scene, change func(*payment.RT)) error {
		r, err := s.store.RTs().Get(s.ctx, creditor, s.last.Receipt)
		change(&r)
		if err == nil {
			err = s.store.RTs().Replace(s.ctx, r)
		}
		return err
	}
	for name, c := range map[string]struct {
		want  string
		wrong func(s scene) error
	}{
		"a notice is lost": {"I1: notice", func(s scene) error {
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Opened, Debt: "other"})
			return nil
		}},
		"a receipt is lost": {"I1: receipt", func(s scene) error {
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Paid, Receipt: "other", Number: s.last.Number})
			return nil
		}},
		"a refused message is lost": {"I1: what was refused", func(s scene) error {
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Refused, Message: "other", Fault: "PAA_SEMANTICA"})
			return nil
		}},
		"another answer": {"I2: receipt", func(s scene) error {
			s.last.Answer = "other"
			s.ledger.Add(s.last)
			return nil
		}},
		"another message": {"I2: receipt", func(s scene) error {
			return change(s, func(r *payment.RT) { r.Description = "other" })
		}},
		"other bytes": {"I2: nobody has sent", func(s scene) error {
			return change(s, func(r *payment.RT) { r.Raw = append(r.Raw, ' ') })
		}},
		"the first to refund": {"I3: receipt", func(s scene) error {
			return change(s, func(r *payment.RT) { r.Second = !r.Second })
		}},
		"open again": {"I4: notice", func(s scene) error {
			return s.store.Positions().Update(s.ctx, payment.Key{Creditor: creditor, Number: s.last.Number}, func(p *payment.Position) error {
				p.Status = payment.Open
				return nil
			})
		}},
		"a cent more": {"I5: receipt", func(s scene) error {
			return change(s, func(r *payment.RT) { r.Difference = euro.MustParse("0.01").Minus(euro.Amount{}) })
		}},
		"an event without a cause": {"I6, I8: the events", func(s scene) error {
			return s.store.Outbox().Append(s.ctx, payment.Event{
				Kind: payment.ReceiptSecond, Position: payment.Key{Creditor: creditor, Number: s.last.Number}, ReceiptID: "other",
			})
		}},
		"nobody got the event": {"I6: event", func(s scene) error {
			for e, err := range s.store.Outbox().List(s.ctx, payment.EventFilter{Pending: true}) {
				if err != nil {
					return err
				}
				return s.store.Outbox().Delivered(s.ctx, e.ID)
			}
			return nil
		}},
		"an event that is not there": {"I6: event", func(s scene) error {
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Consumed, Event: &payment.Event{ID: 1e6}})
			return nil
		}},
		"events in the wrong order": {"came after event", func(s scene) error {
			k := payment.Key{Creditor: creditor, Number: s.last.Number}
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Consumed, Event: &payment.Event{ID: 1e6, Position: k}})
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Consumed, Event: &payment.Event{ID: 1e6 - 1, Position: k}})
			return nil
		}},
		"a question without an answer": {"I8: of", func(s scene) error {
			return payment.NewCashier(s.store, payment.Config{}).AppendJournal(s.ctx, payment.JournalEntry{
				Creditor: creditor, Operation: "paSendRTV2", Subtype: payment.Request,
			}.WithMessage([]byte("other")))
		}},
		"an answer that the journal does not know": {"I8: receipt", func(s scene) error {
			for range 10 {
				s.ledger.Add(s.last)
			}
			return nil
		}},
		"a number for two debts": {"I9: notice", func(s scene) error {
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Opened, Debt: "other", Number: s.last.Number})
			return nil
		}},
		"two numbers for a debt": {"I1: a-0-1 had", func(s scene) error {
			s.ledger.Add(crashtest.Fact{Kind: crashtest.Opened, Debt: "a-0-1"})
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			store := &memory.Store{}
			s := scene{ctx: t.Context(), store: store, ledger: run(t, store, 2, 9)}
			for _, f := range s.ledger.Facts() {
				if f.Kind == crashtest.Paid {
					s.last = f
				}
			}
			require.NoError(t, s.ledger.Check(t.Context(), store))
			require.NoError(t, c.wrong(s))
			require.ErrorContains(t, s.ledger.Check(t.Context(), store), c.want)
		})
	}
	store := &memory.Store{}
	require.ErrorContains(t, run(t, store, 2, 2).Check(t.Context(), numbered{store}), "I9: the next notice")
}

// forgetful is a store that says so when there is nothing.
type forgetful struct{ *memory.Store }

func (forgetful) Do(context.Context, func(context.Context) error) error { return nil }

// TestWrongAnswers: callers know what a program must not say.
func TestWrongAnswers(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	ready := make(chan string, 1)
	go func() { _ = crashtest.Serve(ctx, forgetful{&memory.Store{}}, func(url string) { ready <- url }) }()
	ledger := &crashtest.Ledger{}
	callers := crashtest.NewCallers(ledger, "a", 1)
	callers.Debts = 1
	require.Error(t, callers.Run(ctx, <-ready))
}
