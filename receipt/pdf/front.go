package pdf

import (
	"strconv"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// The places are those of the official notice, in hundredths of a millimetre from the
// top left corner: of a text, the left or right edge and the top of its box.

// draw draws the modules in their compulsory order.
func (s *slate) draw() {
	s.page()
	s.head()
	s.parties()
	s.amounts()
	s.ways()
	used := false
	if !s.n.Whole.Number.IsZero() {
		s.whole()
		used = true
		if s.n.Creditor.Postal != nil {
			s.slip(&usualSlip, 20159, s.n.Whole, fixed[0].single)
		}
	}
	s.plan(used)
}

// head is module 1. It is repeated on every page, there as an artifact.
func (s *slate) head() {
	s.Open(tagged.Figure, tagged.Attr{Alt: "pagoPA", Box: brandBox})
	s.brand()
	s.Close()
	if c := &s.n.Creditor; c.Logo != nil {
		box := c.Logo.place()
		s.Open(tagged.Figure, tagged.Attr{Alt: c.Name, Box: box})
		s.Draw(c.Logo.picture, box)
		s.Close()
	}
	s.facsimile(mm(2900), mm(1900))
	s.Open(tagged.H1)
	s.both(bold, 2900, 990, 10*pt, 13500, false, upper(func(w *words) string { return w.title }))
	s.Text(bold, mm(2900), base(bold, 990, 10*pt), 10*pt, " ") // what follows is another word
	s.subject()
	s.Close()
}

func (s *slate) repeated() {
	s.Artifact("Header", func() {
		s.brand()
		if logo := s.n.Creditor.Logo; logo != nil {
			s.Draw(logo.picture, logo.place())
		}
		s.Text(bold, mm(2900), base(bold, 990, 10*pt), 10*pt, upper(func(w *words) string { return w.title })(s.first))
		s.subject()
	})
}

// subject is as large as it can be on two lines.
func (s *slate) subject() {
	size, width := 16*pt, mm(15500)
	lines := s.set.Face(bold).Wrap(s.n.Subject, size, width)
	for ; len(lines) > 2 && size > 6*pt; lines = s.set.Face(bold).Wrap(s.n.Subject, size, width) {
		size -= pt / 2
	}
	y := base(bold, 2380, 16*pt)
	for _, line := range lines {
		s.Text(bold, mm(1000), y, size, line)
		y += size * 1200 / 1000
	}
}

// parties is module 2: creditor and recipient.
func (s *slate) parties() {
	c, d := &s.n.Creditor, &s.n.Debtor
	s.bands(4394, 5215, 10499)
	s.say(tagged.H2, tagged.Attr{}, bold, 1000, 4570, 10*pt, 6900, upper(func(w *words) string { return w.creditor }))
	s.putRight(tagged.Paragraph, mono, 10000, 4600, 8*pt, 2500, c.FiscalCode)
	s.party(1000, 9000, c.Name, 600, c.Office)
	s.block(1000, 8180, 9000, 760, 8*pt, []paragraph{{tag: tagged.Paragraph, text: c.Info}})
	s.say(tagged.H2, tagged.Attr{}, bold, 11400, 4570, 10*pt, 5500, upper(func(w *words) string { return w.recipient }))
	s.putRight(tagged.Paragraph, mono, 20000, 4600, 8*pt, 3200, d.FiscalCode)
	s.party(11400, 8600, d.Name, 1600, d.Street, d.Town)
}

// party draws a name over up to two lines, and below it, as high as room, texts that are
// of one size.
func (s *slate) party(x, width int, name string, room int, below ...string) {
	s.block(x, 5780, width, 1200, 14*pt, []paragraph{{tag: tagged.Paragraph, face: bold, text: name}})
	all := make([]paragraph, 0, len(below))
	for _, text := range below {
		if text != "" {
			all = append(all, paragraph{tag: tagged.Paragraph, before: 37, text: text})
		}
	}
	s.block(x, 7020, width, room, 12*pt, all)
}

// amounts is module 3.1: how much, and until when.
func (s *slate) amounts() {
	due, whole := s.n.Whole, !s.n.Whole.Number.IsZero()
	s.bands(8966, 9762, 10499)
	title := func(w *words) string { return w.howMuchWhen }
	if whole && due.On.IsZero() {
		title = func(w *words) string { return w.howMuch }
	}
	s.say(tagged.H2, tagged.Attr{}, bold, 1000, 9140, 10*pt, 9000, upper(title))
	if !whole {
		due.Amount, whole = s.sum()
	}
	if whole {
		s.Open(tagged.Table)
		big := func(x, width int, get func(*words) string, value string) {
			s.pair(func() {
				s.say(tagged.Header, tagged.Attr{Scope: "Row"}, bold, x, 10370, 8*pt, width, get)
			}, func() { s.put(tagged.Span, bold, x, 10720, 16*pt, width, value) })
		}
		big(1000, 5800, func(w *words) string { return w.amount }, s.euros(due.Amount)+" "+s.first.euro)
		if on := due.On.Localized("it"); on != "" {
			left := 7010 + 100*strings.Count(on, "1") // in the official font the date then ends at 100 mm: its 1 is narrower
			big(left, 10010-left, func(w *words) string { return w.due }, on)
		}
		s.Close()
	}
	var all []paragraph
	if count := len(s.n.Instalments); count > 0 {
		all = s.paragraphs(0, func(w *words) string {
			switch {
			case count >= many:
				return w.details
			case s.n.Whole.Number.IsZero():
				return filled(w.only, strconv.Itoa(count))
			default:
				return filled(w.inFullOr, strconv.Itoa(count))
			}
		})
		all[0].info = true
	}
	before := 240
	if s.second != nil {
		before = 110
	}
	legal := s.paragraphs(before, func(w *words) string { return w.legal })
	legal[0].info = true
	s.block(1600, 11830, 8700, 2160, 8*pt, append(all, legal...))
}

// sum adds up the instalments; ok is false where the sum is more than an amount can be.
func (s *slate) sum() (sum euro.Amount, ok bool) {
	for _, d := range s.n.Instalments {
		var err error
		if sum, err = sum.Add(d.Amount); err != nil {
			return sum, false
		}
	}
	return sum, true
}

// euros writes an amount as the notice's language does.
func (s *slate) euros(a euro.Amount) string { return a.Localized(s.first.lang) }

// ways is module 3.2: where to pay. One language stands beside pictures, two take the
// whole width.
func (s *slate) ways() {
	title, list := 4600, 3900
	if s.second != nil && s.set.Face(bold).Width(s.second.list, least) > mm(list) { // German: above each other
		title, list = 2700, 5800
	}
	s.say(tagged.H2, tagged.Attr{}, bold, 11400, 9140, 10*pt, title, upper(func(w *words) string { return w.where }))
	s.sayRight(tagged.Paragraph, bold, 20000, 9140, 10*pt, list, func(w *words) string { return w.list })
	of := func(w *words) channels {
		switch {
		case s.second != nil && s.second.lang == "de":
			return w.gps
		case s.first.lang != "it":
			return w.abroad
		default:
			return w.home
		}
	}
	online := s.heading(0, upper(func(w *words) string { return of(w).online }))
	online = append(online, s.paragraphs(110, func(w *words) string {
		if s.n.Creditor.Site {
			return filled(of(w).withSite, s.n.Creditor.Name)
		}
		return of(w).noSite
	})...)
	local := s.heading(150, upper(func(w *words) string { return of(w).local }))
	local = append(local, s.paragraphs(110, func(w *words) string { return of(w).counters })...)
	if s.second != nil {
		s.block(11400, 10360, 8600, 3640, 8*pt, append(online, local...))
		return
	}
	s.block(11400, 10360, 7000, 1600, 8*pt, online)
	s.block(11400, 12000, 7000, 1990, 8*pt, local)
	s.pictograms()
}

// whole is module 4a: the payment in one.
func (s *slate) whole() {
	d, c := s.n.Whole, &s.n.Creditor
	s.bands(14080, 14867)
	s.dataHead(14250)
	s.sayRight(tagged.Paragraph, bold, 20000, 14250, 10*pt, 9000, func(w *words) string { return until(w.single, w.by, d.On) })
	s.qr(1008, 15477, wideCode, d)
	s.block(1000, 18470, 4200, 1250, 8*pt, s.paragraphs(60, func(w *words) string { return w.scan }))
	s.Open(tagged.Table)
	s.field(5900, 15450, bold, 15820, 8*pt, 9300, func(w *words) string { return w.payer }, s.n.Debtor.Name)
	s.field(5900, 16380, bold, 16750, 8*pt, 14100, func(w *words) string { return w.payee }, c.Name)
	s.field(5900, 17310, bold, 17680, 8*pt, 14100, func(w *words) string { return w.subject }, s.n.Subject)
	s.amount(s.first, 20000, 15460, d.Amount)
	s.field(5900, 18440, monoBold, 18920, 10*pt, 3300, func(w *words) string { return w.cbill }, c.CBILL)
	s.code(9420, 18440, 18920, 5000, d, func(w *words) string { return w.code })
	s.pair(func() {
		s.Open(tagged.Header, tagged.Attr{Scope: "Row"})
		s.both(regular, 20000, 18440, 8*pt, 5000, true, func(w *words) string { return w.taxCode })
		s.Close()
	}, func() { s.putRight(tagged.Span, monoBold, 20000, 18920, 10*pt, 4500, c.FiscalCode) })
	s.Close()
}

// amount is the row "Euro 1.500,00" that ends at x, in the language of w.
func (s *slate) amount(w *words, x, top int, a euro.Amount) {
	value, f := a.Localized(w.lang), s.set.Face(monoBold)
	size := 12 * pt
	y, edge := base(monoBold, top, size), mm(x)-f.Width(value, size)
	s.pair(func() {
		s.Open(tagged.Header, tagged.Attr{Scope: "Row"})
		s.Right(regular, edge, y, size, w.euro+" ")
		s.Close()
	}, func() { s.line(tagged.Span, monoBold, edge, y, size, value) })
}

// code is the row of a notice number; it reads as 18 digits, without the blanks.
func (s *slate) code(x, top, valueTop, width int, d Due, get func(*words) string) {
	s.pair(func() {
		s.say(tagged.Header, tagged.Attr{Scope: "Row"}, regular, x, top, 8*pt, width, get)
	}, func() {
		text := d.Number.Grouped()
		s.Open(tagged.Span, tagged.Attr{Actual: d.Number.String()})
		s.Text(monoBold, mm(x), base(monoBold, valueTop, 10*pt), s.set.Face(monoBold).Shrink(text, 10*pt, 4*pt, mm(width)), text)
		s.Close()
	})
}

// until joins a text and its due date, if there is one.
func until(text, by string, on pagonline.Date) string {
	if on.IsZero() {
		return text
	}
	return text + " " + by + " " + on.Localized("it")
}
