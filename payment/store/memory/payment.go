package memory

import (
	"bytes"
	"context"
	"iter"
	"slices"

	"github.com/pagonline/pagonline/payment"
)

type (
	// index names a list of positions: all, those of an owner, those of a debt.
	index   struct{ owner, creditor, debt string }
	rtKey   struct{ creditor, receiptID string }
	counter struct {
		creditor    string
		segregation uint8
	}
	event struct {
		payment.Event
		delivered bool
	}
)

// The sub-stores.
type (
	positions  struct{ *Store }
	orders     struct{ *Store }
	rts        struct{ *Store }
	quarantine struct{ *Store }
	numbers    struct{ *Store }
	outbox     struct{ *Store }
)

// Positions returns the positions.
func (s *Store) Positions() payment.Positions { return positions{s} }

// Orders returns the orders.
func (s *Store) Orders() payment.Orders { return orders{s} }

// RTs returns the receipts.
func (s *Store) RTs() payment.RTs { return rts{s} }

// Quarantine returns the messages that were refused or not understood.
func (s *Store) Quarantine() payment.Quarantine { return quarantine{s} }

// Numbers returns the counters of notice numbers.
func (s *Store) Numbers() payment.Numbers { return numbers{s} }

// Outbox returns the events.
func (s *Store) Outbox() payment.Outbox { return outbox{s} }

// add appends v to the list under k. Lists grow in place: who reads an older one, or goes
// back to it, does not look behind its end, and there is one writer.
func add[K comparable, V any](t *table[K, []V], k K, v V) {
	list, _ := t.get(true, k)
	t.put(k, append(list, v))
}

// next counts the ids of a name from 1.
func (s *Store) next(name string) int64 {
	n, _ := s.sequences.get(true, name)
	s.sequences.put(name, n+1)
	return n + 1
}

// update is the Update of every table.
func update[K comparable, V any](
	ctx context.Context, s *Store, t *table[K, V], k K, notFound error, clone func(V) V, change func(*V) error,
) error {
	return s.Do(ctx, func(ctx context.Context) error {
		var v V
		found := false
		s.read(ctx, func(inside bool) { v, found = t.get(inside, k) })
		if !found {
			return notFound
		}
		v = clone(v)
		if err := change(&v); err != nil {
			return err
		}
		return s.write(ctx, func() error {
			t.put(k, clone(v))
			return nil
		})
	})
}

// get is the Get of every table.
func get[K comparable, V any](ctx context.Context, s *Store, t *table[K, V], k K, notFound error, clone func(V) V) (v V, err error) {
	err = notFound
	s.read(ctx, func(inside bool) {
		if found, ok := t.get(inside, k); ok {
			v, err = clone(found), nil
		}
	})
	return v, err
}

func (s positions) Insert(ctx context.Context, p payment.Position) error {
	return s.write(ctx, func() error {
		if _, found := s.positions.get(true, p.Key); found {
			return payment.ErrExists
		}
		s.positions.put(p.Key, clonePosition(p))
		add(&s.keys, index{}, p.Key)
		add(&s.keys, index{creditor: p.Creditor, debt: p.Debt}, p.Key)
		if p.Owner != "" {
			add(&s.keys, index{owner: p.Owner}, p.Key)
		}
		return nil
	})
}

func (s positions) Get(ctx context.Context, k payment.Key) (payment.Position, error) {
	return get(ctx, s.Store, &s.positions, k, payment.ErrNotFound, clonePosition)
}

func (s positions) Update(ctx context.Context, k payment.Key, change func(*payment.Position) error) error {
	return s.Do(ctx, func(ctx context.Context) error {
		var before, after string
		err := update(ctx, s.Store, &s.positions, k, payment.ErrNotFound, clonePosition, func(p *payment.Position) error {
			before = p.Owner
			err := change(p)
			after = p.Owner
			return err
		})
		if err != nil || before == after || after == "" {
			return err
		}
		return s.write(ctx, func() error {
			s.relist(after)
			return nil
		})
	})
}

// relist makes the list of an owner's positions anew, in their order; that of who was
// the owner before may keep too many.
func (s positions) relist(owner string) {
	all, _ := s.keys.get(true, index{})
	var owned []payment.Key
	for _, k := range all {
		if p, _ := s.positions.get(true, k); p.Owner == owner {
			owned = append(owned, k)
		}
	}
	s.keys.put(index{owner: owner}, owned)
}

