package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/store"
)

var pruneCommand = command{
	name: "prune",
	about: pagonline.Text{
		It: "cancella ciò che ha fatto il suo tempo: giornale e registro degli accessi dopo 24 mesi, ciò che è scaduto, i carrelli dopo 30 giorni",
		En: "deletes what has had its time: journal and log of sign-ins after 24 months, what has expired, carts after 30 days",
	},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		before := c.fs.String("before", "", "giornale e registro fino a questo giorno escluso / journal and log before this day: yyyy-mm-dd (default: 24 months ago)")
		dry := c.fs.Bool("dry-run", false, "conta soltanto / only counts")
		c.takes(0, 0)
		return func(ctx context.Context) error {
			c.in = *before
			r := store.Retention{DryRun: *dry}
			if *before != "" {
				day, err := pagonline.ParseDate(*before)
				if err != nil {
					return pagonline.AsError(err).At("before")
				}
				r.Before = day.Start()
			}
			return c.open(ctx, *dir, func(b *books) error {
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
