package mail

import (
	"context"
	"log/slog"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// RejectionLetter is what a payer is told of a request that the institute rejected.
type RejectionLetter struct {
	Institute string
	Protocol  string
	Reason    string // in the clerk's words
	Paid      bool   // something was paid for it, to be given back
}

// LogValue gives the log the institute.
func (r RejectionLetter) LogValue() slog.Value { return slog.StringValue(r.Institute) }

// Rejected tells the payer that there will be no copies, and why.
func (w *Writer) Rejected(e Envelope, r RejectionLetter) Message {
	l := letter{kind: KindRejected, title: pagonline.Text{It: "Richiesta non accolta", En: "Request rejected"}.In(e.Lang)}
	protocol := r.Protocol
	if protocol != "" {
		protocol = "prot. " + protocol
	}
	l.subject = joined(l.title, r.Institute, protocol)
	l.before = []string{pagonline.Text{
		It: "L'istituto non può dare seguito alla richiesta: le riproduzioni non saranno consegnate.",
		En: "The institute cannot grant the request: the copies will not be delivered.",
	}.In(e.Lang)}
	l.add(pagonline.Text{It: "Istituto", En: "Institute"}.In(e.Lang), r.Institute)
	l.add(pagonline.Text{It: "Protocollo", En: "Protocol"}.In(e.Lang), r.Protocol)
	l.add(pagonline.Text{It: "Motivo", En: "Reason"}.In(e.Lang), r.Reason)
	if r.Paid {
		l.after = []string{pagonline.Text{
			It: "Quanto pagato è da rimborsare, a cura dell'istituto; del rimborso arriva un altro messaggio.",
			En: "What was paid is to be refunded, and the institute will see to it; another message will tell of the refund.",
		}.In(e.Lang)}
	}
	return w.message(e, l, w.cfg.HelpDesk, nil)
}

func (h handler) rejected(ctx context.Context, e payment.Event) error {
	c, p, email, err := h.atDesk(ctx, e)
	if err != nil || email == "" || c.Reopening.At.After(c.Rejection.At) { // it was taken back meanwhile
		return err
	}
	return h.send(ctx, h.w.Rejected(h.envelope(e, email, p), RejectionLetter{
		Institute: p.Purchase.Institute, Protocol: c.Protocol.String(), Reason: c.Rejection.Reason, Paid: len(c.Payments) > 0,
	}))
}
