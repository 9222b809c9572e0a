package station

import (
	"context"
	"runtime"
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

// enter takes a seat and says since when; false means that there is none in time.
func (g *gate) enter(ctx context.Context) (since time.Time, ok bool) {
	select {
	case g.seats <- struct{}{}:
		return clock(), true
	default:
	}
	n := g.waiting.Add(1)
	defer g.waiting.Add(-1)
	patience, worth := g.worth(n)
	if !worth {
		return time.Time{}, false
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case g.seats <- struct{}{}:
		since = clock()
		// Go runs those that wake each other before those that the network has woken: who was
		// let in by who left would keep the door from who came meanwhile, and may only have to
		// be told no.
		runtime.Gosched()
		return since, true
	case <-timer.C:
		return time.Time{}, false
	case <-ctx.Done():
		return time.Time{}, false
	}
}

// worth says how long the n-th of those who wait may do so, and whether he should: if he
// has to be sent away in the end, then now. What is expected to take more than three
// quarters of that time may well take all of it.
func (g *gate) worth(n int64) (patience time.Duration, worth bool) {
	mean := g.mean.Load()
	patience = g.limit - time.Duration(mean) // the work itself takes its time too
	return patience, n <= g.queue && time.Duration(mean*n/int64(cap(g.seats))) <= patience*3/4
}

// full reports whether who came now would be sent away at once.
func (g *gate) full() bool {
	if len(g.seats) < cap(g.seats) {
		return false
	}
	_, worth := g.worth(g.waiting.Load() + 1)
	return !worth
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
