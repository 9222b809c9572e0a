// Package cart collects what a citizen owes and sends it to be paid.
//
// A [Form] is what he fills in: institute, service, quantity, price, reason. [Shop]
// checks it against the catalogue, keeps it as an [Item] of a [Cart], and sends the
// cart: each item becomes one payment position with one notice, which it keeps for
// good. Sending again uses the same notice numbers; changing an item withdraws its
// notice first.
//
// An item may also be a quote, opened by its protocol and the code printed on it, or
// by the person it was addressed to. Then institute, amount and reason are the quote's
// and nobody's to change, and the notice is the one that the institute may have sent on
// paper already.
//
// A cart is somebody's or nobody's. Nobody's becomes that of who sends it, or binds it
// when he signs in; it never moves from one to another, and to others it is not there.
// One that was left alone for too long has expired. A [Ref] carries the version that
// the payer saw: where somebody, or the payer himself in another window, changed the
// cart meanwhile, nothing happens and he is told to look again.
//
// A gateway takes five notices at once: more items make several orders, which
// [Cart.Batches] shows beforehand.
//
// [ParsePrice] reads amounts as people write them, [PayerFrom] makes a debtor of a
// person who signed in.
package cart

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Status is the state of a [Cart]: open to changes, or closed by its orders.
type Status string

// The states of a cart.
const (
	Open   Status = "open"
	Closed Status = "closed"
)

// Cart is a list of items on their way to be paid.
type Cart struct {
	ID    string `json:"id"`              // unguessable
	Owner string `json:"owner,omitempty"` // an opaque id, "" for nobody's
	Items []Item `json:"items"`
	// Version grows with each change of the items. The first is 1.
	Version int    `json:"version"`
	Status  Status `json:"status"`
	// Orders are those made of it last, each of up to five of the items.
	Orders    []string  `json:"orders,omitempty"`
	CreatedAt time.Time `json:"createdAt"`
	ExpiresAt time.Time `json:"expiresAt"` // for an open cart
}

// Item is one line of a cart.
type Item struct {
	ID        string           `json:"id"`
	Institute string           `json:"institute"`
	Service   string           `json:"service"`
	Quantity  int              `json:"quantity"`
	UnitPrice euro.Amount      `json:"unitPrice"`
	Protocol  causale.Protocol `json:"protocol"`
	Detail    causale.Detail   `json:"detail"`
	// Quote is the id of the quote that the item pays, "" for none.
	Quote string `json:"quote,omitempty"`
	// Lines explain the price of a service by tariff, or of a quote that says so.
	Lines []catalog.Line `json:"lines,omitempty"`
	// Fields are what else the service asks for, by the code of the field.
	Fields map[string]string `json:"fields,omitempty"`
	// Position is the item's notice, none before the cart is sent for the first time.
	Position payment.Key `json:"position,omitzero"`
}

// LogValue gives the log the codes of institute and service.
func (i Item) LogValue() slog.Value { return slog.StringValue(i.Institute + "/" + i.Service) }

// LogValue gives the log the number of items and the state, not the id, which is a key.
func (c Cart) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("items", len(c.Items)), slog.String("status", string(c.Status)))
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

// Batches returns the items as they are sent: five at a time, each an order of its own.
func (c Cart) Batches() [][]Item {
	return slices.Collect(slices.Chunk(c.Items, payment.MaxNotices))
}

// Expired reports whether the cart was left alone for too long.
func (c Cart) Expired(now time.Time) bool { return c.Status == Open && !now.Before(c.ExpiresAt) }

// Ref says which cart is meant, who asks for it, and which version of it he saw.
type Ref struct {
	ID      string
	Owner   string // an opaque id; "" for somebody who has not signed in
	Version int    // 0 for whichever it is now
}

// LogValue gives the log the version only: id and owner open the cart.
func (r Ref) LogValue() slog.Value { return slog.GroupValue(slog.Int("version", r.Version)) }

// Ref returns a reference to the cart as it is, by its owner.
func (c Cart) Ref() Ref { return Ref{ID: c.ID, Owner: c.Owner, Version: c.Version} }

// admit says whether r may have the cart: others than its owner do not find it.
func (c *Cart) admit(r Ref) error {
	switch {
	case c.Owner != "" && c.Owner != r.Owner:
		return ErrNotFound
	case r.Version != 0 && r.Version != c.Version:
		return pagonline.NewError(pagonline.CodeConflict).At("version")
	default:
		return nil
	}
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
	// Prune deletes the carts, open and closed, whose ExpiresAt is before the instant, and
	// returns how many. One without it stays.
	Prune(ctx context.Context, before time.Time) (int, error)
}

// What a [Store] returns.
var (
	ErrNotFound = errors.New("cart: not in the store")
	ErrExists   = errors.New("cart: already in the store")
)
