package desk

import (
	"context"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Assignment notes that a clerk put a payment to another case than it had found.
type Assignment struct {
	Position payment.Key `json:"position"`
	From     string      `json:"from"` // the ID of the case it was in
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
}

// Assign puts the payments of a notice to another case, by hand: where the payer wrote
// no protocol, or a wrong one. The case that is left without payments is merged. By is
// an opaque id of the clerk, 1 to 70 characters. Its error has [pagonline.CodeNotFound],
// [pagonline.CodeNotAllowed] if the case the payment is in was verified or has refunds
// of it, or names the field "by".
func (d *Desk) Assign(ctx context.Context, k payment.Key, id, by string) (Case, error) {
	if err := text("by", by, maxBy); err != nil {
		return Case{}, err
	}
	var after Case
	err := d.store.Do(ctx, func(ctx context.Context) error {
		from, err := d.take(ctx, k)
		if err != nil {
			return err
		}
		if id, err = d.open(ctx, id); err != nil {
			return err
		}
		if after = from; from.ID == id {
			return nil
		}
		if err := d.letGo(ctx, from.ID, k, id); err != nil {
			return err
		}
		return d.store.Cases().Update(ctx, id, func(c *Case) error {
			c.Positions = append(c.Positions, k)
			c.Assignments = append(c.Assignments, Assignment{Position: k, From: from.ID, By: by, At: d.now()})
			err := d.refresh(ctx, c)
			after = c.Clone()
			return err
		})
	})
	return one(after, err)
}

// letGo takes a notice out of a case.
func (d *Desk) letGo(ctx context.Context, id string, k payment.Key, to string) error {
	return d.store.Cases().Update(ctx, id, func(c *Case) error {
		i := slices.Index(c.Positions, k)
		refunded := slices.ContainsFunc(c.Refunds, func(r Refund) bool { return r.Position == k })
		if i < 0 || refunded || c.Status != Paid {
			return pagonline.NewError(pagonline.CodeNotAllowed)
		}
		c.Positions = slices.Delete(c.Positions, i, i+1)
		if len(c.Positions) > 0 {
			return d.count(ctx, c)
		}
		c.Payments, c.DeliverBy, c.MergedInto = nil, pagonline.Date{}, to
		return c.move(Merged)
	})
}
