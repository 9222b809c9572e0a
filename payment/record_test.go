package payment_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

		// The message is the evidence also where it says nothing new; what names another
		// reference than the notice's is none.
		p = o.open(t, "another debt")
		sent = receipt(p, "iur-2")
		recovered = sent
		recovered.Operation, recovered.Raw = payment.OperationBizEvents, []byte("{}")
		_, err = o.Record(t.Context(), recovered)
		require.NoError(t, err)
		wrong := sent
		wrong.IUV = "01000000000000000"
		_, err = o.Record(t.Context(), wrong)
		require.ErrorIs(t, err, payment.ErrAltered)
		for range 2 {
			done, err = o.Record(t.Context(), sent)
			require.NoError(t, err)
			require.True(t, done.Repeat)
			kept, err = o.store.RTs().Get(t.Context(), p.Creditor, "iur-2")
			require.NoError(t, err)
			require.Equal(t, []string{"paSendRTV2", "<raw/>"}, []string{kept.Operation, string(kept.Raw)})
		}
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
