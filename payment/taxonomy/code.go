// Package taxonomy reads pagoPA's taxonomy of payment services (tassonomia dei servizi
// di incasso) and checks the codes that transfers carry in their transferCategory.
//
// [Parse] reads a [Code], such as 9/0701100AP/; [Read] reads the official file, CSV or
// JSON, into a [Table]; [Table.Check] tells whether a code may be used on a day:
//
//	table, err := taxonomy.Read(file)
//	...
//	err = table.Check(taxonomy.MustParse("9/0701100AP/"), today)
//
// The file is not part of this module. PagoPA serves it at
// https://api.platform.pagopa.it/taxonomy/service/v1/taxonomy, with ?extension=csv as
// CSV. Codes come and go, so a program takes its codes from its configuration and
// checks them when it starts. The museum tickets of the Ministry of Culture, say,
// 9/0706100TS/, ended on 4 January 2022 without a successor.
//
// The first figure of a code, its [Prefix], says whether pagoPA sends the payer a
// request to pay; [Code.WithPrefix] changes it.
//
// The package links the standard library only.
package taxonomy

import (
	"github.com/pagonline/pagonline"
)

// Code is a taxonomy code: prefix, slash, type of creditor (2 figures), macro area (2),
// service (3), legal reason (2 letters), slash (SANP, Tassonomia dei servizi di
// incasso). Codes compare with ==; the zero value means none.
type Code struct{ text string }

// Prefix is the first figure of a code: whether pagoPA may deliver a request to pay for
// the position to the payer (SRTP, SEPA request-to-pay), which it does by default since
// 1 March 2026.
type Prefix byte

// The prefixes.
const (
	Normal        Prefix = '9' // pagoPA delivers a request to pay
	NoRequest     Prefix = '6' // it does not
	OtherOperator Prefix = '7' // another operator delivers it
	Both          Prefix = '8' // both of the latter
)

// Valid reports whether p is one of the prefixes.
func (p Prefix) Valid() bool { return p >= NoRequest && p <= Normal }

// Reason is why the law wants the money (motivo giuridico della riscossione).
type Reason string

// The reasons. PagoPA gives their letters; the words are those that the services under
// each have in common.
const (
	IM Reason = "IM" // imposta
	TS Reason = "TS" // tassa
	SP Reason = "SP" // servizio pubblico
	SA Reason = "SA" // sanzione
	AP Reason = "AP" // altro provento
)

// Parse reads the text of a code, and nothing else: ^[6789]/\d{7}(IM|TS|SP|SA|AP)/$.
// Its error is of code input_syntax.
func Parse(s string) (Code, error) {
	if len(s) != len("9/0701100AP/") || !Prefix(s[0]).Valid() || s[1] != '/' || s[11] != '/' {
		return Code{}, badCode()
	}
	for _, c := range []byte(s[2:9]) {
		if c < '0' || c > '9' {
			return Code{}, badCode()
		}
	}
	switch Reason(s[9:11]) {
	case IM, TS, SP, SA, AP:
		return Code{s}, nil
	default:
		return Code{}, badCode()
	}
}

// MustParse is Parse for constants and tests; it panics on anything else.
func MustParse(s string) Code {
	c, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return c
}

func badCode() error {
	return invalid(pagonline.Text{
		It: "codice di tassonomia non valido (es. 9/0701100AP/)",
		En: "invalid taxonomy code (e.g. 9/0701100AP/)",
	})
}

func invalid(reason pagonline.Text) *pagonline.Error {
	return pagonline.NewError(pagonline.CodeInputSyntax, reason)
}

// String returns the text, "" for none.
func (c Code) String() string { return c.text }

// IsZero reports whether there is none.
func (c Code) IsZero() bool { return c.text == "" }

// Prefix returns the first figure, 0 for none.
func (c Code) Prefix() Prefix {
	if c.IsZero() {
		return 0
	}
	return Prefix(c.text[0])
}

// Creditor returns the two figures of the type of creditor, as in "07" for central
// administrations; "" for none.
func (c Code) Creditor() string { return c.part(2, 4) }

// Area returns the two figures of the macro area; they mean something only with the
// type of creditor. "" for none.
func (c Code) Area() string { return c.part(4, 6) }

// Service returns the three figures of the service in its area, "" for none.
func (c Code) Service() string { return c.part(6, 9) }

// Reason returns the legal reason, "" for none.
func (c Code) Reason() Reason { return Reason(c.part(9, 11)) }

func (c Code) part(from, to int) string {
	if c.IsZero() {
		return ""
	}
	return c.text[from:to]
}

// WithPrefix returns the same code with another prefix. Its error is of code
// input_syntax: p is no prefix, or c is none.
func (c Code) WithPrefix(p Prefix) (Code, error) {
	if c.IsZero() || !p.Valid() {
		return Code{}, badCode()
	}
	return Code{string(rune(p)) + c.text[1:]}, nil
}

// MarshalText writes the text form; none is the empty text.
func (c Code) MarshalText() ([]byte, error) { return []byte(c.text), nil }

// UnmarshalText reads the text form; the empty text is none.
func (c *Code) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = Code{}
		return nil
	}
	read, err := Parse(string(b))
	if err != nil {
		return err
	}
	*c = read
	return nil
}
