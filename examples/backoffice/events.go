package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/jobs"
)

var eventsCommand = command{
	name: "events",
	about: pagonline.Text{
		It: "elenca gli eventi che aspettano, e per ciascuno chi lo ha preso e chi no",
		En: "lists the events that wait, and for each who has taken it and who has not",
	},
	flags: func(c *call) func(context.Context) error {
		d := c.withData()
		parked := c.fs.Bool("parked", false, "soltanto quelli che qualcuno deve guardare / only those that somebody must look at")
		c.takes(0, 0)
		return func(ctx context.Context) error {
			return c.open(ctx, d, func(b *books) error {
				for filter := (payment.EventFilter{Pending: true, Limit: 100}); ; {
					waiting, err := events(ctx, b, filter)
					if err != nil || len(waiting) == 0 {
						return err
					}
					for _, e := range waiting {
						filter.After = e.ID
						if e.Parked || !*parked {
							c.write(e)
						}
					}
				}
			})
		}
	},
}

// waitingOutput is an event that waits.
type waitingOutput struct {
	ID        int64             `json:"id"`
	Kind      payment.EventKind `json:"kind"`
	Notice    string            `json:"notice,omitempty"`
	Order     string            `json:"order,omitempty"`
	ReceiptID string            `json:"receiptId,omitempty"`
	At        time.Time         `json:"at"`
	Parked    bool              `json:"parked,omitempty"`
	Handlers  []deliveryOutput  `json:"handlers,omitempty"` // that tried
}

type deliveryOutput struct {
	Handler string                `json:"handler"`
	State   payment.DeliveryState `json:"state"`
	Tries   int                   `json:"tries,omitempty"`
	Code    pagonline.Code        `json:"code,omitempty"`
	At      time.Time             `json:"at"`
}

// events returns events with what came of them so far.
func events(ctx context.Context, b *books, f payment.EventFilter) (all []waitingOutput, err error) {
	var ids []int64
	at := map[int64]int{}
	for e, err := range b.store.Outbox().List(ctx, f) {
		if err != nil {
			return nil, err
		}
		at[e.ID] = len(all)
		ids = append(ids, e.ID)
		all = append(all, waitingOutput{ID: e.ID, Kind: e.Kind, Notice: e.Position.Number.String(), Order: e.Order, ReceiptID: e.ReceiptID, At: e.At})
	}
	if len(ids) == 0 {
		return nil, nil
	}
	tried, err := b.store.Deliveries().Of(ctx, ids...)
	for _, d := range tried {
		e := &all[at[d.Event]]
		e.Parked = e.Parked || d.State == payment.DeliveryParked
		e.Handlers = append(e.Handlers, deliveryOutput{d.Handler, d.State, d.Tries, d.Code, d.At})
	}
	return all, err
}

var eventsRetryCommand = command{
	name: "events retry",
	args: "[ID…]",
	about: pagonline.Text{
		It: "ridà a chi li aspetta gli eventi messi da parte: quelli nominati, o tutti",
		En: "gives the parked events again to who waits for them: those named, or all",
	},
	flags: func(c *call) func(context.Context) error {
		d := c.withData()
		name := c.fs.String("handler", "", "chi, come archive, mail o webhook / who, as archive, mail or webhook")
		c.checks = append(c.checks, func() string {
			if *name == "" {
				return "-handler NAME"
			}
			return ""
		})
		return func(ctx context.Context) error {
			ids := make([]int64, len(c.args))
			for i, arg := range c.args {
				var err error
				if ids[i], err = strconv.ParseInt(arg, 10, 64); err != nil {
					return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same(fmt.Sprintf("%q", arg))).At("id")
				}
			}
			return c.open(ctx, d, func(b *books) error {
				n, err := jobs.Redrive(ctx, b.store, *name, ids...)
				if err != nil {
					return err
				}
				c.write(struct {
					Handler string `json:"handler"`
					Retried int    `json:"retried"`
				}{*name, n})
				return nil
			})
		}
	},
}
