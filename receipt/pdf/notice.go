package pdf

import (
	"cmp"
	"log/slog"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// Notice is what a payment notice says ("Avviso di pagamento" 3.4). Lengths are in
// characters.
type Notice struct {
	// Environment says whether the notice can be paid. Outside production it is marked.
	Environment payment.Environment
	// Lang is the language: "it", "en", "fr" or "sl" alone, or Italian with a second one:
	// "it+en", "it+fr", "it+sl", "it+de". Default: "it".
	Lang string

	Subject  string // of the payment, up to 90, not in capitals
	Creditor Payee
	Debtor   Recipient
	// Whole is the payment in one; without a number there are instalments only.
	Whole Due
	// Instalments are two or more, or none. Each has its own number.
	Instalments []Due
}

// LogValue gives the log the number of the payment in one.
func (n Notice) LogValue() slog.Value { return slog.StringValue(n.Whole.Number.String()) }

// Payee is the creditor as the notice shows it.
type Payee struct {
	FiscalCode string // 11 digits
	Name       string // up to 70, 50 by the official limit; longer names get smaller
	Office     string // the part of it that answers, up to 70
	Info       string // how to reach it, up to 100
	CBILL      string // its code for home banking
	// Site says that the creditor has a site or an app where the notice can be paid.
	Site bool
	// Logo is shown at the upper right corner; nil for none.
	Logo *Logo
	// Postal is the account of the postal slip; nil for none. A creditor with a postal
	// account must print slips.
	Postal *Postal
}

// Postal is what Poste Italiane gave to a creditor that prints its own slips.
type Postal struct {
	Account       string // up to 12 digits
	Holder        string // up to 50; default: the creditor's name
	Authorization string // as in "AUT. DB/XXXX/XXX 12345 DEL 01/01/2026", up to 70
}

// Recipient is who is to pay.
type Recipient struct {
	FiscalCode string // up to 16; "" if it is not known
	Name       string // up to 70
	Street     string // up to 140, with Town
	Town       string // as in "57123 Livorno (LI)"
}

// LogValue gives the log nothing of him.
func (Recipient) LogValue() slog.Value { return slog.StringValue("recipient") }

// Due is one payment that can be made.
type Due struct {
	Number notice.Number
	Amount euro.Amount
	On     pagonline.Date // the last day; the zero date for none
}

// maxInstalments bounds the pages of a notice.
const maxInstalments = 120

// Notice prints a notice: on the first page who asks for what from whom, and the
// payment in one with its QR code; the postal slip, where the creditor has an account;
// then the instalments, as many on a page as the official plan says. Ten or more without
// slips follow the model of many instalments ("molte rate"): three dense columns, nine
// on a page, below what they have in common. Names and texts that are long get smaller or
// take two lines, and are never cut. No text of ordinary letters within the official
// lengths is smaller than 6 points; of 70 W it gets down to 4.
//
// Signs and pictures are drawings of this module. The logos of pagoPA, Poste Italiane
// and BancoPosta are trade marks: their names stand there in letters. The logo of pagoPA
// may be given, see [Config.PagoPA].
//
// Its error is a [*pagonline.Error] that names the field: [pagonline.CodeRequiredField],
// [pagonline.CodeTextTooLong], [pagonline.CodeTextInvalid], [pagonline.CodeAmountRange],
// [pagonline.CodeNoticeInvalid], [pagonline.CodeQuantity] for the number of instalments,
// or [pagonline.CodeCodeUnreadable] for what no QR code or DataMatrix can say.
func (p *Printer) Notice(n Notice) ([]byte, error) {
	first, second, ok := languages(cmp.Or(n.Lang, "it"))
	if !ok {
		return nil, pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: "lingua non prevista", En: "unknown language"}).At("lang")
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	title := first.title + " – " + n.Subject
	if n.Environment != payment.Production {
		title = "FAC-SIMILE – " + title
	}
	s := &slate{paper: paper{set: p.set, env: n.Environment}, logo: p.cfg.PagoPA, first: first, second: second, n: n}
	s.fitAll()
	s.Document = p.set.New(tagged.Info{Title: title, Lang: first.lang, Creator: n.Creditor.Name, Producer: renderer})
	s.draw()
	return s.bytes()
}

