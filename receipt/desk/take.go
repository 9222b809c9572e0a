package desk

import (
	"context"
	"errors"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
)

// batch is how many events [Desk.Collect] takes in one transaction.
const batch = 200

// Collect looks at the events since the last time and opens a case for each receipt, or
// adds it to the one that is there. It may be called at any time, and by several at
// once; [Desk.Worklist] calls it.
func (d *Desk) Collect(ctx context.Context) error {
	after, err := d.store.Cases().Mark(ctx)
	if err != nil {
		return err
	}
	if news, err := d.news(ctx, after); err != nil || !news {
		return err
	}
	for {
		seen, last := 0, after
		err := d.store.Do(ctx, func(ctx context.Context) error {
			seen, last = 0, after // it may run more than once
			for e, err := range d.store.Outbox().List(ctx, payment.EventFilter{After: after, Limit: batch}) {
				if err == nil {
					err = d.Handle(ctx, e)
				}
				if err != nil {
					return err
				}
				seen++
				last = e.ID
			}
			mark, err := d.store.Cases().Mark(ctx)
			if err == nil && last > mark {
				err = d.store.Cases().SetMark(ctx, last)
			}
			return err
		})
		if err != nil || seen < batch {
			return err
		}
		after = last
	}
}

// news reports whether there is an event after one.
func (d *Desk) news(ctx context.Context, after int64) (bool, error) {
	for _, err := range d.store.Outbox().List(ctx, payment.EventFilter{After: after, Limit: 1}) {
		return true, err
	}
	return false, nil
}

// Handle does for one event what [Desk.Collect] does for all: it is a [payment.Handler],
// for who wants cases at once. Repeats change nothing.
func (d *Desk) Handle(ctx context.Context, e payment.Event) error {
	if e.Kind != payment.ReceiptRecorded && e.Kind != payment.ReceiptSecond {
		return nil
	}
	_, err := d.take(ctx, e.Position)
	if errors.Is(err, ErrNotFound) { // of a secondary creditor, who has no such notice
		return nil
	}
	return err
}

// take returns the case that a paid notice belongs to, with it. Its error is
// [ErrNotFound] for a notice that nobody here has issued.
func (d *Desk) take(ctx context.Context, k payment.Key) (Case, error) {
	var taken Case
	err := d.store.Do(ctx, func(ctx context.Context) error {
		id, err := d.home(ctx, k)
		if err == nil {
			id, err = d.open(ctx, id)
		}
		if err != nil {
			return err
		}
		return d.store.Cases().Update(ctx, id, func(c *Case) error {
			if p, err := d.store.Positions().Get(ctx, k); err != nil {
				return err
			} else if p.Status.Settled() && !slices.Contains(c.Positions, k) {
				c.Positions = append(c.Positions, k)
			}
			err := d.refresh(ctx, c)
			taken = c.Clone()
			return err
		})
	})
	return taken, err
}

// home returns the ID of the case to which a notice belongs.
func (d *Desk) home(ctx context.Context, k payment.Key) (string, error) {
	c, err := d.store.Cases().ByPosition(ctx, k)
	if !errors.Is(err, ErrNotFound) {
		return c.ID, err
	}
	p, err := d.store.Positions().Get(ctx, k)
	switch {
	case errors.Is(err, payment.ErrNotFound):
		return "", ErrNotFound
	case err != nil:
		return "", err
	}
	q, found, err := d.quoteOf(ctx, p)
	if found {
		return q.ID, err
	}
	return debtID(p.Creditor, p.Debt), err
}

// Case returns the case with this ID, or that of the quote with this ID, as it is now;
// for a quote that has given way to another, the other's. Its error has
// [pagonline.CodeNotFound].
func (d *Desk) Case(ctx context.Context, id string) (Case, error) {
	err := d.Collect(ctx)
	if err != nil {
		return Case{}, err
	}
	return one(d.find(ctx, id))
}

// find returns the case that id leads to, up to date, in the store or not.
func (d *Desk) find(ctx context.Context, id string) (Case, error) {
	c, err := d.store.Cases().Get(ctx, id)
	if errors.Is(err, ErrNotFound) {
		c, err = d.draft(ctx, id)
	}
	switch {
	case err != nil:
		return Case{}, err
	case c.Status == Merged:
		return d.find(ctx, c.MergedInto)
	case c.ID != id:
		return d.find(ctx, c.ID)
	}
	err = d.refresh(ctx, &c)
	return c, err
}

// ByPosition returns the case to which a notice belongs, paid or not. Its error has
// [pagonline.CodeNotFound].
func (d *Desk) ByPosition(ctx context.Context, k payment.Key) (Case, error) {
	err := d.Collect(ctx)
	if err != nil {
		return Case{}, err
	}
	id, err := d.home(ctx, k)
	if err != nil {
		return Case{}, public(err)
	}
	return one(d.find(ctx, id))
}

// ByProtocol returns the institute's cases with an equal protocol, the newest first:
// those of its quotes, paid or not, and those of purchases without one.
func (d *Desk) ByProtocol(ctx context.Context, institute string, p causale.Protocol) ([]Case, error) {
	if err := d.Collect(ctx); err != nil {
		return nil, err
	}
	var ids []string
	quotes, err := d.store.Quotes().ByProtocol(ctx, institute, p)
	if err != nil {
		return nil, err
	}
	for _, q := range quotes {
		if q.Protocol.Equal(p) && q.SupersededBy == "" {
			ids = append(ids, q.ID)
		}
	}
	held, err := d.store.Cases().ByProtocol(ctx, institute, p)
	if err != nil {
		return nil, err
	}
	for _, c := range held {
		if c.Protocol.Equal(p) && c.Status != Merged && !slices.Contains(ids, c.ID) {
			ids = append(ids, c.ID)
		}
	}
	var all []Case
	for _, id := range ids {
		c, err := d.find(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// change runs rule on a case that is up to date, in a unit of work, and returns what
// became of it.
func (d *Desk) change(ctx context.Context, id string, rule func(ctx context.Context, c *Case) error) (Case, error) {
	if err := d.Collect(ctx); err != nil {
		return Case{}, err
	}
	var after Case
	err := d.store.Do(ctx, func(ctx context.Context) error {
		id, err := d.open(ctx, id)
		if err != nil {
			return err
		}
		return d.store.Cases().Update(ctx, id, func(c *Case) error {
			if err := d.refresh(ctx, c); err != nil {
				return err
			}
			err := rule(ctx, c)
			after = c.Clone()
			return err
		})
	})
	return one(after, err)
}

// one returns the case, or nothing with an error that the user can be told.
func one(c Case, err error) (Case, error) {
	if err != nil {
		return Case{}, public(err)
	}
	return c, nil
}

// public tells the user what the store said.
func public(err error) error {
	if errors.Is(err, ErrNotFound) {
		return pagonline.NewError(pagonline.CodeNotFound).Because(err)
	}
	return err
}
