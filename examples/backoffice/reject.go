package main

import (
	"context"

	"github.com/pagonline/pagonline"
	sportello "github.com/pagonline/pagonline/receipt/desk"
)

var rejectCommand = command{
	name: "reject",
	about: pagonline.Text{
		It: "annota che le copie di una pratica non ci saranno, e perché; quanto pagato resta da rimborsare",
		En: "notes that there will be no copies for a case, and why; what was paid is still to be refunded",
	},
	flags: func(c *call) func(context.Context) error {
		f := c.caseFlags()
		reason := c.fs.String("reason", "", "perché, per chi ha pagato / why, for the payer to read")
		return func(ctx context.Context) error {
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				one, err := d.Reject(ctx, id, sportello.Rejection{By: f.by, Reason: *reason})
				return shownCase(one), err
			})
		}
	},
}

var reopenCommand = command{
	name: "reopen",
	about: pagonline.Text{
		It: "riprende una pratica respinta: è di nuovo da verificare, o attende il pagamento",
		En: "takes a rejection back: the case is to be verified again, or waits for the payment",
	},
	flags: func(c *call) func(context.Context) error {
		f := c.caseFlags()
		reason := c.fs.String("reason", "", "perché, senza nominare nessuno / why, nobody named in it")
		return func(ctx context.Context) error {
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				one, err := d.Reopen(ctx, id, sportello.Reopening{By: f.by, Reason: *reason})
				return shownCase(one), err
			})
		}
	},
}

var assignCommand = command{
	name: "assign",
	about: pagonline.Text{
		It: "mette i pagamenti di un avviso in un'altra pratica, se il protocollo manca o è sbagliato",
		En: "puts the payments of a notice to another case, where the protocol is missing or wrong",
	},
	flags: func(c *call) func(context.Context) error {
		f, creditor := c.caseFlags(), c.creditorFlag()
		number := c.fs.String("notice", "", "numero avviso / notice number")
		return func(ctx context.Context) error {
			return c.onCase(ctx, f, func(d *sportello.Desk, id string) (any, error) {
				k, err := positionKey(*creditor, *number)
				if err != nil {
					return nil, pagonline.AsError(err).At("notice")
				}
				one, err := d.Assign(ctx, k, id, f.by)
				return shownCase(one), err
			})
		}
	},
}
