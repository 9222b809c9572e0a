package receipt

import (
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Expectations are what the quote says, to be compared with the receipt. What is zero is
// not compared; the verdict says what the receipt has.
type Expectations struct {
	Creditor  string           // fiscal code
	Institute string           // its code, as the catalogue has it
	Service   string           // its code
	Amount    euro.Amount      // what is due, without the PSP's fee
	Protocol  causale.Protocol // see [causale.Protocol.Equal]
	// QuotedOn is the day of the quote: nobody pays it before.
	QuotedOn pagonline.Date
	// Environment refuses receipts of another one. Zero takes any, and the verdict says
	// so where no money was paid.
	Environment payment.Environment
}

// compare adds the checks of an authentic receipt.
func (v *Verdict) compare(want Expectations) {
	v.environment(want.Environment)
	if v.Signed.Second {
		v.fail(CheckOutcome, pagonline.CodeDuplicatePayment, "Pagamento eseguito una seconda volta: da rimborsare.", "Paid a second time: to be refunded.")
	} else {
		v.pass(CheckOutcome, "Pagamento eseguito.", "Paid.")
	}
	v.creditor(want.Creditor)
	var institute, service Office
	if v.Receipt != nil {
		institute, service = v.Receipt.Institute, v.Receipt.Service
	}
	v.office(CheckInstitute, pagonline.Text{It: "Istituto", En: "Institute"}, institute, want.Institute)
	v.office(CheckService, pagonline.Text{It: "Servizio", En: "Service"}, service, want.Service)
	v.amount(want.Amount)
	v.protocol(want.Protocol)
	if v.Receipt != nil {
		v.notice()
	}
	v.date(want.QuotedOn)
	if v.Receipt != nil {
		v.psp()
	}
}

func (v *Verdict) environment(want payment.Environment) {
	is := payment.Production
	if v.Signed.Trial {
		is = payment.Sandbox
	}
	if v.Receipt != nil {
		is = v.Receipt.Environment
	}
	trial := want != "" && want != payment.Production && v.Receipt == nil && v.Signed.Trial // the code does not say which
	switch {
	case want != "" && is != want && !trial:
		e := pagonline.NewError(pagonline.CodeEnvironment)
		if is == payment.Production {
			e.It, e.En = "Documento di produzione, non di prova.", "Document of production, not of a trial."
		}
		v.fail(CheckEnvironment, pagonline.CodeEnvironment, e.It, e.En)
	case is == payment.Production:
		v.pass(CheckEnvironment, "Documento di produzione.", "Document of production.")
	default:
		v.pass(CheckEnvironment, "Documento di prova (fac-simile): non attesta un pagamento reale.", "Trial document (fac-simile): it attests no real payment.")
	}
}

func (v *Verdict) creditor(want string) {
	is := v.Signed.Creditor
	switch want {
	case "":
		v.pass(CheckCreditor, "Ente creditore "+is+", non confrontato.", "Creditor "+is+", not compared.")
	case is:
		v.pass(CheckCreditor, "Ente creditore "+is+", quello atteso.", "Creditor "+is+", as expected.")
	default:
		v.fail(CheckCreditor, pagonline.CodeWrongInstitute, "Ente creditore "+is+" invece di "+want+".", "Creditor "+is+" instead of "+want+".")
	}
}

// office compares an institute or a service by its code.
func (v *Verdict) office(name string, label pagonline.Text, is Office, want string) {
	shown := is.Name
	if is.Code != "" {
		shown += " (" + is.Code + ")"
	}
	switch {
	case v.Receipt == nil && want != "":
		v.unknown(name, label)
	case v.Receipt == nil:
	case want == "":
		v.pass(name, label.It+": "+shown+", non confrontato.", label.En+": "+shown+", not compared.")
	case want == is.Code:
		v.pass(name, label.It+": "+shown+", quello atteso.", label.En+": "+shown+", as expected.")
	default:
		v.fail(name, pagonline.CodeWrongInstitute, label.It+": "+shown+" invece di "+want+".", label.En+": "+shown+" instead of "+want+".")
	}
}

// unknown is the check of what the QR code alone does not tell.
func (v *Verdict) unknown(name string, label pagonline.Text) {
	v.fail(name, pagonline.CodeUnmatched,
		label.It+": non è nel codice QR, serve il file della ricevuta.", label.En+": not in the QR code, the file of the receipt is needed.")
}

func (v *Verdict) amount(want euro.Amount) {
	is := v.Signed.Amount
	it, en := is.Localized("it")+" €", is.Localized("en")+" €"
	switch {
	case v.Receipt != nil && !v.Receipt.addsUp():
		v.fail(CheckAmount, pagonline.CodeUnmatched, "Le voci non danno l'importo di "+it+".", "The items do not add up to "+en+".")
	case want.IsZero():
		v.pass(CheckAmount, "Importo: "+it+", non confrontato.", "Amount: "+en+", not compared.")
	case want == is:
		v.pass(CheckAmount, "Importo: "+it+", quello dovuto.", "Amount: "+en+", as due.")
	default:
		d := is.Minus(want)
		e := pagonline.NewError(pagonline.CodeAmountMismatch, pagonline.Text{It: it, En: en},
			pagonline.Text{It: want.Localized("it") + " €", En: want.Localized("en") + " €"},
			pagonline.Text{It: d.Localized("it") + " €", En: d.Localized("en") + " €"})
		v.fail(CheckAmount, e.Code, e.It, e.En)
	}
}

// addsUp reports whether the items, if there are any, make the amount.
func (r Receipt) addsUp() bool {
	var sum euro.Total
	for _, item := range r.Items {
		var err error
		if sum, err = sum.Add(item.Amount); err != nil {
			return false
		}
	}
	return len(r.Items) == 0 || sum.Cents() == r.Amount.Cents()
}

func (v *Verdict) protocol(want causale.Protocol) {
	is := v.Signed.Protocol
	if v.Receipt != nil {
		is = v.Receipt.Protocol
	}
	switch {
	case want.IsZero() && is.IsZero():
	case v.Receipt == nil && is.IsZero():
		v.unknown(CheckProtocol, pagonline.Text{It: "Protocollo", En: "Protocol"})
	case want.IsZero():
		v.pass(CheckProtocol, "Protocollo "+is.String()+", non confrontato.", "Protocol "+is.String()+", not compared.")
	case is.Equal(want):
		v.pass(CheckProtocol, "Protocollo "+is.String()+", quello del preventivo.", "Protocol "+is.String()+", as in the quote.")
	case is.IsZero():
		v.fail(CheckProtocol, pagonline.CodeUnmatched, "La ricevuta non ha un protocollo.", "The receipt has no protocol.")
	default:
		v.fail(CheckProtocol, pagonline.CodeUnmatched,
			"Protocollo "+is.String()+" invece di "+want.String()+".", "Protocol "+is.String()+" instead of "+want.String()+".")
	}
}

func (v *Verdict) notice() {
	switch n := v.Receipt.Notice; {
	case !n.CheckOK():
		v.fail(CheckNotice, pagonline.CodeNoticeInvalid, "Codice avviso con cifre di controllo errate.", "Notice number with wrong check digits.")
	case n.IUV().String() != v.Receipt.IUV:
		v.fail(CheckNotice, pagonline.CodeNoticeInvalid, "Lo IUV non è quello del codice avviso.", "The IUV is not that of the notice number.")
	default:
		v.pass(CheckNotice, "Codice avviso "+n.Grouped()+": cifre di controllo e IUV giusti.", "Notice number "+n.Grouped()+": right check digits and IUV.")
	}
}

func (v *Verdict) date(quoted pagonline.Date) {
	is := v.Signed.PaidOn
	it, en := is.Localized("it"), is.Localized("en")
	switch {
	case quoted.IsZero():
		v.pass(CheckDate, "Pagato il "+it+".", "Paid on "+en+".")
	case is.Before(quoted):
		v.fail(CheckDate, pagonline.CodeUnmatched,
			"Pagato il "+it+", prima del preventivo del "+quoted.Localized("it")+".", "Paid on "+en+", before the quote of "+quoted.Localized("en")+".")
	default:
		v.pass(CheckDate, "Pagato il "+it+", non prima del preventivo.", "Paid on "+en+", not before the quote.")
	}
}

func (v *Verdict) psp() {
	if name := strings.TrimSpace(v.Receipt.PSP.Name); name != "" {
		v.pass(CheckPSP, "Prestatore: "+name+".", "Payment provider: "+name+".")
		return
	}
	v.fail(CheckPSP, pagonline.CodeUnmatched, "Il prestatore del pagamento non è indicato.", "The payment provider is not named.")
}
