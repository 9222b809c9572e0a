package quote

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Accept notes that the payer said yes; once is enough. Its error has
// [pagonline.CodeNotFound], [pagonline.CodeQuoteExpired], [pagonline.CodeQuotePaid] or
// [pagonline.CodeQuoteWithdrawn].
func (r *Register) Accept(ctx context.Context, id string) (Quote, error) {
	return r.change(ctx, id, func(_ context.Context, q *Quote, seen Quote) error {
		if seen.Status == Accepted {
			return nil
		}
		q.AcceptedAt = r.now()
		return q.move(seen.Status, Accepted)
	})
}

// Withdraw takes a quote back, and its live notice with it; once is enough. Its error
// has [pagonline.CodeNotFound], [pagonline.CodeAlreadyPaid],
// [pagonline.CodePaymentInProgress] while a payment taken in charge may still end, or
// [pagonline.CodeQuoteWithdrawn] for a quote that was superseded.
func (r *Register) Withdraw(ctx context.Context, id string) (Quote, error) {
	return r.change(ctx, id, func(ctx context.Context, q *Quote, seen Quote) error {
		if seen.Status == Withdrawn {
			return nil
		}
		if err := r.withdrawNotice(ctx, seen); err != nil {
			return err
		}
		return q.move(seen.Status, Withdrawn)
	})
}

// Supersede puts another quote of the same institute in the place of one: the old one
// and its notice can be paid no more. It returns the new one, and returns it again if
// it is asked again. Its error is that of [Register.Issue] or [Register.Withdraw], or
// has [pagonline.CodeQuoteOtherInstitute], or [pagonline.CodeConflict] where it was
// superseded under another protocol; then nothing has changed.
func (r *Register) Supersede(ctx context.Context, id string, req Request) (Quote, error) {
	var successor Quote
	_, err := r.change(ctx, id, func(ctx context.Context, q *Quote, seen Quote) error {
		offer, err := r.offer(req)
		switch {
		case err != nil:
			return err
		case offer.Institute.Code != q.Institute:
			return r.otherInstitute(*q)
		case seen.Status == Superseded:
			successor, err = r.Get(ctx, q.SupersededBy)
			switch {
			case err != nil:
				return err
			case !req.Protocol.Equal(successor.Protocol):
				return pagonline.NewError(pagonline.CodeConflict).At("protocol").Because(errSuccessor)
			case !asks(offer, req, successor):
				return seen.refusal()
			}
			return nil
		}
		if err := r.withdrawNotice(ctx, seen); err != nil {
			return err
		}
		if err := q.move(seen.Status, Superseded); err != nil {
			return err
		}
		successor, err = r.issue(ctx, req, q.ID)
		q.SupersededBy = successor.ID
		return err
	})
	return one(successor, err)
}

// withdrawNotice withdraws the notice that the quote has. One that was paid is an
// error.
func (r *Register) withdrawNotice(ctx context.Context, q Quote) error {
	if q.Position == (payment.Key{}) {
		return nil
	}
	return r.cashier.Withdraw(ctx, q.Position)
}

// otherInstitute names the institute whose quote it is.
func (r *Register) otherInstitute(q Quote) error {
	name := q.Institute
	if in, err := r.catalog.Institute(q.Institute); err == nil {
		name = in.Name
	}
	return pagonline.NewError(pagonline.CodeQuoteOtherInstitute, pagonline.Same(name)).At("institute")
}

// change runs rule on a quote, as it is stored and as it is seen now, in a unit of
// work, and returns what became of it.
func (r *Register) change(ctx context.Context, id string, rule func(ctx context.Context, q *Quote, seen Quote) error) (Quote, error) {
	var after Quote
	err := r.store.Do(ctx, func(ctx context.Context) error {
		err := r.store.Quotes().Update(ctx, id, func(q *Quote) error {
			seen, err := r.seen(ctx, *q)
			if err == nil {
				err = rule(ctx, q, seen)
			}
			after = *q
			return err
		})
		if err == nil {
			after, err = r.seen(ctx, after)
		}
		return err
	})
	return one(after, err)
}
