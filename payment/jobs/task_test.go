package jobs_test

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/jobs"
)

// TestRepeat: a task runs again and again, in one instance at a time, whatever becomes of
// it; one that waits for its end is told to.
func TestRepeat(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) place{"memory": inMemory, "postgres": onServer} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := open(t)
			instances := 2
			if name == "memory" {
				instances = 1
			}
			var mu sync.Mutex
			var log bytes.Buffer
			var running, most, rounds, long atomic.Int64
			for range instances {
				q := p.open(t)
				cfg := brisk()
				cfg.TaskTimeout, cfg.Log = time.Second, slog.New(slog.NewTextHandler(&synced{mu: &mu, to: &log}, nil))
				e := jobs.New(p.store, q, cfg)
				e.Repeat("expiry", time.Second, func(context.Context) error {
					most.Store(max(most.Load(), running.Add(1)))
					defer running.Add(-1)
					time.Sleep(20 * time.Millisecond)
					if rounds.Add(1) == 1 {
						panic("Mario Rossi")
					}
					return errTest
				})
				e.Repeat("flows", time.Second, func(ctx context.Context) error {
					<-ctx.Done()
					long.Add(1)
					return ctx.Err()
				})
				start(t, e, q)
			}
			require.Eventually(t, func() bool { return rounds.Load() >= 2 && long.Load() >= 1 }, patience, 10*time.Millisecond)
			require.EqualValues(t, 1, most.Load())
			mu.Lock()
			defer mu.Unlock()
			require.Contains(t, log.String(), "a task failed")
			require.NotContains(t, log.String(), "Rossi")
		})
	}
}

type synced struct {
	mu *sync.Mutex
	to *bytes.Buffer
}

func (s *synced) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Write(b)
}
