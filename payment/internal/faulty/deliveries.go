package faulty

import (
	"context"
	"iter"

	"github.com/pagonline/pagonline/payment"
)

type deliveries struct {
	payment.Deliveries
	s *Store
}

// Deliveries returns what came of the events that wait.
func (s *Store) Deliveries() payment.Deliveries { return deliveries{s.Inner.Deliveries(), s} }

func (o deliveries) Put(ctx context.Context, d payment.Delivery) error {
	return o.s.do(ctx, "Deliveries.Put", func() error { return o.Deliveries.Put(ctx, d) })
}

func (o deliveries) Of(ctx context.Context, events ...int64) ([]payment.Delivery, error) {
	return get(ctx, o.s, "Deliveries.Of", func() ([]payment.Delivery, error) { return o.Deliveries.Of(ctx, events...) })
}

func (o deliveries) Parked(ctx context.Context) iter.Seq2[payment.Delivery, error] {
	return list(ctx, o.s, "Deliveries.Parked", o.Deliveries.Parked(ctx))
}

func (o deliveries) Forget(ctx context.Context, event int64) error {
	return o.s.do(ctx, "Deliveries.Forget", func() error { return o.Deliveries.Forget(ctx, event) })
}
