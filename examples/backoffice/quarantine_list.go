package main

import (
	"context"
	"time"

	"github.com/pagonline/pagonline"
)

var quarantineListCommand = command{
	name:  "quarantine list",
	about: pagonline.Text{It: "elenca i messaggi in quarantena, i più vecchi per primi", En: "lists the messages in quarantine, the oldest first"},
	flags: func(c *call) func(context.Context) error {
		dir := c.withData()
		c.takes(0, 0)
		return func(ctx context.Context) error {
			return c.open(ctx, dir, func(b *books) error {
				for m, err := range b.cashier.Quarantined(ctx) {
					if err != nil {
						return err
					}
					c.write(heldOutput{m.ID, m.Reason, m.Operation, m.ReceivedAt, m.Times})
				}
				return nil
			})
		}
	},
}

type heldOutput struct {
	ID         int64     `json:"id"`
	Reason     string    `json:"reason"`
	Operation  string    `json:"operation"`
	ReceivedAt time.Time `json:"receivedAt"`
	Times      int       `json:"times"`
}
