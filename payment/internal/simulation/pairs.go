package simulation

import (
	"slices"

	"github.com/pagonline/pagonline/payment"
)

// state is what a notice is in when something happens to it.
type state int

var states = [...]string{"unknown", "draft", "open", "late", "expired", "cancelled", "paid", "reported", "reconciled"}

const (
	stateUnknown state = 0
	stateLate    state = 3
)

// Event is what happens to a notice.
type Event int

// The events.
const (
	OnVerify Event = iota
	OnGetPayment
	OnGetPaymentV1
	OnReceipt
	OnReceiptV1
	OnRepeat
	OnAltered
	OnFailed
	OnInconsistent
	OnRecovered
	OnOpen
	OnPublish
	OnUpdate
	OnDebtor
	OnWithdraw
	OnClaim
	OnPrepare
	OnSeek
	OnVerdict
	OnOptions
	Events
)

var eventNames = [Events]string{
	"verify", "getPayment", "getPayment V1", "receipt", "receipt V1", "repeat", "altered", "outcome KO", "inconsistent",
	"recovered", "open again", "publish", "update", "debtor", "withdraw", "claim", "prepare", "seek", "verdict", "options",
}

// Pair names an event and the state that it meets.
func Pair(s int, e Event) string { return eventNames[e] + " of one " + states[s] }

// CanMeet reports whether the event can meet a notice in the state.
func CanMeet(s int, e Event) bool {
	switch name := states[s]; e {
	case OnRepeat, OnAltered: // there is a receipt
		return name == "paid" || name == "reported" || name == "reconciled"
	case OnOpen: // a debt is opened again by who knows it
		return name != "unknown"
	default:
		return true
	}
}

// meet counts that an event met a notice.
func (w *World) meet(e Event, k payment.Key) *position {
	p := w.model.positions[k]
	w.result.Pairs[w.model.kindOf(p, w.clock())][e]++
	return p
}

// any returns one of the notices: mostly one that was opened lately, so that much happens
// to few, or one in some state; now and then it is one that nobody issued.
func (w *World) any() payment.Key {
	n := len(w.model.all)
	switch {
	case n == 0 || w.chance(3):
		return w.nobodys()
	case w.chance(40):
		s := state(w.pick(len(states)))
		for _, p := range slices.Backward(w.model.all) {
			if w.model.kindOf(p, w.clock()) == s {
				return p.key
			}
		}
		return w.model.all[n-1].key
	case w.chance(70):
		return w.model.all[n-1-w.pick(min(n, 8))].key
	default:
		return w.model.all[w.pick(n)].key
	}
}
