package payment

import (
	"context"
	"log/slog"
	"time"

	"github.com/pagonline/pagonline/payment/euro"
)

// Gateway is where a payer is sent to pay: pagoPA Checkout, or another page like it.
// Its contract is tested by the package gatewaytest.
type Gateway interface {
	// Start hands r over and returns the address to which the payer is to be sent. It
	// may be called again for the same order. Its error wraps
	// [pagonline.ErrUnavailable] if the same call may succeed later, else
	// [pagonline.ErrConflict] if a notice cannot be paid now or
	// [pagonline.ErrInvalid] if the gateway does not understand r.
	Start(ctx context.Context, r GatewayRequest) (location string, err error)
}

// GatewayRequest is an order as a gateway needs it.
type GatewayRequest struct {
	Order   string
	Email   string // "" for none
	Notices []GatewayNotice
	Return  ReturnURLs
}

// LogValue gives the log the order.
func (r GatewayRequest) LogValue() slog.Value { return slog.StringValue(r.Order) }

// GatewayNotice is one notice of a [GatewayRequest].
type GatewayNotice struct {
	Key         Key
	Amount      euro.Amount
	Company     string // 1 to 140 characters
	Description string // 1 to 140 characters
}

// ReturnURLs are where a gateway sends the payer back.
type ReturnURLs struct {
	OK      string
	Cancel  string
	Error   string
	Waiting string
}

// PSP pays notices: the payment service provider's side of the node. Its contract is
// tested by the package psptest. Errors wrap [ErrUnknown], [ErrPaid], [ErrExpired],
// [ErrCancelled] or [ErrInCharge] where the node gives such a reason, and
// [pagonline.ErrUnavailable] where the same call may succeed later.
type PSP interface {
	// Verify asks what is due. It changes nothing and is optional.
	Verify(ctx context.Context, k Key) (Due, error)
	// Activate starts an attempt; while it runs, others get [ErrInCharge].
	Activate(ctx context.Context, k Key, amount euro.Amount) (Attempt, error)
	// Settle ends the attempt. It must follow every Activate.
	Settle(ctx context.Context, token string, o Outcome) error
}

// Due is what the creditor asks for.
type Due struct {
	Amount      euro.Amount
	Description string
	Company     string
	Office      string
}

// Attempt is a payment in progress. Its token will be the receipt's id.
type Attempt struct {
	Token   string
	Amount  euro.Amount
	Expires time.Time
}

// Outcome is how an attempt ended.
type Outcome struct {
	Paid   bool
	Method string      // as in "CP" (card); "" where there is none
	Fee    euro.Amount // what the PSP took from the payer
	Payer  *Subject    // nil if not known
}

// LogValue gives the log whether it was paid.
func (o Outcome) LogValue() slog.Value { return slog.BoolValue(o.Paid) }

// Publisher keeps a copy of the positions somewhere else: in ACA, which answers while
// the station does not, or in GPD, which answers always.
type Publisher interface {
	// Publish makes the copy say what p says now. It may be called again. Its error
	// wraps [pagonline.ErrUnavailable] if the same call may succeed later, and [ErrPaid]
	// if the copy knows the notice as paid.
	Publish(ctx context.Context, p Position) error
}

// Mirror returns a handler that publishes a position after each of its events.
func Mirror(st Store, to Publisher) Handler {
	return func(ctx context.Context, e Event) error {
		if e.Position == (Key{}) {
			return nil
		}
		p, err := st.Positions().Get(ctx, e.Position)
		if err != nil {
			return err
		}
		return to.Publish(ctx, p)
	}
}
