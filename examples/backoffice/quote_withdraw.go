package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
)

var quoteWithdrawCommand = command{
	name:  "quote withdraw",
	about: pagonline.Text{It: "annulla un preventivo e il suo avviso", En: "withdraws a quote and its notice"},
	flags: func(c *call) func(context.Context) error {
		return c.changesQuote(func(ctx context.Context, d *desk, q quote.Quote) (quote.Quote, error) { return d.Withdraw(ctx, q.ID) })
	},
}
