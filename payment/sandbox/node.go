package sandbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// attempt is one activation of a notice.
type attempt struct {
	token   string
	key     payment.Key
	note    string // the order, of a Checkout cart
	due     wire.Payment
	expires time.Time
	settled bool
}

// Verify asks the station what is due. Its error is a [*NodeError].
func (s *Sandbox) Verify(ctx context.Context, k payment.Key) (payment.Due, error) {
	if err := s.free(k); err != nil {
		return payment.Due{}, err
	}
	answer, err := s.ask(ctx, wire.Request{Operation: wire.Verify}, k)
	if err != nil {
		return payment.Due{}, err
	}
	if answer.Due == nil {
		return payment.Due{}, &NodeError{Code: faultResponse}
	}
	return payment.Due{
		Amount: answer.Due.Amount, Description: answer.Due.Description,
		Company: answer.Due.Company, Office: answer.Due.Office,
	}, nil
}

// Activate starts an attempt for whatever the station says is due; amount is
// information only. While it runs, others are refused. Its error is a [*NodeError].
func (s *Sandbox) Activate(ctx context.Context, k payment.Key, amount euro.Amount) (payment.Attempt, error) {
	return s.activate(ctx, k, amount, "")
}

func (s *Sandbox) activate(ctx context.Context, k payment.Key, amount euro.Amount, note string) (payment.Attempt, error) {
	a := &attempt{token: newToken(), key: k, note: note, expires: s.now().Add(s.cfg.TokenLife)}
	if err := s.hold(a); err != nil {
		return payment.Attempt{}, err
	}
	answer, err := s.ask(ctx, wire.Request{Operation: wire.GetPayment, Amount: &amount, Note: note}, k)
	switch {
	case err != nil:
	case !coherent(answer.Payment):
		err = &NodeError{Code: faultResponse}
	case slices.ContainsFunc(answer.Payment.Transfers, func(t wire.Transfer) bool { return t.Request != nil }):
		err = &NodeError{Code: faultSemantics} // its PSP sells no stamps
	}
	if err != nil {
		s.release(a)
		return payment.Attempt{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.due = *answer.Payment
	s.attempts[a.token] = a
	return payment.Attempt{Token: a.token, Amount: a.due.Amount, Expires: a.expires}, nil
}

// coherent checks an answer as the node does: the transfers add up to the amount.
func coherent(p *wire.Payment) bool {
	if p == nil || len(p.Transfers) == 0 {
		return false
	}
	var sum euro.Total
	for _, t := range p.Transfers {
		sum, _ = sum.Add(t.Amount) // five amounts always fit
	}
	return sum.Cents() == p.Amount.Cents()
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
	if a := s.attempts[token]; held && a != nil && !s.now().Before(a.expires) {
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

// Settle ends an attempt; if it was paid, the receipt waits to be sent. An attempt
// that ends as paid after its time is refused with PPT_TOKEN_SCADUTO and yet, unless
// another one holds or has paid the position, gives a receipt; one of Checkout gives
// none, for there the money goes back (SANP 3.12, best practice). Its error is a [*NodeError].
func (s *Sandbox) Settle(ctx context.Context, token string, o payment.Outcome) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a, known := s.attempts[token]
	switch {
	case !known:
		return &NodeError{Code: faultNoToken}
	case a.settled:
		return &NodeError{Code: faultSettled}
	}
	late := !s.now().Before(a.expires)
	if rival := s.running[a.key] != a.token && s.freeLocked(a.key) != nil; rival {
		return &NodeError{Code: faultPaid}
	}
	if s.running[a.key] == a.token {
		delete(s.running, a.key)
	}
	switch {
	case !o.Paid && late:
		return &NodeError{Code: faultExpiredKO}
	case !o.Paid:
		a.settled = true
		return nil
	case late && a.note != "": // at Checkout, which gives the money back
		a.settled = true
		return &NodeError{Code: faultExpired}
	}
	a.settled, s.paid[a.key] = true, true
	s.queue = append(s.queue, &delivery{request: s.receipt(a, o), due: s.now().Add(s.cfg.ReceiptDelay)})
	if late {
		return &NodeError{Code: faultExpired}
	}
	return nil
}

// psp is the sandbox's own, fictional PSP.
var psp = payment.PSPInfo{ID: "PSPPROVA", FiscalCode: "00000000000", Company: "PSP di prova", Channel: "00000000000_01", ChannelDescription: "sandbox"}

// receipt writes the RT of an attempt.
func (s *Sandbox) receipt(a *attempt, o payment.Outcome) wire.Request {
	now := s.now().Truncate(time.Second)
	today := pagonline.DateOf(now)
	fee := o.Fee
	r := wire.Request{Operation: wire.SendRT, Number: a.key.Number.String(), RT: payment.RT{
		ReceiptID: a.token, Issuer: a.key.Creditor, OK: true, IUV: a.due.IUV, Amount: a.due.Amount,
		Description: a.due.Description, Company: a.due.Company, Office: a.due.Office, Debtor: a.due.Debtor, Payer: o.Payer,
		PSP: psp, Method: o.Method, Note: a.note, Fee: &fee, PaidAt: now, AppliedOn: today, TransferOn: nextWorkday(today),
		Metadata: a.due.Metadata,
	}}
	for _, t := range a.due.Transfers {
		r.RT.Transfers = append(r.RT.Transfers, t.Credit)
	}
	return r
}

// nextWorkday: the money is credited on the next operating day.
func nextWorkday(d pagonline.Date) pagonline.Date {
	for {
		d = d.AddDays(1)
		y, m, day := d.Date()
		if wd := time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Weekday(); wd != time.Saturday && wd != time.Sunday {
			return d
		}
	}
}

// ask sends a question about a notice to its station.
func (s *Sandbox) ask(ctx context.Context, r wire.Request, k payment.Key) (wire.Response, error) {
	r.FiscalCode, r.Number = k.Creditor, k.Number.String()
	answer, err := s.call(ctx, r, k.Creditor)
	if errors.Is(err, errNoStation) {
		return wire.Response{}, &NodeError{Code: faultUnknownPA}
	}
	if err != nil {
		return wire.Response{}, err
	}
	if answer.Fault != nil {
		return wire.Response{}, &NodeError{Code: faultFromPA, PA: answer.Fault.Code}
	}
	return answer, nil
}
