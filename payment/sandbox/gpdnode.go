package sandbox

import (
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// pay notes a receipt of the node.
func (b *debtBook) pay(r wire.Request) {
	rt := r.RT
	n, _ := notice.ParseSyntax(r.Number) // it was read before
	d, o := b.find(rt.Issuer, n)
	if o == nil || o.state != poUnpaid {
		return // not ours, or a second payment
	}
	o.PaymentMethod, o.PSPCompany, o.IDReceipt = rt.Method, rt.PSP.Company, rt.ReceiptID
	if rt.Fee != nil {
		o.Fee = rt.Fee.Cents()
	}
	d.paid(o, rt.PaidAt)
}

// paid notes that an option was paid, however. As in GPD, the debt has a day of payment
// when nothing is left to pay.
func (d *debt) paid(o *debtOption, at time.Time) {
	o.state, o.PaymentDate, d.updated = poPaid, wireTime{at}, at
	for _, other := range d.options {
		if o.plan != 0 && other.plan == o.plan && other.state == poUnpaid {
			d.state = stPartiallyPaid
			return
		}
	}
	d.state, d.paidAt = stPaid, at
}

// gpdAnswer is what GPD answers the node about a notice, if it has it.
func (s *Sandbox) gpdAnswer(r wire.Request, k payment.Key) (answer wire.Response, known bool) {
	return s.answerFrom(gpdV3, r, k)
}

// acaAnswer is what ACA answers the node in stand-in, if it has the notice.
func (s *Sandbox) acaAnswer(r wire.Request, k payment.Key) (answer wire.Response, known bool) {
	return s.answerFrom(acaV1, r, k)
}

func (s *Sandbox) answerFrom(dl dialect, r wire.Request, k payment.Key) (wire.Response, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	d, o := s.current(dl, now).find(k.Creditor, k.Number)
	if o == nil || dl.standIn && !d.payStandIn {
		return wire.Response{}, false
	}
	answer := wire.Response{Operation: r.Operation}
	p, err := d.payment(o)
	code := d.fault(o, now)
	if err != nil && code == "" {
		code = "PAA_SYSTEM_ERROR" // an amount that no notice can have
	}
	switch {
	case code != "":
		answer.Fault = &wire.Fault{Code: code, String: code, ID: k.Creditor}
	case r.Operation == wire.Verify:
		answer.Due = &wire.Due{
			Amount: p.Amount, DueDate: p.DueDate, Description: p.Description, FiscalCode: k.Creditor, Company: p.Company, Office: p.Office,
		}
	default:
		answer.Payment = p
	}
	return answer, true
}

// fault returns why an option cannot be paid now (SANP 3.12, debt positions: states).
func (d *debt) fault(o *debtOption, now time.Time) string {
	switch {
	case o.state != poUnpaid:
		return "PAA_PAGAMENTO_DUPLICATO"
	case d.state == stInvalid:
		return "PAA_PAGAMENTO_ANNULLATO"
	case d.state == stExpired, (d.state == stValid || d.state == stPartiallyPaid) && o.switchToExpired && now.After(o.due):
		return "PAA_PAGAMENTO_SCADUTO"
	case d.state != stValid && d.state != stPartiallyPaid, o.validity.After(now):
		return "PAA_PAGAMENTO_SCONOSCIUTO" // a draft, begun by another option, not yet valid
	}
	for _, other := range d.options {
		if other.state != poUnpaid && (o.plan == 0 || other.plan != o.plan) {
			return "PAA_PAGAMENTO_SCONOSCIUTO"
		}
	}
	return ""
}

// payment returns what an option asks for.
func (d *debt) payment(o *debtOption) (*wire.Payment, error) {
	amount, err := euro.Cents(o.Amount)
	p := &wire.Payment{
		IUV: o.IUV, Amount: amount, DueDate: pagonline.DateOf(o.due), Description: o.Description, Company: d.company, Office: d.office,
		Debtor: o.debtor.subject(), Metadata: o.Metadata(),
	}
	for _, t := range o.Transfers {
		share, shareErr := euro.Cents(t.Amount)
		if shareErr != nil {
			err = shareErr
		}
		one := wire.Transfer{Credit: payment.Credit{
			ID: int(t.ID[0] - '0'), Amount: share, Creditor: t.Organization, Company: t.Company, IBAN: t.IBAN,
			Remittance: t.Remittance, Category: t.Category, Metadata: t.Metadata,
		}}
		if t.Stamp != nil {
			one.Request = &payment.Stamp{Hash: t.Stamp.Hash, Province: t.Stamp.Province}
		}
		p.Transfers = append(p.Transfers, one)
	}
	return p, err
}
