package main

import (
	"context"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/notice"
)

var timelineCommand = command{
	name: "timeline", args: "NOTICE",
	about: pagonline.Text{It: "racconta la storia di un avviso", En: "tells the story of a notice"},
	flags: func(c *call) func(context.Context) error {
		dir, creditor := c.withData(), c.creditorFlag()
		lang := c.choice("lang", "it", "lingua / language", "it", "en")
		c.takes(1, 1)
		return func(ctx context.Context) error {
			number, err := notice.ParseSyntax(ungrouped(c.args[0]))
			if err != nil {
				return err
			}
			return c.open(ctx, dir, func(b *books) error {
				return c.tell(ctx, b, payment.Key{Creditor: *creditor, Number: number}, *lang)
			})
		}
	},
}

type storyOutput struct {
	In     string         `json:"in"`
	Status payment.Status `json:"status"`
	Events []eventOutput  `json:"events"`
}

type eventOutput struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
	Next string    `json:"next,omitempty"`
}

func (c *call) tell(ctx context.Context, b *books, k payment.Key, lang string) error {
	entries, err := b.cashier.Timeline(ctx, k)
	if err != nil {
		return err
	}
	p, err := b.store.Positions().Get(ctx, k)
	if err != nil {
		return err
	}
	out := storyOutput{In: c.args[0], Status: p.Status, Events: []eventOutput{}}
	for _, e := range entries {
		out.Events = append(out.Events, eventOutput{e.At, e.Text.In(lang), e.Next.In(lang)})
	}
	c.write(out)
	return nil
}
