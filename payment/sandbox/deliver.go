package sandbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment/internal/wire"
)

// delivery is a receipt on its way to a station.
type delivery struct {
	request wire.Request
	due     time.Time
	tries   int
}

// The node tries a receipt 48 times, once an hour, until the station gives a
// well-formed answer; OK or KO, that is the end of it (SANP 3.12).
const (
	maxTries   = 48
	retryAfter = time.Hour
)

// Flush sends the receipts that wait, due or not, once each. It returns the failures
// joined; what failed waits for another try.
func (s *Sandbox) Flush(ctx context.Context) error {
	return s.send(ctx, func(*delivery) bool { return true })
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
			now := s.now()
			_ = s.send(ctx, func(d *delivery) bool { return !d.due.After(now) }) // call has logged it
		}
	}
}

// Waiting returns how many receipts wait to be sent, and how many were given up after
// the last try.
func (s *Sandbox) Waiting() (queued, parked int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queue), len(s.parked)
}

// send takes the chosen receipts out of the queue and sends them; what fails goes back.
func (s *Sandbox) send(ctx context.Context, chosen func(*delivery) bool) error {
	s.mu.Lock()
	var batch []*delivery
	s.queue = slices.DeleteFunc(s.queue, func(d *delivery) bool {
		if chosen(d) {
			batch = append(batch, d)
			return true
		}
		return false
	})
	s.mu.Unlock()
	var failures []error
	for _, d := range batch {
		_, err := s.call(ctx, d.request, d.request.RT.Issuer)
		if err == nil {
			continue
		}
		failures = append(failures, fmt.Errorf("receipt %s: %w", d.request.RT.ReceiptID, err))
		s.later(d)
	}
	return errors.Join(failures...)
}

// later puts a receipt that failed back, or parks it after the last try.
func (s *Sandbox) later(d *delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.tries++
	d.due = s.now().Add(retryAfter)
	if d.tries >= maxTries {
		s.parked = append(s.parked, d)
		return
	}
	s.queue = append(s.queue, d)
}
