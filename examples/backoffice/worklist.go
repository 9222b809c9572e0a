package main

import (
	"context"
	"time"

	"github.com/pagonline/pagonline"
	sportello "github.com/pagonline/pagonline/receipt/desk"
)

var worklistCommand = command{
	name: "worklist",
	about: pagonline.Text{
		It: "elenca che cosa resta da fare: da verificare, da consegnare, in ritardo, secondi pagamenti, rimborsi, quarantena",
		En: "lists what is to be done: to verify, due, overdue, second payments, refunds, quarantine",
	},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		institute := c.fs.String("institute", "", "codice dell'istituto / code of the institute (default: all)")
		c.withCatalog()
		c.takes(0, 0)
		return func(ctx context.Context) error {
			return c.atDesk(ctx, dir, func(d *sportello.Desk) error {
				for item, err := range d.Worklist(ctx, *institute) {
					if err != nil {
						return err
					}
					c.write(shownItem(item))
				}
				return nil
			})
		}
	},
}

// helpOutput is the question of a payer. The notice or protocol in it is his, and so may
// be whatever he wrote.
type helpOutput struct {
	ID        string               `json:"id"`
	Category  sportello.Category   `json:"category"`
	Reference string               `json:"reference,omitempty"`
	Text      string               `json:"text"`
	Status    sportello.HelpStatus `json:"status"`
	OpenedAt  time.Time            `json:"openedAt"`
	Answer    string               `json:"answer,omitempty"`
}

func shownHelp(h sportello.HelpCase) helpOutput {
	return helpOutput{h.ID, h.Category, h.Reference, h.Text, h.Status, h.OpenedAt, h.Answer}
}

// shownItem is one line of the worklist: a case, a message or a question, with the
// reason why it is there.
func shownItem(item sportello.Item) any {
	switch item.Work {
	case sportello.WorkQuarantine:
		m := item.Message
		return struct {
			Work sportello.Work `json:"work"`
			heldOutput
		}{item.Work, heldOutput{m.ID, m.Reason, m.Operation, m.ReceivedAt, m.Times}}
	case sportello.WorkHelp:
		return struct {
			Work sportello.Work `json:"work"`
			helpOutput
		}{item.Work, shownHelp(item.Help)}
	default:
		return struct {
			Work sportello.Work `json:"work"`
			caseOutput
		}{item.Work, shownCase(item.Case)}
	}
}
