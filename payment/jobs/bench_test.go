package jobs_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// BenchmarkDeliver delivers events of as many positions to a handler that does nothing.
func BenchmarkDeliver(b *testing.B) {
	for name, open := range map[string]func(testing.TB) place{"memory": inMemory, "sqlite": onDisk, "postgres": onServer} {
		b.Run(name, func(b *testing.B) {
			p := open(b)
			q := p.open(b)
			var did atomic.Int64
			e := jobs.New(p.store, q, jobs.Config{PollInterval: 20 * time.Millisecond})
			e.Register("mail", func(context.Context, payment.Event) error { did.Add(1); return nil })
			require.NoError(b, p.store.Do(b.Context(), func(ctx context.Context) error {
				for i := range b.N {
					key := storetest.Position(uint64(i + 1)).Key
					if err := p.store.Outbox().Append(ctx, payment.Event{Kind: payment.PositionUpdated, Position: key}); err != nil {
						return err
					}
				}
				return nil
			}))
			b.ResetTimer()
			require.NoError(b, e.Start(b.Context()))
			for did.Load() < int64(b.N) {
				time.Sleep(time.Millisecond)
			}
			require.NoError(b, e.Stop(b.Context()))
			b.StopTimer()
			require.Empty(b, pending(b, p.store))
			require.NoError(b, q.Close())
		})
	}
}
