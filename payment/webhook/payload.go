package webhook

import (
	"context"
	"errors"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Payload is the body of a request, as JSON.
type Payload struct {
	Type      payment.EventKind `json:"type"`      // as in "position.paid"
	Timestamp time.Time         `json:"timestamp"` // of the event, in UTC
	Data      Data              `json:"data"`
}

// Data says what an event is about. Each part is there for the events that have it;
// amounts are text, as in "12.50". What can change is as it is when the event is sent:
// after an event that came late, Status may be further on than Type.
type Data struct {
	Event int64 `json:"event"` // its ID; those of one position come in this order

	// Of a notice.
	Creditor  string         `json:"creditor,omitempty"` // fiscal code
	Notice    notice.Number  `json:"notice,omitzero"`
	Status    payment.Status `json:"status,omitempty"`
	Due       *euro.Amount   `json:"due,omitempty"`
	Debt      string         `json:"debt,omitempty"`      // IUPD: what the program that opened it calls it
	Institute string         `json:"institute,omitempty"` // its code in the catalogue
	Service   string         `json:"service,omitempty"`   // the same
	Protocol  string         `json:"protocol,omitempty"`  // of the case, as in "345/2024"

	// Of a receipt.
	ReceiptID string       `json:"receiptId,omitempty"` // IUR
	Paid      *euro.Amount `json:"paid,omitempty"`
	PaidAt    time.Time    `json:"paidAt,omitzero"`
	Second    bool         `json:"second,omitempty"` // to refund

	// Of an order.
	Order       string              `json:"order,omitempty"`
	OrderStatus payment.OrderStatus `json:"orderStatus,omitempty"`
	Notices     []payment.Key       `json:"notices,omitempty"`
}

// payload gathers what is told of an event. What the store does not have, as the notice
// of another creditor's receipt, is left out.
func (c *Client) payload(ctx context.Context, e payment.Event) (Payload, error) {
	p := Payload{Type: e.Kind, Timestamp: e.At.UTC(), Data: Data{
		Event: e.ID, Creditor: e.Position.Creditor, Notice: e.Position.Number, ReceiptID: e.ReceiptID, Order: e.Order,
	}}
	for _, part := range []struct {
		there bool
		add   func(context.Context, payment.Event, *Data) error
	}{
		{e.Position != payment.Key{}, c.position},
		{e.ReceiptID != "", c.receipt},
		{e.Order != "", c.order},
	} {
		if !part.there {
			continue
		}
		if err := part.add(ctx, e, &p.Data); err != nil && !errors.Is(err, payment.ErrNotFound) {
			return Payload{}, err
		}
	}
	return p, nil
}

func (c *Client) position(ctx context.Context, e payment.Event, d *Data) error {
	p, err := c.store.Positions().Get(ctx, e.Position)
	if err != nil {
		return err
	}
	due := p.Amount()
	d.Status, d.Due, d.Debt = p.Status, &due, p.Debt
	d.Institute, d.Service, d.Protocol = p.Purchase.InstituteCode, p.Purchase.ServiceCode, p.Wire.Protocol.String()
	return nil
}

func (c *Client) receipt(ctx context.Context, e payment.Event, d *Data) error {
	r, err := c.store.RTs().Get(ctx, e.Position.Creditor, e.ReceiptID)
	if err != nil {
		return err
	}
	d.Paid, d.PaidAt, d.Second = &r.Amount, r.PaidAt.UTC(), r.Second
	return nil
}

func (c *Client) order(ctx context.Context, e payment.Event, d *Data) error {
	o, err := c.store.Orders().Get(ctx, e.Order)
	if err != nil {
		return err
	}
	d.OrderStatus, d.Notices = o.Status, o.Positions
	return nil
}
