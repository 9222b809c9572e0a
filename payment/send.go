package payment

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/pagonline/pagonline"
)

// OrderRequest asks for positions to be paid together.
type OrderRequest struct {
	Owner     string // must own all of them; "" for nobody's
	Positions []Key  // 1 to 5
	Email     string // where the gateway tells the outcome; "" for nowhere
}

// LogValue gives the log how many positions there are.
func (r OrderRequest) LogValue() slog.Value { return slog.IntValue(len(r.Positions)) }

// Send sends an order to the gateway and returns it with its Location, where the
// payer is to go. back returns the return addresses, in which the order's id may
// stand. It is [Cashier.Prepare], [Cashier.Dispatch] and [Cashier.Sent] in one; a cart
// that has to close with the order calls them itself.
func (c *Cashier) Send(ctx context.Context, r OrderRequest, back func(order string) ReturnURLs) (Order, error) {
	o, err := c.Prepare(ctx, r)
	if err != nil {
		return Order{}, err
	}
	var addresses ReturnURLs
	if back != nil {
		addresses = back(o.ID)
	}
	location, err := c.Dispatch(ctx, o, addresses)
	if err != nil {
		return Order{}, err
	}
	return c.Sent(ctx, o.ID, location)
}

// Prepare makes an order, or returns the one for the same positions that is not at
// an end: asking twice gives the same. Its error has [pagonline.CodeCartEmpty],
// [pagonline.CodeTooManyItems], [pagonline.CodePaymentInProgress] while a payment
// taken in charge may still end, [pagonline.CodeInputSyntax] for a position given twice
// or beside the alternative to it, [pagonline.CodeNotFound] also for what others own, or
// is that of [Cashier.Payable].
func (c *Cashier) Prepare(ctx context.Context, r OrderRequest) (Order, error) {
	switch n := len(r.Positions); {
	case n == 0:
		return Order{}, pagonline.NewError(pagonline.CodeCartEmpty)
	case n > MaxNotices:
		return Order{}, pagonline.NewError(pagonline.CodeTooManyItems, count(MaxNotices))
	case r.Email != "" && !ValidEmail(r.Email):
		return Order{}, syntax("email")
	}
	var o Order
	err := c.store.Do(ctx, func(ctx context.Context) error {
		var together []Position
		for _, k := range r.Positions {
			p, err := c.Payable(ctx, k)
			if err != nil {
				return err
			}
			if p.Owner != r.Owner {
				return ErrUnknown
			}
			if slices.ContainsFunc(together, p.excludes) {
				return syntax("positions")
			}
			if err := c.debtInCharge(ctx, p); err != nil {
				return err
			}
			together = append(together, p)
		}
		var err error
		if o, err = c.unfinished(ctx, r); err != nil || o.ID != "" {
			return err
		}
		now := c.now()
		o = Order{
			ID: rand.Text(), Owner: r.Owner, Positions: slices.Clone(r.Positions), Status: OrderCreated,
			Email: r.Email, CreatedAt: now, ChangedAt: now,
		}
		if err := c.store.Orders().Insert(ctx, o); err != nil {
			return err
		}
		return c.event(ctx, Event{Kind: OrderEvent(OrderCreated), Order: o.ID})
	})
	if err != nil {
		return Order{}, public(err)
	}
	return o, nil
}

// excludes reports whether both cannot be paid together: they are one, or alternatives.
func (p Position) excludes(q Position) bool {
	return p.Key == q.Key || p.Creditor == q.Creditor && p.Debt == q.Debt && (p.Option == q.Option || p.alternative(q))
}

// unfinished returns the order for exactly these positions whose payer has not come
// back, or none.
func (c *Cashier) unfinished(ctx context.Context, r OrderRequest) (Order, error) {
	orders, err := c.store.Orders().ByPosition(ctx, r.Positions[0])
	if err != nil {
		return Order{}, err
	}
	for _, o := range orders {
		if (o.Status == OrderCreated || o.Status == OrderSent) && o.Owner == r.Owner && o.Email == r.Email &&
			slices.Equal(o.Positions, r.Positions) {
			return o, nil
		}
	}
	return Order{}, nil
}

// Dispatch hands the order to the gateway, and before it to the publisher if there is
// one, and returns where the payer is to go. It talks to them and writes nothing. Its
// error is theirs, or that of [Cashier.Payable].
func (c *Cashier) Dispatch(ctx context.Context, o Order, back ReturnURLs) (location string, err error) {
	if c.cfg.Gateway == nil {
		return "", errors.New("payment: the cashier has no gateway")
	}
	r := GatewayRequest{Order: o.ID, Email: o.Email, Return: back}
	for _, k := range o.Positions {
		p, err := c.Payable(ctx, k)
		if err != nil {
			return "", err
		}
		description, err := p.Description()
		if err != nil {
			return "", err
		}
		if c.cfg.Publisher != nil {
			if err := c.cfg.Publisher.Publish(ctx, p); err != nil {
				return "", fmt.Errorf("publish %s: %w", k, err)
			}
		}
		r.Notices = append(r.Notices, GatewayNotice{Key: k, Amount: p.Amount(), Company: p.Company, Description: description})
	}
	location, err = c.cfg.Gateway.Start(ctx, r)
	if err != nil {
		return "", fmt.Errorf("send order %s: %w", o.ID, err)
	}
	return location, nil
}

// Sent notes that the payer was sent to location.
func (c *Cashier) Sent(ctx context.Context, order, location string) (Order, error) {
	return c.changeOrder(ctx, order, func(o *Order) {
		o.Location = location
		o.move(OrderSent)
	})
}

// Returned notes where the gateway sent the payer back. It says nothing about the
// payment: at most it takes the order to taken_in_charge or closed_unpaid, and a
// receipt has the last word. Who comes back twice changes nothing.
func (c *Cashier) Returned(ctx context.Context, order string, at Return) (Order, error) {
	return c.changeOrder(ctx, order, func(o *Order) {
		switch at {
		case ReturnedOK, ReturnedWaiting:
			o.move(OrderTakenInCharge)
		case ReturnedCancel, ReturnedError:
			o.move(OrderClosedUnpaid)
		}
	})
}

// move takes the order to a state that may follow its own, else leaves it as it is.
func (o *Order) move(to OrderStatus) {
	if slices.Contains(nextOrderStatus[o.Status], to) {
		o.Status = to
	}
}

// changeOrder updates an order in a unit of work and writes the event of its state.
func (c *Cashier) changeOrder(ctx context.Context, id string, change func(*Order)) (Order, error) {
	var after Order
	err := c.store.Do(ctx, func(ctx context.Context) error {
		var before OrderStatus
		err := c.store.Orders().Update(ctx, id, func(o *Order) error {
			before = o.Status
			if change(o); o.Status != before {
				o.ChangedAt = c.now()
			}
			after = *o
			return nil
		})
		if err != nil || after.Status == before {
			return err
		}
		return c.event(ctx, Event{Kind: OrderEvent(after.Status), Order: id})
	})
	if err != nil {
		return Order{}, public(err)
	}
	return after, nil
}
