package main

import (
	"context"
	"encoding/json"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
)

var causaleBuildCommand = command{
	name: "causale build", args: `['{"institute":"AS-LI","service":"fotocopie","protocol":"345/2024"}' ...]`,
	about: pagonline.Text{It: "compone la causale di un servizio dalle sue parti", En: "puts the payment reason of a service together from its parts"},
	flags: func(c *call) func(context.Context) error {
		c.withCatalog()
		return func(ctx context.Context) error {
			offers, err := c.offers()
			if err != nil {
				return err
			}
			return objects(ctx, c, func(in json.RawMessage, p parts) (any, error) { return build(offers, in, p) })
		}
	},
}

// parts are what a payment reason is made of.
type parts struct {
	Institute string `json:"institute"`
	Service   string `json:"service"`
	Protocol  string `json:"protocol"`
	Payer     string `json:"payer"`
	Subject   string `json:"subject"`
	Years     string `json:"years"`
	Shelfmark string `json:"shelfmark"`
}

func build(offers *catalog.Catalog, in json.RawMessage, p parts) (any, error) {
	offer, err := offers.Offer(p.Institute, p.Service)
	if err != nil {
		return nil, err
	}
	var protocol causale.Protocol
	if err := protocol.UnmarshalText([]byte(p.Protocol)); err != nil {
		return nil, pagonline.AsError(err).At("protocol")
	}
	detail, err := offer.Service.Causale.Detail(causale.Parts{
		Protocol: protocol, Institute: offer.Institute.Name, Service: offer.Service.Label, Payer: p.Payer, Subject: p.Subject,
		Years: p.Years, Shelfmark: p.Shelfmark, Revenue: offer.Service.Revenue.String(),
	})
	if err != nil {
		return nil, err
	}
	remittance, err := offer.Wire(protocol).Free() // no person goes on the wire
	if err != nil {
		return nil, err
	}
	return struct {
		In         json.RawMessage `json:"in"`
		Detail     causale.Detail  `json:"detail"`
		Remittance string          `json:"remittance"`
		Length     int             `json:"length"`
	}{in, detail, remittance.String(), detail.Len()}, nil
}
