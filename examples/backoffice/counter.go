package main

import (
	"context"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/sandbox"
)

func (c *call) attempt(ctx context.Context, pagopa *sandbox.Sandbox, k payment.Key, ok bool) (token string, err error) {
	due, err := pagopa.Verify(ctx, k)
	if err != nil {
		return "", err
	}
	a, err := pagopa.Activate(ctx, k, due.Amount)
	if err != nil {
		return "", err
	}
	fee, err := euro.Parse("1.50")
	if err != nil {
		return "", err
	}
	err = pagopa.Settle(ctx, a.Token, payment.Outcome{Paid: ok, Method: "CP", Fee: fee})
	if err != nil {
		return "", err
	}
	sending, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return a.Token, pagopa.Flush(sending)
}
