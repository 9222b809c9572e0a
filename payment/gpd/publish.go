package gpd

import (
	"context"
	"errors"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// publish makes the copy of an unpaid position say what it says.
func (b *book) publish(ctx context.Context, p payment.Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	late := p.Late(b.api.now())
	if p.Status == payment.Draft || p.Status == payment.Expired || p.Status == payment.Open && p.RefuseLate && late {
		return nil // not there yet, or past its time in the copy too
	}
	release, err := b.busy.hold(ctx, p.Creditor+"/"+p.Debt)
	if err != nil {
		return err
	}
	defer release()
	notices, err := b.notices(ctx, p)
	switch {
	case err != nil:
		return err
	case p.Status == payment.Cancelled:
		return b.withdraw(ctx, p, notices)
	default:
		return b.put(ctx, p, notices)
	}
}

// notices returns what can be paid of p's debt, p included if it can.
func (b *book) notices(ctx context.Context, p payment.Position) (all []payment.Position, err error) {
	if p.Status == payment.Open {
		all = append(all, p)
	}
	if b.cfg.Positions == nil {
		if p.Option != 0 {
			return nil, pagonline.NewError(pagonline.CodeInternal).Because(errNoPositions)
		}
		return all, nil
	}
	for other, err := range b.cfg.Positions.List(ctx, payment.PositionFilter{Creditor: p.Creditor, Debt: p.Debt}) {
		if err != nil {
			return nil, err
		}
		if other.Key != p.Key && other.Status == payment.Open && other.Payable(b.api.now()) == nil {
			all = append(all, other)
		}
	}
	return all, nil
}

var errNoPositions = errors.New("gpd: the notices of a plan need Config.Positions")

// debt returns the debt of the notices, as far as stand-in is concerned too.
func (b *book) debt(notices []payment.Position) (Debt, error) {
	d, err := NewDebt(notices...)
	if b.cfg.NoStandIn != nil {
		for _, p := range notices {
			d.NoStandIn = d.NoStandIn || b.cfg.NoStandIn(p)
		}
	}
	return d, err
}

// put creates the debt or, if it is there, updates it.
func (b *book) put(ctx context.Context, p payment.Position, notices []payment.Position) error {
	d, err := b.debt(notices)
	if err != nil {
		return err
	}
	createErr := b.Create(ctx, d, true) // a late one is not sent: it can only be there already
	if createErr == nil || !errors.Is(createErr, pagonline.ErrConflict) {
		return createErr
	}
	err = b.Update(ctx, d, true)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, payment.ErrUnknown):
		return createErr // late, or one of its notices stands under another debt
	case errors.Is(err, pagonline.ErrConflict):
		return b.settled(ctx, err, p)
	default:
		return err
	}
}

// settled looks at one notice of a debt that cannot be changed any more. It returns
// [payment.ErrPaid] for one that is paid, nil for one that is as it should be, else err.
func (b *book) settled(ctx context.Context, err error, p payment.Position) error {
	have, lookErr := b.Get(ctx, p.Creditor, IUPD(p.Debt))
	if lookErr != nil {
		return err
	}
	i, found := have.Find(p.Number)
	switch refused, ok := errors.AsType[*Error](err); {
	case found && i.Status.Paid() && ok:
		return refused.because(pagonline.CodeAlreadyPaid, payment.ErrPaid)
	case p.Status == payment.Cancelled && !found:
		return nil
	case p.Status == payment.Open && found && have.Status == PartiallyPaid && i.Amount == p.Amount() && i.DueAt.Equal(lastSecond(p)):
		return nil
	default:
		return err
	}
}

// withdraw takes p out of its debt, or the debt away if nothing is left of it.
func (b *book) withdraw(ctx context.Context, p payment.Position, rest []payment.Position) error {
	iupd := IUPD(p.Debt)
	have, err := b.Get(ctx, p.Creditor, iupd)
	if errors.Is(err, payment.ErrUnknown) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, found := have.Find(p.Number); !found {
		return nil
	}
	if len(rest) > 0 {
		var d Debt
		if d, err = b.debt(rest); err == nil {
			err = b.Update(ctx, d, true)
		}
	} else {
		err = b.Delete(ctx, p.Creditor, iupd)
	}
	switch {
	case errors.Is(err, payment.ErrUnknown):
		return nil
	case errors.Is(err, pagonline.ErrConflict):
		return b.settled(ctx, err, p)
	default:
		return err
	}
}
