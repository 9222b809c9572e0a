package main

import (
	"context"
	"regexp"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
)

var revenueCommand = command{
	name: "revenue", args: "[CAP. 2584/3 CAPO 29 ...]",
	about: pagonline.Text{
		It: "trova capo, capitolo e articolo in un testo o in un IBAN di tesoreria",
		En: "finds the State's account of an income in a text or in an IBAN of the treasury",
	},
	flags: func(c *call) func(context.Context) error {
		return func(ctx context.Context) error {
			return c.lines(ctx, findRevenue)
		}
	},
}

// revenueOutput is what was found; "in" alone when that is nothing.
type revenueOutput struct {
	In      string `json:"in"`
	Revenue string `json:"revenue,omitempty"`
	Section string `json:"section,omitempty"`
	Why     string `json:"why,omitempty"`
}

// treasuryIBAN finds an Italian IBAN inside a text, with or without blanks.
var treasuryIBAN = regexp.MustCompile(`(?i)\bIT\s?\d{2}\s?[A-Z](?:\s?\d){22}\b`)

func findRevenue(line string) (any, error) {
	if _, err := causale.NewDetail(line); err != nil && pagonline.CodeOf(err) != pagonline.CodeCausaleTooLong {
		return nil, err // what no text may hold
	}
	if r, section, ok := causale.RevenueFromIBAN(treasuryIBAN.FindString(line)); ok {
		return revenueOutput{In: line, Revenue: r.String(), Section: section}, nil
	}
	r, ok := causale.ParseRevenue(line)
	out := revenueOutput{In: line}
	if ok {
		out.Revenue = r.String()
		if r.Capo() == 0 {
			out.Why = "manca il capo"
		}
	}
	return out, nil
}
