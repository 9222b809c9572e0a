package cart

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
)

// Shop keeps carts and sends them. It is safe for concurrent use; several shops, in
// several processes, may share a store.
type Shop struct {
	catalog *catalog.Catalog
	store   Store
	cashier *payment.Cashier
	cfg     Config
}

// Config says how a shop works. The zero value of each field works.
type Config struct {
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// NewShop returns a shop for what c offers. The cashier must work with the same store.
func NewShop(c *catalog.Catalog, store Store, cashier *payment.Cashier, cfg Config) *Shop {
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	return &Shop{catalog: c, store: store, cashier: cashier, cfg: cfg}
}

// Open makes an empty cart for owner, an opaque id; "" is nobody.
func (s *Shop) Open(ctx context.Context, owner string) (Cart, error) {
	c := Cart{ID: rand.Text(), Owner: owner, Status: Open, CreatedAt: s.cfg.Now().UTC()}
	return c, s.store.Carts().Insert(ctx, c)
}

// Get returns a cart. Its error has [pagonline.CodeNotFound].
func (s *Shop) Get(ctx context.Context, id string) (Cart, error) {
	c, err := s.store.Carts().Get(ctx, id)
	return c, public(err)
}

// Add checks a form and adds it as an item. Its error is that of [NewItem], or has
// [pagonline.CodeNotFound], or [pagonline.CodeNotAllowed] for a closed cart.
func (s *Shop) Add(ctx context.Context, id string, f Form) (Item, error) {
	item, err := NewItem(s.catalog, f)
	if err != nil {
		return Item{}, err
	}
	err = s.change(ctx, id, func(_ context.Context, c *Cart) error {
		c.Items = append(c.Items, item)
		return nil
	})
	return item, err
}

// Change puts another form in an item's place. If the item has a notice already, it is
// withdrawn first; the changed item gets a new one when the cart is sent. Its error is
// that of [Shop.Add], or of [payment.Cashier.Withdraw]; then nothing changed.
func (s *Shop) Change(ctx context.Context, id, item string, f Form) (Item, error) {
	changed, err := NewItem(s.catalog, f)
	if err != nil {
		return Item{}, err
	}
	changed.ID = item
	err = s.change(ctx, id, func(ctx context.Context, c *Cart) error {
		i, err := c.item(item)
		if err != nil {
			return err
		}
		if err := s.withdraw(ctx, c.Items[i]); err != nil {
			return err
		}
		c.Items[i] = changed
		return nil
	})
	return changed, err
}

// Remove takes an item out of the cart and withdraws its notice, if it has one. Its
// error is that of [Shop.Change].
func (s *Shop) Remove(ctx context.Context, id, item string) error {
	return s.change(ctx, id, func(ctx context.Context, c *Cart) error {
		i, err := c.item(item)
		if err != nil {
			return err
		}
		if err := s.withdraw(ctx, c.Items[i]); err != nil {
			return err
		}
		c.Items = append(c.Items[:i:i], c.Items[i+1:]...)
		return nil
	})
}

func (s *Shop) withdraw(ctx context.Context, i Item) error {
	if i.Position == (payment.Key{}) {
		return nil
	}
	return s.cashier.Withdraw(ctx, i.Position)
}

// change updates an open cart in a unit of work.
func (s *Shop) change(ctx context.Context, id string, change func(context.Context, *Cart) error) error {
	err := s.store.Do(ctx, func(ctx context.Context) error {
		return s.store.Carts().Update(ctx, id, func(c *Cart) error {
			if c.Status != Open {
				return pagonline.NewError(pagonline.CodeNotAllowed).Because(errClosed)
			}
			return change(ctx, c)
		})
	})
	return public(err)
}

var errClosed = errors.New("cart: closed by its order")

// public tells the user what the store said.
func public(err error) error {
	if errors.Is(err, ErrNotFound) {
		return pagonline.NewError(pagonline.CodeNotFound).Because(err)
	}
	return err
}
