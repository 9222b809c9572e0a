package mail

import (
	"context"
	"errors"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt/desk"
)

// atDesk returns the case of an event of the desk, its notice, and where its payer gets
// his mail: "" for nowhere, also where there is no such case.
func (h handler) atDesk(ctx context.Context, e payment.Event) (c desk.Case, p payment.Position, email string, err error) {
	if h.cfg.Cases == nil {
		return c, p, "", nil
	}
	c, err = h.cfg.Cases.ByPosition(ctx, e.Position)
	if err == nil {
		p, err = h.store.Positions().Get(ctx, e.Position)
	}
	if err == nil {
		email, err = h.payer(ctx, p)
	}
	if errors.Is(err, desk.ErrNotFound) || errors.Is(err, payment.ErrNotFound) {
		return c, p, "", nil
	}
	return c, p, email, err
}

// ways are how copies go out, for the payer.
var ways = map[desk.How]pagonline.Text{
	desk.ByEmail: {It: "per e-mail", En: "by e-mail"},
	desk.ByLink:  {It: "con un collegamento da cui scaricarle", En: "by a link to download them"},
	desk.ByPost:  {It: "per posta", En: "by post"},
	desk.AtDesk:  {It: "allo sportello", En: "at the desk"},
}

func (h handler) released(ctx context.Context, e payment.Event) error {
	c, p, email, err := h.atDesk(ctx, e)
	if err != nil || email == "" {
		return err
	}
	l := CopiesLetter{Institute: p.Purchase.Institute, Protocol: c.Protocol.String(), How: ways[c.Release.How], Reference: c.Release.Reference}
	if c.Release.How == desk.ByLink {
		l.Link, l.Reference = l.Reference, ""
	}
	return h.send(ctx, h.w.Copies(h.envelope(e, email, p), l))
}

func (h handler) refunded(ctx context.Context, e payment.Event) error {
	c, p, email, err := h.atDesk(ctx, e)
	if err != nil || email == "" {
		return err
	}
	made, found, err := h.refundOf(ctx, e, c)
	if err != nil || !found {
		return err
	}
	return h.send(ctx, h.w.Refund(h.envelope(e, email, p), RefundLetter{
		Step: RefundExecuted, Institute: p.Purchase.Institute, IUV: p.Number.IUV().String(), IUR: made.ReceiptID,
		Amount: made.Amount, On: made.ExecutedOn, Reference: made.Reference,
	}))
}

// refundOf returns the refund that an event is about. Events name no refund: the first one
// of a receipt is about the refund of it that was recorded first, and so on.
func (h handler) refundOf(ctx context.Context, e payment.Event, c desk.Case) (desk.Refund, bool, error) {
	executed := slices.DeleteFunc(slices.Clone(c.Refunds), func(r desk.Refund) bool {
		return r.Status != desk.RefundExecuted || r.ReceiptID != e.ReceiptID
	})
	slices.SortStableFunc(executed, func(a, b desk.Refund) int { return a.ExecutedAt.Compare(b.ExecutedAt) })
	before := 0
	for other, err := range h.store.Outbox().List(ctx, payment.EventFilter{Position: e.Position}) {
		if err != nil {
			return desk.Refund{}, false, err
		}
		if other.ID < e.ID && other.Kind == desk.EventRefunded && other.ReceiptID == e.ReceiptID {
			before++
		}
	}
	if before >= len(executed) {
		return desk.Refund{}, false, nil
	}
	return executed[before], true, nil
}
