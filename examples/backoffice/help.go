package main

import (
	"context"

	"github.com/pagonline/pagonline"
	sportello "github.com/pagonline/pagonline/receipt/desk"
)

var helpAskCommand = command{
	name: "help ask",
	about: pagonline.Text{
		It: "annota la richiesta di aiuto di chi paga; numeri di carta non si conservano",
		En: "notes a payer's request for help; numbers of cards are not kept",
	},
	flags: helpFlags(func(c *call) func(context.Context, *sportello.Desk) (sportello.HelpCase, error) {
		category := c.choice("category", "", "di che cosa / about what", string(sportello.HelpAccess), string(sportello.HelpPayment),
			string(sportello.HelpReceipt), string(sportello.HelpWrongData))
		var r sportello.HelpRequest
		c.fs.StringVar(&r.Reference, "reference", "", "ordine, avviso o protocollo / order, notice or protocol")
		c.fs.StringVar(&r.Text, "text", "", "richiesta / request")
		return func(ctx context.Context, d *sportello.Desk) (sportello.HelpCase, error) {
			r.Category = sportello.Category(*category)
			return d.AskHelp(ctx, r)
		}
	}),
}

var helpAnswerCommand = command{
	name:  "help answer",
	about: pagonline.Text{It: "annota la risposta a una richiesta di aiuto", En: "notes the answer to a request for help"},
	flags: helpFlags(func(c *call) func(context.Context, *sportello.Desk) (sportello.HelpCase, error) {
		id, by := c.helpCaseFlags()
		answer := c.fs.String("answer", "", "risposta / answer")
		return func(ctx context.Context, d *sportello.Desk) (sportello.HelpCase, error) {
			return d.AnswerHelp(ctx, *id, *by, *answer)
		}
	}),
}

var helpCloseCommand = command{
	name:  "help close",
	about: pagonline.Text{It: "chiude una richiesta di aiuto", En: "closes a request for help"},
	flags: helpFlags(func(c *call) func(context.Context, *sportello.Desk) (sportello.HelpCase, error) {
		id, by := c.helpCaseFlags()
		return func(ctx context.Context, d *sportello.Desk) (sportello.HelpCase, error) {
			return d.CloseHelp(ctx, *id, *by)
		}
	}),
}

var helpListCommand = command{
	name:  "help list",
	about: pagonline.Text{It: "elenca le richieste di aiuto", En: "lists the requests for help"},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		status := c.choice("status", "all", "stato / state", "all",
			string(sportello.HelpOpen), string(sportello.HelpAnswered), string(sportello.HelpClosed))
		c.withCatalog()
		c.takes(0, 0)
		return func(ctx context.Context) error {
			var f sportello.HelpFilter
			if *status != "all" {
				f.Status = sportello.HelpStatus(*status)
			}
			return c.atDesk(ctx, dir, func(d *sportello.Desk) error {
				for h, err := range d.HelpCases(ctx, f) {
					if err != nil {
						return err
					}
					c.write(shownHelp(h))
				}
				return nil
			})
		}
	},
}

// helpFlags declares the flags of a command that prints the request which work returns.
func helpFlags(declare func(*call) func(context.Context, *sportello.Desk) (sportello.HelpCase, error)) func(*call) func(context.Context) error {
	return func(c *call) func(context.Context) error {
		dir := c.withData()
		c.withCatalog()
		c.takes(0, 0)
		work := declare(c)
		return func(ctx context.Context) error {
			return c.atDesk(ctx, dir, func(d *sportello.Desk) error {
				h, err := work(ctx, d)
				if err != nil {
					return err
				}
				c.write(shownHelp(h))
				return nil
			})
		}
	}
}

// helpCaseFlags declares which request is meant, and who does it.
func (c *call) helpCaseFlags() (id, by *string) {
	id = c.fs.String("help-case", "", "richiesta / request")
	by = c.fs.String("by", "", "chi lo fa, un codice / who does it, a code")
	c.checks = append(c.checks, func() string {
		if *id == "" {
			return "-help-case ID"
		}
		return ""
	})
	return id, by
}