func (s positions) List(ctx context.Context, f payment.PositionFilter) iter.Seq2[payment.Position, error] {
	return func(yield func(payment.Position, error) bool) {
		i := index{owner: f.Owner}
		if f.Debt != "" && f.Creditor != "" {
			i = index{creditor: f.Creditor, debt: f.Debt}
		}
		var found []payment.Position
		s.read(ctx, func(inside bool) {
			keys, _ := s.keys.get(inside, i)
			for _, k := range slices.Backward(keys) {
				p, _ := s.positions.get(inside, k)
				if (f.Creditor == "" || f.Creditor == p.Creditor) && (f.Owner == "" || f.Owner == p.Owner) &&
					(f.Debt == "" || f.Debt == p.Debt) && f.Except != k &&
					(f.LastDay.IsZero() || f.LastDay == p.LastDay() && p.Status == payment.Open) {
					found = append(found, clonePosition(p))
				}
			}
		})
		for _, p := range found {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func (s orders) Insert(ctx context.Context, o payment.Order) error {
	return s.write(ctx, func() error {
		if _, found := s.orders.get(true, o.ID); found {
			return payment.ErrExists
		}
		s.orders.put(o.ID, cloneOrder(o))
		for _, k := range o.Positions {
			add(&s.orderIDs, k, o.ID)
		}
		return nil
	})
}

func (s orders) Get(ctx context.Context, id string) (payment.Order, error) {
	return get(ctx, s.Store, &s.orders, id, payment.ErrNotFound, cloneOrder)
}

func (s orders) Update(ctx context.Context, id string, change func(*payment.Order) error) error {
	return update(ctx, s.Store, &s.orders, id, payment.ErrNotFound, cloneOrder, change)
}

func (s orders) ByPosition(ctx context.Context, k payment.Key) (found []payment.Order, err error) {
	s.read(ctx, func(inside bool) {
		ids, _ := s.orderIDs.get(inside, k)
		for _, id := range slices.Backward(ids) {
			o, _ := s.orders.get(inside, id)
			found = append(found, cloneOrder(o))
		}
	})
	return found, nil
}

func (s rts) Insert(ctx context.Context, r payment.RT) error {
	return s.write(ctx, func() error {
		k := rtKey{r.Creditor, r.ReceiptID}
		if _, found := s.rts.get(true, k); found {
			return payment.ErrExists
		}
		s.rts.put(k, cloneRT(r))
		if r.Issuer == r.Creditor {
			add(&s.rtKeys, r.PositionKey(), k)
		}
		return nil
	})
}

func (s rts) Replace(ctx context.Context, r payment.RT) error {
	return s.write(ctx, func() error {
		k := rtKey{r.Creditor, r.ReceiptID}
		if _, found := s.rts.get(true, k); !found {
			return payment.ErrNotFound
		}
		s.rts.put(k, cloneRT(r))
		return nil
	})
}

func (s rts) Get(ctx context.Context, creditor, receiptID string) (payment.RT, error) {
	return get(ctx, s.Store, &s.rts, rtKey{creditor, receiptID}, payment.ErrNotFound, cloneRT)
}

func (s rts) ByPosition(ctx context.Context, k payment.Key) (found []payment.RT, err error) {
	s.read(ctx, func(inside bool) {
		keys, _ := s.rtKeys.get(inside, k)
		for _, k := range keys {
			r, _ := s.rts.get(inside, k)
			found = append(found, cloneRT(r))
		}
	})
	return found, nil
}

func (s numbers) Next(ctx context.Context, creditor string, segregation uint8) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serials == nil {
		s.serials = map[counter]uint64{}
	}
	k := counter{creditor, segregation}
	s.serials[k]++
	return s.serials[k], nil
}

func (s outbox) Append(ctx context.Context, e payment.Event) error {
	return s.write(ctx, func() error {
		e.ID = s.next("events")
		s.events.put(e.ID, event{Event: e})
		return nil
	})
}

func (s outbox) List(ctx context.Context, f payment.EventFilter) iter.Seq2[payment.Event, error] {
	return func(yield func(payment.Event, error) bool) {
		var found []payment.Event
		s.read(ctx, func(inside bool) {
			last, _ := s.sequences.get(inside, "events")
			for id := f.After + 1; id <= last && (f.Limit == 0 || len(found) < f.Limit); id++ {
				e, there := s.events.get(inside, id)
				if there && (f.Position == payment.Key{} || f.Position == e.Position) &&
					(f.Order == "" || f.Order == e.Order) && (!f.Pending || !e.delivered) {
					found = append(found, e.Event)
				}
			}
		})
		for _, e := range found {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func (s outbox) Delivered(ctx context.Context, id int64) error {
	return update(ctx, s.Store, &s.events, id, payment.ErrNotFound, func(e event) event { return e }, func(e *event) error {
		e.delivered = true
		return nil
	})
}

func clonePosition(p payment.Position) payment.Position {
	p.Metadata, p.Transfers = slices.Clone(p.Metadata), slices.Clone(p.Transfers)
	for i, t := range p.Transfers {
		p.Transfers[i].Stamp, p.Transfers[i].Metadata = clonePointer(t.Stamp), slices.Clone(t.Metadata)
	}
	return p
}

func cloneOrder(o payment.Order) payment.Order {
	o.Positions = slices.Clone(o.Positions)
	return o
}

func cloneRT(r payment.RT) payment.RT {
	r.Raw, r.Metadata, r.Transfers = bytes.Clone(r.Raw), slices.Clone(r.Metadata), slices.Clone(r.Transfers)
	for i, t := range r.Transfers {
		r.Transfers[i].Stamp, r.Transfers[i].Metadata = bytes.Clone(t.Stamp), slices.Clone(t.Metadata)
	}
	r.Payer, r.Fee, r.CreditorFee = clonePointer(r.Payer), clonePointer(r.Fee), clonePointer(r.CreditorFee)
	return r
}

func clonePointer[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}
