package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment"
)

var quoteIssueCommand = command{
	name: "quote issue",
	about: pagonline.Text{
		It: "emette un preventivo, o quelli di un file; di nuovo lo stesso è lo stesso",
		En: "issues a quote, or those of a file; the same again is the same",
	},
	flags: func(c *call) func(context.Context) error {
		f, want := c.quoteFlags(), c.wanted()
		c.creates = true
		batch := c.fs.String("batch", "", "file CSV o JSON lines / CSV file or JSON lines")
		dry := c.fs.Bool("dry-run", false, "controlla soltanto / only checks")
		notice := c.fs.Bool("notice", false, "apre anche l'avviso, pagabile senza utenza / opens a notice too, payable without an account")
		return func(ctx context.Context) error {
			return c.withDesk(ctx, f, func(d *desk) error {
				issue := func(r quote.Request) error { return c.issue(ctx, d, r, *dry, *notice) }
				if *batch != "" {
					return c.issueBatch(*batch, issue)
				}
				r, err := want.request(f)
				if err != nil {
					return err
				}
				return issue(r)
			})
		}
	},
}

// issue issues one quote and prints it; a dry run prints nothing but errors.
func (c *call) issue(ctx context.Context, d *desk, r quote.Request, dry, notice bool) error {
	if dry {
		return d.Check(ctx, r)
	}
	var q quote.Quote
	err := d.store.Do(ctx, func(ctx context.Context) (err error) {
		if q, err = d.Issue(ctx, r); err == nil && notice && q.Status.Live() {
			_, err = d.Notice(ctx, q.ID, payment.Subject{}, "")
		}
		return err
	})
	if err == nil {
		q, err = d.Get(ctx, q.ID)
	}
	if err != nil {
		return err
	}
	return c.show(ctx, d, q)
}
