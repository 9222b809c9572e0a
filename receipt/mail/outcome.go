package mail

import (
	"errors"
	"log/slog"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt"
)

// InCharge tells the payer that the payment of an order's notices was taken in charge
// (presa in carico): it is no proof, the outcome will follow.
func (w *Writer) InCharge(e Envelope, positions []payment.Position) Message {
	l := w.about(KindInCharge, e.Lang, pagonline.Text{It: "Pagamento preso in carico", En: "Payment taken in charge"}, positions)
	l.before = []string{pagonline.Text{
		It: "Il pagamento è stato preso in carico. Questo messaggio non prova che sia stato eseguito: l'esito e la ricevuta arrivano con un altro messaggio, di solito in pochi minuti.",
		En: "The payment was taken in charge. This message does not prove that it was made: its outcome and the receipt come in another message, usually within minutes.",
	}.In(e.Lang)}
	l.after = []string{pagonline.Text{
		It: "Nel frattempo non occorre pagare di nuovo.",
		En: "There is no need to pay again meanwhile.",
	}.In(e.Lang)}
	return w.message(e, l, w.cfg.HelpDesk, nil)
}

// Case is a notice, and what the resolver says of it.
type Case struct {
	Position payment.Position
	Verdict  payment.Verdict
}

// LogValue gives the log what [payment.Position.LogValue] does.
func (c Case) LogValue() slog.Value { return c.Position.LogValue() }

// ErrVerdict says that the resolver does not say "not known to be paid" of a notice.
var ErrVerdict = errors.New("mail: the verdict is not that no payment is known")

// NotYetPaid tells the payer that no payment of the notices is known, that trying again
// with the same ones is safe, and that a later receipt counts. It can be said only where
// [payment.Resolve] found [payment.FindingOpen] for each of them; else the error is
// [ErrVerdict].
func (w *Writer) NotYetPaid(e Envelope, cases []Case) (Message, error) {
	var positions []payment.Position
	for _, c := range cases {
		if c.Verdict.Finding != payment.FindingOpen || !c.Verdict.Retry {
			return Message{}, ErrVerdict
		}
		positions = append(positions, c.Position)
	}
	if len(positions) == 0 {
		return Message{}, ErrVerdict
	}
	l := w.about(KindNotYet, e.Lang, pagonline.Text{It: "Non risulta ancora pagato", En: "Not known to be paid yet"}, positions)
	l.before = []string{pagonline.Text{
		It: "Finora nessuna ricevuta: per quanto si sa, l'importo non risulta ancora pagato.",
		En: "No receipt so far: as far as is known, the amount is not paid yet.",
	}.In(e.Lang)}
	l.after = []string{
		pagonline.Text{
			It: "Si può riprovare con lo stesso avviso, online o a uno sportello, senza rischio: se nel frattempo risulta pagato, pagoPA rifiuta un secondo pagamento.",
			En: "Trying again with the same notice, online or at a counter, is safe: if it was paid meanwhile, pagoPA refuses a second payment.",
		}.In(e.Lang),
		pagonline.Text{
			It: "Se dopo questo arriva un messaggio con la ricevuta, vale quello: il pagamento è riuscito e non resta nulla da fare.",
			En: "If a message with the receipt comes after this one, that one counts: the payment succeeded and nothing is left to do.",
		}.In(e.Lang),
	}
	return w.message(e, l, w.cfg.HelpDesk, nil), nil
}

// about begins a letter to the payer about notices.
func (w *Writer) about(kind Kind, lang string, title pagonline.Text, positions []payment.Position) letter {
	l := letter{kind: kind, title: title.In(lang)}
	var institute, which string
	var total euro.Total
	for i, p := range positions {
		if i == 0 {
			institute, which = p.Purchase.Institute, "IUV "+p.Number.IUV().String()
		} else if institute != p.Purchase.Institute {
			institute = ""
		}
		total, _ = total.Add(p.Amount()) // five amounts always fit
		if len(positions) > 1 {
			l.rows = append(l.rows, row{value: pagonline.Text{It: "Avviso ", En: "Notice "}.In(lang) + strconv.Itoa(i+1)})
		}
		l.purchase(lang, p.Purchase)
		l.add(pagonline.Text{It: "Importo", En: "Amount"}.In(lang), euros(p.Amount().Localized(lang)))
		l.add(pagonline.Text{It: "Codice avviso", En: "Notice number"}.In(lang), p.Number.Grouped())
	}
	if len(positions) > 1 {
		which = strconv.Itoa(len(positions)) + " " + pagonline.Text{It: "avvisi", En: "notices"}.In(lang)
		l.rows = append(l.rows, row{value: pagonline.Text{It: "Insieme", En: "Together"}.In(lang)})
		l.add(pagonline.Text{It: "Totale", En: "Total"}.In(lang), euros(total.Localized(lang)))
	}
	l.subject = joined(l.title, institute, which)
	return l
}

