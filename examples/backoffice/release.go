package main

import (
	"context"

	"github.com/pagonline/pagonline"
	sportello "github.com/pagonline/pagonline/receipt/desk"
)

var verifyCommand = command{
	name: "verify",
	about: pagonline.Text{
		It: "annota che il pagamento c'è e corrisponde al preventivo; una volta basta",
		En: "notes that the payment is there and fits the quote; once is enough",
	},
	flags: func(c *call) func(context.Context) error {
		f := c.caseFlags()
		despite := c.fs.String("despite", "", "perché lo si accetta anche se non corrisponde / why it is taken though it does not fit")
		return func(ctx context.Context) error {
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				one, err := d.Verify(ctx, id, sportello.Check{Verification: sportello.Verification{By: f.by, Despite: *despite}})
				return shownCase(one), err
			})
		}
	},
}

var releaseCommand = command{
	name: "release",
	about: pagonline.Text{
		It: "annota la consegna delle copie di una pratica verificata, una volta sola",
		En: "notes that the copies of a verified case went out, once only",
	},
	flags: func(c *call) func(context.Context) error {
		f := c.caseFlags()
		var r sportello.Release
		how := c.choice("how", "", "modalità / way",
			string(sportello.ByEmail), string(sportello.ByLink), string(sportello.ByPost), string(sportello.AtDesk))
		c.fs.IntVar(&r.Megabytes, "megabytes", 0, "dimensione delle copie, per eccesso / size of the copies, rounded up")
		c.fs.StringVar(&r.Reference, "reference", "", "collegamento o numero di spedizione / link or number of the parcel")
		return func(ctx context.Context) error {
			r.How, r.By = sportello.How(*how), f.by
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				one, err := d.Release(ctx, id, r)
				return shownCase(one), err
			})
		}
	},
}
