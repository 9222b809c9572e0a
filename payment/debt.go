package payment

import (
	"context"
	"iter"
)

// Position returns a position, whatever its state. Its error has
// [pagonline.CodeNotFound].
func (c *Cashier) Position(ctx context.Context, k Key) (Position, error) {
	p, err := c.store.Positions().Get(ctx, k)
	return p, public(err)
}

// Debt returns the positions of p's debt, itself among them, the newest first.
func (c *Cashier) Debt(ctx context.Context, p Position) iter.Seq2[Position, error] {
	return c.store.Positions().List(ctx, PositionFilter{Creditor: p.Creditor, Debt: p.Debt})
}
