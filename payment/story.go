package payment

import (
	"slices"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// story collects the sentences of a timeline.
type story struct {
	Facts
	updated int64  // the event that made the terms what they are now; 0 for the first
	was     Status // of the notice, as far as it was told
	entries []TimelineEntry
}

// sentence is what an event is told with, and what was to be done then.
type sentence struct {
	text   pagonline.Text
	action Action
	desk   bool
}

// sentences are those that need nothing but the kind of the event.
var sentences = map[EventKind]sentence{
	PositionEvent(Expired): {pagonline.Text{
		It: "L'avviso è scaduto e non si può più pagare.", En: "The notice passed its due date and could no longer be paid.",
	}, DoMoveDate, false},
	PositionEvent(Cancelled): {pagonline.Text{
		It: "L'avviso è stato annullato.", En: "The notice was withdrawn.",
	}, DoNothing, false},
	PositionEvent(Paid): {pagonline.Text{
		It: "L'avviso è pagato.", En: "The notice is paid.",
	}, DoNothing, false},
	PositionEvent(Reported): {pagonline.Text{
		It: "Un flusso di rendicontazione riporta il pagamento.", En: "A reporting flow names the payment.",
	}, DoMatch, true},
	PositionEvent(Reconciled): {pagonline.Text{
		It: "L'accredito è stato trovato in banca: i conti tornano.", En: "The credit was found at the bank: the books agree.",
	}, DoNothing, true},
	OrderEvent(OrderCreated): {pagonline.Text{
		It: "L'avviso è stato messo in un ordine per pagare online.", En: "The notice was put into an order to be paid online.",
	}, DoFinish, true},
	OrderEvent(OrderSent): {pagonline.Text{
		It: "Il pagatore è stato mandato alla pagina di pagamento.", En: "The payer was sent to the payment page.",
	}, DoFinish, false},
	OrderEvent(OrderTakenInCharge): {pagonline.Text{
		It: "Il pagatore è tornato: pagamento preso in carico, esito non ancora noto.", En: "The payer came back: payment taken in charge, its outcome not known yet.",
	}, DoWait, false},
	OrderEvent(OrderClosedUnpaid): {pagonline.Text{
		It: "Il pagatore è tornato dalla pagina di annullamento o di errore. Questo non prova nulla: vale solo la ricevuta.",
		En: "The payer came back by the page for a cancelled or failed payment. This proves nothing: only a receipt counts.",
	}, DoTryAgain, false},
	OrderEvent(OrderPaid): {pagonline.Text{
		It: "Tutti gli avvisi dell'ordine hanno una ricevuta.", En: "Every notice of the order has a receipt.",
	}, DoNothing, true},
	ReceiptSought: {pagonline.Text{
		It: "La ricevuta che manca è stata chiesta al servizio biz-events di pagoPA.", En: "The missing receipt was asked of pagoPA's biz-events service.",
	}, DoWait, true},
	"desk.released": {pagonline.Text{It: "Le copie sono state consegnate o inviate.", En: "The copies were handed out or sent."}, DoNothing, false},
	"desk.rejected": {pagonline.Text{It: "La pratica è stata respinta.", En: "The case was rejected."}, DoNothing, false},
	deskRefunded:    {pagonline.Text{It: "Un rimborso è stato eseguito.", En: "A refund was made."}, DoNothing, false},
}

// deskRefunded is the kind of the desk's event that money of a receipt went back.
const deskRefunded EventKind = "desk.refunded"

// event tells what an event of the outbox was about.
func (s *story) event(e Event) {
	said, known := sentences[e.Kind]
	switch e.Kind {
	case PositionEvent(Draft), PositionEvent(Open), PositionUpdated:
		said, known = s.terms(e), true
	case ReceiptRecorded, ReceiptSecond:
		said, known = s.receipt(e)
	case PositionEvent(Paid):
		known = e.ReceiptID == "" // else its receipt has said so
	case OrderEvent(OrderPaid):
		known = slices.ContainsFunc(s.Orders, func(o Order) bool { return o.ID == e.Order && len(o.Positions) > 1 })
	case "desk.rejected":
		if len(s.Receipts) > 0 {
			said.action = DoRefund
		}
	default: // there is nothing to add
	}
	if status, ok := strings.CutPrefix(string(e.Kind), "position."); ok && e.Kind != PositionUpdated {
		s.was = Status(status)
	}
	if known {
		s.add(TimelineEntry{At: e.At, Text: said.text, Desk: said.desk}, said.action)
	}
}

func (s *story) add(e TimelineEntry, a Action) {
	e.Who, e.Next = actions[a].who, actions[a].text
	s.entries = append(s.entries, e)
}

// terms tells how the notice came to be and how it changed. What is due is told where it
// became what it is now: what it was before, no event knows.
func (s *story) terms(e Event) sentence {
	said := sentence{action: DoTryAgain}
	switch {
	case e.Kind == PositionUpdated:
		said.text = pagonline.Text{It: "L'avviso è cambiato", En: "The notice changed"}
		if s.was == Draft {
			said.action = DoPublish
		}
	case e.Kind == PositionEvent(Draft):
		said.text, said.action = pagonline.Text{It: "Preparato l'avviso {n}", En: "Notice {n} was prepared"}, DoPublish
	case s.was == Draft:
		return sentence{pagonline.Text{It: "L'avviso ora si può pagare.", En: "The notice can be paid now."}, DoTryAgain, false}
	case s.was != "":
		return sentence{pagonline.Text{It: "L'avviso si può di nuovo pagare.", En: "The notice can be paid again."}, DoTryAgain, false}
	default:
		said.text = pagonline.Text{It: "Emesso l'avviso {n}", En: "Notice {n} was issued"}
	}
	if protocol := s.Position.Wire.Protocol.String(); protocol != "" && e.Kind != PositionUpdated {
		said.text.It += ", protocollo {p}"
		said.text.En += ", protocol {p}"
	}
	if e.ID == s.updated || s.updated == 0 {
		said.text.It += ": {a} euro"
		said.text.En += ": {a} euros"
		if !s.Position.DueDate.IsZero() {
			said.text.It += " entro il {d}"
			said.text.En += " by {d}"
		}
	}
	said.text.It, said.text.En = s.fill(said.text.It, "it")+".", s.fill(said.text.En, "en")+"."
	return said
}

// fill puts the notice's number, protocol, amount and due date into a text.
func (s *story) fill(text, lang string) string {
	return strings.NewReplacer(
		"{n}", s.Position.Number.String(), "{p}", s.Position.Wire.Protocol.String(),
		"{a}", s.Position.Amount().Localized(lang), "{d}", s.Position.DueDate.Localized(lang),
	).Replace(text)
}

// receipt tells what a receipt says.
func (s *story) receipt(e Event) (sentence, bool) {
	i := slices.IndexFunc(s.Receipts, func(r RT) bool { return r.ReceiptID == e.ReceiptID })
	if i < 0 {
		return sentence{}, false // another creditor's copy
	}
	r := s.Receipts[i]
	said := sentence{action: DoNothing}
	say := func(it, en string) { said.text.It, said.text.En = said.text.It+it, said.text.En+en }
	say("Arrivata la ricevuta: pagati "+r.Amount.Localized("it")+" euro", "The receipt came: "+r.Amount.Localized("en")+" euros paid")
	if on := pagonline.DateOf(r.PaidAt); !on.IsZero() {
		say(" il "+on.Localized("it"), " on "+on.Localized("en"))
	}
	if r.StandIn {
		say(", in stand-in", ", in stand-in")
	}
	say(".", ".")
	switch {
	case r.Second:
		said.action = DoRefund
		say(" Il debito era già pagato: è un secondo pagamento.", " The debt was paid already: this is a second payment.")
	case !r.Difference.IsZero():
		said.action = DoCheckAmount
		say(difference(r.Difference, "it", " in più", " in meno", " euro", " del dovuto."), difference(r.Difference, "en", " more", " less", " euros", " than due."))
	}
	return said, true
}

// difference says by how much more or less was paid, as in " 2,00 euro in meno del dovuto.".
func difference(d euro.Delta, lang, more, less, unit, rest string) string {
	if d.Cents() < 0 {
		return " " + d.Neg().Localized(lang) + unit + less + rest
	}
	return " " + d.Localized(lang) + unit + more + rest
}

// call tells who asked the station for the notice, and what it was answered.
func (s *story) call(e JournalEntry) {
	text, action := pagonline.Text{It: "Un PSP ha chiesto quanto è dovuto", En: "A PSP asked what is due"}, DoTryAgain
	if e.activation() {
		text, action = pagonline.Text{It: "Un PSP ha chiesto di iniziare un pagamento", En: "A PSP asked to begin a payment"}, DoAwaitPSP
	}
	answer, next := pagonline.Text{It: ": la stazione ha risposto.", En: ": the station answered."}, actions[action]
	if e.Outcome != "OK" {
		fault, known := FaultOf(e.Parameters.Fault)
		answer = pagonline.Text{It: ": la stazione ha risposto " + fault.Code + ".", En: ": the station answered " + fault.Code + "."}
		if !known {
			fault = unknownCreditorFault
			answer = pagonline.Text{It: ": la stazione ha rifiutato.", En: ": the station refused."}
		}
		next.who, next.text = fault.Who, fault.Desk
	}
	s.entries = append(s.entries, TimelineEntry{
		At: e.At, Text: pagonline.Text{It: text.It + answer.It, En: text.En + answer.En}, Who: next.who, Next: next.text, Desk: true,
	})
}

// refusal tells of a receipt in quarantine, and how that ended.
func (s *story) refusal(m QuarantinedMessage) {
	text := pagonline.Text{It: "Una ricevuta è stata rifiutata e messa in quarantena", En: "A receipt was refused and put into quarantine"}
	if f, known := FaultOf(m.Reason); known {
		text.It, text.En = text.It+" ("+f.Code+")", text.En+" ("+f.Code+")"
	}
	if m.Times > 1 {
		n := strconv.Itoa(m.Times)
		text.It, text.En = text.It+", "+n+" volte", text.En+", "+n+" times"
	}
	s.add(TimelineEntry{At: m.ReceivedAt, Text: pagonline.Text{It: text.It + ".", En: text.En + "."}, Desk: true}, DoCheckQuarantine)
	if !m.Open() {
		s.add(TimelineEntry{At: m.ResolvedAt, Text: pagonline.Text{
			It: "La ricevuta in quarantena è stata esaminata e chiusa.", En: "The receipt in quarantine was looked at and closed.",
		}, Desk: true}, DoNothing)
	}
}

// row tells what a reporting flow says.
func (s *story) row(f FlowEntry) {
	on, action := f.Date, DoSeekReceipt
	if on.IsZero() {
		on = f.PaidOn
	}
	proved := slices.ContainsFunc(s.Receipts, func(r RT) bool { return r.ReceiptID == f.IUR })
	switch {
	case f.Code == FlowRevoked:
		action = DoDecide
	case proved:
		action = DoMatch
	}
	meaning := f.Code.Text()
	s.add(TimelineEntry{At: on.Start(), Text: pagonline.Text{
		It: "Un flusso di rendicontazione riporta " + f.Amount.Localized("it") + " euro: " + meaning.It + " (" + f.Code.String() + ").",
		En: "A reporting flow has " + f.Amount.Localized("en") + " euros: " + meaning.En + " (" + f.Code.String() + ").",
	}, Desk: true}, action)
}
