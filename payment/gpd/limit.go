package gpd

import (
	"context"
	"sync"
	"time"
)

// limiter allows so many calls within any span of time.
type limiter struct {
	span time.Duration

	mu    sync.Mutex
	calls []time.Time // a ring of the last ones, those to come included
	next  int         // the oldest of them
}

func newLimiter(calls int, span time.Duration) *limiter {
	return &limiter{span: span, calls: make([]time.Time, calls)}
}

// free returns when the next call may be made, the zero time for at once. It wants the
// lock.
func (l *limiter) free(now time.Time) time.Time {
	oldest := l.calls[l.next]
	if at := oldest.Add(l.span); !oldest.IsZero() && now.Before(at) {
		return at
	}
	return time.Time{}
}

func (l *limiter) book(at time.Time) {
	l.calls[l.next] = at
	l.next = (l.next + 1) % len(l.calls)
}

// reserve books a call and returns how long to wait for it.
func (l *limiter) reserve(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.free(now)
	if at.IsZero() {
		at = now
	}
	l.book(at)
	return at.Sub(now)
}

// take books a call if one is free now, else returns when one will be.
func (l *limiter) take(now time.Time) (next time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at := l.free(now); !at.IsZero() {
		return at, false
	}
	l.book(now)
	return time.Time{}, true
}

// peek is take that books nothing.
func (l *limiter) peek(now time.Time) (next time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := l.free(now)
	return at, at.IsZero()
}

// exhaust spends all calls: none is free before until.
func (l *limiter) exhaust(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for range l.calls {
		l.book(until.Add(-l.span))
	}
}

// wait waits by the system's clock.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
