package memory

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/pagonline/pagonline/payment"
)

type (
	deliveries  struct{ *Store }
	deliveryKey struct {
		event   int64
		handler string
	}
)

// Deliveries returns what came of the events that wait.
func (s *Store) Deliveries() payment.Deliveries { return deliveries{s} }

func (s deliveries) Put(ctx context.Context, d payment.Delivery) error {
	return s.write(ctx, func() error {
		s.deliveries.put(deliveryKey{d.Event, d.Handler}, d)
		return nil
	})
}

func (s deliveries) Of(ctx context.Context, events ...int64) ([]payment.Delivery, error) {
	want := map[int64]bool{}
	for _, event := range events {
		want[event] = true
	}
	return s.list(ctx, func(d payment.Delivery) bool { return want[d.Event] }), nil
}

func (s deliveries) Parked(ctx context.Context) iter.Seq2[payment.Delivery, error] {
	return func(yield func(payment.Delivery, error) bool) {
		for _, d := range s.list(ctx, func(d payment.Delivery) bool { return d.State == payment.DeliveryParked }) {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func (s deliveries) Forget(ctx context.Context, event int64) error {
	return s.write(ctx, func() error {
		for k := range s.deliveries.all(true) {
			if k.event == event {
				s.deliveries.remove(k)
			}
		}
		return nil
	})
}

func (s deliveries) list(ctx context.Context, want func(payment.Delivery) bool) (found []payment.Delivery) {
	s.read(ctx, func(inside bool) {
		for _, d := range s.deliveries.all(inside) {
			if want(d) {
				found = append(found, d)
			}
		}
	})
	slices.SortFunc(found, func(a, b payment.Delivery) int {
		return cmp.Or(cmp.Compare(a.Event, b.Event), cmp.Compare(a.Handler, b.Handler))
	})
	return found
}
