package quote

import (
	"context"
	"iter"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
)

// Get returns the quote with this ID. Its error has [pagonline.CodeNotFound].
func (r *Register) Get(ctx context.Context, id string) (Quote, error) {
	q, err := r.store.Quotes().Get(ctx, id)
	if err == nil {
		q, err = r.seen(ctx, q)
	}
	return one(q, err)
}

// Find returns the institute's newest quote with an equal protocol. It asks for no
// code: it is for the institute's own staff. Its error has
// [pagonline.CodeQuoteUnknown].
func (r *Register) Find(ctx context.Context, institute string, p causale.Protocol) (Quote, error) {
	held, err := r.store.Quotes().ByProtocol(ctx, institute, p)
	if err != nil {
		return Quote{}, err
	}
	for _, q := range held {
		if q.Protocol.Equal(p) {
			return r.seen(ctx, q)
		}
	}
	return Quote{}, unknown()
}

func unknown() error { return pagonline.NewError(pagonline.CodeQuoteUnknown).At("protocol") }

// List returns the quotes that match f, the newest first; the status is the one seen
// now.
func (r *Register) List(ctx context.Context, f Filter) iter.Seq2[Quote, error] {
	stored := f
	stored.Status = f.Status.stored()
	return func(yield func(Quote, error) bool) {
		for q, err := range r.store.Quotes().List(ctx, stored) {
			if err == nil {
				q, err = r.seen(ctx, q)
			}
			switch {
			case err != nil:
				yield(Quote{}, err)
				return
			case f.Status != "" && f.Status != q.Status:
			case !yield(q, nil):
				return
			}
		}
	}
}

// seen returns a stored quote as it is now: with its notice, with what was paid for
// it, and expired if its last day is over.
func (r *Register) seen(ctx context.Context, q Quote) (Quote, error) {
	q.Position, q.Payments = payment.Key{}, 0
	for p, err := range r.positions(ctx, q) {
		switch {
		case err != nil:
			return Quote{}, err
		case p.Status.Settled():
			receipts, err := r.store.RTs().ByPosition(ctx, p.Key)
			if err != nil {
				return Quote{}, err
			}
			if q.Payments == 0 || p.PaidAt.Before(q.PaidAt) {
				q.Position, q.PaidAt = p.Key, p.PaidAt
			}
			q.Payments += max(1, len(receipts))
		case p.Status != payment.Cancelled && q.Payments == 0:
			q.Position = p.Key
		}
	}
	switch {
	case q.Payments > 0:
		q.Status = Paid
	case q.Status.Live() && q.late(r.now()) && (q.Status == Issued || !q.Amount.IsZero()):
		q.Status = Expired
	}
	return q, nil
}

// positions returns the notices that the quote ever had.
func (r *Register) positions(ctx context.Context, q Quote) iter.Seq2[payment.Position, error] {
	return r.store.Positions().List(ctx, payment.PositionFilter{Creditor: q.Creditor, Debt: q.ID})
}
