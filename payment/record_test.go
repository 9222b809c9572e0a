package payment_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func TestRecordPays(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		r := receipt(p, "iur")
		done, err := o.Record(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, payment.Recorded{}, done)
		got := o.get(t, p.Key)
		require.Equal(t, payment.Paid, got.Status)
		require.Equal(t, "iur", got.ReceiptID)
		require.Equal(t, r.PaidAt, got.PaidAt)
		require.Equal(t, []string{"position.open", "receipt.recorded", "position.paid"}, o.kinds(t, payment.EventFilter{Position: p.Key}))
		kept, err := o.store.RTs().Get(t.Context(), creditor, "iur")
		require.NoError(t, err)
		require.Equal(t, []byte("<raw/>"), kept.Raw)
		require.Equal(t, o.now, kept.ReceivedAt)
	})
}

// TestRecordTwice: the same receipt changes nothing, also when it comes as the other
// version of the message, which has fewer fields.
func TestRecordTwice(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		r := receipt(p, "iur")
		r.Note, r.Bundle = "order", "bundle"
		_, err := o.Record(t.Context(), r)
		require.NoError(t, err)
		before := o.kinds(t, payment.EventFilter{})
		v1 := receipt(p, "iur")
		v1.Operation, v1.Raw = "paSendRT", []byte("<v1/>")
		for _, again := range []payment.RT{r, v1} {
			done, err := o.Record(t.Context(), again)
			require.NoError(t, err)
			require.True(t, done.Repeat)
		}
		require.Equal(t, before, o.kinds(t, payment.EventFilter{}))
		require.Empty(t, o.quarantine(t))
	})
}

func TestAlteredReceiptIsRefusedAndKept(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		_, err := o.Record(t.Context(), receipt(p, "iur"))
		require.NoError(t, err)
		fee := euro.MustParse("1.50")
		for i, alter := range []func(*payment.RT){
			func(r *payment.RT) {
				r.Amount, r.Transfers[0].Amount = euro.MustParse("13.00"), euro.MustParse("13.00")
			},
			func(r *payment.RT) { r.Transfers[0].IBAN = "IT60X0542811101000000999999" },
			func(r *payment.RT) { r.PaidAt = r.PaidAt.Add(time.Second) },
			func(r *payment.RT) { r.Fee = &fee },
			func(r *payment.RT) { r.Payer = &payment.Subject{Name: "Altra Persona"} },
			func(r *payment.RT) { r.PSP.Company = "altro" },
			func(r *payment.RT) { r.Metadata = []payment.MetadataEntry{{Key: "k", Value: "v"}} },
			func(r *payment.RT) { r.Transfers = append(r.Transfers, r.Transfers[0]) },
			func(r *payment.RT) { r.OK = false },
			func(r *payment.RT) { r.StandIn = true },
		} {
			r := receipt(p, "iur")
			alter(&r)
			r.Raw = fmt.Append(nil, i)
			_, err := o.Record(t.Context(), r)
			require.ErrorIs(t, err, payment.ErrRefused, i)
			require.ErrorIs(t, err, payment.ErrAltered, i)
			held := o.quarantine(t)
			require.Len(t, held, i+1)
			require.Equal(t, r.Raw, held[i].Raw)
			require.Equal(t, "PAA_RECEIPT_DUPLICATA", held[i].Reason)
		}
		kept, err := o.store.RTs().Get(t.Context(), creditor, "iur")
		require.NoError(t, err)
		require.Equal(t, []byte("<raw/>"), kept.Raw, "never overwritten")
	})
}

func TestSecondPaymentIsKept(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		_, err := o.Record(t.Context(), receipt(p, "iur-1"))
		require.NoError(t, err)
		done, err := o.Record(t.Context(), receipt(p, "iur-2"))
		require.NoError(t, err)
		require.True(t, done.Second)
		done, err = o.Record(t.Context(), receipt(p, "iur-2"))
		require.NoError(t, err)
		require.Equal(t, payment.Recorded{Repeat: true, Second: true}, done)
		rts, err := o.store.RTs().ByPosition(t.Context(), p.Key)
		require.NoError(t, err)
		require.Len(t, rts, 2)
		require.False(t, rts[0].Second)
		require.True(t, rts[1].Second)
		require.Equal(t, "iur-1", o.get(t, p.Key).ReceiptID)
		require.Equal(t, []string{"position.open", "receipt.recorded", "position.paid", "receipt.second"},
			o.kinds(t, payment.EventFilter{Position: p.Key}))
		require.Contains(t, o.log.String(), "second payment, to refund")
	})
}

