package sandbox

import (
	"context"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// pending is a cart that was taken in charge: its payer has gone, its outcome comes
// later.
type pending struct {
	tokens  []string // of attempts that are charged
	outcome payment.Outcome
	due     time.Time
}

// takeInCharge has the outcome of attempts come later.
func (s *Sandbox) takeInCharge(tokens []string, o payment.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, token := range tokens {
		s.attempts[token].charged = true
	}
	s.pending = append(s.pending, pending{tokens: tokens, outcome: o, due: s.now().Add(s.cfg.ReceiptDelay)})
}

// resolve settles the chosen of the carts that were taken in charge.
func (s *Sandbox) resolve(ctx context.Context, chosen func(pending) bool) {
	s.mu.Lock()
	var ripe []pending
	s.pending = slices.DeleteFunc(s.pending, func(p pending) bool {
		if chosen(p) {
			ripe = append(ripe, p)
			return true
		}
		return false
	})
	s.mu.Unlock()
	for _, p := range ripe {
		s.settle(context.WithoutCancel(ctx), p.tokens, p.outcome)
	}
}
