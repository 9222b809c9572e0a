package payment

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline"
)

// What one call of [Cashier.Expire] does at most.
const (
	expireDays  = 31 // back from today
	expireBatch = 1000
)

// Expire ends the open positions that are past their due date and may not be paid late:
// each becomes [Expired], with its event. It is a task to be run again and again, as once
// an hour; several instances may. Until it comes by, such a position is refused all the
// same (see [Position.Payable]).
//
// An attempt that began in time has the life of a payment token, half an hour, to end.
// One call ends 1000 positions at most, and the next one goes on; it looks a month back,
// so what nobody ended for that long stays open, and refused. A receipt pays an expired
// position as any other.
//
// Nothing else needs such a task: quotes and carts expire by the clock, and attempts to pay
// and orders taken in charge count for half an hour.
func (c *Cashier) Expire(ctx context.Context) error {
	then := c.now().Add(-chargeTime)
	var late []Key
	for back := range expireDays {
		day := pagonline.DateOf(then).AddDays(-1 - back)
		for p, err := range c.store.Positions().List(ctx, PositionFilter{LastDay: day}) {
			if err != nil {
				return err
			}
			if late = append(late, p.Key); len(late) == expireBatch {
				break
			}
		}
		if len(late) == expireBatch {
			break
		}
	}
	var failures []error
	for _, k := range late {
		err := c.change(ctx, k, func(_ context.Context, p *Position) error {
			if p.Status == Open && errors.Is(p.Payable(then), ErrExpired) {
				return p.move(Expired)
			}
			return nil // it was paid, or changed, meanwhile
		})
		if ended := ctx.Err(); ended != nil {
			return ended
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}