// TestTheReceiptWins: whatever the state, whatever the amount, an honest receipt pays.
func TestTheReceiptWins(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		for _, status := range []payment.Status{payment.Draft, payment.Open, payment.Expired, payment.Cancelled} {
			p := o.open(t, string(status))
			require.NoError(t, o.store.Positions().Update(t.Context(), p.Key, func(p *payment.Position) error {
				p.Status = status
				return nil
			}))
			r := receipt(p, "iur-"+string(status))
			r.Amount, r.Transfers[0].Amount, r.PaidAt, r.StandIn = euro.MustParse("12.00"), euro.MustParse("12.00"), time.Time{}, true
			done, err := o.Record(t.Context(), r)
			require.NoError(t, err)
			require.Equal(t, "-0.50", done.Difference.String())
			got := o.get(t, p.Key)
			require.Equal(t, payment.Paid, got.Status)
			require.Equal(t, o.now, got.PaidAt, "without an instant of its own, when it came")
		}
	})
}

func TestUnknownNoticeGoesToQuarantine(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		r := receipt(p, "iur")
		r.Number = notice.MustParse("399000000000001976")
		r.IUV = r.Number.IUV().String()
		for range 2 {
			_, err := o.Record(t.Context(), r)
			require.ErrorIs(t, err, payment.ErrRefused)
			require.ErrorIs(t, err, payment.ErrUnknown)
		}
		other := r
		other.ReceiptID, other.IUV = "iur-2", p.Number.IUV().String()
		_, err := o.Record(t.Context(), other)
		require.ErrorIs(t, err, payment.ErrUnknown, "that nobody knows the notice comes before what else is wrong")
		held := o.quarantine(t)
		require.Len(t, held, 1)
		require.Equal(t, 3, held[0].Times)
		require.Equal(t, "PAA_PAGAMENTO_SCONOSCIUTO", held[0].Reason)
		require.Equal(t, o.now, held[0].ReceivedAt)
	})
}

// TestReceiptAfterItsRecovery: what biz-events knew is replaced by the receipt itself, and
// never the other way round.
func TestReceiptAfterItsRecovery(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		sent := receipt(p, "iur")
		recovered := receipt(p, "iur")
		recovered.Operation, recovered.Raw, recovered.Description = payment.OperationBizEvents, []byte("{}"), ""
		recovered.PaidAt = recovered.PaidAt.Truncate(24 * time.Hour)
		_, err := o.Record(t.Context(), recovered)
		require.NoError(t, err)
		done, err := o.Record(t.Context(), sent)
		require.NoError(t, err)
		require.True(t, done.Repeat)
		kept, err := o.store.RTs().Get(t.Context(), p.Creditor, "iur")
		require.NoError(t, err)
		require.Equal(t, "<raw/>", string(kept.Raw), "the message itself is the evidence")
		require.Equal(t, sent.PaidAt, o.get(t, p.Key).PaidAt)

		done, err = o.Record(t.Context(), recovered)
		require.NoError(t, err)
		require.True(t, done.Repeat)
		kept, err = o.store.RTs().Get(t.Context(), p.Creditor, "iur")
		require.NoError(t, err)
		require.Equal(t, "<raw/>", string(kept.Raw))

		recovered.Amount = euro.MustParse("1.00")
		recovered.Transfers[0].Amount = recovered.Amount
		_, err = o.Record(t.Context(), recovered)
		require.ErrorIs(t, err, payment.ErrAltered)
	})
}

// TestSecondaryCreditor: its copy is about a notice that another creditor issued.
func TestSecondaryCreditor(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		r := receipt(p, "iur")
		r.Creditor = "01234567890"
		_, err := o.Record(t.Context(), r)
		require.NoError(t, err)
		require.Equal(t, payment.Open, o.get(t, p.Key).Status)
		_, err = o.Record(t.Context(), receipt(p, "iur"))
		require.NoError(t, err, "both recipients get the same receipt")
		require.Equal(t, payment.Paid, o.get(t, p.Key).Status)
	})
}

func TestUnsoundReceiptsAreRefusedAndKept(t *testing.T) {
	for name, c := range map[string]struct {
		alter func(*payment.RT)
		want  error
	}{
		"failed payment":    {func(r *payment.RT) { r.OK = false }, payment.ErrOutcomeKO},
		"sum":               {func(r *payment.RT) { r.Amount = euro.MustParse("99.00") }, payment.ErrInconsistent},
		"no transfers":      {func(r *payment.RT) { r.Transfers = nil }, payment.ErrInconsistent},
		"another reference": {func(r *payment.RT) { r.IUV = "02000000000000144" }, payment.ErrInconsistent},
	} {
		o := newOffice(t, &memory.Store{})
		p := o.open(t, "debt")
		r := receipt(p, "iur")
		c.alter(&r)
		_, err := o.Record(t.Context(), r)
		require.ErrorIs(t, err, c.want, name)
		require.ErrorIs(t, err, payment.ErrRefused, name)
		require.Len(t, o.quarantine(t), 1, name)
		require.Equal(t, payment.Open, o.get(t, p.Key).Status)
		_, err = o.Record(t.Context(), receipt(p, "iur"))
		require.NoError(t, err, "the right one is still taken")
	}
}

