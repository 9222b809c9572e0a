package receipt

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// facsimile stands on everything that is not of production, in every language.
const facsimile = "FAC-SIMILE – NON PAGABILE"

// maxValue is how many characters a row's value may have; no field of an RT has more.
const maxValue = 500

// row is a line of the text: a label and what stands beside it.
type row struct {
	label pagonline.Text
	value string
}

// Text writes the receipt as plain text, for a mail or a terminal; lang is "en" for
// English, else Italian. Rows without a value are left out. Each line ends with a line
// feed; what came from outside makes none, see [Line].
func (r Receipt) Text(lang string) string {
	var b strings.Builder
	if r.Environment != payment.Production {
		b.WriteString(facsimile + "\n\n")
	}
	title := pagonline.Text{It: "Ricevuta di pagamento", En: "Payment receipt"}
	b.WriteString(title.In(lang) + "\n\n")
	rows, widest := r.rows(lang), 0
	for _, row := range rows {
		widest = max(widest, utf8.RuneCountInString(row.label.In(lang)))
	}
	for _, row := range rows {
		if value := Line(row.value, maxValue); value != "" {
			label := row.label.In(lang) + ":"
			fmt.Fprintf(&b, "%s%s%s\n", label, strings.Repeat(" ", widest+2-utf8.RuneCountInString(label)), value)
		}
	}
	b.WriteString("\n" + pagonline.Text{
		It: "Questa ricevuta attesta il pagamento registrato da pagoPA. Non è una quietanza.",
		En: "This receipt certifies the payment recorded by pagoPA. It is no formal quittance.",
	}.In(lang) + "\n")
	return b.String()
}

func (r Receipt) rows(lang string) []row {
	euros := func(s string) string { return s + " €" }
	var fee, total, difference, payer string
	if r.Fee != nil {
		fee, total = euros(r.Fee.Localized(lang)), euros(r.Total().Localized(lang))
	}
	if !r.Difference.IsZero() {
		difference = euros(r.Difference.Localized(lang))
	}
	if r.Payer != nil {
		payer = r.Payer.String()
	}
	outcome := pagonline.Text{It: "Pagamento eseguito", En: "Paid"}
	if r.Second {
		outcome = pagonline.Text{It: "Pagato una seconda volta: da rimborsare", En: "Paid a second time: to be refunded"}
	}
	when := r.PaidAt.Format("02/01/2006 15:04:05")
	if lang == "en" {
		when = r.PaidAt.Format("2 January 2006, 15:04:05")
	}
	return []row{
		{pagonline.Text{It: "Esito", En: "Outcome"}, outcome.In(lang)},
		{pagonline.Text{It: "Istituto", En: "Institute"}, r.Institute.Name},
		{pagonline.Text{It: "Servizio", En: "Service"}, r.Service.Name},
		{pagonline.Text{It: "Protocollo", En: "Protocol"}, r.Protocol.String()},
		{pagonline.Text{It: "Causale", En: "Payment reason"}, r.Causale.String()},
		{pagonline.Text{It: "Quantità", En: "Quantity"}, strconv.Itoa(r.Quantity)},
		{pagonline.Text{It: "Prezzo unitario", En: "Unit price"}, euros(r.UnitPrice.Localized(lang))},
		{pagonline.Text{It: "Importo pagato", En: "Amount paid"}, euros(r.Amount.Localized(lang))},
		{pagonline.Text{It: "Differenza dal dovuto", En: "Difference from due"}, difference},
		{pagonline.Text{It: "Commissione del PSP", En: "PSP fee"}, fee},
		{pagonline.Text{It: "Totale addebitato", En: "Total charged"}, total},
		{pagonline.Text{It: "Data e ora", En: "Date and time"}, when},
		{pagonline.Text{It: "Data applicativa", En: "Application date"}, r.AppliedOn.Localized(lang)},
		{pagonline.Text{It: "Data di accredito", En: "Credit date"}, r.TransferOn.Localized(lang)},
		{pagonline.Text{It: "Codice avviso", En: "Notice number"}, r.Notice.Grouped()},
		{pagonline.Text{It: "IUV", En: "IUV"}, r.IUV},
		{pagonline.Text{It: "Identificativo ricevuta (IUR)", En: "Receipt id (IUR)"}, r.IUR},
		{pagonline.Text{It: "Ente creditore", En: "Creditor"}, r.Creditor.String()},
		{pagonline.Text{It: "Debitore", En: "Debtor"}, r.Debtor.String()},
		{pagonline.Text{It: "Eseguito da", En: "Paid by"}, payer},
		{pagonline.Text{It: "Prestatore (PSP)", En: "Payment provider"}, r.PSP.String()},
		{pagonline.Text{It: "Metodo", En: "Method"}, r.Method},
	}
}

// String returns the name, with the fiscal code in brackets if there is one.
func (p Party) String() string {
	if p.FiscalCode == "" {
		return p.Name
	}
	return p.Name + " (" + p.FiscalCode + ")"
}
