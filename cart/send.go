package cart

import (
	"context"

	"github.com/pagonline/pagonline/payment"
)

// SendRequest says who pays a cart.
type SendRequest struct {
	// Debtor is who owes. It need not be who pays: a relative or a company may pay
	// another's quote.
	Debtor payment.Subject
	// Email is where the gateway tells the outcome; "" for nowhere.
	Email string
	// Back returns the return addresses, in which the order's id may stand.
	Back func(order string) payment.ReturnURLs
}

// Send opens a position for each item that has none, makes an order of them, sends it
// to the gateway and closes the cart. The returned order has the Location where the
// payer is to go.
//
// If the gateway cannot be reached, the cart stays open, and sending it again uses the
// same notice numbers and the same order; so does a second click.
//
// Its error has [pagonline.CodeCartEmpty], [pagonline.CodeTooManyItems] for more than
// five items, or is that of [payment.Cashier.Open], [payment.Cashier.Prepare] or
// [payment.Cashier.Dispatch].
func (s *Shop) Send(ctx context.Context, id string, r SendRequest) (payment.Order, error) {
	order, err := s.prepare(ctx, id, r)
	if err != nil {
		return payment.Order{}, err
	}
	location, err := s.cashier.Dispatch(ctx, order, r.Back(order.ID))
	if err != nil {
		return payment.Order{}, err
	}
	err = s.store.Do(ctx, func(ctx context.Context) error {
		if order, err = s.cashier.Sent(ctx, order.ID, location); err != nil {
			return err
		}
		return s.store.Carts().Update(ctx, id, func(c *Cart) error {
			c.Status = Closed
			return nil
		})
	})
	if err != nil {
		return payment.Order{}, public(err)
	}
	return order, nil
}

// prepare gives every item its position and the cart its order, in one transaction.
func (s *Shop) prepare(ctx context.Context, id string, r SendRequest) (payment.Order, error) {
	var order payment.Order
	err := s.store.Do(ctx, func(ctx context.Context) error {
		c, err := s.store.Carts().Get(ctx, id)
		if err != nil {
			return err
		}
		keys := make([]payment.Key, len(c.Items))
		for i, item := range c.Items {
			if len(c.Items) > payment.MaxNotices {
				break // Prepare says so, and no number is spent
			}
			if keys[i], err = s.open(ctx, c, item, r.Debtor); err != nil {
				return err
			}
		}
		order, err = s.cashier.Prepare(ctx, payment.OrderRequest{Owner: c.Owner, Positions: keys, Email: r.Email})
		if err != nil {
			return err
		}
		return s.store.Carts().Update(ctx, id, func(c *Cart) error {
			for i := range c.Items {
				c.Items[i].Position = keys[i]
			}
			c.Order = order.ID
			return nil
		})
	})
	return order, public(err)
}

// open returns the item's position. The cashier opens one per debt: an item that has
// its position keeps it.
func (s *Shop) open(ctx context.Context, c Cart, i Item, debtor payment.Subject) (payment.Key, error) {
	if i.Position != (payment.Key{}) {
		return i.Position, nil
	}
	offer, err := s.catalog.Offer(i.Institute, i.Service)
	if err != nil {
		return payment.Key{}, err
	}
	p, err := s.cashier.Open(ctx, payment.OpenRequest{
		Creditor: offer.Payee(), Owner: c.Owner, Debt: i.ID, Office: offer.Institute.Name, Debtor: debtor,
		Wire: offer.Wire(i.Protocol),
		Purchase: payment.Purchase{
			InstituteCode: i.Institute, Institute: offer.Institute.Name, ServiceCode: i.Service, Service: offer.Service.Label,
			Quantity: i.Quantity, UnitPrice: i.UnitPrice, Protocol: i.Protocol, Detail: i.Detail,
		},
		Terms: payment.Terms{Transfers: []payment.Transfer{offer.Transfer(i.Amount())}},
	})
	return p.Key, err
}
