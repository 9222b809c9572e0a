package payment

import "slices"

// Status is the state of a [Position].
//
//	from:        to
//	draft:       open paid cancelled
//	open:        paid expired cancelled
//	expired:     open paid cancelled
//	cancelled:   paid
//	paid:        reported
//	reported:    reconciled
//	reconciled:  -
//
// Everything leads to paid, because the receipt wins: money may arrive for a notice
// that was withdrawn a minute ago.
type Status string

// The states of a position.
const (
	Draft      Status = "draft"      // being prepared; the node does not know it
	Open       Status = "open"       // can be paid
	Expired    Status = "expired"    // past its due date, and no longer taken
	Cancelled  Status = "cancelled"  // withdrawn
	Paid       Status = "paid"       // a receipt is there
	Reported   Status = "reported"   // and a reporting flow names it
	Reconciled Status = "reconciled" // and the money is in the bank
)

var nextStatus = map[Status][]Status{
	Draft:      {Open, Paid, Cancelled},
	Open:       {Paid, Expired, Cancelled},
	Expired:    {Open, Paid, Cancelled},
	Cancelled:  {Paid},
	Paid:       {Reported},
	Reported:   {Reconciled},
	Reconciled: {},
}

// Next returns the states that may follow s.
func (s Status) Next() []Status { return slices.Clone(nextStatus[s]) }

// Settled reports whether a receipt has paid the position.
func (s Status) Settled() bool { return s == Paid || s == Reported || s == Reconciled }

// OrderStatus is the state of an [Order].
//
//	from:             to
//	created:          sent paid
//	sent:             taken_in_charge paid closed_unpaid
//	taken_in_charge:  paid closed_unpaid
//	closed_unpaid:    paid
//	paid:             -
//
// Paid means that every position of the order has a receipt, however it was paid: an
// order that never reached the gateway is paid too when its notices are.
type OrderStatus string

// The states of an order.
const (
	OrderCreated       OrderStatus = "created"         // not yet with the gateway
	OrderSent          OrderStatus = "sent"            // the payer was sent to pay
	OrderTakenInCharge OrderStatus = "taken_in_charge" // he came back and was told so
	OrderPaid          OrderStatus = "paid"            // every position has a receipt
	OrderClosedUnpaid  OrderStatus = "closed_unpaid"   // he came back without having paid
)

var nextOrderStatus = map[OrderStatus][]OrderStatus{
	OrderCreated:       {OrderSent, OrderPaid},
	OrderSent:          {OrderTakenInCharge, OrderPaid, OrderClosedUnpaid},
	OrderTakenInCharge: {OrderPaid, OrderClosedUnpaid},
	OrderClosedUnpaid:  {OrderPaid},
	OrderPaid:          {},
}

// Next returns the states that may follow s.
func (s OrderStatus) Next() []OrderStatus { return slices.Clone(nextOrderStatus[s]) }
