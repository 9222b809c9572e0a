package cart

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
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
	// OneOrder refuses a cart that needs several orders.
	OneOrder bool
}

// LogValue gives the log nothing of them.
func (r SendRequest) LogValue() slog.Value { return slog.AnyValue(r.Debtor.LogValue()) }

// Send opens a position for each item that has none, makes orders of them, five items
// in each at most, sends these to the gateway and closes the cart. Each returned order
// has the Location where the payer is to go, one after the other. Nobody's cart becomes
// that of r's owner.
//
// If the gateway cannot be reached, the cart stays open, and sending it again uses the
// same notice numbers and the same orders; so does a second click. Items that were paid
// meanwhile are left out.
//
// Its error has [pagonline.CodeCartEmpty], [pagonline.CodeAlreadyPaid] if nothing is
// left to pay, [pagonline.CodeTooManyItems] for more than five items where OneOrder is
// set, [pagonline.CodeNotFound], [pagonline.CodeCartExpired], [pagonline.CodeConflict]
// with the field "version" for a cart that is not the one that was seen, or is that of
// [payment.Cashier.Open], [payment.Cashier.Prepare] or [payment.Cashier.Dispatch].
func (s *Shop) Send(ctx context.Context, ref Ref, r SendRequest) ([]payment.Order, error) {
	prepared, orders, err := s.prepare(ctx, ref, r)
	if err != nil {
		return nil, err
	}
	locations := make([]string, len(orders))
	for i, o := range orders {
		var back payment.ReturnURLs
		if r.Back != nil {
			back = r.Back(o.ID)
		}
		if locations[i], err = s.cashier.Dispatch(ctx, o, back); err != nil {
			return nil, err
		}
	}
	if orders, err = s.close(ctx, prepared, locations); err != nil {
		return nil, err
	}
	return orders, nil
}

// close closes the cart with its orders. If its items changed while the gateway was
// asked, it stays open: the payer must not be sent to pay what he took out meanwhile.
func (s *Shop) close(ctx context.Context, prepared Cart, locations []string) ([]payment.Order, error) {
	sent := make([]payment.Order, len(locations))
	err := s.store.Do(ctx, func(ctx context.Context) (err error) {
		for i, id := range prepared.Orders {
			if sent[i], err = s.cashier.Sent(ctx, id, locations[i]); err != nil {
				return err
			}
		}
		return s.store.Carts().Update(ctx, prepared.ID, func(c *Cart) error {
			if c.Version != prepared.Version || !slices.Equal(c.Orders, prepared.Orders) {
				return pagonline.NewError(pagonline.CodeConflict).At("version")
			}
			c.Status = Closed
			return nil
		})
	})
	return sent, public(err)
}

// prepare gives every item its position and the cart its orders, in one transaction.
func (s *Shop) prepare(ctx context.Context, ref Ref, r SendRequest) (Cart, []payment.Order, error) {
	var prepared Cart
	var orders []payment.Order
	err := s.store.Do(ctx, func(ctx context.Context) error {
		orders = nil
		return s.store.Carts().Update(ctx, ref.ID, func(c *Cart) error {
			if err := s.sendable(c, ref, r); err != nil {
				return err
			}
			c.Owner = ref.Owner
			due, err := s.due(ctx, c, r.Debtor)
			if err != nil {
				return err
			}
			c.Orders = nil
			for batch := range slices.Chunk(due, payment.MaxNotices) {
				o, err := s.cashier.Prepare(ctx, payment.OrderRequest{Owner: c.Owner, Positions: batch, Email: r.Email})
				if err != nil {
					return err
				}
				orders = append(orders, o)
				c.Orders = append(c.Orders, o.ID)
			}
			prepared = *c
			return nil
		})
	})
	return prepared, orders, public(err)
}

// sendable says whether the cart may be sent by ref's owner.
func (s *Shop) sendable(c *Cart, ref Ref, r SendRequest) error {
	switch err := c.admit(ref); {
	case err != nil:
		return err
	case c.Expired(s.cfg.Now()):
		return pagonline.NewError(pagonline.CodeCartExpired)
	case len(c.Items) == 0:
		return pagonline.NewError(pagonline.CodeCartEmpty)
	case r.OneOrder && len(c.Items) > payment.MaxNotices:
		return pagonline.NewError(pagonline.CodeTooManyItems, pagonline.Same(strconv.Itoa(payment.MaxNotices)))
	default:
		return nil
	}
}

// due gives every item its position and returns those that are not paid.
func (s *Shop) due(ctx context.Context, c *Cart, debtor payment.Subject) (keys []payment.Key, err error) {
	var paid error
	for i := range c.Items {
		item := &c.Items[i]
		k, err := s.position(ctx, *c, *item, debtor)
		if pagonline.CodeOf(err) == pagonline.CodeQuotePaid {
			paid = err
			continue
		}
		if err != nil {
			return nil, err
		}
		item.Position = k
		switch _, err := s.cashier.Payable(ctx, item.Position); {
		case errors.Is(err, payment.ErrPaid):
			paid = err
		case err != nil:
			return nil, err
		default:
			keys = append(keys, item.Position)
		}
	}
	if len(keys) == 0 {
		return nil, paid
	}
	return keys, nil
}

// position returns the item's position. The cashier opens one per debt: an item that
// has its position keeps it, and one of nobody's becomes its payer's.
func (s *Shop) position(ctx context.Context, c Cart, i Item, debtor payment.Subject) (payment.Key, error) {
	if i.Quote != "" { // the register keeps one for it
		if s.cfg.Quotes == nil {
			return payment.Key{}, pagonline.NewError(pagonline.CodeQuoteUnknown)
		}
		p, err := s.cfg.Quotes.Notice(ctx, i.Quote, debtor, c.Owner)
		return p.Key, err
	}
	if i.Position != (payment.Key{}) {
		return i.Position, s.keep(ctx, i.Position, c.Owner, debtor)
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
		Terms: payment.Terms{Transfers: []payment.Transfer{s.transfer(offer, i)}},
	})
	return p.Key, err
}

// transfer returns the creditor's share, with the prefix of carts.
func (s *Shop) transfer(offer catalog.Offer, i Item) payment.Transfer {
	t := offer.Transfer(i.Amount())
	if _, rest, ok := strings.Cut(t.Category, "/"); ok {
		t.Category = s.cfg.TaxonomyPrefix + "/" + rest
	}
	return t
}

// keep makes a position owner's, and debtor's if he changed meanwhile. A paid one stays
// as it was.
func (s *Shop) keep(ctx context.Context, k payment.Key, owner string, debtor payment.Subject) error {
	if err := s.cashier.Claim(ctx, k, owner); err != nil {
		return err
	}
	if err := s.cashier.UpdateDebtor(ctx, k, debtor); !errors.Is(err, payment.ErrPaid) {
		return err
	}
	return nil
}
