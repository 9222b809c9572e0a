package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/pagonline/pagonline/cart"
)

type carts struct{ *Store }

// Carts returns the carts.
func (s *Store) Carts() cart.Carts { return carts{s} }

func (s carts) Insert(ctx context.Context, c cart.Cart) error {
	return s.write(ctx, func() error {
		if _, found := s.carts.get(true, c.ID); found {
			return cart.ErrExists
		}
		s.carts.put(c.ID, cloneCart(c))
		return nil
	})
}

func (s carts) Get(ctx context.Context, id string) (cart.Cart, error) {
	return get(ctx, s.Store, &s.carts, id, cart.ErrNotFound, cloneCart)
}

func (s carts) Update(ctx context.Context, id string, change func(*cart.Cart) error) error {
	return update(ctx, s.Store, &s.carts, id, cart.ErrNotFound, cloneCart, change)
}

func (s carts) Prune(ctx context.Context, before time.Time) (int, error) {
	return prune(ctx, s.Store, &s.carts, func(c cart.Cart) bool { return !c.ExpiresAt.IsZero() && c.ExpiresAt.Before(before) })
}

func cloneCart(c cart.Cart) cart.Cart {
	c.Items, c.Orders = slices.Clone(c.Items), slices.Clone(c.Orders)
	for i := range c.Items {
		item := &c.Items[i]
		item.Lines, item.Fields = slices.Clone(item.Lines), maps.Clone(item.Fields)
	}
	return c
}
