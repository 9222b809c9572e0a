package payment

import (
	"context"
	"slices"
)

// Forgetter is a [Store] that can delete what it has of notices when their time is over:
// see package store, which finds out when.
type Forgetter interface {
	// Forget deletes positions with everything that hangs on them: their receipts, raw
	// messages and documents, their events and what came of these, the orders and cases of
	// the desk that hold them, and messages of the quarantine that are about no other notice.
	// An order or a case goes whole; whoever calls it hands over all of their positions.
	// Numbers are not given again, the event journal stays as it is. What is not there is no
	// error.
	Forget(ctx context.Context, keys ...Key) (Forgotten, error)
}

// Forgotten counts what was deleted.
type Forgotten struct {
	Positions int `json:"positions"`
	Orders    int `json:"orders"`
	Receipts  int `json:"receipts"`
	Documents int `json:"documents"`
	Events    int `json:"events"`
	Cases     int `json:"cases"`
	Messages  int `json:"messages"` // of the quarantine
}

// Add returns the sum.
func (f Forgotten) Add(o Forgotten) Forgotten {
	return Forgotten{
		Positions: f.Positions + o.Positions, Orders: f.Orders + o.Orders, Receipts: f.Receipts + o.Receipts,
		Documents: f.Documents + o.Documents, Events: f.Events + o.Events, Cases: f.Cases + o.Cases, Messages: f.Messages + o.Messages,
	}
}

// AboutNoOther reports whether the message is about notices, and all of them are among
// the keys.
func (m QuarantinedMessage) AboutNoOther(keys []Key) bool {
	numbers := m.Numbers()
	for _, n := range numbers {
		if !slices.ContainsFunc(keys, func(k Key) bool { return k.Number == n && m.About(k) }) {
			return false
		}
	}
	return len(numbers) > 0
}
