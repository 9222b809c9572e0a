// Package psptest is the contract of [payment.PSP]: run it from the tests of every
// implementation, yours too.
package psptest

import (
	"context"
	"errors"
	"testing"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Fixture is a PSP and a creditor behind the node that it talks to.
type Fixture struct {
	PSP payment.PSP
	// Open makes a notice of this amount that can be paid.
	Open func(t *testing.T, amount euro.Amount) payment.Key
	// Unknown is a notice that nobody has issued.
	Unknown payment.Key
	// Withdrawn is a notice that its creditor has withdrawn.
	Withdrawn payment.Key
	// Receipts returns the ids of the receipts that the creditor has got for a
	// notice by now, those on their way included.
	Receipts func(t *testing.T, k payment.Key) []string
}

// Run tests the PSP that open returns.
func Run(t *testing.T, open func(t *testing.T) Fixture) {
	t.Helper()
	f := open(t)
	price := euro.MustParse("12.50")
	paid := payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50")}
	activate := func(t *testing.T, k payment.Key) payment.Attempt {
		t.Helper()
		a, err := f.PSP.Activate(t.Context(), k, price)
		if err != nil {
			t.Fatalf("Activate: %v", err)
		}
		return a
	}
	settle := func(t *testing.T, token string, o payment.Outcome) {
		t.Helper()
		if err := f.PSP.Settle(t.Context(), token, o); err != nil {
			t.Fatalf("Settle: %v", err)
		}
	}
	wantErr := func(t *testing.T, what string, err, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", what, err, want)
		}
	}
	t.Run("verify tells what is due, as often as one asks", func(t *testing.T) {
		k := f.Open(t, price)
		for range 2 {
			due, err := f.PSP.Verify(t.Context(), k)
			if err != nil || due.Amount != price || due.Company == "" || due.Description == "" {
				t.Errorf("Verify = %+v, %v", due, err)
			}
		}
		activate(t, k)
	})
	t.Run("a payment gives one receipt, under its token", func(t *testing.T) {
		k := f.Open(t, price)
		a := activate(t, k)
		if a.Token == "" || a.Amount != price || a.Expires.IsZero() {
			t.Errorf("Activate = %+v", a)
		}
		if got := f.Receipts(t, k); len(got) > 0 {
			t.Errorf("receipts before the outcome: %v", got)
		}
		settle(t, a.Token, paid)
		if got := f.Receipts(t, k); len(got) != 1 || got[0] != a.Token {
			t.Errorf("receipts %v, want %s", got, a.Token)
		}
		_, err := f.PSP.Verify(t.Context(), k)
		wantErr(t, "Verify of a paid notice", err, payment.ErrPaid)
		_, err = f.PSP.Activate(t.Context(), k, price)
		wantErr(t, "Activate of a paid notice", err, payment.ErrPaid)
	})
	t.Run("one attempt at a time", func(t *testing.T) {
		k := f.Open(t, price)
		a := activate(t, k)
		_, err := f.PSP.Activate(t.Context(), k, price)
		wantErr(t, "second Activate", err, payment.ErrInCharge)
		settle(t, a.Token, payment.Outcome{})
		if got := f.Receipts(t, k); len(got) > 0 {
			t.Errorf("receipts of a failed payment: %v", got)
		}
		settle(t, activate(t, k).Token, paid)
	})
	t.Run("an attempt ends once", func(t *testing.T) {
		a := activate(t, f.Open(t, price))
		settle(t, a.Token, paid)
		if err := f.PSP.Settle(t.Context(), a.Token, paid); err == nil {
			t.Error("Settle of an ended attempt: no error")
		}
		if err := f.PSP.Settle(t.Context(), "00000000000000000000000000000000", paid); err == nil {
			t.Error("Settle of an unknown token: no error")
		}
	})
	t.Run("notices that cannot be paid", func(t *testing.T) {
		for k, want := range map[payment.Key]error{f.Unknown: payment.ErrUnknown, f.Withdrawn: payment.ErrCancelled} {
			_, err := f.PSP.Verify(t.Context(), k)
			wantErr(t, "Verify", err, want)
			_, err = f.PSP.Activate(t.Context(), k, price)
			wantErr(t, "Activate", err, want)
			_, err = f.PSP.Activate(t.Context(), k, price)
			wantErr(t, "Activate again", err, want)
		}
	})
	t.Run("an ended context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		k := f.Open(t, price)
		_, err := f.PSP.Verify(ctx, k)
		wantErr(t, "Verify", err, context.Canceled)
		_, err = f.PSP.Activate(ctx, k, price)
		wantErr(t, "Activate", err, context.Canceled)
		a := activate(t, k)
		wantErr(t, "Settle", f.PSP.Settle(ctx, a.Token, paid), context.Canceled)
		settle(t, a.Token, paid)
	})
}
