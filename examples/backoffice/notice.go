package main

import (
	"context"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

var noticeCommand = command{
	name: "notice", args: "[301000000000000144 ...]",
	about: pagonline.Text{
		It: "riconosce numeri avviso, IUV, riferimenti RF, testi di QR e DataMatrix",
		En: "recognises notice numbers, IUVs, RF references, texts of QR and DataMatrix codes",
	},
	flags: func(c *call) func(context.Context) error {
		return func(ctx context.Context) error { return c.lines(ctx, recognise) }
	},
}

// noticeOutput is what a code says. Wrong check digits make it invalid, not a failure.
type noticeOutput struct {
	In       string       `json:"in"`
	Kind     notice.Kind  `json:"kind"`
	Valid    bool         `json:"valid"`
	Number   string       `json:"number,omitempty"`
	IUV      string       `json:"iuv,omitempty"`
	Creditor string       `json:"creditor,omitempty"`
	Amount   *euro.Amount `json:"amount,omitempty"`
	Why      string       `json:"why,omitempty"`
}

func recognise(line string) (any, error) {
	f, err := notice.Recognise(line)
	if err != nil {
		return nil, err
	}
	out := noticeOutput{
		In: line, Kind: f.Kind, Valid: f.Wrong == nil, Number: f.Number.String(), IUV: f.IUV.String(), Creditor: f.Creditor,
	}
	if f.Wrong != nil {
		out.Why = pagonline.AsError(f.Wrong).It
	}
	if f.HasAmount {
		amount, err := euro.Cents(f.Cents)
		if err != nil {
			return nil, err
		}
		out.Amount = &amount
	}
	return out, nil
}