// TestSameReceiptInParallel: one is stored, the others are repeats.
func TestSameReceiptInParallel(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		var mu sync.Mutex
		var wg sync.WaitGroup
		repeats := 0
		for range 64 {
			wg.Go(func() {
				done, err := o.Record(t.Context(), receipt(p, "iur"))
				mu.Lock()
				defer mu.Unlock()
				if err != nil || done.Second {
					t.Error(done, err)
				}
				if done.Repeat {
					repeats++
				}
			})
		}
		wg.Wait()
		require.Equal(t, 63, repeats)
		require.Equal(t, []string{"position.open", "receipt.recorded", "position.paid"}, o.kinds(t, payment.EventFilter{Position: p.Key}))
	})
}

// failingStore fails at one of its calls.
type failingStore struct {
	payment.Store
	left int
}

var errStore = errors.New("disk full")

func (s *failingStore) Outbox() payment.Outbox { return failingOutbox{s.Store.Outbox(), s} }
func (s *failingStore) RTs() payment.RTs       { return failingRTs{s.Store.RTs(), s} }

func (s *failingStore) step() error {
	if s.left--; s.left == 0 {
		return errStore
	}
	return nil
}

type failingOutbox struct {
	payment.Outbox
	s *failingStore
}

func (o failingOutbox) Append(ctx context.Context, e payment.Event) error {
	if err := o.s.step(); err != nil {
		return err
	}
	return o.Outbox.Append(ctx, e)
}

type failingRTs struct {
	payment.RTs
	s *failingStore
}

func (o failingRTs) Insert(ctx context.Context, r payment.RT) error {
	if err := o.s.step(); err != nil {
		return err
	}
	return o.RTs.Insert(ctx, r)
}

// TestRecordIsAllOrNothing: a store that fails at any step leaves nothing behind, and
// the error is no refusal, so that the sender tries again.
func TestRecordIsAllOrNothing(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		p := o.open(t, "debt")
		order := o.order(t, p.Key)
		before := o.kinds(t, payment.EventFilter{})
		failed := 0
		for n := 1; ; n++ {
			cashier := payment.NewCashier(&failingStore{o.store, n}, payment.Config{})
			_, err := cashier.Record(t.Context(), receipt(p, "iur"))
			if err == nil {
				break
			}
			failed++
			require.ErrorIs(t, err, errStore)
			require.NotErrorIs(t, err, payment.ErrRefused)
			require.Equal(t, before, o.kinds(t, payment.EventFilter{}))
			require.Equal(t, payment.Open, o.get(t, p.Key).Status)
			_, err = o.store.RTs().Get(t.Context(), creditor, "iur")
			require.ErrorIs(t, err, payment.ErrNotFound)
		}
		require.Equal(t, 4, failed, "receipt, and events of receipt, position and order")
		require.Equal(t, payment.Paid, o.get(t, p.Key).Status)
		got, err := o.store.Orders().Get(t.Context(), order.ID)
		require.NoError(t, err)
		require.Equal(t, payment.OrderPaid, got.Status)
	})
}

func TestQuarantineMustBeDurableToo(t *testing.T) {
	o := newOffice(t, &memory.Store{})
	cashier := payment.NewCashier(&failingStore{o.store, 1}, payment.Config{})
	r := receipt(o.open(t, "debt"), "iur")
	r.OK = false
	_, err := cashier.Record(t.Context(), r)
	require.ErrorIs(t, err, errStore)
	require.NotErrorIs(t, err, payment.ErrRefused, "a refusal that was not kept must not go out")
	require.Empty(t, o.quarantine(t))
	require.Error(t, payment.NewCashier(&failingStore{o.store, 1}, payment.Config{}).Quarantine(t.Context(), payment.QuarantinedMessage{}))
	require.NoError(t, o.Quarantine(t.Context(), payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "PAA_SINTASSI_EXTRAXSD"}))
	require.Equal(t, []string{"position.open", "quarantine.added"}, o.kinds(t, payment.EventFilter{}))
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
	_, failed := payment.NewCashier(&failingStore{o.store, 1}, payment.Config{}).Record(t.Context(), rt)
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
