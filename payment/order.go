package payment

import (
	"log/slog"
	"time"
)

// Order is what a payer is sent to pay in one go: 1 to 5 positions of one owner.
type Order struct {
	// ID is unguessable; it goes to the gateway and comes back in the receipts' note.
	ID        string      `json:"id"`
	Owner     string      `json:"owner,omitempty"`
	Positions []Key       `json:"positions"`
	Status    OrderStatus `json:"status"`
	// Email is where the gateway tells the outcome; "" for nowhere.
	Email     string    `json:"email,omitempty"`
	Location  string    `json:"location,omitempty"` // where the payer was sent last
	CreatedAt time.Time `json:"createdAt"`
	ChangedAt time.Time `json:"changedAt"` // of the status
}

// LogValue gives the log the id and the state.
func (o Order) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", o.ID), slog.String("status", string(o.Status)))
}

// MaxNotices is how many notices one order can hold (Checkout, POST carts).
const MaxNotices = 5

// Return says at which of the gateway's return addresses a payer came back. It is
// told by his browser, so it proves nothing.
type Return string

// The return addresses of Checkout.
const (
	ReturnedOK      Return = "ok"
	ReturnedWaiting Return = "waiting"
	ReturnedCancel  Return = "cancel"
	ReturnedError   Return = "error"
)
