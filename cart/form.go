package cart

import (
	"crypto/rand"
	"log/slog"
	"slices"
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
	UnitPrice string `json:"unitPrice"` // "" for a service whose price is known
	Protocol  string `json:"protocol"`  // of the quote
	Code      string `json:"code"`      // printed on the quote; "" if it has none
	// Detail is the reason by hand; default: put together by the service's template
	// from what is known, the fields below included.
	Detail    string `json:"detail"`
	Payer     string `json:"payer"`
	Subject   string `json:"subject"`
	Years     string `json:"years"`
	Shelfmark string `json:"shelfmark"`
	// Wanted is what is to be priced, for a service by tariff.
	Wanted []catalog.Asked `json:"wanted"`
	// Fields are what else the service asks for, by the code of the field.
	Fields map[string]string `json:"fields"`
}

// LogValue gives the log the codes of institute and service.
func (f Form) LogValue() slog.Value { return slog.StringValue(f.Institute + "/" + f.Service) }

// NewItem checks a form against the catalogue. It never changes what was asked: a
// quantity other than 1 for a service by quote is an error, because there the price
// is that of the whole. Its error names the field, and has a code of those of
// [catalog.Catalog.Offer], [ParsePrice], [catalog.Price.Charge],
// [causale.Template.Detail], [causale.ParseProtocol], or [pagonline.CodeQuantity],
// [pagonline.CodeRequiredField], [pagonline.CodeInputSyntax] for a field of the
// service, [pagonline.CodeConflict] for a price that is not the service's,
// [pagonline.CodeAmountRange] where nothing is to be paid.
func NewItem(c *catalog.Catalog, f Form) (Item, error) {
	institute, service := strings.TrimSpace(f.Institute), strings.TrimSpace(f.Service)
	switch {
	case institute == "":
		return Item{}, required("institute", "istituto", "institute")
	case service == "":
		return Item{}, required("service", "servizio", "service")
	}
	offer, err := c.Offer(institute, service)
	if err != nil {
		return Item{}, err
	}
	item := Item{ID: rand.Text(), Institute: offer.Institute.Code, Service: offer.Service.Code, Quantity: f.Quantity}
	if least, most := offer.Service.Price.Quantities(); f.Quantity < least || f.Quantity > most {
		return Item{}, quantity(least, most)
	}
	if item.UnitPrice, item.Lines, err = unitPrice(offer, f); err != nil {
		return Item{}, err
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
	item.Fields, err = fields(offer.Service.Fields, f.Fields)
	return item, err
}

func required(field, it, en string) error {
	return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Text{It: it, En: en}).At(field)
}

func quantity(least, most int) error {
	return pagonline.NewError(pagonline.CodeQuantity,
		pagonline.Same(strconv.Itoa(least)), pagonline.Same(strconv.Itoa(most))).At("quantity")
}

// unitPrice returns the price that the service knows, or else reads the one of the
// form. Where both are there they must be the same.
func unitPrice(offer catalog.Offer, f Form) (euro.Amount, []catalog.Line, error) {
	var known catalog.Charge
	var written euro.Amount
	var err error
	byQuote, given := offer.Service.Price.Kind == catalog.ByQuote, strings.TrimSpace(f.UnitPrice) != ""
	switch {
	case byQuote && !given:
		return euro.Amount{}, nil, required("unitPrice", "prezzo unitario", "unit price")
	case !byQuote:
		if known, err = offer.Service.Price.Charge(catalog.Request{Items: f.Wanted}); err != nil {
			return euro.Amount{}, nil, err
		}
		if known.Total.IsZero() {
			return euro.Amount{}, nil, pagonline.NewError(pagonline.CodeAmountRange).At("unitPrice")
		}
	}
	if !given {
		return known.Total, known.Lines, nil
	}
	if written, err = ParsePrice(f.UnitPrice, offer.Institute.Amounts); err != nil {
		return euro.Amount{}, nil, at(err, "unitPrice")
	}
	if !byQuote && written != known.Total {
		return euro.Amount{}, nil, otherPrice(known.Total)
	}
	return written, known.Lines, nil
}

// otherPrice tells what the service costs.
func otherPrice(price euro.Amount) error {
	e := pagonline.NewError(pagonline.CodeConflict).At("unitPrice")
	e.Text = pagonline.Text{
		It: "Il prezzo del servizio è " + price.Localized("it") + " euro.",
		En: "The price of the service is " + price.Localized("en") + " euros.",
	}
	return e
}

// detail puts the reason together, or checks the one written by hand.
func detail(offer catalog.Offer, protocol causale.Protocol, f Form) (causale.Detail, error) {
	for _, part := range []struct{ field, text string }{
		{"payer", f.Payer}, {"subject", f.Subject}, {"years", f.Years}, {"shelfmark", f.Shelfmark},
	} {
		if strings.TrimSpace(part.text) != "" {
			if _, err := causale.NewDetail(part.text); err != nil {
				return causale.Detail{}, at(err, part.field)
			}
		}
	}
	parts := causale.Parts{
		Protocol: protocol, Institute: offer.Institute.Name, Service: offer.Service.Label,
		Payer: f.Payer, Subject: f.Subject, Years: f.Years, Shelfmark: f.Shelfmark,
		Revenue: offer.Service.Revenue.String(),
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

// fields checks what else the service asks for. Errors name the field's code.
func fields(asked []catalog.Field, given map[string]string) (map[string]string, error) {
	for code := range given {
		if !slices.ContainsFunc(asked, func(f catalog.Field) bool { return f.Code == code }) {
			return nil, pagonline.NewError(pagonline.CodeInputSyntax,
				pagonline.Text{It: "campo non previsto", En: "the service has no such field"}).At("fields." + fieldName(code))
		}
	}
	var kept map[string]string
	for _, field := range asked {
		value := strings.TrimSpace(given[field.Code])
		switch {
		case value != "":
		case field.Required:
			return nil, pagonline.NewError(pagonline.CodeRequiredField, field.Label).At("fields." + field.Code)
		default:
			continue
		}
		text, err := fieldText(field.Kind, value)
		if err != nil {
			return nil, at(err, "fields."+field.Code)
		}
		if kept == nil {
			kept = map[string]string{}
		}
		kept[field.Code] = text
	}
	return kept, nil
}

// fieldText returns the normal form of a value.
func fieldText(kind catalog.FieldKind, value string) (string, error) {
	if kind == catalog.DateField {
		d, err := pagonline.ParseDate(value)
		return d.String(), err
	}
	d, err := causale.NewDetail(value)
	return d.String(), err
}

// fieldName bounds the name of a field that the service does not have.
func fieldName(code string) string {
	if len(code) > 35 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return "?"
	}
	return code
}

// at names the field of an error that has a code.
func at(err error, field string) error { return pagonline.AsError(err).At(field) }
