package main

import (
	"context"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
	sportello "github.com/pagonline/pagonline/receipt/desk"
)

// caseFlags say which case is meant.
type caseFlags struct {
	data                    *place
	id, institute, protocol string
	by                      string
}

func (c *call) caseFlags() *caseFlags {
	f := &caseFlags{data: c.withData()}
	c.fs.StringVar(&f.institute, "institute", "", "codice dell'istituto / code of the institute")
	c.fs.StringVar(&f.protocol, "protocol", "", "numero di protocollo / protocol number")
	c.fs.StringVar(&f.id, "case", "", "pratica, invece di istituto e protocollo / case, instead of institute and protocol")
	c.fs.StringVar(&f.by, "by", "", "chi lo fa, un codice / who does it, a code")
	c.withCatalog()
	c.takes(0, 0)
	c.checks = append(c.checks, func() string {
		if f.id == "" && (f.institute == "" || f.protocol == "") {
			return "-institute CODE -protocol P | -case ID"
		}
		return ""
	})
	return f
}

// atDesk opens the database and hands out the desk that the clerks work at.
func (c *call) atDesk(ctx context.Context, at *place, work func(*sportello.Desk) error) error {
	offers, err := c.offers()
	if err != nil {
		return err
	}
	return c.open(ctx, at, func(b *books) error { return work(sportello.New(offers, b.store, sportello.Config{})) })
}

// onCase finds the case that the flags name and prints what work makes of it.
func (c *call) onCase(ctx context.Context, f *caseFlags, work func(d *sportello.Desk, id string) (any, error)) error {
	if c.in = f.id; f.id == "" {
		c.in = f.institute + " " + f.protocol
	}
	return c.atDesk(ctx, f.data, func(d *sportello.Desk) error {
		id, err := f.find(ctx, d)
		if err != nil {
			return err
		}
		out, err := work(d, id)
		if err != nil {
			return err
		}
		c.write(out)
		return nil
	})
}

// find returns the ID of the case. Of several with one protocol it is the one that was
// paid, or the newest; where two were paid only the ID tells which is meant.
func (f *caseFlags) find(ctx context.Context, d *sportello.Desk) (string, error) {
	if f.id != "" {
		return f.id, nil
	}
	protocol, err := causale.ParseProtocol(f.protocol)
	if err != nil {
		return "", pagonline.AsError(err).At("protocol")
	}
	all, err := d.ByProtocol(ctx, f.institute, protocol)
	if err != nil {
		return "", err
	}
	paid := slices.DeleteFunc(slices.Clone(all), func(one sportello.Case) bool { return len(one.Payments) == 0 })
	switch {
	case len(all) == 0:
		return "", pagonline.NewError(pagonline.CodeNotFound).At("protocol")
	case len(paid) > 1:
		return "", pagonline.NewError(pagonline.CodeConflict).At("case")
	case len(paid) == 1:
		return paid[0].ID, nil
	default:
		return all[0].ID, nil
	}
}

// caseOutput is a case as the desk sees it; it names no payer.
type caseOutput struct {
	ID         string              `json:"case"`
	Institute  string              `json:"institute"`
	Service    string              `json:"service"`
	Protocol   string              `json:"protocol"`
	Status     sportello.Status    `json:"status"`
	Findings   []sportello.Finding `json:"findings"`
	Due        euro.Amount         `json:"due"`
	Paid       euro.Total          `json:"paid"`
	Difference euro.Total          `json:"difference"`
	DeliverBy  pagonline.Date      `json:"deliverBy,omitzero"`
	Receipts   []paidOutput        `json:"receipts,omitempty"`
	Refunds    []sportello.Refund  `json:"refunds,omitempty"`
	Release    sportello.Release   `json:"release,omitzero"`
	Rejection  sportello.Rejection `json:"rejection,omitzero"`
}

// paidOutput is what one receipt brought in.
type paidOutput struct {
	ID     string         `json:"receiptId"`
	Notice string         `json:"notice"`
	Amount euro.Amount    `json:"amount"`
	On     pagonline.Date `json:"paidOn"`
}

func shownCase(one sportello.Case) caseOutput {
	m := one.Match()
	out := caseOutput{
		ID: one.ID, Institute: one.Institute, Service: one.Service, Protocol: one.Protocol.String(), Status: one.Status,
		Findings: m.Findings, Due: m.Due, Paid: m.Paid, Difference: m.Difference,
		DeliverBy: one.DeliverBy, Refunds: one.Refunds, Release: one.Release, Rejection: one.Rejection,
	}
	for _, p := range one.Payments {
		out.Receipts = append(out.Receipts, paidOutput{p.ReceiptID, p.Position.Number.String(), p.Amount, pagonline.DateOf(p.PaidAt)})
	}
	return out
}
