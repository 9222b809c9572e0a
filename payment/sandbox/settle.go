package sandbox

import (
	"context"
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// Settle ends an attempt; if it was paid, the receipt waits to be sent. An attempt
// that ends as paid after its time is refused with PPT_TOKEN_SCADUTO and yet, unless
// another one holds or has paid the position, gives a receipt; one of Checkout gives
// none, for there the money goes back (SANP 3.12, best practice). Its error is a
// [*NodeError], or that of [Config.SellStamp]; then nothing has changed.
func (s *Sandbox) Settle(ctx context.Context, token string, o payment.Outcome) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	stamps, err := s.sell(token, o)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settleLocked(token, o, func(rt *payment.RT) {
		for i := range rt.Transfers {
			rt.Transfers[i].Stamp = stamps[rt.Transfers[i].ID]
		}
	})
}

// sell returns the digital stamps that a payment buys, by their transfers.
func (s *Sandbox) sell(token string, o payment.Outcome) (map[int][]byte, error) {
	s.mu.Lock()
	var wanted []wire.Transfer
	if a := s.attempts[token]; a != nil && o.Paid && !a.settled {
		wanted = a.due.Transfers
	}
	s.mu.Unlock()
	stamps := map[int][]byte{}
	for _, t := range wanted {
		if t.Request == nil || s.cfg.SellStamp == nil {
			continue
		}
		stamp, err := s.cfg.SellStamp(*t.Request, t.Amount, s.now())
		if err != nil {
			return nil, fmt.Errorf("sandbox: stamp: %w", err)
		}
		stamps[t.ID] = stamp
	}
	return stamps, nil
}

// settleLocked is [Sandbox.Settle]; amend has the last word on the receipt.
func (s *Sandbox) settleLocked(token string, o payment.Outcome, amend func(*payment.RT)) error {
	a, known := s.attempts[token]
	switch {
	case !known:
		return &NodeError{Code: faultNoToken}
	case a.settled:
		return &NodeError{Code: faultSettled}
	}
	late := o.Paid && s.strikesAt(ExpiredToken, a.key.Number) || a.over(s.now())
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
	case late && a.refund:
		a.settled = true
		return &NodeError{Code: faultExpired}
	}
	a.settled, a.paid, s.paid[a.key] = true, true, true
	receipt := s.receipt(a, o)
	amend(&receipt.RT)
	s.dispatch(receipt, a.station)
	if s.strikesAt(SecondPayment, a.key.Number) {
		s.dispatch(s.payAgain(receipt), a.station)
	}
	if late {
		return &NodeError{Code: faultExpired}
	}
	return nil
}

// psp is the sandbox's own, fictional PSP; otherPSP is the one that takes a second
// payment.
var (
	psp      = payment.PSPInfo{ID: "PSPPROVA", FiscalCode: "00000000000", Company: "PSP di prova", Channel: "00000000000_01", ChannelDescription: "sandbox"}
	otherPSP = payment.PSPInfo{ID: "PSPALTRO", FiscalCode: "00000000001", Company: "Altro PSP di prova", Channel: "00000000001_01", ChannelDescription: "sandbox"}
)

// payAgain returns the receipt of another PSP that has taken the same money.
func (s *Sandbox) payAgain(r wire.Request) wire.Request {
	r.RT.ReceiptID, r.RT.PSP, r.RT.Note = s.newTokenLocked(), otherPSP, ""
	r.RT.PaidAt = r.RT.PaidAt.Add(time.Minute)
	return r
}

// receipt writes the RT of an attempt.
func (s *Sandbox) receipt(a *attempt, o payment.Outcome) wire.Request {
	now := s.now().Truncate(time.Second)
	today := pagonline.DateOf(now)
	fee := o.Fee
	r := wire.Request{Operation: wire.SendRT, Number: a.key.Number.String(), RT: payment.RT{
		ReceiptID: a.token, Issuer: a.key.Creditor, OK: true, IUV: a.due.IUV, Amount: a.due.Amount,
		Description: a.due.Description, Company: a.due.Company, Office: a.due.Office, Debtor: a.due.Debtor, Payer: o.Payer,
		PSP: psp, Method: o.Method, Note: a.note, Fee: &fee, PaidAt: now, AppliedOn: today, TransferOn: nextWorkday(today),
		Metadata: a.due.Metadata, StandIn: a.standIn,
	}}
	if r.RT.Company == "" { // which V1 may leave out; the node knows its creditors' names
		r.RT.Company = a.key.Creditor
	}
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
