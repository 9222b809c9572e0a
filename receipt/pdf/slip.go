package pdf

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// slipForm is how far below its top a slip shows what it shows.
type slipForm struct {
	marks                    int // of Poste Italiane
	account                  int
	holder, debtor, subject  int
	help, label, value, auth int
	code                     int
}

// The forms, as measured on the official notices: usual, and of three on a page.
var (
	usualSlip = slipForm{
		marks: 1431, account: 1461, holder: 2731, debtor: 3281, subject: 3811, help: 4081, label: 4791, value: 5241, auth: 5991, code: 3023,
	}
	tightSlip = slipForm{
		marks: 1220, account: 1248, holder: 2328, debtor: 2858, subject: 3418, help: 3468, label: 4368, value: 4848, auth: 5168, code: 2625,
	}
)

// slips draws the slips of a page's instalments; first is the number of those before.
func (s *slate) slips(first int, due []Due) {
	form, tops := &usualSlip, []int{13090, 20190}
	if len(due) == 3 {
		form, tops = &tightSlip, []int{11032, 17120, 23207}
	}
	for i, d := range due {
		s.slip(form, tops[i], d, filled(fixed[0].nth, strconv.Itoa(first+i+1)))
	}
}

// The slip is Italian in every language: its texts, and how it writes the amount.
const slipHelp = "Bollettino Postale pagabile in tutti gli Uffici Postali e sui canali fisici o digitali abilitati di Poste Italiane e dell’Ente Creditore"

// slip is module 4b: the postal slip (bollettino PA, TD 896, P1).
func (s *slate) slip(form *slipForm, top int, d Due, which string) {
	c, postal := &s.n.Creditor, s.n.Creditor.Postal
	s.bands(top, top+796)
	s.scissors(top)
	s.Open(tagged.Section, tagged.Attr{Lang: "it"})
	s.put(tagged.H2, bold, 1000, top+181, 10*pt, 4700, "BOLLETTINO POSTALE PA")
	s.posteMarks(top, top+form.marks)
	s.putRight(tagged.Paragraph, bold, 20000, top+181, 10*pt, 9000, until(which, "entro", d.On))
	s.Open(tagged.Table)
	s.beside(6900, top+form.account, 12*pt, 8000, "sul C/C n. ", monoBold, pad(postal.Account))
	s.amount(&fixed[0], 20000, top+form.account, d.Amount)
	const beside = 11400
	s.beside(5900, top+form.holder, 8*pt, beside, "Intestato a ", bold, postal.Holder)
	s.beside(5900, top+form.debtor, 8*pt, beside, "Destinatario ", bold, s.n.Debtor.Name)
	s.beside(5900, top+form.subject, 8*pt, beside, "Oggetto pagamento ", bold, s.n.Subject)
	italian := func(text string) func(*words) string { return func(*words) string { return text } }
	label, value := top+form.label, top+form.value
	s.code(5900, label, value, 5000, d, italian("Cod. Avviso"))
	s.field(11570, label, monoBold, value, 10*pt, 1500, italian("Tipo"), "P1")
	s.pair(func() {
		s.Open(tagged.Header, tagged.Attr{Scope: "Row"})
		s.both(regular, 16850, label, 8*pt, 3800, true, italian("Cod. Fiscale Ente Creditore"))
		s.Close()
	}, func() { s.putRight(tagged.Span, monoBold, 16850, value, 10*pt, 4000, c.FiscalCode) })
	s.Close()
	s.block(1000, top+form.help, 4200, 1630, 8*pt, []paragraph{{tag: tagged.Paragraph, text: slipHelp}})
	s.Ink(0x4d4d4d)                                                                 // black of 70 %
	size := s.set.Face(regular).Shrink(postal.Authorization, 7*pt, least, mm(4800)) // longer ones on two lines
	s.block(1000, top+form.auth, 4800, 700, size, []paragraph{{tag: tagged.Paragraph, text: postal.Authorization}})
	s.Ink(0)
	s.dataMatrix(17704, top+form.code, d)
	s.Close()
}

// beside is a row whose value stands behind its label.
func (s *slate) beside(x, top int, size tagged.Unit, width int, label string, face int, value string) {
	text := s.set.Face(regular)
	y, at := base(regular, top, size), mm(x)+text.Width(label, size)
	s.pair(func() {
		s.Open(tagged.Header, tagged.Attr{Scope: "Row"})
		s.Text(regular, mm(x), y, size, label)
		s.Close()
	}, func() {
		f, room := s.set.Face(face), mm(x+width)-at
		size := f.Shrink(value, size, least, room)
		s.Open(tagged.Span)
		for i, line := range f.Wrap(value, size, room) {
			s.Text(face, at, y+tagged.Unit(i)*pitch(size, closeLead), size, line)
		}
		s.Close()
	})
}

// pad writes an account with its 12 digits.
func pad(account string) string {
	const zeros = "000000000000"
	return zeros[min(len(account), len(zeros)):] + account
}

// capital raises the first letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
