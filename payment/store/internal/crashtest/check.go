package crashtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pagonline/pagonline/payment"
)

// Check compares a store, in which nobody works, with the ledger. The error names what
// is broken (quality goals I1 to I6, I8, I9), the first twenty of all:
//
//	I1  what was acknowledged is there: notices, receipts, refused messages
//	I2  each receipt once, with the very bytes that were taken; all its answers were equal
//	I3  of several receipts of a notice the first pays it, the others are marked to refund
//	I4  a notice is paid if a receipt is there, and only then
//	I5  the shares of a receipt make its amount, which is that of the notice
//	I6  each receipt has its event, and each event its cause; events went out in their
//	    order, and none is marked as delivered that nobody got
//	I8  positions, events and journal tell the same story, each call has both rows in the
//	    journal, the seals hold
//	I9  no notice number was issued twice, nor is the next one
//
// Afterwards it asks the station of the store about some of what was paid: it says what
// it said before. So it writes into the journal, and takes a number.
func (l *Ledger) Check(ctx context.Context, store payment.Store) error {
	return l.CheckCopy(ctx, store, len(l.Facts()))
}

// CheckCopy is [Ledger.Check] for a copy that was begun when the ledger had n facts: those
// must be true of it, later ones may be.
func (l *Ledger) CheckCopy(ctx context.Context, store payment.Store, n int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := &check{ledger: l, known: l.facts[:n], store: store, errs: slices.Clone(l.wrong)}
	for _, step := range []func(context.Context) error{c.read, c.acknowledged, c.positions, c.events, c.calls, c.seals, c.next, c.ask} {
		if err := step(ctx); err != nil {
			c.errs = append(c.errs, err)
			break
		}
	}
	return errors.Join(c.errs[:min(len(c.errs), 20)]...)
}

// check is one comparison.
type check struct {
	ledger *Ledger
	known  []Fact // that must be true
	store  payment.Store
	errs   []error

	byKey      map[payment.Key]payment.Position
	receipts   map[payment.Key][]payment.RT
	byID       map[string]payment.RT
	all        []payment.Event
	pending    map[int64]bool
	journal    []payment.JournalEntry
	quarantine map[string]string // reasons by digest
}

func (c *check) wrong(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf(format, args...))
}

// read reads all there is.
func (c *check) read(ctx context.Context) error {
	c.byKey, c.receipts, c.byID = map[payment.Key]payment.Position{}, map[payment.Key][]payment.RT{}, map[string]payment.RT{}
	c.pending, c.quarantine = map[int64]bool{}, map[string]string{}
	for p, err := range c.store.Positions().List(ctx, payment.PositionFilter{}) {
		if err != nil {
			return err
		}
		c.byKey[p.Key] = p
	}
	for k := range c.byKey {
		rts, err := c.store.RTs().ByPosition(ctx, k)
		if err != nil {
			return err
		}
		c.receipts[k] = rts
		for _, r := range rts {
			if _, twice := c.byID[r.ReceiptID]; twice {
				c.wrong("I2: receipt %s is there twice", r.ReceiptID)
			}
			c.byID[r.ReceiptID] = r
		}
	}
	for e, err := range c.store.Outbox().List(ctx, payment.EventFilter{}) {
		if err != nil {
			return err
		}
		c.all = append(c.all, e)
	}
	for e, err := range c.store.Outbox().List(ctx, payment.EventFilter{Pending: true}) {
		if err != nil {
			return err
		}
		c.pending[e.ID] = true
	}
	for e, err := range c.store.Journal().List(ctx, payment.JournalFilter{}) {
		if err != nil {
			return err
		}
		c.journal = append(c.journal, e)
	}
	for m, err := range c.store.Quarantine().List(ctx) {
		if err != nil {
			return err
		}
		c.quarantine[digest(m.Raw)] = m.Reason
	}
	return nil
}
