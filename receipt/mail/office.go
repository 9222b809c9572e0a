package mail

import (
	"log/slog"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
)

// HandIn brings a receipt to the mailbox of the service, as the institutes ask the payer
// to do: the subject is the protocol of the quote (the IUV where there is none), the
// files are the receipt's PDF and JSON, and answers go to the payer, if he has an address.
// Its error is that of [Writer.Paid].
func (w *Writer) HandIn(e Envelope, r receipt.Receipt, payer Address, files ...File) (Message, error) {
	if err := w.mine(r); err != nil {
		return Message{}, err
	}
	l := letter{kind: KindHandIn, subject: r.Protocol.String()}
	if l.subject == "" {
		l.subject = "IUV " + r.IUV
	}
	l.title = pagonline.Text{It: "Ricevuta di un pagamento", En: "Receipt of a payment"}.In(e.Lang)
	l.before = []string{pagonline.Text{
		It: "È arrivata la ricevuta di un pagamento per questo servizio. Il pagamento va verificato prima di rilasciare quanto richiesto.",
		En: "The receipt of a payment for this service has come. The payment is to be verified before anything is released.",
	}.In(e.Lang)}
	if r.Second {
		l.before = append(l.before, pagonline.Text{
			It: "Attenzione: l'avviso era già stato pagato. Questo secondo pagamento è da rimborsare.",
			En: "Attention: the notice had been paid already. This second payment is to be refunded.",
		}.In(e.Lang))
	}
	l.receipt(e.Lang, r)
	l.add(pagonline.Text{It: "Debitore", En: "Debtor"}.In(e.Lang), r.Debtor.String())
	if r.Payer != nil {
		l.add(pagonline.Text{It: "Eseguito da", En: "Paid by"}.In(e.Lang), r.Payer.String())
	}
	if !ValidEmail(payer.Email) { // the office gets its receipt all the same
		payer = Address{}
	}
	return w.message(e, l, payer, files), nil
}

// QuoteLetter is what a payer is told of a quote.
type QuoteLetter struct {
	Institute    string
	Service      string
	Protocol     string
	Amount       euro.Amount
	ExpiresOn    pagonline.Date // none if it does not expire
	Instructions string         // as [catalog.Catalog.Instructions] writes them
	Link         string         // to pay it; "" for none. Who has it can open the quote
	Files        []File         // such as the notice
}

// LogValue gives the log the institute.
func (q QuoteLetter) LogValue() slog.Value { return slog.StringValue(q.Institute) }

// Quote sends a quote with its instructions.
func (w *Writer) Quote(e Envelope, q QuoteLetter) Message {
	l := letter{kind: KindQuote}
	l.title = joined(pagonline.Text{It: "Preventivo prot. ", En: "Quote, protocol "}.In(e.Lang) + q.Protocol)
	l.subject = joined(l.title, q.Institute)
	l.before = []string{pagonline.Text{
		It: "Ecco il preventivo per la richiesta, con le istruzioni per pagare.",
		En: "Here is the quote for the request, with the instructions for paying.",
	}.In(e.Lang)}
	l.add(pagonline.Text{It: "Istituto", En: "Institute"}.In(e.Lang), q.Institute)
	l.add(pagonline.Text{It: "Servizio", En: "Service"}.In(e.Lang), q.Service)
	l.add(pagonline.Text{It: "Protocollo", En: "Protocol"}.In(e.Lang), q.Protocol)
	l.add(pagonline.Text{It: "Importo", En: "Amount"}.In(e.Lang), euros(q.Amount.Localized(e.Lang)))
	l.add(pagonline.Text{It: "Da pagare entro il", En: "To be paid by"}.In(e.Lang), q.ExpiresOn.Localized(e.Lang))
	l.add(pagonline.Text{It: "Pagina del preventivo", En: "Page of the quote"}.In(e.Lang), q.Link)
	l.exact = lines(q.Instructions, 20_000)
	return w.message(e, l, w.cfg.HelpDesk, q.Files)
}

// CopiesLetter is what a payer is told of his copies (riproduzioni).
type CopiesLetter struct {
	Institute string
	Protocol  string
	How       pagonline.Text // as in "per posta" and "by post"
	Reference string         // as the number of a parcel; "" for none
	Link      string         // where they are; "" for nowhere
	Until     pagonline.Date // the last day on which the link works
	Files     []File         // the copies themselves, where they are small
}

