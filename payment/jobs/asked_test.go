package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/jobs"
)

// busy is the error of who says when to try again.
type busy time.Time

func (b busy) Error() string      { return "busy" }
func (b busy) RetryAt() time.Time { return time.Time(b) }

// TestAsked: an error may ask for more time than there would be, within reason, and not
// for less.
func TestAsked(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	cfg := jobs.Config{Now: func() time.Time { return now }}
	require.Zero(t, cfg.Asked(errors.New("x")))
	for asked, want := range map[time.Duration]time.Duration{
		time.Minute: time.Minute, 6*time.Hour + time.Second: 6 * time.Hour, 1e6 * time.Hour: 6 * time.Hour,
	} {
		require.Equal(t, want, cfg.Asked(fmt.Errorf("webhook: %w", busy(now.Add(asked)))))
	}
	for _, past := range []time.Time{{}, now, now.Add(-time.Hour)} {
		require.LessOrEqual(t, cfg.Asked(busy(past)), time.Duration(0))
	}

	const wait = 300 * time.Millisecond
	p := inMemory(t)
	q := p.open(t)
	e := jobs.New(p.store, q, brisk())
	var asked time.Time // by the first try
	tried := make(chan time.Time, 2)
	e.Register("webhook", func(context.Context, payment.Event) error {
		now := time.Now()
		tried <- now
		if asked.IsZero() {
			asked = now.Add(wait)
			return busy(asked)
		}
		return nil
	})
	happen(t, p.store, 1)
	start(t, e, q)
	drained(t, p.store)
	require.Greater(t, -(<-tried).Sub(<-tried), wait/2)
}
