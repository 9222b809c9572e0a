package psp

import (
	"cmp"
	"context"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// Outcome is how one to five attempts ended, together. Of what follows Paid, nothing is
// sent of a payment that failed.
type Outcome struct {
	Tokens []string // one in V1
	payment.Outcome
	Channel string // frontOffice, atm, onLine, app or other; "" for not said
	// AppliedOn is the day of the payment. Default: today, in Italy.
	AppliedOn pagonline.Date
	// TransferOn is the day on which the money is to be transferred. Default: the
	// weekday after AppliedOn; bank holidays are for the PSP to know.
	TransferOn     pagonline.Date
	CreditorFee    *euro.Amount // what the creditor takes upon himself of the fee; not in V1
	Bundle         string       // not in V1
	CreditorBundle string       // not in V1
	Stamps         []SoldStamp  // at most 25; not in V1
	// IdempotencyKey is that of an earlier call whose answer was lost; everything else
	// must be as it was, dates included. Default: a new one.
	IdempotencyKey string
}

// SoldStamp is a digital stamp that was bought with a payment.
type SoldStamp struct {
	Token string
	Share int    // 1 to 5
	Stamp []byte // MBDAttachment: the stamp itself
}

// methods turn the ways to pay of an activation into those of an outcome.
var methods = map[string]string{
	"cash": "cash", "creditCard": "creditCard", "bancomat": "bancomat", "other": "other", "CP": "creditCard",
}

// SendOutcome says how the attempts ended. If there is no answer it tries again, five
// times in all and for six and a half minutes at the most; ctx may end that before.
// The node gives one answer for all tokens.
func (c *Client) SendOutcome(ctx context.Context, o Outcome) error {
	r := c.request(wire.PSPOutcome)
	if c.cfg.V1 {
		r.Operation = wire.PSPOutcomeV1
	}
	if c.cfg.V1 && (len(o.Tokens) > 1 || o.CreditorFee != nil || o.Bundle != "" || o.CreditorBundle != "" || len(o.Stamps) > 0) {
		return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Same("sendPaymentOutcome, V1")).At("paymentTokens")
	}
	r.IdempotencyKey = cmp.Or(o.IdempotencyKey, c.newKey())
	r.Tokens, r.Paid = o.Tokens, o.Paid
	if o.Paid {
		r.Details = c.details(o)
	}
	_, err := c.call(ctx, r)
	return err
}

// Settle ends an attempt; see [payment.PSP].
func (c *Client) Settle(ctx context.Context, token string, o payment.Outcome) error {
	return c.SendOutcome(ctx, Outcome{Tokens: []string{token}, Outcome: o})
}

// details says how a payment was made. All but the payer's address is needed (SANP 3.12,
// sendPaymentOutcome); who is not known is ANONIMO.
func (c *Client) details(o Outcome) *wire.PSPDetails {
	d := &wire.PSPDetails{
		Method: cmp.Or(methods[o.Method], "other"), Channel: o.Channel, Fee: o.Fee, Payer: o.Payer,
		AppliedOn: o.AppliedOn, TransferOn: o.TransferOn,
		CreditorFee: o.CreditorFee, Bundle: o.Bundle, CIBundle: o.CreditorBundle,
	}
	if d.Payer == nil {
		d.Payer = &payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: payment.Anonymous}
	}
	if d.AppliedOn.IsZero() {
		d.AppliedOn = pagonline.DateOf(c.cfg.Now())
	}
	if d.TransferOn.IsZero() {
		d.TransferOn = nextWeekday(d.AppliedOn)
	}
	for _, s := range o.Stamps {
		d.Stamps = append(d.Stamps, wire.PSPStamp{Token: s.Token, Transfer: s.Share, Stamp: s.Stamp})
	}
	return d
}

func nextWeekday(d pagonline.Date) pagonline.Date {
	for {
		d = d.AddDays(1)
		y, m, day := d.Date()
		if wd := time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Weekday(); wd != time.Saturday && wd != time.Sunday {
			return d
		}
	}
}
