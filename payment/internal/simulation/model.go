package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment"
)

// model is what must be in the store: the contracts once more, as plainly as can be. It
// shares the words of package payment and none of its code.
type model struct {
	options    Options
	positions  map[payment.Key]*position
	all        []*position // in the order of their opening
	debts      map[string][]*position
	orders     []*order
	receipts   map[receiptKey]*receipt
	recorded   []*receipt
	quarantine []*quarantined
	events     []event
	entries    int              // of the journal
	ledger     map[string]int64 // what each beneficiary got, in cents
}

type position struct {
	key        payment.Key
	status     payment.Status
	owner      string
	debt       string
	option     int
	asked      string // what Open was asked for, but for the day
	shares     []share
	due        string // yyyy-mm-dd
	refuseLate bool
	debtor     person
	receiptID  string
	paidAt     time.Time
	receipts   []*receipt
	orders     []*order
	replaced   bool // a later notice of the debt took its place
	label      string
}

type share struct {
	creditor string
	cents    int64
}

type order struct {
	id, label, owner, email string
	positions               []*position
	status                  payment.OrderStatus
	location                string
	changedAt               time.Time
}

type event struct {
	kind      payment.EventKind
	position  payment.Key
	order     string
	receiptID string
}

// String leaves out the order, whose id is another one each time.
func (e event) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", e.kind, e.position.Number, e.receiptID))
}

func newModel(o Options) *model {
	return &model{
		options: o, positions: map[payment.Key]*position{}, debts: map[string][]*position{}, receipts: map[receiptKey]*receipt{},
		ledger: map[string]int64{},
	}
}

// follows is the table of states, once more.
var follows = map[payment.Status]string{
	payment.Draft: "open paid cancelled", payment.Open: "paid expired cancelled", payment.Expired: "open paid cancelled",
	payment.Cancelled: "paid", payment.Paid: "reported", payment.Reported: "reconciled",
}

func sum(shares []share) (cents int64) {
	for _, s := range shares {
		cents += s.cents
	}
	return cents
}

func (p *position) settled() bool {
	return p.status == payment.Paid || p.status == payment.Reported || p.status == payment.Reconciled
}

// late reports whether the due date is over: the civil day in Rome is a later one.
func (p *position) late(now time.Time) bool { return romeDay(now) > p.due }

func (m *model) emit(kind payment.EventKind, p *position, receiptID string) {
	m.events = append(m.events, event{kind: kind, position: p.key, receiptID: receiptID})
}

// move takes a position to another state, and says so.
func (m *model) move(p *position, to payment.Status, receiptID string) {
	if !slices.Contains(words(follows[p.status]), string(to)) {
		panic(&InvariantError{"I8", fmt.Sprintf("%s: from %s to %s", p.label, p.status, to)})
	}
	p.status = to
	m.emit(payment.EventKind("position."+string(to)), p, receiptID)
}

func (m *model) moveOrder(o *order, to payment.OrderStatus, now time.Time) {
	o.status, o.changedAt = to, now
	m.events = append(m.events, event{kind: payment.EventKind("order." + string(to)), order: o.id})
}

// siblings are the other positions of the debt, the newest first.
func (m *model) siblings(p *position) []*position {
	var others []*position
	for _, q := range slices.Backward(m.debts[p.key.Creditor+p.debt]) {
		if q != p {
			others = append(others, q)
		}
	}
	return others
}

func (p *position) alternative(q *position) bool { return (p.option == 0) != (q.option == 0) }

// payable is why a notice cannot be paid now, nil if it can.
func (m *model) payable(p *position, now time.Time) error {
	switch {
	case p == nil, p.status == payment.Draft:
		return payment.ErrUnknown
	case p.settled():
		return payment.ErrPaid
	case p.status == payment.Cancelled:
		return payment.ErrCancelled
	case p.status == payment.Expired, p.refuseLate && p.late(now):
		return payment.ErrExpired
	}
	for _, q := range m.siblings(p) {
		switch {
		case !q.settled():
		case q.option == p.option:
			return payment.ErrPaid
		case q.alternative(p):
			return payment.ErrUnknown
		}
	}
	return nil
}

// inCharge reports whether an order of the position was taken in charge lately.
func (p *position) inCharge(now time.Time) bool {
	return slices.ContainsFunc(p.orders, func(o *order) bool {
		return o.status == payment.OrderTakenInCharge && now.Sub(o.changedAt) < 30*time.Minute
	})
}

// open adds a position that Open made.
func (m *model) open(p *position) {
	debt := p.key.Creditor + p.debt
	for _, q := range m.debts[debt] {
		q.replaced = q.replaced || q.option == p.option
	}
	p.label = fmt.Sprintf("%s#%d", p.debt, len(m.all))
	m.positions[p.key] = p
	m.all, m.debts[debt] = append(m.all, p), append(m.debts[debt], p)
	m.emit(payment.EventKind("position."+string(p.status)), p, "")
}

// live is the position of a debt and option that Open must find again.
func (m *model) live(creditor, debt string, option int) *position {
	for _, p := range slices.Backward(m.debts[creditor+debt]) {
		if p.option == option && p.status != payment.Cancelled {
			return p
		}
	}
	return nil
}

// kindOf is the state in which events are counted as meeting a notice.
func (m *model) kindOf(p *position, now time.Time) state {
	switch {
	case p == nil:
		return stateUnknown
	case p.status == payment.Open && p.refuseLate && p.late(now):
		return stateLate
	default:
		return state(slices.Index(states[:], string(p.status)))
	}
}
