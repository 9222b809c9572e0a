package payment

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"time"
)

// Cashier opens positions, sends orders and records receipts. It is safe for
// concurrent use; several cashiers, in several processes, may share a store.
type Cashier struct {
	store Store
	cfg   Config
}

// Config says with whom a cashier works. The zero value is a cashier who opens
// positions and records receipts, and sends nobody anywhere.
type Config struct {
	// Gateway is where payers are sent. Default: none, and sending is an error.
	Gateway Gateway
	// Publisher gets each position before its payer is sent to pay: the asynchronous
	// mode, in which GPD answers the node for the creditor and must know the position
	// first. Default: none, the synchronous mode, in which the creditor's own station
	// answers; a copy for ACA goes out by [Mirror] then.
	Publisher Publisher
	// Handlers get the events from [Cashier.DeliverPending]. Default: none.
	Handlers []Handler
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Log gets what an operator should know; no personal data. Default: nothing.
	Log *slog.Logger
}

// NewCashier returns a cashier who works with store. It copies cfg.
func NewCashier(store Store, cfg Config) *Cashier {
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Handlers = slices.Clone(cfg.Handlers)
	return &Cashier{store: store, cfg: cfg}
}

func (c *Cashier) now() time.Time { return c.cfg.Now().UTC() }

// Payable returns the position if it can be paid now. Its error wraps [ErrUnknown],
// also for a draft and for the alternative to an option that was already paid (a plan
// begun, or the single payment), [ErrPaid], also where an earlier notice of the same
// debt and option was, [ErrExpired] or [ErrCancelled]. It changes nothing.
func (c *Cashier) Payable(ctx context.Context, k Key) (Position, error) {
	p, err := c.store.Positions().Get(ctx, k)
	if errors.Is(err, ErrNotFound) {
		err = ErrUnknown
	}
	if err == nil {
		err = p.Payable(c.now())
	}
	if err != nil {
		return Position{}, public(err)
	}
	for other, err := range c.sameDebt(ctx, p) {
		if err != nil {
			return Position{}, err
		}
		switch {
		case !other.Status.Settled():
		case other.Option == p.Option:
			return Position{}, public(ErrPaid)
		case other.alternative(p):
			return Position{}, public(ErrUnknown)
		}
	}
	return p, nil
}

// sameDebt yields the debt's other positions.
func (c *Cashier) sameDebt(ctx context.Context, p Position) iter.Seq2[Position, error] {
	return func(yield func(Position, error) bool) {
		if p.Debt == "" {
			return
		}
		for other, err := range c.store.Positions().List(ctx, PositionFilter{Creditor: p.Creditor, Debt: p.Debt, Except: p.Key}) {
			if !yield(other, err) {
				return
			}
		}
	}
}

// Purchases returns what owner bought or is to pay, the newest first. Nobody, "", has
// bought nothing.
func (c *Cashier) Purchases(ctx context.Context, owner string) iter.Seq2[Position, error] {
	if owner == "" {
		return func(func(Position, error) bool) {}
	}
	return c.store.Positions().List(ctx, PositionFilter{Owner: owner})
}

// chargeTime is how long a payment that was taken in charge may still end without
// the payer: the longest life of a payment token (SANP 3.12, payment token).
const chargeTime = 30 * time.Minute

// debtInCharge is [Cashier.inCharge] for the position and for what must not be paid
// beside it: earlier notices of the same option, and the alternatives to it.
func (c *Cashier) debtInCharge(ctx context.Context, p Position) error {
	if err := c.inCharge(ctx, p.Key); err != nil {
		return err
	}
	for other, err := range c.sameDebt(ctx, p) {
		if err == nil && (other.Option == p.Option || other.alternative(p)) {
			err = c.inCharge(ctx, other.Key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inCharge returns [ErrInCharge] while an attempt to pay the position may be running.
func (c *Cashier) inCharge(ctx context.Context, k Key) error {
	orders, err := c.store.Orders().ByPosition(ctx, k)
	if err != nil {
		return err
	}
	for _, o := range orders {
		if o.Status == OrderTakenInCharge && c.now().Sub(o.ChangedAt) < chargeTime {
			return ErrInCharge
		}
	}
	return nil
}

// Order returns an order of owner's. Its error has [pagonline.CodeNotFound], also for
// what others own.
func (c *Cashier) Order(ctx context.Context, owner, id string) (Order, error) {
	o, err := c.store.Orders().Get(ctx, id)
	if err == nil && o.Owner != owner {
		err = ErrNotFound
	}
	if err != nil {
		return Order{}, public(err)
	}
	return o, nil
}

// event writes e into the outbox, in the unit of work that ctx carries.
func (c *Cashier) event(ctx context.Context, e Event) error {
	e.At = c.now()
	return c.store.Outbox().Append(ctx, e)
}
