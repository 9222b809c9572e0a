package sandbox

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// attempt is one activation of a notice.
type attempt struct {
	token   string
	key     payment.Key
	note    string // the order, of a Checkout cart
	refund  bool   // at Checkout or at a creditor's own page: paid late, the money goes back
	due     wire.Payment
	station Station // that was asked; it gets the receipt
	standIn bool    // ACA has answered in its place
	expires time.Time
	charged bool // taken in charge: it has no end of its own until it is settled
	settled bool
	paid    bool // how it was settled
}

// over reports whether the attempt's time is over.
func (a *attempt) over(now time.Time) bool { return !a.charged && !now.Before(a.expires) }

// activation is what an attempt begins with.
type activation struct {
	key      payment.Key
	amount   euro.Amount
	note     string
	transfer string        // transferType, "" for any account
	life     time.Duration // 0: Config.TokenLife
	stamps   bool          // the PSP sells digital stamps
	refund   bool          // as in attempt
}

// Verify asks the station what is due. Its error is a [*NodeError].
func (s *Sandbox) Verify(ctx context.Context, k payment.Key) (payment.Due, error) {
	due, _, err := s.verify(ctx, k)
	return payment.Due{Amount: due.Amount, Description: due.Description, Company: due.Company, Office: due.Office}, err
}

// verify is [Sandbox.Verify] with all that was answered.
func (s *Sandbox) verify(ctx context.Context, k payment.Key) (due wire.Due, standIn bool, err error) {
	if err := s.free(k); err != nil {
		return wire.Due{}, false, err
	}
	got, err := s.ask(ctx, wire.Request{Operation: wire.Verify}, k)
	if err == nil {
		err = checkDue(got.Due, k.Creditor)
	}
	if err != nil {
		return wire.Due{}, false, err
	}
	return *got.Due, got.standIn, nil
}

// Activate starts an attempt for whatever the station says is due; amount is
// information only. While it runs, others are refused. Its error is a [*NodeError].
func (s *Sandbox) Activate(ctx context.Context, k payment.Key, amount euro.Amount) (payment.Attempt, error) {
	return s.activate(ctx, activation{key: k, amount: amount, stamps: s.cfg.SellStamp != nil})
}

func (s *Sandbox) activate(ctx context.Context, r activation) (payment.Attempt, error) {
	life := cmp.Or(r.life, s.cfg.TokenLife)
	a := &attempt{token: s.newToken(), key: r.key, note: r.note, refund: r.refund, expires: s.now().Add(life)}
	if err := s.hold(a); err != nil {
		return payment.Attempt{}, err
	}
	got, err := s.ask(ctx, wire.Request{
		Operation: wire.GetPayment, Amount: &r.amount, Note: r.note, TransferType: r.transfer,
	}, r.key)
	if err == nil {
		err = s.checkPayment(got.Payment)
	}
	if err == nil && !r.stamps && slices.ContainsFunc(got.Payment.Transfers, func(t wire.Transfer) bool { return t.Request != nil }) {
		err = &NodeError{Code: faultSemantics} // its PSP sells no stamps
	}
	if err != nil {
		s.release(a)
		return payment.Attempt{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.due, a.station, a.standIn = *got.Payment, got.station, got.standIn
	s.attempts[a.token] = a
	return payment.Attempt{Token: a.token, Amount: a.due.Amount, Expires: a.expires}, nil
}

// free returns a fault if the node knows the position as paid or being paid.
func (s *Sandbox) free(k payment.Key) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.freeLocked(k)
}

func (s *Sandbox) freeLocked(k payment.Key) error {
	if s.paid[k] {
		return &NodeError{Code: faultPaid}
	}
	token, held := s.running[k]
	if a := s.attempts[token]; held && a != nil && a.over(s.now()) {
		delete(s.running, k) // its time is over
		held = false
	}
	if held {
		return &NodeError{Code: faultInProgress}
	}
	return nil
}

// hold takes the position for an attempt.
func (s *Sandbox) hold(a *attempt) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.freeLocked(a.key); err != nil {
		return err
	}
	s.running[a.key] = a.token
	return nil
}

func (s *Sandbox) release(a *attempt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running[a.key] == a.token {
		delete(s.running, a.key)
	}
}
