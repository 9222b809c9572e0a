package payment

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
)

// Facts are what is known of a notice at one moment. [Cashier.Facts] gathers what the
// store has; who knows more, as from reporting flows, adds it. The zero value knows
// nothing.
type Facts struct {
	Now time.Time
	// Position is the notice; its status is empty if the creditor has no such one.
	Position Position
	// Elsewhere says that another notice of the same debt was paid, or the alternative
	// to this one: see [Cashier.Payable].
	Elsewhere bool
	Orders    []Order // that hold the notice
	// Activated is when the station last let a PSP begin to pay the notice, as the event
	// journal has it (paGetPayment); zero for never.
	Activated time.Time
	Receipts  []RT // that the notice's creditor has for it
	// Refused says that a receipt for it waits in quarantine.
	Refused bool
	// Flow are rows of reporting flows, of the latest revision of each flow. Rows of
	// other notices are passed over.
	Flow []FlowEntry
	// FlowsRead is the day up to which the creditor's flows were looked through.
	FlowsRead pagonline.Date
	// Sought are the receipts (IUR) that were asked of biz-events: see
	// [Cashier.SeekReceipt].
	Sought []string
}

// LogValue gives the log the notice and its state.
func (f Facts) LogValue() slog.Value { return f.Position.LogValue() }

// Facts gathers what the store knows of a notice, also of one that it does not have.
func (c *Cashier) Facts(ctx context.Context, k Key) (Facts, error) {
	g, err := c.gather(ctx, k)
	return g.Facts, err
}

// gathered are facts and where they were found.
type gathered struct {
	Facts
	calls   []JournalEntry       // of who asked the station what is due
	refused []QuarantinedMessage // receipts that were, resolved or not
	history []Event              // of the notice and of its orders
	settled time.Time            // when another notice of the debt was paid; zero for never
}

func (c *Cashier) gather(ctx context.Context, k Key) (g gathered, err error) {
	g.Now, g.Position.Key = c.now(), k
	if k.Creditor == "" || k.Number.IsZero() {
		return g, nil // half a key would find what others own
	}
	g.Position, err = c.store.Positions().Get(ctx, k)
	if errors.Is(err, ErrNotFound) {
		g.Position, err = Position{Key: k}, nil
	}
	if err != nil {
		return gathered{}, err
	}
	for _, step := range []func(context.Context, *gathered) error{
		c.gatherDebt, c.gatherEvents, c.gatherCalls, c.gatherRefused, c.gatherReceipts,
	} {
		if err := step(ctx, &g); err != nil {
			return gathered{}, err
		}
	}
	return g, nil
}

// gatherDebt looks whether the debt was paid by another notice.
func (c *Cashier) gatherDebt(ctx context.Context, g *gathered) error {
	for other, err := range c.sameDebt(ctx, g.Position) {
		if err != nil {
			return err
		}
		if other.Status.Settled() && (other.Option == g.Position.Option || other.alternative(g.Position)) {
			g.Elsewhere = true
			if g.settled.IsZero() || other.PaidAt.Before(g.settled) {
				g.settled = other.PaidAt
			}
		}
	}
	return nil
}

// gatherEvents reads the orders of the notice, and the events of all, by their IDs.
func (c *Cashier) gatherEvents(ctx context.Context, g *gathered) error {
	var err error
	if g.Orders, err = c.store.Orders().ByPosition(ctx, g.Position.Key); err != nil {
		return err
	}
	if g.history, err = c.events(ctx, EventFilter{Position: g.Position.Key}); err != nil {
		return err
	}
	for _, e := range g.history {
		if e.Kind == ReceiptSought {
			g.Sought = append(g.Sought, e.ReceiptID)
		}
	}
	for _, o := range g.Orders {
		events, err := c.events(ctx, EventFilter{Order: o.ID})
		if err != nil {
			return err
		}
		g.history = append(g.history, events...)
	}
	slices.SortFunc(g.history, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	return nil
}

// gatherCalls reads in the event journal what the station answered to PSPs.
func (c *Cashier) gatherCalls(ctx context.Context, g *gathered) error {
	filter := JournalFilter{Creditor: g.Position.Creditor, Notice: g.Position.Number.String()}
	for e, err := range c.store.Journal().List(ctx, filter) {
		switch {
		case err != nil:
			return err
		case e.Subtype != Response, !e.activation() && !strings.HasPrefix(e.Operation, "paVerifyPayment"):
			continue
		case e.activation() && e.Outcome == "OK" && e.At.After(g.Activated):
			g.Activated = e.At
		}
		g.calls = append(g.calls, e)
	}
	return nil
}

// activation reports whether the entry is of a call that begins a payment.
func (e JournalEntry) activation() bool {
	return e.Operation == "paGetPayment" || e.Operation == "paGetPaymentV2"
}

// gatherRefused looks for receipts in quarantine that speak of the notice.
func (c *Cashier) gatherRefused(ctx context.Context, g *gathered) error {
	found, err := c.store.Quarantine().ByPosition(ctx, g.Position.Key)
	for _, m := range found {
		if m.Operation == OperationBizEvents || strings.HasPrefix(m.Operation, "paSendRT") {
			g.refused = append(g.refused, m)
			g.Refused = g.Refused || m.Open()
		}
	}
	return err
}

// gatherReceipts is the last step: a receipt that comes meanwhile counts.
func (c *Cashier) gatherReceipts(ctx context.Context, g *gathered) (err error) {
	g.Receipts, err = c.store.RTs().ByPosition(ctx, g.Position.Key)
	return err
}

// ReceiptSought is the kind of the event that a missing receipt was asked of biz-events.
const ReceiptSought EventKind = "receipt.sought"

// SeekReceipt notes that biz-events is about to be asked for the receipt iur of a notice.
// It returns false if it was asked before: it must not be asked again then, for SANP
// allows one call for each event that justifies it and forbids a loop (SANP 3.12,
// getOrganizationReceipt). Its error has [pagonline.CodeNotFound] for a notice that the
// store does not have.
func (c *Cashier) SeekReceipt(ctx context.Context, k Key, iur string) (first bool, err error) {
	err = c.store.Do(ctx, func(ctx context.Context) error {
		first = false
		if _, err := c.store.Positions().Get(ctx, k); err != nil {
			return err
		}
		history, err := c.events(ctx, EventFilter{Position: k})
		if err != nil || slices.ContainsFunc(history, func(e Event) bool { return e.Kind == ReceiptSought && e.ReceiptID == iur }) {
			return err
		}
		first = true
		return c.event(ctx, Event{Kind: ReceiptSought, Position: k, ReceiptID: iur})
	})
	if err != nil {
		return false, public(err)
	}
	return first, nil
}
