package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

var checkCommand = command{
	name: "check",
	about: pagonline.Text{
		It: "verifica che la base dati sia integra e i conti tornino, giornale compreso; esce con 3 se qualcosa non va",
		En: "verifies that the database is whole and fits together, journal included; exits with 3 if something is wrong",
	},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		c.takes(0, 0)
		return func(ctx context.Context) error {
			return c.open(ctx, *dir, func(b *books) error {
				findings, err := b.store.Check(ctx)
				if err != nil {
					return err
				}
				journal, err := b.cashier.VerifyJournal(ctx)
				if err != nil {
					return err
				}
				ok := len(findings) == 0 && journal.OK()
				c.failed = !ok
				c.write(checkOutput{ok, append([]sqlite.Finding{}, findings...), journal})
				return nil
			})
		}
	},
}

type checkOutput struct {
	OK       bool                  `json:"ok"`
	Findings []sqlite.Finding      `json:"findings"`
	Journal  payment.JournalReport `json:"journal"`
}
