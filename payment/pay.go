package payment

import (
	"context"
	"fmt"
)

// Pay pays a notice through a PSP, as at its counter: verify, activate, settle. It
// returns the attempt, whose token will be the receipt's id. The position is paid
// when the receipt comes, not when Pay returns.
//
// Its error is that of [Cashier.Payable], or the PSP's. After an error of Settle the
// attempt is returned too: whether the money was taken is then not known, and paying
// again is safe only once the attempt has expired without a receipt.
func (c *Cashier) Pay(ctx context.Context, psp PSP, k Key, o Outcome) (Attempt, error) {
	if _, err := c.Payable(ctx, k); err != nil {
		return Attempt{}, err
	}
	due, err := psp.Verify(ctx, k)
	if err != nil {
		return Attempt{}, public(fmt.Errorf("verify %s: %w", k, err))
	}
	attempt, err := psp.Activate(ctx, k, due.Amount)
	if err != nil {
		return Attempt{}, public(fmt.Errorf("activate %s: %w", k, err))
	}
	if err := psp.Settle(ctx, attempt.Token, o); err != nil {
		return attempt, public(fmt.Errorf("settle %s: %w", k, err))
	}
	return attempt, nil
}
