package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
)

var quoteShowCommand = command{
	name:  "quote show",
	about: pagonline.Text{It: "mostra un preventivo", En: "shows a quote"},
	flags: func(c *call) func(context.Context) error {
		return c.changesQuote(func(_ context.Context, _ *desk, q quote.Quote) (quote.Quote, error) { return q, nil })
	},
}

// changesQuote finds a quote, changes it, and prints what it has become.
func (c *call) changesQuote(change func(context.Context, *desk, quote.Quote) (quote.Quote, error)) func(context.Context) error {
	f := c.quoteFlags()
	return func(ctx context.Context) error {
		return c.withDesk(ctx, f, func(d *desk) error {
			q, err := d.find(ctx, f)
			if err == nil {
				q, err = change(ctx, d, q)
			}
			if err != nil {
				return err
			}
			return c.show(ctx, d, q)
		})
	}
}
