package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/station"
)

var stationCommand = command{
	name:  "station",
	about: pagonline.Text{It: "risponde al nodo per gli avvisi della base dati", En: "answers the node for the notices of the database"},
	flags: func(c *call) func(context.Context) error {
		d, creditor := c.withData(), c.creditorFlag()
		c.withCatalog()
		c.creates = true
		post, out := c.postFlags(), c.outFlags()
		needsKeys := func() bool { return post.smtp != "" || out.tells() } // else the archive would miss events
		c.withKeys(d, needsKeys)
		address := c.fs.String("listen", "127.0.0.1:8090", "indirizzo / address")
		c.takes(0, 0)
		return func(ctx context.Context) error {
			return c.open(ctx, d, func(b *books) error {
				if err := c.keep(b, d.dir, post, needsKeys()); err != nil {
					return err
				}
				if err := c.connect(b, out, *creditor); err != nil {
					return err
				}
				h, owner, err := c.station(b, *creditor)
				if err != nil {
					return err
				}
				return c.serve(ctx, b, d, h, owner, *address)
			})
		}
	},
}

func (c *call) creditorFlag() *string {
	return c.fs.String("creditor", sampleCreditor, "codice fiscale dell'ente / fiscal code of the creditor")
}

// station returns the handler for a creditor of the catalogue.
func (c *call) station(b *books, fiscalCode string) (*station.Handler, catalog.Creditor, error) {
	offers, err := c.offers()
	if err != nil {
		return nil, catalog.Creditor{}, err
	}
	for _, owner := range offers.Creditors() {
		if owner.FiscalCode == fiscalCode {
			return station.New(b.cashier, []station.Creditor{{
				FiscalCode: owner.FiscalCode, Broker: owner.Broker, Station: owner.Station,
			}}, station.Config{}), owner, nil
		}
	}
	return nil, catalog.Creditor{}, pagonline.NewError(pagonline.CodeNotFound).At("creditor")
}
