package cart

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
)

// PayerFrom makes a payer of a person who signed in; a code of 11 digits makes it a legal
// person. Who has no Italian fiscal code is ANONIMO, a natural person; the identifier that another country gave is never used
// in its place. An e-mail address that pagoPA would not take is left out.
//
// The debtor of a position may be somebody else: see [SendRequest].
//
// Its error has [pagonline.CodePayerName]: a name of 1 to 70 characters is needed.
func PayerFrom(p identity.Person) (payment.Subject, error) {
	name := strings.Join(strings.Fields(p.Name()), " ")
	if name == "" || utf8.RuneCountInString(name) > 70 || !utf8.ValidString(name) ||
		strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return payment.Subject{}, pagonline.NewError(pagonline.CodePayerName).At("payer")
	}
	s := payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: name}
	if !p.FiscalCode.IsZero() {
		s.Code = p.FiscalCode.String()
		if !p.FiscalCode.IsPerson() {
			s.Kind = payment.Legal
		}
	}
	if payment.ValidEmail(p.Email) {
		s.Email = p.Email
	}
	return s, nil
}
