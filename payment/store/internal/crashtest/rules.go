package crashtest

import (
	"context"
	"maps"
	"slices"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// acknowledged looks for what callers were told: I1.
func (c *check) acknowledged(context.Context) error {
	events := map[int64]payment.Event{}
	for _, e := range c.all {
		events[e.ID] = e
	}
	for _, f := range c.known {
		switch f.Kind {
		case Opened:
			p, ok := c.byKey[payment.Key{Creditor: creditor, Number: f.Number}]
			if !ok || p.Debt != f.Debt {
				c.wrong("I1: notice %s of %s is lost: there is %+q", f.Number, f.Debt, p.Debt)
			}
		case Paid:
			if r, ok := c.byID[f.Receipt]; !ok || r.Number != f.Number || digest(r.Raw) != f.Message {
				c.wrong("I1: receipt %s of %s is lost, or another one (it is there: %t)", f.Receipt, f.Number, ok)
			}
		case Refused:
			if reason := c.quarantine[f.Message]; reason != f.Fault {
				c.wrong("I1: what was refused for %s, %s, is in quarantine for %q", f.Fault, f.Receipt, reason)
			}
		case Consumed:
			e := events[f.Event.ID]
			if e.At.Equal(f.Event.At) {
				e.At = f.Event.At
			}
			if e != *f.Event {
				c.wrong("I6: event %+v was delivered, and now it is %+v", *f.Event, e)
			}
		default:
		}
	}
	return nil
}

// positions looks at each notice with its receipts: I2 to I5.
func (c *check) positions(context.Context) error {
	for k, p := range c.byKey {
		if known, ok := c.ledger.numbers[p.Debt]; ok && known != k.Number {
			c.wrong("I9: %s has the notice %s, and %s too", p.Debt, known, k.Number)
		}
		rts := c.receipts[k]
		if p.Status.Settled() != (len(rts) > 0) {
			c.wrong("I4: notice %s is %s and has %d receipts", k.Number, p.Status, len(rts))
		}
		for i, r := range rts {
			c.receipt(p, r)
			if r.Second != (i > 0) {
				c.wrong("I3: receipt %s, number %d of the notice: to refund is %t", r.ReceiptID, i+1, r.Second)
			}
			if i == 0 && (p.ReceiptID != r.ReceiptID || !p.PaidAt.Equal(paidAt)) {
				c.wrong("I3: receipt %s came first, and %q paid", r.ReceiptID, p.ReceiptID)
			}
		}
	}
	return nil
}

// receipt compares a receipt with its message, which follows from the debt.
func (c *check) receipt(p payment.Position, r payment.RT) {
	m, err := wire.DecodeRequest(r.Raw)
	m.RT.Creditor, m.RT.Number = creditor, r.Number
	if err != nil || m.Number != r.Number.String() || !m.RT.Same(r) || !r.OK {
		c.wrong("I2: receipt %s is not its message: %w", r.ReceiptID, err)
	}
	if digest(r.Raw) != digest(receipt(p.Number, p.Debt, r.ReceiptID).Append(nil)) {
		c.wrong("I2: nobody has sent receipt %s of %s", r.ReceiptID, p.Debt)
	}
	var cents int64
	for _, t := range r.Transfers {
		cents += t.Amount.Cents()
	}
	if cents != r.Amount.Cents() || r.Amount != p.Amount() || !r.Difference.IsZero() {
		c.wrong("I5: receipt %s of %s has shares of %d cents; the notice is of %s, the difference of %s", r.ReceiptID, r.Amount, cents, p.Amount(), r.Difference)
	}
}

// events replays the outbox: I6, I8.
func (c *check) events(context.Context) error {
	told := map[payment.Key][]payment.Event{}
	refusals := 0
	for _, e := range c.all {
		if !c.pending[e.ID] && !c.ledger.consumed[e.ID] {
			c.wrong("I6: event %d is marked as delivered, and nobody got it", e.ID)
		}
		if e.Kind == payment.Quarantined {
			refusals++
			continue
		}
		told[e.Position] = append(told[e.Position], e)
	}
	for k, p := range c.byKey {
		want := []payment.Event{{Kind: payment.PositionEvent(payment.Open), Position: k}}
		for i, r := range c.receipts[k] {
			e := payment.Event{Kind: payment.ReceiptRecorded, Position: k, ReceiptID: r.ReceiptID}
			if i == 0 {
				want = append(want, e, payment.Event{Kind: payment.PositionEvent(payment.Paid), Position: k, ReceiptID: r.ReceiptID})
				continue
			}
			e.Kind = payment.ReceiptSecond
			want = append(want, e)
		}
		same := slices.EqualFunc(told[k], want, func(a, b payment.Event) bool {
			return a.Kind == b.Kind && a.Position == b.Position && a.ReceiptID == b.ReceiptID
		})
		if state := want[len(want)-1].Kind; !same || state == payment.PositionEvent(payment.Open) != (p.Status == payment.Open) {
			c.wrong("I6, I8: the events of notice %s, %s, are %+v", k.Number, p.Status, told[k])
		}
		delete(told, k)
	}
	if refusals < len(c.quarantine) {
		c.wrong("I6: of %d refused messages, there are %d events", len(c.quarantine), refusals)
	}
	for k := range told {
		c.wrong("I6: events of %q, which is not there", k)
	}
	return nil
}

// calls compares the journal with what was stored: I8.
func (c *check) calls(context.Context) error {
	asked, told := map[string]int{}, map[string]int{} // by the digest of the question
	first, oks := map[string]int{}, map[string]int{}  // by receipt
	for _, e := range c.journal {
		if e.Subtype == payment.Request {
			asked[e.Parameters.SHA256]++
			continue
		}
		told[e.Parameters.Answers]++
		if e.Operation == string(wire.SendRT) && e.Outcome == "OK" {
			oks[e.Token]++
			if e.Parameters.Detail != "repeat" {
				first[e.Token]++
			}
		}
		if _, ok := c.quarantine[e.Parameters.Answers]; !ok && e.Operation == string(wire.SendRT) && e.Outcome != "OK" {
			c.wrong("I8: receipt %s was refused with %s, and is not in quarantine", e.Token, e.Parameters.Fault)
		}
	}
	if !maps.Equal(asked, told) {
		c.wrong("I8: of %d questions in the journal, and %d answers, some lack the other", len(asked), len(told))
	}
	acked := map[string]int{}
	for _, f := range c.known {
		switch f.Kind {
		case Paid:
			acked[f.Receipt]++
		case Refused:
			if told[f.Message] == 0 {
				c.wrong("I8: the journal does not know that %s was refused", f.Receipt)
			}
		default:
		}
	}
	for id, n := range acked {
		if oks[id] < n {
			c.wrong("I8: receipt %s got %d answers, of which the journal knows %d", id, n, oks[id])
		}
	}
	for id := range c.byID {
		if first[id] != 1 {
			c.wrong("I8: the journal says %d times that receipt %s was stored", first[id], id)
		}
		delete(oks, id)
	}
	if len(oks) > 0 {
		c.wrong("I8: the journal knows receipts that are not there: %v", slices.Sorted(maps.Keys(oks)))
	}
	return nil
}

func (c *check) seals(ctx context.Context) error {
	report, err := payment.NewCashier(c.store, payment.Config{}).VerifyJournal(ctx)
	if err == nil && !report.OK() {
		c.wrong("I8: the journal: %+v", report.Findings)
	}
	return err
}

// next takes a number: I9.
func (c *check) next(ctx context.Context) error {
	serial, err := c.store.Numbers().Next(ctx, creditor, segregation)
	if err != nil {
		return err
	}
	number, err := notice.Issue(segregation, serial)
	if err != nil {
		return err
	}
	_, stored := c.byKey[payment.Key{Creditor: creditor, Number: number}]
	if debt := c.ledger.debts[number]; debt != "" || stored {
		c.wrong("I9: the next notice is %s, which %q has", number, debt)
	}
	return nil
}