// LogValue gives the log the institute.
func (c CopiesLetter) LogValue() slog.Value { return slog.StringValue(c.Institute) }

// Copies tells the payer that his copies were sent.
func (w *Writer) Copies(e Envelope, c CopiesLetter) Message {
	l := letter{kind: KindCopies, title: pagonline.Text{It: "Riproduzioni inviate", En: "Copies sent"}.In(e.Lang)}
	protocol := c.Protocol
	if protocol != "" {
		protocol = "prot. " + protocol
	}
	l.subject = joined(l.title, c.Institute, protocol)
	l.before = []string{pagonline.Text{
		It: "Il pagamento è stato verificato e le riproduzioni richieste sono state trasmesse.",
		En: "The payment was verified and the copies asked for were sent.",
	}.In(e.Lang)}
	l.add(pagonline.Text{It: "Istituto", En: "Institute"}.In(e.Lang), c.Institute)
	l.add(pagonline.Text{It: "Protocollo", En: "Protocol"}.In(e.Lang), c.Protocol)
	l.add(pagonline.Text{It: "Invio", En: "Sent"}.In(e.Lang), c.How.In(e.Lang))
	l.add(pagonline.Text{It: "Riferimento", En: "Reference"}.In(e.Lang), c.Reference)
	l.add(pagonline.Text{It: "Dove si trovano", En: "Where they are"}.In(e.Lang), c.Link)
	l.add(pagonline.Text{It: "Disponibili fino al", En: "Available until"}.In(e.Lang), c.Until.Localized(e.Lang))
	return w.message(e, l, w.cfg.HelpDesk, c.Files)
}

// RefundStep says how far a refund is.
type RefundStep string

// The steps of a refund.
const (
	RefundRequested RefundStep = "requested"
	RefundGranted   RefundStep = "granted"
	RefundRejected  RefundStep = "rejected"
	RefundExecuted  RefundStep = "executed" // the money was sent back, by other means than pagoPA
)

var refundSteps = map[RefundStep]pagonline.Text{
	RefundRequested: {It: "La richiesta di rimborso è stata registrata.", En: "The request for a refund was recorded."},
	RefundGranted:   {It: "Il rimborso è stato concesso: sarà eseguito dall'istituto, non tramite pagoPA.", En: "The refund was granted: the institute will make it, not through pagoPA."},
	RefundRejected:  {It: "Il rimborso non è stato concesso.", En: "The refund was not granted."},
	RefundExecuted:  {It: "Il rimborso è stato eseguito.", En: "The refund was made."},
}

// RefundLetter is what a payer is told of a refund.
type RefundLetter struct {
	Step      RefundStep
	Institute string
	IUV       string
	IUR       string // of the payment
	Amount    euro.Amount
	Reason    string         // "" for none
	On        pagonline.Date // of the step
	Reference string         // of the transfer or order by which the money went back
}

// LogValue gives the log the institute.
func (r RefundLetter) LogValue() slog.Value { return slog.StringValue(r.Institute) }

// Refund tells the payer how far his refund is.
func (w *Writer) Refund(e Envelope, r RefundLetter) Message {
	l := letter{kind: KindRefund, title: pagonline.Text{It: "Rimborso", En: "Refund"}.In(e.Lang)}
	l.subject = joined(l.title, r.Institute, "IUV "+r.IUV)
	if text, known := refundSteps[r.Step]; known {
		l.before = []string{text.In(e.Lang)}
	}
	l.add(pagonline.Text{It: "Istituto", En: "Institute"}.In(e.Lang), r.Institute)
	l.add(pagonline.Text{It: "Importo", En: "Amount"}.In(e.Lang), euros(r.Amount.Localized(e.Lang)))
	l.add(pagonline.Text{It: "Data", En: "Date"}.In(e.Lang), r.On.Localized(e.Lang))
	l.add(pagonline.Text{It: "Motivo", En: "Reason"}.In(e.Lang), r.Reason)
	l.add(pagonline.Text{It: "Riferimento", En: "Reference"}.In(e.Lang), r.Reference)
	l.add("IUV", r.IUV)
	l.add(pagonline.Text{It: "Identificativo ricevuta (IUR)", En: "Receipt id (IUR)"}.In(e.Lang), r.IUR)
	return w.message(e, l, w.cfg.HelpDesk, nil)
}
