package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// The node tries a receipt 48 times, once an hour, until the station gives a
// well-formed answer; OK or KO, that is the end of it (SANP 3.12).
const (
	maxTries   = 48
	retryAfter = time.Hour
)

// Flush sends the receipts that wait, due or not, once each, and settles what payers wait
// for; only what a fault holds back it leaves. It returns the failures joined; what
// failed waits for another try. Of several calls one sends at a time, so that what was
// due is sent when any of them returns.
func (s *Sandbox) Flush(ctx context.Context) error {
	return s.alone(ctx, func() error {
		s.resolve(ctx, func(pending) bool { return true })
		return s.send(ctx, func(*delivery) bool { return true })
	})
}

// Deliver sends the receipts that are due by the sandbox's clock, and those that fail
// once more for each hour that the clock was put forward, until nothing is due. In all
// else it is like Flush.
func (s *Sandbox) Deliver(ctx context.Context) error {
	return s.alone(ctx, func() error {
		var failures []error
		for {
			now := s.now()
			due := func(d *delivery) bool { return !d.due.After(now) }
			s.resolve(ctx, func(p pending) bool { return !p.due.After(now) })
			if !s.waits(due) || ctx.Err() != nil {
				return errors.Join(failures...)
			}
			if err := s.send(ctx, due); err != nil {
				failures = append(failures, err)
			}
		}
	})
}

// alone runs work while no other sends. Its error is that of work, or the context's.
func (s *Sandbox) alone(ctx context.Context, work func() error) error {
	select {
	case s.sending <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.sending }()
	return work()
}

// waits reports whether one of the receipts in the queue is chosen.
func (s *Sandbox) waits(chosen func(*delivery) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.queue, chosen)
}

// Run sends receipts as they fall due, until ctx ends; then it returns nil. Failures
// are logged and tried again.
func (s *Sandbox) Run(ctx context.Context) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			_ = s.Deliver(ctx) // call has logged it
		}
	}
}

// Waiting returns how many receipts wait to be sent, and how many were given up after
// the last try, or lost.
func (s *Sandbox) Waiting() (queued, parked int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue), len(s.parked)
}

// Restart puts the receipts that were given up, or lost, back into the queue, as pagoPA
// does when a creditor asks for it; they are due at once. It returns how many.
func (s *Sandbox) Restart() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, n := s.now(), len(s.parked)
	for _, d := range s.parked {
		d.due, d.tries, d.notYet, d.follows = now, 0, time.Time{}, false
	}
	s.queue, s.parked = append(s.queue, s.parked...), nil
	return n
}

// take removes the chosen receipts from the queue, in the order in which they are due.
// What is to follow another receipt comes last, if there is one.
func (s *Sandbox) take(chosen func(*delivery) bool) []*delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var batch, followers []*delivery
	s.queue = slices.DeleteFunc(s.queue, func(d *delivery) bool {
		switch held := d.notYet.After(now); {
		case held && d.follows:
			followers = append(followers, d)
		case held, !chosen(d):
			return false
		default:
			batch = append(batch, d)
		}
		return true
	})
	slices.SortStableFunc(batch, func(a, b *delivery) int { return a.due.Compare(b.due) })
	if len(batch) == 0 {
		s.queue = append(s.queue, followers...)
		return nil
	}
	return append(batch, followers...)
}

// send sends the chosen receipts; what fails goes back.
func (s *Sandbox) send(ctx context.Context, chosen func(*delivery) bool) error {
	var failures []error
	for _, d := range s.take(chosen) {
		err := ctx.Err()
		if err == nil {
			_, err = s.call(ctx, d.request, d.station)
		}
		if err == nil {
			continue
		}
		failures = append(failures, fmt.Errorf("receipt %s: %w", payment.JournalCode(d.request.RT.ReceiptID), err))
		s.later(d, ctx.Err() != nil)
	}
	return errors.Join(failures...)
}

// later puts a receipt that failed back, or parks it after the last try. One whose
// sender went away has not failed.
func (s *Sandbox) later(d *delivery, interrupted bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !interrupted {
		d.tries++
		if now := s.now(); d.due.After(now) {
			d.due = now
		}
		d.due, d.notYet, d.follows = d.due.Add(retryAfter), time.Time{}, false
	}
	if d.tries >= maxTries {
		s.parked = append(s.parked, d)
		return
	}
	s.queue = append(s.queue, d)
}
