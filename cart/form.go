package cart

import (
	"crypto/rand"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// Form is what a payer fills in, as he wrote it. The names of its fields are those of
// the errors.
type Form struct {
	Institute string `json:"institute"`
	Service   string `json:"service"`
	Quantity  int    `json:"quantity"`
	UnitPrice string `json:"unitPrice"` // "" for a service of fixed price
	Protocol  string `json:"protocol"`  // of the quote
	// Detail is the reason by hand; default: put together by the service's template
	// from what is known, the fields below included.
	Detail    string `json:"detail"`
	Payer     string `json:"payer"`
	Subject   string `json:"subject"`
	Years     string `json:"years"`
	Shelfmark string `json:"shelfmark"`
}

// NewItem checks a form against the catalogue. It never changes what was asked: a
// quantity other than 1 for a service by quote is an error, because there the price
// is that of the whole. Its error names the field, and has a code of those of
// [catalog.Catalog.Offer], [ParsePrice], [causale.Template.Detail],
// [causale.ParseProtocol], or [pagonline.CodeQuantity], [pagonline.CodeRequiredField],
// [pagonline.CodeConflict] for a price that is not the fixed one.
func NewItem(c *catalog.Catalog, f Form) (Item, error) {
	offer, err := c.Offer(strings.TrimSpace(f.Institute), strings.TrimSpace(f.Service))
	if err != nil {
		return Item{}, err
	}
	item := Item{ID: rand.Text(), Institute: offer.Institute.Code, Service: offer.Service.Code, Quantity: f.Quantity}
	if least, most := offer.Service.Price.Quantities(); f.Quantity < least || f.Quantity > most {
		return Item{}, pagonline.NewError(pagonline.CodeQuantity,
			pagonline.Same(strconv.Itoa(least)), pagonline.Same(strconv.Itoa(most))).At("quantity")
	}
	if item.UnitPrice, err = unitPrice(offer, f.UnitPrice); err != nil {
		return Item{}, at(err, "unitPrice")
	}
	if _, err = item.UnitPrice.Times(int64(f.Quantity)); err != nil {
		return Item{}, at(err, "quantity")
	}
	if item.Protocol, err = causale.ParseProtocol(f.Protocol); err != nil {
		return Item{}, at(err, "protocol")
	}
	if item.Detail, err = detail(offer, item.Protocol, f); err != nil {
		return Item{}, err
	}
	return item, nil
}

// unitPrice reads the price, or takes the fixed one.
func unitPrice(offer catalog.Offer, s string) (euro.Amount, error) {
	fixed := offer.Service.Price.Kind == catalog.Fixed
	switch {
	case strings.TrimSpace(s) == "" && fixed:
		return offer.Service.Price.Amount, nil
	case strings.TrimSpace(s) == "":
		return euro.Amount{}, pagonline.NewError(pagonline.CodeRequiredField,
			pagonline.Text{It: "prezzo unitario", En: "unit price"})
	}
	price, err := ParsePrice(s, offer.Institute.Amounts)
	if err == nil && fixed && price != offer.Service.Price.Amount {
		err = pagonline.NewError(pagonline.CodeConflict)
	}
	return price, err
}

// detail puts the reason together, or checks the one written by hand.
func detail(offer catalog.Offer, protocol causale.Protocol, f Form) (causale.Detail, error) {
	parts := causale.Parts{
		Protocol: protocol, Institute: offer.Institute.Name, Service: offer.Service.Label,
		Payer: f.Payer, Subject: f.Subject, Years: f.Years, Shelfmark: f.Shelfmark,
	}
	var d causale.Detail
	var err error
	if f.Detail == "" {
		d, err = offer.Service.Causale.Detail(parts)
	} else {
		d, err = offer.Service.Causale.Check(f.Detail, parts)
	}
	if err != nil && pagonline.AsError(err).Field == "" {
		err = at(err, "detail")
	}
	return d, err
}

// at names the field of an error that has a code.
func at(err error, field string) error { return pagonline.AsError(err).At(field) }
