package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

var priceCommand = command{
	name: "price", args: "[12,50 ...]",
	about: pagonline.Text{It: "legge importi come li scrivono le persone", En: "reads amounts as people write them"},
	flags: func(c *call) func(context.Context) error {
		policy := c.choice("policy", "lenient", "segno decimale / decimal sign", "dot", "comma", "lenient")
		return func(ctx context.Context) error {
			return c.lines(ctx, func(line string) (any, error) {
				amount, err := cart.ParsePrice(line, catalog.AmountPolicy(*policy))
				if err != nil {
					return nil, err
				}
				return struct {
					In     string      `json:"in"`
					Amount euro.Amount `json:"amount"`
				}{line, amount}, nil
			})
		}
	},
}
