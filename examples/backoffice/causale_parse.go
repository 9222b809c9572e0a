package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

var causaleParseCommand = command{
	name: "causale parse", args: "[/RFB/01000000000000144/7.00/TXT/... ...]",
	about: pagonline.Text{It: "legge causali come le scrivono persone, portali e banche", En: "reads payment reasons as people, portals and banks write them"},
	flags: func(c *call) func(context.Context) error {
		c.withCatalog()
		rf := c.choice("rf", "strict", "cifre di controllo RF / RF check digits", "strict", "syntax")
		return func(ctx context.Context) error {
			offers, err := c.offers()
			if err != nil {
				return err
			}
			reader := causale.Reader{RFSyntax: *rf == "syntax"}
			return c.lines(ctx, func(line string) (any, error) {
				r, err := reader.Read(line)
				if err != nil {
					return nil, err
				}
				out := reading(line, r)
				if in, ok := offers.Recognise(line); ok {
					out.Institute = in.Code
				}
				return out, nil
			})
		}
	},
}

// readingOutput is what a payment reason says; what is absent is left out.
type readingOutput struct {
	In          string             `json:"in"`
	Kind        causale.Kind       `json:"kind"`
	IUV         string             `json:"iuv,omitempty"`
	RF          bool               `json:"rf,omitempty"`
	Amount      *euro.Amount       `json:"amount,omitempty"`
	Text        string             `json:"text,omitempty"`
	Flow        string             `json:"flow,omitempty"`
	Progressive *int               `json:"progressive,omitempty"`
	Protocol    *protocolOutput    `json:"protocol,omitempty"`
	Revenue     string             `json:"revenue,omitempty"`
	Institute   string             `json:"institute,omitempty"`
	Confidence  causale.Confidence `json:"confidence"`
}

type protocolOutput struct {
	Raw    string `json:"raw"`
	Number string `json:"number,omitempty"`
	Year   int    `json:"year,omitempty"`
	Date   string `json:"date,omitempty"`
}

func reading(line string, r causale.Reading) readingOutput {
	out := readingOutput{
		In: line, Kind: r.Kind, IUV: r.IUV.String(), RF: r.RF, Text: r.Text, Flow: r.Flow,
		Revenue: r.Revenue.String(), Confidence: r.Confidence,
	}
	if r.HasAmount {
		out.Amount = &r.Amount
	}
	if r.HasProgressive {
		out.Progressive = &r.Progressive
	}
	if p := r.Protocol; !p.IsZero() {
		out.Protocol = &protocolOutput{p.String(), p.Number(), p.Year(), p.Date().String()}
	}
	return out
}
