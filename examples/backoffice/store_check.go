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
		It: "verifica che la base dati sia integra e i conti tornino, giornale compreso; di PostgreSQL il giornale soltanto; esce con 3 se qualcosa non va",
		En: "verifies that the database is whole and fits together, journal included; of PostgreSQL the journal only; exits with 3 if something is wrong",
	},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		c.takes(0, 0)
		return func(ctx context.Context) error {
			return c.open(ctx, dir, func(b *books) error {
				out := checkOutput{Findings: []sqlite.Finding{}}
				if file, ok := b.store.(*sqlite.Store); ok {
					findings, err := file.Check(ctx)
					if err != nil {
						return err
					}
					out.Findings = append(out.Findings, findings...)
				} else {
					out.Only = "journal"
				}
				journal, err := b.cashier.VerifyJournal(ctx)
				if err != nil {
					return err
				}
				out.Journal, out.OK = journal, len(out.Findings) == 0 && journal.OK()
				c.failed = !out.OK
				c.write(out)
				return nil
			})
		}
	},
}

type checkOutput struct {
	OK       bool                  `json:"ok"`
	Only     string                `json:"only,omitempty"` // what was verified, where it is not all
	Findings []sqlite.Finding      `json:"findings"`
	Journal  payment.JournalReport `json:"journal"`
}
