package main

import (
	"context"
	"io"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
)

var catalogInstructionsCommand = command{
	name: "catalog instructions", args: "AS-LI fotocopie",
	about: pagonline.Text{It: "scrive le istruzioni di pagamento di un servizio", En: "writes the payment instructions of a service"},
	flags: func(c *call) func(context.Context) error {
		c.withCatalog()
		c.takes(2, 2)
		lang := c.choice("lang", "it", "lingua / language", "it", "en")
		var fill catalog.Fill
		c.fs.StringVar(&fill.Protocol, "protocol", "", "protocollo del preventivo / protocol of the quote")
		c.fs.StringVar(&fill.Amount, "amount", "", "importo / amount: 12.50")
		c.fs.StringVar(&fill.Causale, "causale", "", "dettaglio causale / payment reason")
		c.fs.StringVar(&fill.Payer, "payer", "", "nome e cognome / name")
		return func(context.Context) error {
			offers, err := c.offers()
			if err != nil {
				return err
			}
			page, err := offers.Instructions(c.args[0], c.args[1], fill, *lang)
			if err == nil {
				_, err = io.WriteString(c.out, page)
			}
			return err
		}
	},
}