// languages returns the texts of a language, or of two.
func languages(lang string) (first, second *words, ok bool) {
	one, other, both := strings.Cut(lang, "+")
	for i := range fixed {
		switch w := &fixed[i]; {
		case w.lang == one && (both && one == "it" || !both && one != "de"):
			first = w
		case w.lang == other && other != "it":
			second = w
		}
	}
	return first, second, first != nil && (second != nil) == both
}

func (n *Notice) check() error {
	for _, f := range []struct {
		field, text string
		most        int
		required    bool
	}{
		{"subject", n.Subject, 90, true},
		{"creditor.name", n.Creditor.Name, 70, true},
		{"creditor.office", n.Creditor.Office, 70, false},
		{"creditor.info", n.Creditor.Info, 100, false},
		{"creditor.cbill", n.Creditor.CBILL, 16, false},
		{"debtor.fiscalCode", n.Debtor.FiscalCode, 16, false},
		{"debtor.name", n.Debtor.Name, 70, true},
		{"debtor.street", n.Debtor.Street, 140, false},
		{"debtor.town", n.Debtor.Town, 140, false},
	} {
		if err := bounded(f.field, f.text, f.most, f.required); err != nil {
			return err
		}
	}
	if postal := n.Creditor.Postal; postal != nil {
		if err := cmp.Or(bounded("creditor.postal.holder", postal.Holder, 50, false),
			bounded("creditor.postal.authorization", postal.Authorization, 70, true)); err != nil {
			return err
		}
	}
	if count := len(n.Instalments); count == 1 || count > maxInstalments {
		return pagonline.NewError(pagonline.CodeQuantity, pagonline.Same("2"), pagonline.Same(strconv.Itoa(maxInstalments))).At("instalments")
	}
	if len(n.Instalments) == 0 || !n.Whole.Number.IsZero() {
		if err := n.Whole.check("whole"); err != nil {
			return err
		}
	}
	for i, d := range n.Instalments {
		if err := d.check("instalments[" + strconv.Itoa(i) + "]"); err != nil {
			return err
		}
	}
	return nil
}

func bounded(field, text string, most int, required bool) error {
	switch n := utf8.RuneCountInString(text); {
	case n > most:
		return pagonline.NewError(pagonline.CodeTextTooLong, pagonline.Same(strconv.Itoa(n)), pagonline.Same(strconv.Itoa(most))).At(field)
	case required && strings.TrimSpace(text) == "":
		return pagonline.NewError(pagonline.CodeRequiredField, pagonline.Same(field)).At(field)
	}
	return nil
}

func (d Due) check(field string) error {
	switch {
	case d.Number.IsZero():
		return pagonline.NewError(pagonline.CodeNoticeInvalid, pagonline.Text{It: "manca", En: "missing"}).At(field + ".number")
	case d.Amount.IsZero():
		return pagonline.NewError(pagonline.CodeAmountRange).At(field + ".amount")
	}
	return nil
}

// fitAll writes the texts of the notice in the characters of the fonts.
func (s *slate) fitAll() {
	n := &s.n
	for _, f := range []struct {
		field string
		text  *string
	}{
		{"subject", &n.Subject},
		{"creditor.name", &n.Creditor.Name},
		{"creditor.office", &n.Creditor.Office},
		{"creditor.info", &n.Creditor.Info},
		{"creditor.cbill", &n.Creditor.CBILL},
		{"debtor.fiscalCode", &n.Debtor.FiscalCode},
		{"debtor.name", &n.Debtor.Name},
		{"debtor.street", &n.Debtor.Street},
		{"debtor.town", &n.Debtor.Town},
	} {
		*f.text = s.fit(f.field, *f.text)
	}
	if n.Creditor.Postal != nil {
		postal := *n.Creditor.Postal
		postal.Holder = s.fit("creditor.postal.holder", cmp.Or(postal.Holder, n.Creditor.Name))
		postal.Authorization = s.fit("creditor.postal.authorization", postal.Authorization)
		n.Creditor.Postal = &postal
	}
}
