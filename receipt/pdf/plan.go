package pdf

import (
	"strconv"

	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// sheetPlan is one page's share of the instalments.
type sheetPlan struct{ columns, count int }

// planOf shares n instalments out to pages as the official layout does. Without slips
// the first row stands on the first page, and up to three rows on the following ones;
// with slips each page has one row. Columns are two or three, never both on a page.
func planOf(n int, slips bool) (plan []sheetPlan) {
	firstRow := 3
	if n%3 != 0 && n <= 8 && n != 7 || slips && n%3 == 2 { // 2, 4, 5, 8
		firstRow = 2
	}
	if n == 6 && !slips {
		firstRow = 2
	}
	if slips {
		for n > 0 {
			row := min(firstRow, n)
			if n == 4 || n == 2 {
				row = 2
			}
			plan = append(plan, sheetPlan{row, row})
			n, firstRow = n-row, 3
		}
		return plan
	}
	plan = append(plan, sheetPlan{firstRow, firstRow})
	for n -= firstRow; n > 0; {
		columns := 3
		if n == 2 || n == 4 {
			columns = 2
		}
		count := min(n, 3*columns)
		plan = append(plan, sheetPlan{columns, count})
		n -= count
	}
	return plan
}

// The height at which rows of instalments begin: below the payment in one, instead of
// it, and on the pages that follow. A row is 80 mm high.
const (
	rowBelow   = 19760
	rowInstead = 14080
	rowTop     = 4394
	rowHeight  = 8000
)

// plan is module 4c: the instalments. below says that the payment in one stands on the
// first page.
func (s *slate) plan(below bool) {
	slips := s.n.Creditor.Postal != nil
	next := 0
	if len(s.n.Instalments) == 0 {
		return
	}
	for i, page := range planOf(len(s.n.Instalments), slips) {
		top := rowTop
		switch {
		case i > 0 || slips:
			s.page()
			s.repeated()
		case below:
			top = rowBelow
		default:
			top = rowInstead
		}
		due := s.n.Instalments[next : next+page.count]
		for k := 0; k < len(due); k += page.columns {
			row := due[k:min(k+page.columns, len(due))]
			s.row(top+rowHeight*(k/page.columns), page.columns, next+k, row)
		}
		if slips {
			s.slips(next, due)
		}
		next += page.count
	}
}

// row draws instalments beside each other; first is the number of those before.
func (s *slate) row(top, columns, first int, due []Due) {
	left, width, gaps := [3]int{1000, 11100}, 8900, []int{10500}
	if columns == 3 {
		left, width, gaps = [3]int{1000, 7533, 14067}, 5933, []int{7233, 13767}
	}
	s.bands(top, top+821, gaps...)
	for i, d := range due {
		s.instalment(left[i], top, width, first+i+1, d)
	}
}

func (s *slate) instalment(x, top, width, number int, d Due) {
	c := &s.n.Creditor
	s.Open(tagged.Section)
	s.say(tagged.H2, tagged.Attr{}, bold, x, top+176, 10*pt, width, func(w *words) string { return filled(w.nth, strconv.Itoa(number)) })
	s.qr(x+width-2489, top+1080, d)
	s.Open(tagged.Table)
	beside := width - 2700
	s.field(x, top+1210, monoBold, top+1580, 10*pt, beside, func(w *words) string { return w.euro }, s.euros(d.Amount))
	s.field(x, top+2230, monoBold, top+2600, 10*pt, beside, func(w *words) string { return capital(w.by) }, d.On.Localized("it"))
	const half = 3130
	s.code(x, top+3250, top+3600, min(width, 5000), d, func(w *words) string { return w.code })
	s.field(x, top+4270, monoBold, top+4640, 10*pt, half, func(w *words) string { return w.taxCode }, c.FiscalCode)
	s.field(x+3330, top+4270, monoBold, top+4640, 10*pt, width-3330, func(w *words) string { return w.cbill }, c.CBILL)
	s.pair(func() {
		s.say(tagged.Header, tagged.Attr{Scope: "Row"}, regular, x, top+5460, 8*pt, width, func(w *words) string { return w.subject })
	}, func() {
		s.block(x, top+5830, width, 550, 8*pt, []paragraph{{tag: tagged.Paragraph, text: s.n.Subject}})
	})
	s.field(x, top+6380, regular, top+6750, 8*pt, width, func(w *words) string { return w.payee }, c.Name)
	s.Close()
	help, room := 7530, 450
	if width < 6000 {
		help, room = 7430, 550
	}
	s.block(x, top+help, width, room, 8*pt, s.paragraphs(tagged.Paragraph, regular, 0, 0, func(w *words) string { return w.scanBelow }))
	s.Close()
}
