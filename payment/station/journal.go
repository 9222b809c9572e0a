package station

import (
	"context"
	"sync"

	"github.com/pagonline/pagonline/payment"
)

// scribe writes rows into the journal. Those that come while it writes go together into
// its next transaction, so that many calls share one.
type scribe struct {
	append func(ctx context.Context, rows ...payment.JournalEntry) error

	turn sync.Mutex // held by who writes
	mu   sync.Mutex // guards next
	next *batch
}

// batch is what one transaction writes. Who began it writes it, for all.
type batch struct {
	rows []payment.JournalEntry
	done chan struct{}
	err  error
}

// write returns when the rows are durable, or with the reason why they are not.
func (s *scribe) write(ctx context.Context, rows ...payment.JournalEntry) error {
	if s.turn.TryLock() { // nobody else writes: there is nothing to share
		defer s.turn.Unlock()
		return s.append(ctx, rows...)
	}
	s.mu.Lock()
	b := s.next
	mine := b == nil
	if mine {
		b = &batch{done: make(chan struct{}), err: errPanic}
		s.next = b
	}
	b.rows = append(b.rows, rows...)
	s.mu.Unlock()
	if !mine {
		select {
		case <-b.done:
			return b.err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	defer close(b.done)
	s.turn.Lock()
	defer s.turn.Unlock()
	s.mu.Lock()
	s.next = nil // from here on others begin a new one
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askPatience) // it is not this call's alone
	defer cancel()
	b.err = s.append(ctx, b.rows...)
	return b.err
}
