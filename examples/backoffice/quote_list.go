package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
)

var quoteListCommand = command{
	name:  "quote list",
	about: pagonline.Text{It: "elenca i preventivi, i più recenti per primi", En: "lists the quotes, the newest first"},
	flags: func(c *call) func(context.Context) error {
		f := c.quoteFlags()
		status := c.choice("status", "all", "stato / status", "all", "issued", "accepted", "paid", "expired", "withdrawn", "superseded")
		return func(ctx context.Context) error {
			filter := quote.Filter{Institute: f.institute}
			if *status != "all" {
				filter.Status = quote.Status(*status)
			}
			return c.withDesk(ctx, f, func(d *desk) error {
				for q, err := range d.List(ctx, filter) {
					if err == nil {
						err = c.show(ctx, d, q)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
	},
}
