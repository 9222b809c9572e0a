package ledger_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/ledger"
)

// many is a store with n receipts that it makes up as they are read.
type many struct {
	payment.Store
	n int
	p payment.Position
}

func (m many) RTs() payment.RTs             { return manyRTs{n: m.n} }
func (m many) Positions() payment.Positions { return manyPositions{p: m.p} }

type manyRTs struct {
	payment.RTs
	n int
}

type manyPositions struct {
	payment.Positions
	p payment.Position
}

func (m manyPositions) Get(context.Context, payment.Key) (payment.Position, error) { return m.p, nil }

func (m manyRTs) Between(context.Context, time.Time, time.Time) iter.Seq2[payment.RT, error] {
	return func(yield func(payment.RT, error) bool) {
		_, rt := paidRT(1, "iur", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		rt.Transfers = rt.Transfers[:1]
		rt.Amount = rt.Transfers[0].Amount
		for i := range m.n {
			rt.PaidAt = rt.PaidAt.Add(time.Minute)
			rt.ReceiptID = fmt.Sprintf("iur-%08d", i)
			if !yield(rt, nil) {
				return
			}
		}
	}
}

// TestBoundedMemory: a hundred thousand rows take no more than some buffers.
func TestBoundedMemory(t *testing.T) {
	const n = 100_000
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most, i := heap(), uint64(0), 0
	rows := ledger.Register(t.Context(), many{n: n, p: storetest.Position(1)}, receipt.Period{}, ledger.Config{})
	s, err := ledger.WriteRegister(io.Discard, ledger.Spreadsheet, func(yield func(ledger.Row, error) bool) {
		for r, err := range rows {
			if i++; i%10_000 == 0 {
				most = max(most, heap())
			}
			if !yield(r, err) {
				return
			}
		}
	})
	require.NoError(t, err)
	require.Equal(t, n, s.Rows)
	require.Equal(t, "1000000.00", s.Net.String())
	require.Less(t, int64(most)-int64(before), int64(2<<20))
}

func BenchmarkRegister100k(b *testing.B) {
	for _, f := range []ledger.Format{ledger.CSV, ledger.Spreadsheet, ledger.JSONLines} {
		b.Run(string(f), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				rows := ledger.Register(b.Context(), many{n: 100_000, p: storetest.Position(1)}, receipt.Period{}, ledger.Config{})
				if _, err := ledger.WriteRegister(io.Discard, f, rows); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
