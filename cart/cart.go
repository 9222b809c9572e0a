// Package cart collects what a citizen owes and sends it to be paid.
//
// A [Form] is what he fills in: institute, service, quantity, price, reason. [Shop]
// checks it against the catalogue, keeps it as an [Item] of a [Cart], and sends the
// cart: each item becomes one payment position with one notice, which it keeps for
// good. Sending again uses the same notice numbers; changing an item withdraws its
// notice first.
//
// [ParsePrice] reads amounts as people write them, [PayerFrom] makes a debtor of a
// person who signed in.
package cart

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Status is the state of a [Cart]: open to changes, or closed by an order.
type Status string

// The states of a cart.
const (
	Open   Status = "open"
	Closed Status = "closed"
)

// Cart is a list of items on their way to be paid.
type Cart struct {
	ID        string    `json:"id"`
	Owner     string    `json:"owner,omitempty"` // an opaque id, "" for nobody's
	Items     []Item    `json:"items"`
	Status    Status    `json:"status"`
	Order     string    `json:"order,omitempty"` // the last one made of it
	CreatedAt time.Time `json:"createdAt"`
}

// Item is one line of a cart.
type Item struct {
	ID        string           `json:"id"` // also the id of its debt
	Institute string           `json:"institute"`
	Service   string           `json:"service"`
	Quantity  int              `json:"quantity"`
	UnitPrice euro.Amount      `json:"unitPrice"`
	Protocol  causale.Protocol `json:"protocol"`
	Detail    causale.Detail   `json:"detail"`
	// Position is the item's notice, none before the cart is sent for the first time.
	Position payment.Key `json:"position,omitzero"`
}

// Amount returns quantity times unit price.
func (i Item) Amount() euro.Amount {
	a, _ := i.UnitPrice.Times(int64(i.Quantity)) // the shop refuses what does not fit
	return a
}

// Total returns the sum of the items. It may go beyond what one payment can be.
func (c Cart) Total() euro.Total {
	var t euro.Total
	for i := range c.Items {
		t, _ = t.Add(c.Items[i].Amount()) // a cart never holds 92 million items
	}
	return t
}

// item returns the place of an item in the cart.
func (c *Cart) item(id string) (int, error) {
	i := slices.IndexFunc(c.Items, func(i Item) bool { return i.ID == id })
	if i < 0 {
		return 0, pagonline.NewError(pagonline.CodeNotFound).At("item")
	}
	return i, nil
}

// Store keeps carts. Its contract is tested by the package storetest.
type Store interface {
	// Do runs work as one transaction, which the stores of other packages join; see
	// [payment.Store].
	Do(ctx context.Context, work func(ctx context.Context) error) error
	Carts() Carts
}

// Carts keeps carts by their id.
type Carts interface {
	// Insert adds c, or returns [ErrExists].
	Insert(ctx context.Context, c Cart) error
	// Get returns the cart, or [ErrNotFound].
	Get(ctx context.Context, id string) (Cart, error)
	// Update hands the cart to change, and keeps what change made of it if it returns
	// nil. Its error is change's, or [ErrNotFound].
	Update(ctx context.Context, id string, change func(*Cart) error) error
}

// What a [Store] returns.
var (
	ErrNotFound = errors.New("cart: not in the store")
	ErrExists   = errors.New("cart: already in the store")
)
