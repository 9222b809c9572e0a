package payment

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity/fiscal"
	"github.com/pagonline/pagonline/payment/euro"
)

// The facets of the schemas (paForNode.xsd, sac-common-types-1.0.xsd) that a position
// must satisfy, so that every answer about it is valid.
var (
	email    = regexp.MustCompile(`^[a-zA-Z0-9_.+\-]+@[a-zA-Z0-9\-]+(\.[a-zA-Z0-9\-]+)*$`)
	eleven   = regexp.MustCompile(`^[0-9]{11}$`)
	iban     = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$`)
	category = regexp.MustCompile(`^[!-~]{1,140}$`)
	twoUpper = regexp.MustCompile(`^[A-Z]{2}$`)
)

// MaxTransfers is how many beneficiaries one notice can have.
const MaxTransfers = 5

// validate checks what [Cashier.Open] and [Cashier.Update] keep.
func (p Position) validate() error {
	checks := []error{
		matches("creditor", p.Creditor, eleven),
		text("company", p.Company, 140),
		text("office", p.Office, 140),
		text("debt", p.Debt, 35),
		p.Debtor.validate("debtor"),
		metadata("metadata", p.Metadata, MaxMetadata),
		p.Terms.validate(),
	}
	for _, err := range checks {
		if err != nil {
			return err
		}
	}
	if p.Option < 0 {
		return syntax("option")
	}
	if _, err := p.Description(); err != nil {
		return err
	}
	for _, t := range p.Transfers { // what the station will have to say
		if _, err := p.Wire.RFB(p.Number.IUV(), t.Amount); err != nil {
			return err
		}
	}
	return nil
}

func (t Terms) validate() error {
	if len(t.Transfers) == 0 || len(t.Transfers) > MaxTransfers {
		return syntax("transfers")
	}
	if t.DueDate.IsZero() {
		return syntax("dueDate")
	}
	var sum euro.Total
	for _, transfer := range t.Transfers {
		if err := transfer.validate(); err != nil {
			return err
		}
		sum, _ = sum.Add(transfer.Amount) // five amounts always fit
	}
	_, err := sum.Amount()
	return at(err, "transfers")
}

func (t Transfer) validate() error {
	if t.Amount.IsZero() {
		return pagonline.NewError(pagonline.CodeAmountRange).At("amount")
	}
	if err := matches("transfers.creditor", t.Creditor, eleven); err != nil {
		return err
	}
	if t.Company != "" {
		if err := text("transfers.company", t.Company, 140); err != nil {
			return err
		}
	}
	if (t.IBAN == "") == (t.Stamp == nil) { // exactly one of them
		return syntax("transfers.iban")
	}
	most := MaxMetadata
	switch {
	case t.Stamp != nil && !t.Stamp.valid():
		return syntax("transfers.stamp")
	case t.Stamp == nil && !ValidIBAN(t.IBAN):
		return syntax("transfers.iban")
	case t.PostalIBAN != "":
		if t.Stamp != nil || isPostal(t.IBAN) || !isPostal(t.PostalIBAN) || !ValidIBAN(t.PostalIBAN) {
			return syntax("transfers.postalIban")
		}
		most-- // the station adds IBANAPPOGGIO
	}
	if slices.ContainsFunc(t.Metadata, func(e MetadataEntry) bool { return e.Key == SupportIBAN }) {
		return syntax("transfers.metadata")
	}
	if err := metadata("transfers.metadata", t.Metadata, most); err != nil {
		return err
	}
	return matches("transfers.category", t.Category, category)
}

// valid checks the facets of ctRichiestaMarcaDaBollo.
func (s Stamp) valid() bool {
	_, err := base64.StdEncoding.Strict().DecodeString(s.Hash)
	return err == nil && len(s.Hash) >= 4 && len(s.Hash) <= 72 && twoUpper.MatchString(s.Province)
}

// ValidIBAN reports whether s is an IBAN in its electronic form, check digits right
// (ISO 13616, mod 97).
func ValidIBAN(s string) bool {
	if !iban.MatchString(s) {
		return false
	}
	rest := 0
	for _, c := range []byte(s[4:] + s[:4]) {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}

// identified checks the code of a debtor of ours: an Italian fiscal code, check
// character right, or ANONIMO for a natural person who has none. What receipts say is
// not held to it.
func (s Subject) identified() error {
	if s.Code == Anonymous && s.Kind == Natural {
		return nil
	}
	if code, err := fiscal.Parse(s.Code); err != nil || code.String() != s.Code {
		return pagonline.NewError(pagonline.CodeFiscalCode).At("debtor.code")
	}
	return nil
}

func (s Subject) validate(field string) error {
	if s.Kind != Natural && s.Kind != Legal {
		return syntax(field + ".kind")
	}
	if n := utf8.RuneCountInString(s.Code); n < 2 || n > 16 || text(field, s.Code, 16) != nil {
		return pagonline.NewError(pagonline.CodeFiscalCode).At(field + ".code")
	}
	if text(field, s.Name, 70) != nil {
		return pagonline.NewError(pagonline.CodePayerName).At(field + ".name")
	}
	for _, f := range []struct {
		name, value string
		limit       int
	}{
		{"street", s.Street, 70},
		{"civic", s.Civic, 16},
		{"postalCode", s.PostalCode, 16},
		{"city", s.City, 35},
		{"province", s.Province, 35},
	} {
		if f.value != "" {
			if err := text(field+"."+f.name, f.value, f.limit); err != nil {
				return err
			}
		}
	}
	if s.Country != "" && !twoUpper.MatchString(s.Country) {
		return syntax(field + ".country")
	}
	if s.Email != "" && !ValidEmail(s.Email) {
		return syntax(field + ".email")
	}
	return nil
}

// ValidEmail reports whether pagoPA takes s as an e-mail address (stEMail: ASCII, at
// most 256 characters).
func ValidEmail(s string) bool { return len(s) <= 256 && email.MatchString(s) }

// text checks that s has 1 to limit characters and nothing that XML or a reader
// cannot show.
func text(field, s string, limit int) error {
	n := utf8.RuneCountInString(s)
	switch {
	case strings.TrimSpace(s) == "":
		return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Same(field)).At(field)
	case n > limit:
		return pagonline.NewError(pagonline.CodeTextTooLong, count(n), count(limit)).At(field)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }):
		return syntax(field)
	}
	return nil
}

func count(n int) pagonline.Text { return pagonline.Same(strconv.Itoa(n)) }

func matches(field, s string, form *regexp.Regexp) error {
	if !form.MatchString(s) {
		return syntax(field)
	}
	return nil
}

// syntax names a field whose form is wrong, and not what stood in it.
func syntax(field string) error {
	name, known := fieldNames[field]
	if !known {
		name = pagonline.Same(field)
	}
	return pagonline.NewError(pagonline.CodeInputSyntax, name).At(field)
}

// fieldNames are the words for the fields that a payer fills in.
var fieldNames = map[string]pagonline.Text{
	"email":             {It: "indirizzo e-mail", En: "e-mail address"},
	"debtor.email":      {It: "indirizzo e-mail", En: "e-mail address"},
	"debtor.street":     {It: "indirizzo", En: "street"},
	"debtor.civic":      {It: "numero civico", En: "house number"},
	"debtor.postalCode": {It: "CAP", En: "postal code"},
	"debtor.city":       {It: "comune", En: "town"},
	"debtor.province":   {It: "provincia", En: "province"},
	"debtor.country":    {It: "paese", En: "country"},
}

// at names the field of err, if err has a code.
func at(err error, field string) error {
	if err == nil {
		return nil
	}
	return pagonline.AsError(err).At(field)
}
