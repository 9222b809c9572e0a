package store

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt/desk"
)

// forgetting deletes notices of which nothing happened since an instant.
type forgetting struct {
	st      Store
	before  time.Time
	dry     bool
	cashier *payment.Cashier
}

const (
	// together is how many groups of notices go in one unit of work: whoever brings a
	// receipt meanwhile waits for it.
	together = 20
	// largest is how many notices a group may have; a larger one stays.
	largest = 200
)

// all looks at all notices, a page at a time: nobody waits for it.
func (f forgetting) all(ctx context.Context) (done payment.Forgotten, err error) {
	var batch []payment.Key
	for p, err := range f.st.Positions().List(ctx, payment.PositionFilter{}) {
		if err != nil {
			return done, err
		}
		if p.OpenedAt.After(f.before) || !closed(p) {
			continue
		}
		group, err := f.group(ctx, p.Key)
		if err != nil {
			return done, err
		}
		if len(group) == 0 || group[0] != p.Key { // the first one stands for all
			continue
		}
		if batch = append(batch, p.Key); len(batch) == together {
			if err := f.forget(ctx, batch, &done); err != nil {
				return done, err
			}
			batch = nil
		}
	}
	return done, f.forget(ctx, batch, &done)
}

// forget deletes the groups of some notices in one unit of work, in which it looks at
// them again.
func (f forgetting) forget(ctx context.Context, batch []payment.Key, done *payment.Forgotten) error {
	var gone payment.Forgotten
	err := f.st.Do(ctx, func(ctx context.Context) error {
		gone = payment.Forgotten{}
		for _, k := range batch {
			group, err := f.group(ctx, k)
			if err != nil {
				return err
			}
			for _, gone := range group {
				if err := f.note(ctx, gone); err != nil {
					return err
				}
			}
			n, err := f.st.Forget(ctx, group...) // of none, if something has happened meanwhile
			if err != nil {
				return err
			}
			gone = gone.Add(n)
		}
		if f.dry {
			return errDry
		}
		return nil
	})
	if err != nil && !errors.Is(err, errDry) {
		return err
	}
	*done = done.Add(gone)
	return nil
}

// note writes into the quote of a notice that it was paid, which nothing else will tell
// any more: it must not be paid again.
func (f forgetting) note(ctx context.Context, k payment.Key) error {
	p, err := f.st.Positions().Get(ctx, k)
	if err != nil || !p.Status.Settled() || p.Debt == "" {
		return err
	}
	err = f.st.Quotes().Update(ctx, p.Debt, func(q *quote.Quote) error {
		if q.Creditor == p.Creditor {
			q.Status, q.PaidAt = quote.Paid, p.PaidAt
		}
		return nil
	})
	if errors.Is(err, quote.ErrNotFound) { // another debt
		return nil
	}
	return err
}

// closed reports whether a notice has come to an end by its state.
func closed(p payment.Position) bool {
	return p.Status.Settled() || p.Status == payment.Cancelled || p.Status == payment.Expired
}

// group returns a notice and those that go with it, by their debt, their orders and their
// cases, in the order of their keys; none if something is left to do about one of them,
// or happened too lately.
func (f forgetting) group(ctx context.Context, k payment.Key) ([]payment.Key, error) {
	group := []payment.Key{k}
	for i := 0; i < len(group); i++ {
		others, over, err := f.look(ctx, group[i])
		if err != nil || !over {
			return nil, err
		}
		for _, o := range others {
			if !slices.Contains(group, o) {
				group = append(group, o)
			}
		}
		if len(group) > largest {
			return nil, nil
		}
	}
	slices.SortFunc(group, func(a, b payment.Key) int {
		return cmp.Or(cmp.Compare(a.Creditor, b.Creditor), cmp.Compare(a.Number.String(), b.Number.String()))
	})
	return group, nil
}

// look returns which notices hang on one, and whether it is over.
func (f forgetting) look(ctx context.Context, k payment.Key) (others []payment.Key, over bool, err error) {
	facts, err := f.cashier.Facts(ctx, k)
	if err != nil || !closed(facts.Position) {
		return nil, false, err
	}
	last := []time.Time{facts.Position.OpenedAt, facts.Position.PaidAt, facts.Activated}
	events := []payment.EventFilter{{Position: k}}
	for _, r := range facts.Receipts {
		last = append(last, r.ReceivedAt, r.PaidAt)
	}
	for _, o := range facts.Orders {
		last = append(last, o.CreatedAt, o.ChangedAt)
		others = append(others, o.Positions...)
		events = append(events, payment.EventFilter{Order: o.ID})
	}
	messages, err := f.st.Quarantine().ByPosition(ctx, k)
	if err != nil || slices.ContainsFunc(messages, payment.QuarantinedMessage.Open) {
		return nil, false, err
	}
	for _, m := range messages {
		last = append(last, m.ReceivedAt, m.ResolvedAt)
	}
	c, err := f.st.Cases().ByPosition(ctx, k)
	if err != nil && !errors.Is(err, desk.ErrNotFound) || c.Pending() {
		return nil, false, err
	}
	last, others = append(last, happened(c)...), append(others, c.Positions...)
	if late := func(t time.Time) bool { return !t.Before(f.before) }; slices.ContainsFunc(last, late) {
		return nil, false, nil
	}
	for _, filter := range events {
		if over, err := f.delivered(ctx, filter); err != nil || !over {
			return nil, false, err
		}
	}
	if facts.Position.Debt == "" { // there would be no end to it
		return others, true, nil
	}
	for p, err := range f.cashier.Debt(ctx, facts.Position) {
		if err != nil {
			return nil, false, err
		}
		others = append(others, p.Key)
	}
	return others, true, nil
}

// happened returns when the desk did something about a case: not all of it has an event.
func happened(c desk.Case) []time.Time {
	all := []time.Time{c.OpenedAt, c.Verification.At, c.Release.At, c.Rejection.At, c.Reopening.At}
	for _, r := range c.Refunds {
		all = append(all, r.RequestedAt, r.DecidedAt, r.ExecutedAt)
	}
	for _, a := range c.Assignments {
		all = append(all, a.At)
	}
	return all
}

// delivered reports whether events are old, and none of them is still to be delivered.
func (f forgetting) delivered(ctx context.Context, filter payment.EventFilter) (bool, error) {
	for e, err := range f.st.Outbox().List(ctx, filter) {
		if err != nil || !e.At.Before(f.before) {
			return false, err
		}
	}
	filter.Pending = true
	for _, err := range f.st.Outbox().List(ctx, filter) {
		return false, err
	}
	return true, nil
}
