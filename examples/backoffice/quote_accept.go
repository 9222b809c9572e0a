package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
)

var quoteAcceptCommand = command{
	name:  "quote accept",
	about: pagonline.Text{It: "annota che il preventivo è accettato", En: "notes that a quote is accepted"},
	flags: func(c *call) func(context.Context) error {
		return c.changesQuote(func(ctx context.Context, d *desk, q quote.Quote) (quote.Quote, error) { return d.Accept(ctx, q.ID) })
	},
}
