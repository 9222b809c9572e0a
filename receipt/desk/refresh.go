package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// refresh brings a case up to date with the quote, the notices and the receipts.
func (d *Desk) refresh(ctx context.Context, c *Case) error {
	if c.Status == Merged {
		return nil
	}
	if err := d.adopt(ctx, c); err != nil {
		return err
	}
	if err := d.terms(ctx, c); err != nil {
		return err
	}
	if err := c.waitAgain(); err != nil { // before another payment is counted: nobody has looked at that
		return err
	}
	before := len(c.Payments)
	if err := d.count(ctx, c); err != nil {
		return err
	}
	if len(c.Payments) > before && (c.Status == Waiting || c.Status == Rejected) {
		if err := c.move(Paid); err != nil {
			return err
		}
	}
	if c.Status != Released {
		c.DeliverBy = d.deliverBy(*c)
	}
	return nil
}

// adopt adds the paid notices of the debt that are of no case yet.
func (d *Desk) adopt(ctx context.Context, c *Case) error {
	for p, err := range d.store.Positions().List(ctx, payment.PositionFilter{Creditor: c.Creditor, Debt: c.debt()}) {
		if err != nil {
			return err
		}
		if !p.Status.Settled() || slices.Contains(c.Positions, p.Key) {
			continue
		}
		switch _, err := d.store.Cases().ByPosition(ctx, p.Key); {
		case errors.Is(err, ErrNotFound):
			c.Positions = append(c.Positions, p.Key)
		case err != nil:
			return err
		}
	}
	return nil
}

// terms brings what is due up to date.
func (d *Desk) terms(ctx context.Context, c *Case) error {
	if c.Quote != "" {
		q, err := d.store.Quotes().Get(ctx, c.Quote)
		c.Due, c.AcceptedAt = q.Amount, q.AcceptedAt
		return err
	}
	if c.Paper != nil {
		c.Due = c.Paper.Amount
		return nil
	}
	var err error
	c.Due, err = d.dueOf(ctx, *c)
	return err
}

// dueOf returns what the notices of a debt ask for: the whole plan if an instalment was
// paid, else the single payment.
func (d *Desk) dueOf(ctx context.Context, c Case) (euro.Amount, error) {
	byOption := map[int]euro.Amount{}
	var paid *payment.Position
	for p, err := range d.store.Positions().List(ctx, payment.PositionFilter{Creditor: c.Creditor, Debt: c.debt()}) {
		if err != nil {
			return euro.Amount{}, err
		}
		if p.Status.Settled() {
			paid = &p
		}
		if _, known := byOption[p.Option]; p.Status.Settled() || p.Status != payment.Cancelled && !known {
			byOption[p.Option] = p.Amount()
		}
	}
	single, ok := byOption[0]
	if ok && (paid == nil || paid.Option == 0) {
		return single, nil
	}
	delete(byOption, 0)
	var due euro.Amount
	for _, amount := range byOption {
		if sum, err := due.Add(amount); err == nil { // no debt is larger than an amount can be
			due = sum
		}
	}
	return due, nil
}

// count makes the list of payments anew, from the receipts of the case's notices.
func (d *Desk) count(ctx context.Context, c *Case) error {
	c.Payments = nil
	for _, k := range c.Positions {
		p, err := d.store.Positions().Get(ctx, k)
		if err != nil {
			return err
		}
		receipts, err := d.store.RTs().ByPosition(ctx, k)
		if err != nil {
			return err
		}
		for _, rt := range receipts {
			paidAt := rt.PaidAt
			if paidAt.IsZero() {
				paidAt = rt.ReceivedAt
			}
			c.Payments = append(c.Payments, Payment{
				Position: k, ReceiptID: rt.ReceiptID, Amount: rt.Amount, PaidAt: paidAt.UTC(),
				Institute: p.Purchase.InstituteCode, Service: p.Purchase.ServiceCode, DueDate: p.DueDate,
			})
		}
	}
	slices.SortStableFunc(c.Payments, func(a, b Payment) int {
		return cmp.Or(a.PaidAt.Compare(b.PaidAt), cmp.Compare(a.ReceiptID, b.ReceiptID))
	})
	return nil
}
