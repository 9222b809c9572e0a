package main

import (
	"context"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/store"
)

// year is no shorter than any, so that nothing goes a day too early.
const year = 366 * 24 * time.Hour

var pruneCommand = command{
	name: "prune",
	about: pagonline.Text{
		It: "cancella ciò che ha fatto il suo tempo: giornale e registro degli accessi dopo 24 mesi, ciò che è scaduto, i carrelli dopo 30 giorni, le ricevute se lo si chiede",
		En: "deletes what has had its time: journal and log of sign-ins after 24 months, what has expired, carts after 30 days, receipts if asked to",
	},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		before := c.fs.String("before", "", "giornale e registro fino a questo giorno escluso / journal and log before this day: yyyy-mm-dd (default: 24 months ago)")
		receipts := c.fs.Int("receipts", 0, "ricevute e avvisi chiusi da tanti anni, con tutto ciò che vi è legato / receipts and notices closed for so many years, with all that hangs on them (default: never)")
		dry := c.fs.Bool("dry-run", false, "conta soltanto / only counts")
		c.takes(0, 0)
		return func(ctx context.Context) error {
			c.in = *before
			r := store.Retention{DryRun: *dry, Receipts: time.Duration(*receipts) * year}
			if *before != "" {
				day, err := pagonline.ParseDate(*before)
				if err != nil {
					return pagonline.AsError(err).At("before")
				}
				r.Before = day.Start()
			}
			return c.open(ctx, dir, func(b *books) error {
				done, err := store.Prune(ctx, b.store, r)
				if err != nil {
					return err
				}
				c.write(struct {
					DryRun bool `json:"dryRun"`
					store.Pruned
				}{*dry, done})
				return nil
			})
		}
	},
}
