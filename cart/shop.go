package cart

import (
	"context"
	"crypto/rand"
	"errors"
	"reflect"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
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
	// Quotes is where quotes are found. Default: none; payers then write the amount and
	// protocol of the quote that they hold, and the desk compares.
	Quotes *quote.Register
	// TaxonomyPrefix is the first digit of the taxonomy code of what is paid from a cart.
	// Default: "6", which keeps it out of request-to-pay: nobody is to be asked for what
	// he is just paying. "9" is the code as the catalogue has it (SANP 3.12, taxonomy).
	TaxonomyPrefix string
	// Lifetime is how long a cart may be left alone. Default: a day.
	Lifetime time.Duration
	// Now is the clock. Default: the system's.
	Now func() time.Time
}

// NewShop returns a shop for what c offers. The cashier, and the register of quotes,
// must work with the same store.
func NewShop(c *catalog.Catalog, store Store, cashier *payment.Cashier, cfg Config) *Shop {
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if cfg.TaxonomyPrefix == "" {
		cfg.TaxonomyPrefix = "6"
	}
	if cfg.Lifetime <= 0 {
		cfg.Lifetime = 24 * time.Hour
	}
	return &Shop{catalog: c, store: store, cashier: cashier, cfg: cfg}
}

// Open makes an empty cart for owner, an opaque id; "" is nobody.
func (s *Shop) Open(ctx context.Context, owner string) (Cart, error) {
	now := s.cfg.Now().UTC()
	c := Cart{ID: rand.Text(), Owner: owner, Version: 1, Status: Open, CreatedAt: now, ExpiresAt: now.Add(s.cfg.Lifetime)}
	return c, s.store.Carts().Insert(ctx, c)
}

// Get returns a cart, expired ones too. Its error has [pagonline.CodeNotFound], also
// for another's cart.
func (s *Shop) Get(ctx context.Context, r Ref) (Cart, error) {
	c, err := s.store.Carts().Get(ctx, r.ID)
	if err == nil {
		r.Version = 0
		err = c.admit(r)
	}
	if err != nil {
		return Cart{}, public(err)
	}
	return c, nil
}

// Bind makes nobody's cart that of r's owner, as when he signs in; his own stays his.
// Its error has [pagonline.CodeNotFound], also for another's cart.
func (s *Shop) Bind(ctx context.Context, r Ref) error {
	return public(s.store.Carts().Update(ctx, r.ID, func(c *Cart) error {
		if err := c.admit(r); err != nil {
			return err
		}
		c.Owner = r.Owner
		return nil
	}))
}

// Add checks a form and adds it as an item. A form that names a quote of the register,
// by the code printed on it or as the one it is addressed to, is held to it as
// [Shop.AddQuote] says.
//
// Its error is that of [NewItem] or [quote.Register.Open], or has
// [pagonline.CodeQuoteAmount] where the amount is not the quote's,
// [pagonline.CodeNotFound], [pagonline.CodeNotAllowed] for a closed cart,
// [pagonline.CodeCartExpired], or [pagonline.CodeConflict] with the field "version" for
// a cart that is not the one that was seen.
func (s *Shop) Add(ctx context.Context, r Ref, f Form) (Item, error) {
	q, found, err := s.quoted(ctx, r, f)
	if err != nil {
		return Item{}, err
	}
	if found {
		return s.addQuote(ctx, r, q)
	}
	item, err := s.newItem(f)
	if err != nil {
		return Item{}, err
	}
	err = s.change(ctx, r, func(_ context.Context, c *Cart) error {
		c.Items = append(c.Items, item)
		return nil
	})
	return item, err
}

// newItem is [NewItem], with today for the payment date that a payer left open.
func (s *Shop) newItem(f Form) (Item, error) {
	item, err := NewItem(s.catalog, f)
	if err != nil || item.Fields[catalog.PaymentDate] != "" {
		return item, err
	}
	offer, err := s.catalog.Offer(item.Institute, item.Service)
	if slices.ContainsFunc(offer.Service.Fields, func(f catalog.Field) bool { return f.Code == catalog.PaymentDate }) {
		if item.Fields == nil {
			item.Fields = map[string]string{}
		}
		item.Fields[catalog.PaymentDate] = pagonline.DateOf(s.cfg.Now()).String()
	}
	return item, err
}

// Change puts another form in an item's place. If the item has a notice already, it is
// withdrawn first; the changed item gets a new one when the cart is sent. A cart that
// was sent can be changed after the payer came back without having paid. Its error is
// that of [Shop.Add], or of [payment.Cashier.Withdraw], or has
// [pagonline.CodeNotAllowed] for a quote, which cannot be changed; then nothing
// changed.
func (s *Shop) Change(ctx context.Context, r Ref, item string, f Form) (Item, error) {
	changed, err := s.newItem(f)
	if err != nil {
		return Item{}, err
	}
	changed.ID = item
	err = s.change(ctx, r, func(ctx context.Context, c *Cart) error {
		i, err := c.item(item)
		if err != nil {
			return err
		}
		if c.Items[i].Quote != "" {
			return pagonline.NewError(pagonline.CodeNotAllowed).Because(errLocked)
		}
		before := c.Items[i]
		before.Position = payment.Key{}
		if reflect.DeepEqual(before, changed) { // its notice is good as it is
			changed = c.Items[i]
			return nil
		}
		if err := s.withdraw(ctx, c.Items[i]); err != nil {
			return err
		}
		c.Items[i] = changed
		return nil
	})
	return changed, err
}

// Remove takes an item out of the cart and withdraws its notice, if it has one; a
// quote keeps its own. Its error is that of [Shop.Change].
func (s *Shop) Remove(ctx context.Context, r Ref, item string) error {
	return s.change(ctx, r, func(ctx context.Context, c *Cart) error {
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
	if i.Position == (payment.Key{}) || i.Quote != "" {
		return nil
	}
	return s.cashier.Withdraw(ctx, i.Position)
}

// change updates the items of an open cart in a unit of work.
func (s *Shop) change(ctx context.Context, r Ref, change func(context.Context, *Cart) error) error {
	err := s.store.Do(ctx, func(ctx context.Context) error {
		return s.store.Carts().Update(ctx, r.ID, func(c *Cart) error {
			if err := c.admit(r); err != nil {
				return err
			}
			if err := s.reopen(ctx, c); err != nil {
				return err
			}
			now := s.cfg.Now().UTC()
			if c.Expired(now) {
				return pagonline.NewError(pagonline.CodeCartExpired)
			}
			c.Version++
			c.ExpiresAt = now.Add(s.cfg.Lifetime)
			return change(ctx, c)
		})
	})
	return public(err)
}

// reopen opens a closed cart again if the payer came back from each of its orders without
// having paid.
func (s *Shop) reopen(ctx context.Context, c *Cart) error {
	if c.Status == Open {
		return nil
	}
	for _, id := range c.Orders {
		o, err := s.cashier.Order(ctx, c.Owner, id)
		if err != nil {
			return err
		}
		if o.Status != payment.OrderClosedUnpaid {
			return pagonline.NewError(pagonline.CodeNotAllowed).Because(errClosed)
		}
	}
	c.Status, c.ExpiresAt = Open, s.cfg.Now().UTC().Add(s.cfg.Lifetime)
	return nil
}

var (
	errClosed = errors.New("cart: closed by its order")
	errLocked = errors.New("cart: the item is a quote")
)

// public tells the user what the store said.
func public(err error) error {
	if errors.Is(err, ErrNotFound) {
		return pagonline.NewError(pagonline.CodeNotFound).Because(err)
	}
	return err
}
