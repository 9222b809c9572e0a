package payment_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func (w *walk) verdict() payment.Verdict {
	v, err := w.Verdict(w.t.Context(), w.p.Key, w.flow...)
	require.NoError(w.t, err)
	return v
}

// The verdict follows a payment through the store.
func TestVerdict(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		w := &walk{office: o, t: t, p: payment.Position{Key: payment.Key{Creditor: creditor, Number: notice.Number{}}}}
		require.Equal(t, payment.FindingUnknown, w.verdict().Finding)

		w.p = o.open(t, "debt")
		require.Equal(t, payment.FindingOpen, w.verdict().Finding)

		order := o.order(t, w.p.Key)
		require.Equal(t, payment.FindingUnderWay, w.verdict().Finding)
		require.Equal(t, payment.DoFinish, w.verdict().Action)

		w.call("paGetPayment", "KO", "PAA_PAGAMENTO_IN_CORSO")
		require.Equal(t, payment.DoFinish, w.verdict().Action, "what was refused did not begin")
		w.call("paGetPayment", "OK", "")
		require.Equal(t, payment.DoAwaitPSP, w.verdict().Action)

		_, err := o.Returned(t.Context(), order.ID, payment.ReturnedOK)
		require.NoError(t, err)
		require.Equal(t, payment.FindingInCharge, w.verdict().Finding)
		require.Equal(t, payment.ActorPagoPA, w.verdict().Who)

		w.wait(72 * time.Hour)
		require.Equal(t, payment.DoReadFlows, w.verdict().Action)

		w.reported(payment.FlowExecuted)
		require.Equal(t, payment.DoAwaitReceipt, w.verdict().Action, "48 hours are not over")
		w.wait(24 * time.Hour)
		v := w.verdict()
		require.Equal(t, payment.FindingMissing, v.Finding)
		require.Equal(t, payment.DoSeekReceipt, v.Action)
		require.Equal(t, "a", v.Missing)
		for _, want := range []bool{true, false, false} {
			first, err := o.SeekReceipt(t.Context(), w.p.Key, "a")
			require.NoError(t, err)
			require.Equal(t, want, first, "biz-events is asked once")
		}
		require.Equal(t, payment.DoAskPagoPA, w.verdict().Action)

		// It had come, and was refused.
		bad := receipt(w.p, "a")
		bad.OK, bad.Raw = false, []byte(w.p.Creditor+" "+w.p.Number.String())
		_, err = o.Record(t.Context(), bad)
		require.ErrorIs(t, err, payment.ErrRefused)
		require.Equal(t, payment.FindingQuarantined, w.verdict().Finding)
		require.NoError(t, o.Resolve(t.Context(), o.quarantine(t)[0].ID, "clerk", "of another payment"))
		require.Equal(t, payment.FindingMissing, w.verdict().Finding)

		w.receives("a")
		require.Equal(t, payment.FindingPaid, w.verdict().Finding)
		require.Equal(t, payment.DoNothing, w.verdict().Action)
		w.receives("b")
		require.Equal(t, payment.FindingSecond, w.verdict().Finding)
	})
}

// A debt that was paid by one notice is not to be paid by the other.
func TestVerdictElsewhere(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		single := o.open(t, "debt")
		r := request("debt")
		r.Option = 1
		part, err := o.Open(t.Context(), r)
		require.NoError(t, err)
		_, err = o.Record(t.Context(), receipt(part, "a"))
		require.NoError(t, err)

		w := &walk{office: o, t: t, p: single}
		require.Equal(t, payment.FindingElsewhere, w.verdict().Finding)
		require.False(t, w.verdict().Retry)
		w.receives("b")
		require.Equal(t, payment.FindingSecond, w.verdict().Finding)
		w.p = part
		require.Equal(t, payment.FindingPaid, w.verdict().Finding, "the first of both is not the one to refund")
	})
}

func TestSeekReceiptOfNoNotice(t *testing.T) {
	stores(t, func(t *testing.T, o *office) {
		_, err := o.SeekReceipt(t.Context(), payment.Key{Creditor: creditor}, "a")
		require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
		p := o.open(t, "debt")
		require.NoError(t, o.AppendJournal(t.Context(), payment.JournalEntry{
			Creditor: creditor, Notice: p.Number.String(), Operation: "paGetPayment", Subtype: payment.Response, Outcome: "OK",
		}))
		for _, half := range []payment.Key{{}, {Creditor: creditor}, {Number: p.Number}} {
			_, err = o.Timeline(t.Context(), half)
			require.Equal(t, pagonline.CodeNotFound, pagonline.CodeOf(err))
			facts, err := o.Facts(t.Context(), half)
			require.NoError(t, err)
			require.Equal(t, payment.Facts{Now: o.now, Position: payment.Position{Key: half}}, facts, "half a key knows nothing")
		}
	})
}