// purchase adds what was bought.
func (l *letter) purchase(lang string, p payment.Purchase) {
	l.add(pagonline.Text{It: "Istituto", En: "Institute"}.In(lang), p.Institute)
	l.add(pagonline.Text{It: "Servizio", En: "Service"}.In(lang), p.Service)
	l.add(pagonline.Text{It: "Protocollo", En: "Protocol"}.In(lang), p.Protocol.String())
	l.add(pagonline.Text{It: "Causale", En: "Payment reason"}.In(lang), p.Detail.String())
}

func euros(s string) string { return s + " €" }

// Paid sends the payer his receipt; files are what he keeps, in general its PDF and its
// canonical JSON. What was said before of this payment is superseded. Its error has
// [pagonline.CodeEnvironment] for a receipt of another environment.
func (w *Writer) Paid(e Envelope, r receipt.Receipt, files ...File) (Message, error) {
	if err := w.mine(r); err != nil {
		return Message{}, err
	}
	l := letter{kind: KindPaid, title: pagonline.Text{It: "Ricevuta di pagamento", En: "Payment receipt"}.In(e.Lang)}
	l.subject = joined(l.title, r.Institute.Name, "IUV "+r.IUV)
	l.before = []string{pagonline.Text{
		It: "Il pagamento è stato eseguito. Questo messaggio sostituisce quelli precedenti sullo stesso avviso.",
		En: "The payment was made. This message supersedes earlier ones about the same notice.",
	}.In(e.Lang)}
	if r.Second {
		l.before = append(l.before, pagonline.Text{
			It: "L'avviso era già stato pagato: questo secondo pagamento è da rimborsare, a cura dell'istituto.",
			En: "The notice had been paid already: this second payment is to be refunded, and the institute will see to it.",
		}.In(e.Lang))
	}
	if !r.Difference.IsZero() {
		l.before = append(l.before, pagonline.Text{
			It: "L'importo pagato non è quello dovuto: l'istituto deciderà sulla differenza.",
			En: "The amount paid is not the amount due: the institute will decide about the difference.",
		}.In(e.Lang))
	}
	l.receipt(e.Lang, r)
	l.after = []string{pagonline.Text{
		It: "Questa ricevuta attesta il pagamento registrato da pagoPA. Non è una quietanza.",
		En: "This receipt certifies the payment recorded by pagoPA. It is no formal quittance.",
	}.In(e.Lang)}
	return w.message(e, l, w.cfg.HelpDesk, files), nil
}

// mine refuses receipts of another environment.
func (w *Writer) mine(r receipt.Receipt) error {
	if r.Environment != w.cfg.Environment {
		return pagonline.NewError(pagonline.CodeEnvironment)
	}
	return nil
}

// receipt adds what a receipt says, save whose it is: a mailbox may be shared.
func (l *letter) receipt(lang string, r receipt.Receipt) {
	l.purchase(lang, payment.Purchase{Institute: r.Institute.Name, Service: r.Service.Name, Protocol: r.Protocol, Detail: r.Causale})
	l.add(pagonline.Text{It: "Importo pagato", En: "Amount paid"}.In(lang), euros(r.Amount.Localized(lang)))
	if !r.Difference.IsZero() {
		l.add(pagonline.Text{It: "Differenza dal dovuto", En: "Difference from due"}.In(lang), euros(r.Difference.Localized(lang)))
	}
	if r.Fee != nil {
		l.add(pagonline.Text{It: "Commissione del PSP", En: "PSP fee"}.In(lang), euros(r.Fee.Localized(lang)))
		l.add(pagonline.Text{It: "Totale addebitato", En: "Total charged"}.In(lang), euros(r.Total().Localized(lang)))
	}
	paid := r.PaidAt.In(pagonline.Rome())
	l.add(pagonline.Text{It: "Data e ora", En: "Date and time"}.In(lang),
		pagonline.DateOf(paid).Localized(lang)+pagonline.Text{It: " ", En: ", "}.In(lang)+paid.Format("15:04:05"))
	l.add(pagonline.Text{It: "Codice avviso", En: "Notice number"}.In(lang), r.Notice.Grouped())
	l.add("IUV", r.IUV)
	l.add(pagonline.Text{It: "Identificativo ricevuta (IUR)", En: "Receipt id (IUR)"}.In(lang), r.IUR)
	l.add(pagonline.Text{It: "Prestatore (PSP)", En: "Payment provider"}.In(lang), r.PSP.Name)
}
