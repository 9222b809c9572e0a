package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

var quoteSupersedeCommand = command{
	name:  "quote supersede",
	about: pagonline.Text{It: "sostituisce un preventivo con un altro", En: "replaces a quote by another one"},
	flags: func(c *call) func(context.Context) error {
		f, want := c.quoteFlags(), c.wanted()
		number := c.fs.String("new-protocol", "", "protocollo del nuovo / protocol of the new one (default: the same)")
		return func(ctx context.Context) error {
			return c.withDesk(ctx, f, func(d *desk) error {
				old, err := d.find(ctx, f)
				if err != nil {
					return err
				}
				r, err := want.request(f)
				if err == nil && *number != "" {
					r.Protocol, err = causale.ParseProtocol(*number)
				}
				if err != nil {
					return err
				}
				if r.Service == "" {
					r.Service = old.Service
				}
				q, err := d.Supersede(ctx, old.ID, r)
				if err != nil {
					return err
				}
				return c.show(ctx, d, q)
			})
		}
	},
}
