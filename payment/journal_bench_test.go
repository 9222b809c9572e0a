package payment_test

import (
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// The benchmarks of the journal, with `go test -bench Journal ./payment`; rows/s is what
// to look at. Appending is two rows in one unit of work, as a station does it.

func benchmarkStores(b *testing.B, run func(b *testing.B, st payment.Store)) {
	b.Run("memory", func(b *testing.B) { run(b, &memory.Store{}) })
	b.Run("sqlite", func(b *testing.B) {
		st, err := sqlite.Open(b.Context(), b.TempDir(), sqlite.Config{})
		require.NoError(b, err)
		b.Cleanup(func() { require.NoError(b, st.Close()) })
		run(b, st)
	})
}

func perSecond(b *testing.B, rows int) {
	b.Helper()
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkJournalAppend(b *testing.B) {
	benchmarkStores(b, func(b *testing.B, st payment.Store) {
		cashier, request := payment.NewCashier(st, payment.Config{}), storetest.Entry(1)
		response := request.Answer(request.At, nil, "OK")
		b.ReportAllocs()
		for b.Loop() {
			if err := cashier.AppendJournal(b.Context(), request, response); err != nil {
				b.Fatal(err)
			}
		}
		perSecond(b, 2)
	})
}

const benchmarkRows = 100_000

// fill appends rows to the journal.
func fill(b *testing.B, st payment.Store, cashier *payment.Cashier) {
	b.Helper()
	require.NoError(b, cashier.Do(b.Context(), func(ctx context.Context) error {
		rows := make([]payment.JournalEntry, 1000)
		for i := range benchmarkRows / len(rows) {
			for j := range rows {
				rows[j] = storetest.Entry(i*len(rows) + j)
			}
			if err := st.Journal().Append(ctx, rows...); err != nil {
				return err
			}
		}
		return nil
	}))
}

func BenchmarkJournalSeal100k(b *testing.B) {
	benchmarkStores(b, func(b *testing.B, st payment.Store) {
		cashier := payment.NewCashier(st, payment.Config{})
		for range b.N {
			b.StopTimer()
			fill(b, st, cashier)
			b.StartTimer()
			n, err := cashier.SealJournal(b.Context())
			require.NoError(b, err)
			require.Equal(b, benchmarkRows, n)
		}
		perSecond(b, benchmarkRows)
	})
}

func BenchmarkJournalVerify100k(b *testing.B) {
	benchmarkStores(b, func(b *testing.B, st payment.Store) {
		cashier := payment.NewCashier(st, payment.Config{})
		fill(b, st, cashier)
		_, err := cashier.SealJournal(b.Context())
		require.NoError(b, err)
		for b.Loop() {
			report, err := cashier.VerifyJournal(b.Context())
			require.NoError(b, err)
			require.True(b, report.OK())
			require.Equal(b, benchmarkRows, report.Entries)
		}
		perSecond(b, benchmarkRows)
	})
}

func BenchmarkJournalExport100k(b *testing.B) {
	benchmarkStores(b, func(b *testing.B, st payment.Store) {
		cashier := payment.NewCashier(st, payment.Config{})
		fill(b, st, cashier)
		for b.Loop() {
			n, err := cashier.ExportJournal(b.Context(), io.Discard, payment.JournalFilter{})
			require.NoError(b, err)
			require.Equal(b, benchmarkRows, n)
		}
		perSecond(b, benchmarkRows)
	})
}
