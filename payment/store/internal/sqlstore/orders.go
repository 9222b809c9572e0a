package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/payment"
)

type orders Tables

func (s orders) Insert(ctx context.Context, o payment.Order) error {
	doc, err := encode(o)
	if err != nil {
		return err
	}
	return s.DB.Do(ctx, func(ctx context.Context) error {
		err := insert(ctx, s.DB, payment.ErrExists, `INSERT INTO orders (id, status, doc) VALUES ($1, $2, $3)`,
			o.ID, string(o.Status), doc)
		for _, k := range o.Positions {
			if err != nil {
				return err
			}
			err = s.DB.Write(ctx, `INSERT INTO order_positions (creditor, number, order_seq)
				SELECT $1, $2, seq FROM orders WHERE id = $3`, k.Creditor, k.Number.String(), o.ID)
		}
		return err
	})
}

const selectOrder = `SELECT doc FROM orders WHERE id = $1`

func (s orders) Get(ctx context.Context, id string) (payment.Order, error) {
	return one[payment.Order](ctx, s.DB, payment.ErrNotFound, selectOrder, id)
}

func (s orders) Update(ctx context.Context, id string, rule func(*payment.Order) error) error {
	return change(ctx, s.DB, payment.ErrNotFound, rule, selectOrder,
		`UPDATE orders SET doc = $1, status = $2 WHERE id = $3`,
		func(o *payment.Order) []any { return []any{string(o.Status)} }, id)
}

func (s orders) ByPosition(ctx context.Context, k payment.Key) ([]payment.Order, error) {
	return docs[payment.Order](ctx, s.DB, `SELECT o.doc FROM order_positions p JOIN orders o ON o.seq = p.order_seq
		WHERE p.creditor = $1 AND p.number = $2 ORDER BY p.order_seq DESC`, k.Creditor, k.Number.String())
}

type carts Tables

func (s carts) Insert(ctx context.Context, c cart.Cart) error {
	doc, err := encode(c)
	if err != nil {
		return err
	}
	return insert(ctx, s.DB, cart.ErrExists, `INSERT INTO carts (id, doc) VALUES ($1, $2)`, c.ID, doc)
}

const selectCart = `SELECT doc FROM carts WHERE id = $1`

func (s carts) Get(ctx context.Context, id string) (cart.Cart, error) {
	return one[cart.Cart](ctx, s.DB, cart.ErrNotFound, selectCart, id)
}

func (s carts) Update(ctx context.Context, id string, rule func(*cart.Cart) error) error {
	return change(ctx, s.DB, cart.ErrNotFound, rule, selectCart,
		`UPDATE carts SET doc = $1 WHERE id = $2`, func(*cart.Cart) []any { return nil }, id)
}

// Prune reads all carts, a page at a time: there is no index by which they expire, and
// nobody waits for it.
func (s carts) Prune(ctx context.Context, before time.Time) (n int, err error) {
	for last, full := "", true; full; {
		found, err := docs[cart.Cart](ctx, s.DB, fmt.Sprintf(`SELECT doc FROM carts WHERE id > $1 ORDER BY id LIMIT %d`, page), last)
		if err != nil {
			return n, err
		}
		for _, c := range found {
			last = c.ID
			deleted, err := s.prune(ctx, c, before)
			if err != nil {
				return n, err
			}
			n += deleted
		}
		full = len(found) == page
	}
	return n, nil
}

// prune deletes a cart that has expired and still is as it was.
func (s carts) prune(ctx context.Context, c cart.Cart, before time.Time) (n int, err error) {
	over := func(c cart.Cart) bool { return !c.ExpiresAt.IsZero() && c.ExpiresAt.Before(before) }
	if !over(c) {
		return 0, nil
	}
	err = s.DB.Do(ctx, func(ctx context.Context) error {
		n = 0
		now, err := s.Get(ctx, c.ID)
		if errors.Is(err, cart.ErrNotFound) {
			return nil
		}
		if err != nil || !over(now) {
			return err
		}
		n, err = remove(ctx, s.DB, `DELETE FROM carts WHERE id = $1`, c.ID)
		return err
	})
	return n, err
}
