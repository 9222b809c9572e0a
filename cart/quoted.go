package cart

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
)

// AddQuote adds a quote as an item. A cart holds a quote once: adding it again returns
// the item that is there. Its error is that of [quote.Register.Open], or has
// [pagonline.CodeNotAllowed] where nothing is to be paid, or is that of [Shop.Add].
func (s *Shop) AddQuote(ctx context.Context, r Ref, a quote.Access) (Item, error) {
	if s.cfg.Quotes == nil {
		return Item{}, pagonline.NewError(pagonline.CodeQuoteUnknown).At("protocol")
	}
	a.Owner = r.Owner
	q, err := s.cfg.Quotes.Open(ctx, a)
	if err != nil {
		return Item{}, err
	}
	return s.addQuote(ctx, r, q)
}

func (s *Shop) addQuote(ctx context.Context, r Ref, q quote.Quote) (Item, error) {
	if q.Amount.IsZero() {
		return Item{}, pagonline.NewError(pagonline.CodeNotAllowed).At("amount")
	}
	item := Item{
		ID: rand.Text(), Institute: q.Institute, Service: q.Service, Quantity: 1, UnitPrice: q.Amount,
		Protocol: q.Protocol, Detail: q.Detail, Quote: q.ID, Lines: q.Lines,
	}
	err := s.change(ctx, r, func(_ context.Context, c *Cart) error {
		i := slices.IndexFunc(c.Items, func(i Item) bool { return i.Quote == q.ID })
		if i >= 0 {
			item = c.Items[i]
			return nil
		}
		c.Items = append(c.Items, item)
		return nil
	})
	return item, err
}

// quoted returns the quote that a form names: by its code, or as the one addressed to
// who asks. A form without a code, of a quote that the register does not know, is a form
// like any other. What the form says otherwise than the quote is an error: institute,
// amount and reason are locked.
func (s *Shop) quoted(ctx context.Context, r Ref, f Form) (q quote.Quote, found bool, err error) {
	byCode := strings.TrimSpace(f.Code) != ""
	if s.cfg.Quotes == nil || !byCode && (r.Owner == "" || strings.TrimSpace(f.Protocol) == "") {
		return q, false, nil
	}
	protocol, err := causale.ParseProtocol(f.Protocol)
	if err != nil {
		return q, false, at(err, "protocol")
	}
	q, err = s.cfg.Quotes.Open(ctx, quote.Access{
		Institute: strings.TrimSpace(f.Institute), Protocol: protocol, Code: f.Code, Owner: r.Owner,
	})
	if !byCode && pagonline.CodeOf(err) == pagonline.CodeQuoteUnknown {
		return q, false, nil
	}
	if err == nil {
		err = s.locked(q, f)
	}
	return q, err == nil, err
}

// locked returns an error for what the form says otherwise than the quote.
func (s *Shop) locked(q quote.Quote, f Form) error {
	switch service := strings.TrimSpace(f.Service); {
	case service != "" && service != q.Service:
		return pagonline.NewError(pagonline.CodeServiceNotOffered).At("service")
	case f.Quantity != 0 && f.Quantity != 1:
		return quantity(1, 1)
	}
	if strings.TrimSpace(f.UnitPrice) != "" {
		offer, err := s.catalog.Offer(q.Institute, q.Service)
		if err != nil {
			return err
		}
		price, err := ParsePrice(f.UnitPrice, offer.Institute.Amounts)
		if err == nil {
			err = q.CheckAmount(price)
		}
		if err != nil {
			return at(err, "unitPrice")
		}
	}
	if strings.TrimSpace(f.Detail) != "" {
		d, err := causale.NewDetail(f.Detail)
		if err == nil && d != q.Detail {
			err = pagonline.NewError(pagonline.CodeNotAllowed)
		}
		if err != nil {
			return at(err, "detail")
		}
	}
	return nil
}
