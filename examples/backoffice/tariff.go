package main

import (
	"context"
	"encoding/json"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

var tariffCommand = command{
	name: "tariff", args: `['{"institute":"AS-MC","service":"fotoriproduzione","items":[{"code":"a4-bn","count":25}]}' ...]`,
	about: pagonline.Text{It: "calcola il prezzo di una richiesta, riga per riga", En: "prices a request, line by line"},
	flags: func(c *call) func(context.Context) error {
		c.withCatalog()
		lang := c.choice("lang", "it", "lingua delle regole / language of the rules", "it", "en")
		return func(ctx context.Context) error {
			offers, err := c.offers()
			if err != nil {
				return err
			}
			return objects(ctx, c, func(in json.RawMessage, r tariffRequest) (any, error) {
				offer, err := offers.Offer(r.Institute, r.Service)
				if err != nil {
					return nil, err
				}
				charge, err := offer.Service.Price.Charge(r.Request)
				if err != nil {
					return nil, err
				}
				out := tariffOutput{In: in, Total: charge.Total, Lines: []lineOutput{}, Warnings: charge.Warnings, Reason: charge.Reason}
				for _, l := range charge.Lines {
					out.Lines = append(out.Lines, lineOutput{l.Code, l.Count, l.Unit, l.Amount, l.Rule.In(*lang)})
				}
				return out, nil
			})
		}
	},
}

type tariffRequest struct {
	Institute string `json:"institute"`
	Service   string `json:"service"`
	catalog.Request
}

type tariffOutput struct {
	In       json.RawMessage  `json:"in"`
	Total    euro.Amount      `json:"total"`
	Lines    []lineOutput     `json:"lines"`
	Warnings []pagonline.Text `json:"warnings"`
	Reason   string           `json:"reason,omitempty"`
}

type lineOutput struct {
	Code   string       `json:"code"`
	Count  int          `json:"count"`
	Unit   catalog.Unit `json:"unit"`
	Amount euro.Amount  `json:"amount"`
	Rule   string       `json:"rule"`
}
