package station

import (
	"context"
	"sync/atomic"
	"time"
)

// gate bounds how much work of one kind goes on at the same time. Who finds no seat
// waits for one as long as he can still be answered in time; if he could not, he is
// sent away at once.
type gate struct {
	seats chan struct{}
	queue int64         // how many may wait
	limit time.Duration // within which an answer is worth waiting for
	// Those that wait now, and how long a seat was taken lately, in ns.
	waiting, mean atomic.Int64
}

func newGate(seats int, queue int64, limit time.Duration) *gate {
	return &gate{seats: make(chan struct{}, seats), queue: queue, limit: limit}
}

// enter takes a seat; false means that there is none in time.
func (g *gate) enter(ctx context.Context) bool {
	select {
	case g.seats <- struct{}{}:
		return true
	default:
	}
	n := g.waiting.Add(1)
	defer g.waiting.Add(-1)
	mean := g.mean.Load()
	patience := g.limit - time.Duration(mean) // the work itself takes its time too
	if n > g.queue || time.Duration(mean*n/int64(cap(g.seats))) > patience {
		return false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case g.seats <- struct{}{}:
		return true
	case <-timer.C:
		return false
	case <-ctx.Done():
		return false
	}
}

// leave gives the seat back, which was taken at that time.
func (g *gate) leave(since time.Time) {
	mean := g.mean.Load()
	g.mean.Store(mean + (int64(time.Since(since))-mean)/8) // two at once may lose one
	<-g.seats
}

// clock is the time of sockets and seats, which no test turns.
func clock() time.Time {
	return time.Now() //nolint:forbidigo // durations and deadlines, never an instant that is kept
}
