package pdf

import (
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment"
)

// maxSubject is how long the subject of a notice may be (Avvisi, AVVISO.OGGETTO).
const maxSubject = 90

// PayeeOf returns what notices say of a creditor of the catalogue. Its name is left to
// the notice. The postal slip is there if the creditor has an account and the
// authorisation of Poste Italiane to print it.
func PayeeOf(c catalog.Creditor, logo *Logo) Payee {
	p := Payee{FiscalCode: c.FiscalCode, Info: c.Contacts.String(), CBILL: c.CBILL, Site: c.Contacts.Web != "", Logo: logo}
	if c.PostalAccount != "" && c.PostalAuthorisation != "" {
		p.Postal = &Postal{Account: c.PostalAccount, Holder: c.PostalHolder, Authorization: c.PostalAuthorisation}
	}
	return p
}

// NoticeOf returns the notice of a debt: of its one position, or of all those of a plan
// in the order of their options, where the payment in one stands first if there is one.
// The names of the creditor and of its office are those of the position. Language and
// environment are the caller's to set: as it comes, the notice is in Italian and marked
// as one that cannot be paid.
func NoticeOf(payee Payee, first payment.Position, more ...payment.Position) Notice {
	payee.Name, payee.Office = first.Company, first.Office
	n := Notice{Subject: subject(first), Creditor: payee, Debtor: recipient(first.Debtor)}
	if len(more) == 0 || first.Option == 0 {
		n.Whole = due(first)
	} else {
		n.Instalments = append(n.Instalments, due(first))
	}
	for _, p := range more {
		n.Instalments = append(n.Instalments, due(p))
	}
	return n
}

func due(p payment.Position) Due { return Due{Number: p.Number, Amount: p.Amount(), On: p.DueDate} }

// subject returns what PSPs show of the payment too, or as much of it as the paper takes.
func subject(p payment.Position) string {
	text, err := p.Description()
	if err != nil || utf8.RuneCountInString(text) > maxSubject {
		text = strings.TrimSuffix(p.Purchase.Service+" prot. "+p.Purchase.Protocol.String(), " prot. ")
	}
	if utf8.RuneCountInString(text) > maxSubject {
		text = p.Purchase.Service
	}
	return capital(text)
}

// recipient returns who is to pay, at his address.
func recipient(s payment.Subject) Recipient {
	if s.Code == payment.Anonymous {
		s.Code = ""
	}
	if s.Country == "IT" { // the post takes it for granted
		s.Country = ""
	}
	if s.Province != "" {
		s.Province = "(" + s.Province + ")"
	}
	return Recipient{
		FiscalCode: s.Code, Name: s.Name, Street: joined(s.Street, s.Civic), Town: joined(s.PostalCode, s.City, s.Province, s.Country),
	}
}

// joined joins what there is by blanks.
func joined(words ...string) string {
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}
