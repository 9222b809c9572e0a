package main

import (
	"context"
	"encoding/json"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/ledger"
)

var ledgerExportCommand = command{
	name: "ledger export",
	about: pagonline.Text{
		It: "scrive il registro di un periodo; i totali vanno sullo standard error",
		En: "writes the register of a period; its totals go to standard error",
	},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		c.withCatalog()
		c.takes(0, 0)
		format := c.choice("format", string(ledger.CSV), "formato / format", string(ledger.CSV), string(ledger.Spreadsheet), string(ledger.JSONLines))
		from := c.fs.String("from", "", "primo giorno / first day: yyyy-mm-dd")
		to := c.fs.String("to", "", "ultimo giorno / last day: yyyy-mm-dd")
		var cfg ledger.Config
		c.fs.StringVar(&cfg.Institute, "institute", "", "codice dell'istituto / code of the institute (default: all)")
		c.fs.StringVar(&cfg.Creditor, "creditor", "", "codice fiscale dell'ente / fiscal code of the creditor (default: all)")
		return func(ctx context.Context) error {
			c.in = *from + ".." + *to
			period, err := readPeriod(*from, *to)
			if err != nil {
				return err
			}
			offers, err := c.offers()
			if err != nil {
				return err
			}
			cfg.Revenue = revenues(offers)
			return c.open(ctx, dir, func(b *books) error {
				cfg.Refunds = ledger.DeskRefunds(b.store.Cases())
				summary, err := ledger.WriteRegister(c.out, ledger.Format(*format), ledger.Register(ctx, b.store, period, cfg))
				if err != nil {
					return err
				}
				return json.NewEncoder(c.stderr).Encode(summary)
			})
		}
	},
}

// readPeriod reads the ends of a period; one that is not given is open.
func readPeriod(from, to string) (p receipt.Period, err error) {
	if from != "" {
		if p.From, err = pagonline.ParseDate(from); err != nil {
			return p, pagonline.AsError(err).At("from")
		}
	}
	if to != "" {
		if p.To, err = pagonline.ParseDate(to); err != nil {
			return p, pagonline.AsError(err).At("to")
		}
	}
	return receipt.ParsePeriod(p.String()) // which must not end before it begins
}

// revenues returns what the catalogue says of the capitolo of a service, closed or not. A
// stamp is none of the institute's revenue.
func revenues(offers *catalog.Catalog) func(payment.Purchase, payment.Credit) causale.Revenue {
	return func(p payment.Purchase, share payment.Credit) causale.Revenue {
		in, err := offers.Institute(p.InstituteCode)
		if err != nil || len(share.Stamp) > 0 {
			return causale.Revenue{}
		}
		for _, s := range in.Services {
			if s.Code == p.ServiceCode {
				return s.Revenue
			}
		}
		return causale.Revenue{}
	}
}
