package main

import (
	"context"
	"strconv"

	"github.com/pagonline/pagonline"
)

var quarantineReplayCommand = command{
	name: "quarantine replay", args: "ID",
	about: pagonline.Text{It: "rilegge una ricevuta in quarantena e la registra", En: "reads a receipt in quarantine again and records it"},
	flags: func(c *call) func(context.Context) error {
		dir, creditor := c.withData(), c.creditorFlag()
		c.withCatalog()
		c.takes(1, 1)
		return func(ctx context.Context) error {
			id, err := strconv.ParseInt(c.args[0], 10, 64)
			if err != nil {
				return pagonline.NewError(pagonline.CodeNotFound).At("id")
			}
			return c.open(ctx, dir, func(b *books) error {
				h, _, err := c.station(b, *creditor)
				if err != nil {
					return err
				}
				done, err := h.Replay(ctx, id, "backoffice")
				if err != nil {
					return err
				}
				c.failed = done.Fault != ""
				c.write(replayOutput{id, done.Fault == "", done.Fault, done.Repeat, done.Second})
				return nil
			})
		}
	},
}

type replayOutput struct {
	ID       int64  `json:"id"`
	Recorded bool   `json:"recorded"`
	Fault    string `json:"fault,omitempty"`  // why it is refused still
	Repeat   bool   `json:"repeat,omitempty"` // it was recorded before
	Second   bool   `json:"second,omitempty"` // to refund
}
