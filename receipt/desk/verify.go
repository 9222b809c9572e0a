package desk

import (
	"context"
	"time"

	"github.com/pagonline/pagonline"
)

// Verification is a clerk's yes: the payment is there and fits.
type Verification struct {
	By string `json:"by"` // an opaque id of the clerk, 1 to 70 characters
	// Despite is why a payment that does not fit is taken all the same, up to 500
	// characters, nobody named in it; "" takes only what fits.
	Despite string    `json:"despite,omitempty"`
	At      time.Time `json:"at"` // set by the desk
}

// Check is what [Desk.Verify] is told.
type Check struct {
	Verification
	// Paper is the quote in the clerk's hands, for a case that has none in the register.
	Paper *Paper
}

// Verify notes that a clerk has checked the payment; once is enough, and the first one
// stays. Where nothing is due it needs no payment.
//
// Its error has [pagonline.CodeNotFound]; [pagonline.CodeReceiptNotReady] before a
// receipt is there; that of [Match.Err] unless the clerk says why he takes it despite;
// [pagonline.CodeConflict] for a paper beside a quote of the register;
// [pagonline.CodeNotAllowed] for a case that was rejected; or it names the field "by" or
// "despite".
func (d *Desk) Verify(ctx context.Context, id string, check Check) (Case, error) {
	v := check.Verification
	if err := text("by", v.By, maxBy); err != nil {
		return Case{}, err
	}
	if v.Despite != "" {
		if err := text("despite", v.Despite, maxReason); err != nil {
			return Case{}, err
		}
	}
	return d.change(ctx, id, func(ctx context.Context, c *Case) error {
		if c.Status == Verified || c.Status == Released {
			return nil
		}
		if check.Paper != nil {
			if c.Quote != "" {
				return pagonline.NewError(pagonline.CodeConflict).At("paper")
			}
			paper := *check.Paper
			c.Paper, c.Due = &paper, paper.Amount
		}
		m := c.Match()
		if err := m.Err(); err != nil && (v.Despite == "" || m.has(NoPayment)) {
			return err
		}
		if err := c.move(Verified); err != nil {
			return err
		}
		v.At = d.now()
		c.Verification = v
		c.DeliverBy = d.deliverBy(*c)
		return nil
	})
}
