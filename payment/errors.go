package payment

import (
	"errors"

	"github.com/pagonline/pagonline"
)

// Why a position cannot be paid, or a call not be carried out. What a [Cashier]
// returns wraps them in a [pagonline.Error] where a user can be told.
var (
	ErrUnknown   = errors.New("payment: no such notice, or not open to payment")
	ErrPaid      = errors.New("payment: already paid")
	ErrExpired   = errors.New("payment: past its due date")
	ErrCancelled = errors.New("payment: withdrawn")
	ErrInCharge  = errors.New("payment: an attempt is in progress")
	ErrChanged   = errors.New("payment: not what it was")
	ErrState     = errors.New("payment: no such step from this state")
)

// What a [Store] returns.
var (
	ErrNotFound = errors.New("payment: not in the store")
	ErrExists   = errors.New("payment: already in the store")
)

// ErrRefused is wrapped by the errors of [Cashier.Record] that refuse a receipt; the
// receipt is then in quarantine. With them comes the reason: [ErrUnknown],
// [ErrAltered], [ErrOutcomeKO] or [ErrInconsistent]. Any other error of Record means
// that nothing was stored and the sender must try again.
var ErrRefused = errors.New("payment: receipt refused")

// Why a receipt is refused.
var (
	ErrAltered      = errors.New("payment: same receipt id, other content")
	ErrOutcomeKO    = errors.New("payment: receipt of a payment that failed")
	ErrInconsistent = errors.New("payment: receipt contradicts itself")
)

// codes tells the user about a reason.
var codes = []struct {
	reason error
	code   pagonline.Code
}{
	{ErrUnknown, pagonline.CodeNotFound},
	{ErrNotFound, pagonline.CodeNotFound},
	{ErrPaid, pagonline.CodeAlreadyPaid},
	{ErrInCharge, pagonline.CodePaymentInProgress},
	{ErrExpired, pagonline.CodeNotAllowed},
	{ErrCancelled, pagonline.CodeNotAllowed},
	{ErrState, pagonline.CodeNotAllowed},
	{ErrChanged, pagonline.CodeConflict},
}

// public returns err as a [pagonline.Error], with err as its detail, if it has a
// reason that the user can be told; else err itself.
func public(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*pagonline.Error](err); ok {
		return err
	}
	for _, c := range codes {
		if errors.Is(err, c.reason) {
			return pagonline.NewError(c.code).Because(err)
		}
	}
	return err
}
