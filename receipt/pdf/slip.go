package pdf

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// slipPlace is where a postal slip begins, and how much of its usual height it has, in
// percent: three of them share a page.
type slipPlace struct{ top, scale int }

// at returns the height of what stands below the top of the slip.
func (p slipPlace) at(below int) int { return p.top + below*p.scale/100 }

// slips draws the slips of a page's instalments; first is the number of those before.
func (s *slate) slips(first int, due []Due) {
	places := []slipPlace{{13090, 100}, {20190, 100}}
	if len(due) == 3 {
		places = []slipPlace{{13000, 80}, {18200, 80}, {23400, 80}}
	}
	for i, d := range due {
		s.slip(places[i], d, filled(s.first.nth, strconv.Itoa(first+i+1)))
	}
}

// The texts of the slip are Italian in every language.
const (
	slipTitle = "Bollettino postale PA"
	slipHelp  = "Bollettino Postale pagabile in tutti gli Uffici Postali e sui canali fisici o digitali abilitati di Poste Italiane e dell’Ente Creditore"
)

// slip is module 4b: the postal slip (bollettino PA, TD 896, P1).
func (s *slate) slip(p slipPlace, d Due, which string) {
	c, postal := &s.n.Creditor, s.n.Creditor.Postal
	s.bands(p.top, p.top+796)
	s.Artifact("Layout", func() { // where to cut
		boxes := make([]tagged.Box, 0, 70)
		for x := 0; x < 21000; x += 300 {
			boxes = append(boxes, tagged.Box{X: mm(x), Y: mm(p.top) - mm(30), W: mm(150), H: mm(20)})
		}
		s.Fill(secondGrey, boxes...)
	})
	s.Open(tagged.Section, tagged.Attr{Lang: "it"})
	s.put(tagged.H2, bold, 1000, p.top+181, 10*pt, 9000, "BOLLETTINO POSTALE PA")
	s.putRight(tagged.Paragraph, bold, 20000, p.top+181, 10*pt, 9000, until(which, "entro", d.On))
	s.Open(tagged.Table)
	s.beside(6900, p.at(1461), 12*pt, 8000, "sul C/C n. ", monoBold, pad(postal.Account))
	s.amount(20000, p.at(1461), d.Amount)
	const beside = 11400
	s.beside(5900, p.at(2731), 8*pt, beside, "Intestato a ", bold, postal.Holder)
	s.beside(5900, p.at(3281), 8*pt, beside, "Destinatario ", bold, s.n.Debtor.Name)
	s.beside(5900, p.at(3811), 8*pt, beside, "Oggetto pagamento ", bold, s.n.Subject)
	italian := func(text string) func(*words) string { return func(*words) string { return text } }
	label, value := p.at(4791), p.at(4791)+450
	s.code(5900, label, value, 5000, d, italian("Cod. Avviso"))
	s.field(11570, label, monoBold, value, 10*pt, 1500, italian("Tipo"), "P1")
	s.pair(func() {
		s.Open(tagged.Header, tagged.Attr{Scope: "Row"})
		s.both(regular, 16850, label, 8*pt, 3800, true, italian("Cod. Fiscale Ente Creditore"))
		s.Close()
	}, func() { s.putRight(tagged.Span, monoBold, 16850, value, 10*pt, 4000, c.FiscalCode) })
	s.Close()
	s.block(1000, p.at(4081), 4200, 1700*p.scale/100, 8*pt, []paragraph{{tag: tagged.Paragraph, text: slipHelp}})
	s.Ink(0x4d4d4d) // black of 70 %
	s.put(tagged.Paragraph, regular, 1000, p.at(5991), 7*pt, 4700, postal.Authorization)
	s.Ink(0)
	s.dataMatrix(17704, p.at(3023), d)
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
		room := mm(x+width) - at
		s.line(tagged.Span, face, at, y, s.set.Face(face).Shrink(value, size, 4*pt, room), value)
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
