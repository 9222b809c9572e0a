package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

var catalogShowCommand = command{
	name: "catalog show", args: "[AS-LI]",
	about: pagonline.Text{It: "stampa il catalogo, o un istituto, nel JSON che -catalog legge", En: "prints the catalogue, or one institute, in the JSON that -catalog reads"},
	flags: func(c *call) func(context.Context) error {
		c.withCatalog()
		c.takes(0, 1)
		return func(context.Context) error {
			offers, err := c.offers()
			if err == nil && len(c.args) > 0 {
				return load.WriteInstitute(c.out, offers, c.args[0])
			}
			if err == nil {
				err = load.Write(c.out, offers)
			}
			return err
		}
	},
}
