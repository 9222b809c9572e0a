package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

var journalCommand = command{
	name:  "journal",
	about: pagonline.Text{It: "esporta il giornale degli eventi, uno per riga", En: "exports the event journal, one event a line"},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		c.takes(0, 0)
		return func(ctx context.Context) error {
			return c.open(ctx, dir, func(b *books) error {
				_, err := b.cashier.ExportJournal(ctx, c.out, payment.JournalFilter{})
				return err
			})
		}
	},
}
