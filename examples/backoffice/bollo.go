package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

var bolloCommand = command{
	name: "bollo", args: `['{"request":true,"documents":[{"pages":9}],"exemption":""}' ...]`,
	about: pagonline.Text{It: "calcola l'imposta di bollo", En: "computes stamp duty"},
	flags: func(c *call) func(context.Context) error {
		c.withCatalog()
		lang := c.choice("lang", "it", "lingua delle regole / language of the rules", "it", "en")
		on := pagonline.DateOf(time.Now())
		c.fs.TextVar(&on, "date", on, "giorno / day: yyyy-mm-dd")
		return func(ctx context.Context) error {
			offers, err := c.offers()
			if err != nil {
				return err
			}
			return objects(ctx, c, func(in json.RawMessage, acts catalog.Acts) (any, error) {
				bill, err := acts.Bill(on, offers.StampRates())
				if err != nil {
					return nil, err
				}
				out := bolloOutput{In: in, Total: bill.Total, Lines: []bolloLine{}}
				for _, l := range bill.Lines {
					out.Lines = append(out.Lines, bolloLine{l, l.Rule.In(*lang), l.How.In(*lang)})
				}
				return out, nil
			})
		}
	},
}

type bolloOutput struct {
	In    json.RawMessage `json:"in"`
	Total euro.Amount     `json:"total"`
	Lines []bolloLine     `json:"lines"`
}

// bolloLine is a line with its texts in one language.
type bolloLine struct {
	catalog.StampLine
	Rule string `json:"rule"`
	How  string `json:"how"`
}
