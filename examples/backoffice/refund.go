package main

import (
	"context"

	"github.com/pagonline/pagonline"
	sportello "github.com/pagonline/pagonline/receipt/desk"
)

var refundRequestCommand = command{
	name: "refund request",
	about: pagonline.Text{
		It: "chiede il rimborso di un pagamento, tutto o in parte",
		En: "asks that a payment, or part of it, be given back",
	},
	flags: func(c *call) func(context.Context) error {
		f := c.caseFlags()
		amount := c.fs.String("amount", "", "importo / amount: 12.50")
		why := c.choice("why", "", "motivo / reason", string(sportello.PaidTwice), string(sportello.WrongPayee),
			string(sportello.WrongAmount), string(sportello.NotPossible))
		receipt := c.fs.String("receipt", "", "ricevuta, se sono più d'una / receipt, where there are several")
		return func(ctx context.Context) error {
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				asked, err := readAmount("", *amount)
				if err != nil {
					return nil, pagonline.AsError(err).At("amount")
				}
				return d.RequestRefund(ctx, id, sportello.RefundRequest{
					ReceiptID: *receipt, Amount: asked, Why: sportello.Why(*why), By: f.by,
				})
			})
		}
	},
}

var refundDecideCommand = command{
	name:  "refund decide",
	about: pagonline.Text{It: "approva o respinge un rimborso chiesto", En: "approves or rejects a refund that was asked for"},
	flags: func(c *call) func(context.Context) error {
		f, refund := c.caseFlags(), c.refundFlag()
		decision := c.choice("decision", "", "decisione / decision", "approve", "reject")
		note := c.fs.String("note", "", "perché, senza nominare nessuno / why, nobody named in it")
		return func(ctx context.Context) error {
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				return d.DecideRefund(ctx, id, *refund, sportello.Decision{Approve: *decision == "approve", By: f.by, Note: *note})
			})
		}
	},
}

var refundRecordCommand = command{
	name:  "refund record",
	about: pagonline.Text{It: "annota il bonifico di un rimborso approvato", En: "notes the transfer of an approved refund"},
	flags: func(c *call) func(context.Context) error {
		f, refund := c.caseFlags(), c.refundFlag()
		on := c.fs.String("on", "", "giorno del bonifico / day of the transfer: yyyy-mm-dd")
		reference := c.fs.String("reference", "", "numero del bonifico / number of the transfer")
		return func(ctx context.Context) error {
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				day, err := pagonline.ParseDate(*on)
				if err != nil {
					return nil, pagonline.AsError(err).At("on")
				}
				return d.RecordRefund(ctx, id, *refund, sportello.Execution{On: day, Reference: *reference, By: f.by})
			})
		}
	},
}

// refundFlag declares -refund, which must be given.
func (c *call) refundFlag() *string {
	id := c.fs.String("refund", "", "rimborso / refund")
	c.checks = append(c.checks, func() string {
		if *id == "" {
			return "-refund ID"
		}
		return ""
	})
	return id
}
