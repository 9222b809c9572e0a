package catalog

import (
	"cmp"
	"fmt"
	"log/slog"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// Fill is what is known of one payment when its instructions are written. What is ""
// is not known: then the instructions say what belongs there.
type Fill struct {
	Protocol string // of the quote
	Amount   string // in the wire form, "12.50"; not for a fixed price
	// Causale is the payment reason, ready to copy. Default: put together by the
	// service's template from the protocol and what follows.
	Causale   string
	Payer     string
	Subject   string
	Years     string
	Shelfmark string
}

// LogValue gives the log nothing of what was filled in: most of it may name people.
func (f Fill) LogValue() slog.Value { return slog.StringValue("catalog.Fill") }

// Instructions returns the page that tells a payer how to pay a service on the portal:
// plain text, the steps numbered in their order. lang is "en" for English, Italian for
// everything else; the portal's own labels are Italian in both.
//
// Its error is that of [Catalog.Offer]; or it names the field of fill that is wrong, by
// the codes of [causale.ParseProtocol], [causale.NewDetail], [causale.Template.Detail]
// (a missing part is no error) and [euro.Parse], with [pagonline.CodeAmountRange] for
// nothing and [pagonline.CodeConflict] for an amount that is not the fixed price.
func (c *Catalog) Instructions(institute, service string, fill Fill, lang string) (string, error) {
	offer, err := c.Offer(institute, service)
	if err != nil {
		return "", err
	}
	amount, err := offer.amount(fill.Amount)
	if err != nil {
		return "", err
	}
	reason, err := offer.reason(fill)
	if err != nil {
		return "", err
	}
	p := page{lang: lang}
	p.title(offer)
	if offer.Service.Price.Kind == Free {
		p.line("Per questo servizio non si paga: il portale non serve. Indicare all'istituto il motivo della gratuità.",
			"Nothing is to be paid for this service, and the portal is not needed. Tell the institute why nothing is due.")
	} else {
		p.signIn(c.Portal())
		p.form(offer, amount, reason)
		p.pay()
		p.receipt(offer.Service.Mailbox)
	}
	p.help(offer.Institute.HelpDesk)
	return p.text, nil
}

// amount returns what is to be written as the price, zero if it is not known.
func (o Offer) amount(given string) (euro.Amount, error) {
	known := euro.Amount{}
	if o.Service.Price.Kind == Fixed {
		known = o.Service.Price.Amount
	}
	if given == "" {
		return known, nil
	}
	a, err := euro.Parse(given)
	switch {
	case err != nil:
		return euro.Amount{}, pagonline.AsError(err).At("amount")
	case a.IsZero():
		return euro.Amount{}, pagonline.NewError(pagonline.CodeAmountRange).At("amount")
	case !known.IsZero() && a != known:
		return euro.Amount{}, pagonline.NewError(pagonline.CodeConflict).At("amount")
	}
	return a, nil
}

// reason returns the payment reason, none if a required part is not known.
func (o Offer) reason(fill Fill) (causale.Detail, error) {
	if fill.Causale != "" {
		d, err := causale.NewDetail(fill.Causale)
		if err != nil {
			return causale.Detail{}, pagonline.AsError(err).At("causale")
		}
		return d, nil
	}
	protocol, err := causale.ParseProtocol(fill.Protocol)
	if err != nil {
		return causale.Detail{}, pagonline.AsError(err).At("protocol")
	}
	d, err := o.Service.Causale.Detail(causale.Parts{
		Protocol: protocol, Institute: o.Institute.Name, Service: o.Service.Label, Payer: fill.Payer, Subject: fill.Subject,
		Years: fill.Years, Shelfmark: fill.Shelfmark, Revenue: o.Service.Revenue.String(),
	})
	switch {
	case pagonline.CodeOf(err) == pagonline.CodeCausaleMissingPart:
		return causale.Detail{}, nil
	case err != nil:
		e := pagonline.AsError(err)
		return causale.Detail{}, e.At(cmp.Or(e.Field, "causale"))
	}
	return d, nil
}

// page is a text of numbered steps.
type page struct {
	lang  string
	text  string
	steps int
}

// line adds a line; both texts are forms for the same values.
func (p *page) line(it, en string, values ...any) {
	p.text += fmt.Sprintf(pagonline.Text{It: it, En: en}.In(p.lang), values...) + "\n"
}

// step adds a numbered line.
func (p *page) step(it, en string, values ...any) {
	p.steps++
	p.text += fmt.Sprintf("%2d. ", p.steps)
	p.line(it, en, values...)
}