func TestFactsAreNotLogged(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "facts", facts(rt("a")))
	require.Contains(t, out.String(), "99999000013/301000000000000144")
	require.NotContains(t, out.String(), "Rossi")
}

// rotten is a store of which one part cannot be read.
type rotten struct {
	*memory.Store
	part string
}

var errRotten = errors.New("rotten")

func (s rotten) Positions() payment.Positions {
	return rottenPositions{s.Store.Positions(), s.part}
}

type rottenPositions struct {
	payment.Positions
	part string
}

func (s rottenPositions) Get(ctx context.Context, k payment.Key) (payment.Position, error) {
	if s.part == "position" {
		return payment.Position{}, errRotten
	}
	return s.Positions.Get(ctx, k)
}

func (s rottenPositions) List(ctx context.Context, f payment.PositionFilter) iter.Seq2[payment.Position, error] {
	return spoil(s.part == "debt", s.Positions.List(ctx, f))
}

func (s rotten) Orders() payment.Orders { return rottenOrders{s.Store.Orders(), s.part} }

type rottenOrders struct {
	payment.Orders
	part string
}

func (s rottenOrders) ByPosition(ctx context.Context, k payment.Key) ([]payment.Order, error) {
	if s.part == "orders" {
		return nil, errRotten
	}
	return s.Orders.ByPosition(ctx, k)
}

func (s rotten) Outbox() payment.Outbox { return rottenOutbox{s.Store.Outbox(), s.part} }

type rottenOutbox struct {
	payment.Outbox
	part string
}

func (s rottenOutbox) List(ctx context.Context, f payment.EventFilter) iter.Seq2[payment.Event, error] {
	return spoil(s.part == "events" && f.Order == "" || s.part == "events of an order" && f.Order != "", s.Outbox.List(ctx, f))
}

func (s rotten) Journal() payment.Journal { return rottenJournal{s.Store.Journal(), s.part} }

type rottenJournal struct {
	payment.Journal
	part string
}

func (s rottenJournal) List(ctx context.Context, f payment.JournalFilter) iter.Seq2[payment.JournalEntry, error] {
	return spoil(s.part == "journal", s.Journal.List(ctx, f))
}

func (s rotten) Quarantine() payment.Quarantine {
	return rottenQuarantine{s.Store.Quarantine(), s.part}
}

type rottenQuarantine struct {
	payment.Quarantine
	part string
}

func (s rottenQuarantine) ByPosition(ctx context.Context, k payment.Key) ([]payment.QuarantinedMessage, error) {
	if s.part == "quarantine" {
		return nil, errRotten
	}
	return s.Quarantine.ByPosition(ctx, k)
}

func (s rotten) RTs() payment.RTs { return rottenRTs{s.Store.RTs(), s.part} }

type rottenRTs struct {
	payment.RTs
	part string
}

func (s rottenRTs) ByPosition(ctx context.Context, k payment.Key) ([]payment.RT, error) {
	if s.part == "receipts" {
		return nil, errRotten
	}
	return s.RTs.ByPosition(ctx, k)
}

// spoil makes a list fail.
func spoil[T any](spoiled bool, list iter.Seq2[T, error]) iter.Seq2[T, error] {
	if !spoiled {
		return list
	}
	return func(yield func(T, error) bool) {
		var none T
		yield(none, errRotten)
	}
}

// What cannot be read is an error, never a verdict: it may be the receipt.
func TestVerdictOfARottenStore(t *testing.T) {
	store := &memory.Store{}
	o := newOffice(t, store)
	p := o.open(t, "debt")
	o.order(t, p.Key)
	for _, part := range []string{"position", "debt", "orders", "events", "events of an order", "journal", "quarantine", "receipts"} {
		c := payment.NewCashier(rotten{store, part}, payment.Config{})
		_, err := c.Verdict(t.Context(), p.Key)
		require.ErrorIs(t, err, errRotten, part)
		_, err = c.Timeline(t.Context(), p.Key)
		require.ErrorIs(t, err, errRotten, part)
	}
	_, err := payment.NewCashier(rotten{store, "events"}, payment.Config{}).SeekReceipt(t.Context(), p.Key, "a")
	require.ErrorIs(t, err, errRotten)
}
