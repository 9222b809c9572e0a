package pdf

import (
	"strconv"

	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// sheetPlan is one page's share of the instalments.
type sheetPlan struct{ columns, count int }

// many is from how many instalments on the model of many instalments ("molte rate") is
// used: three dense columns, who pays whom once for each page.
const many = 10

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
	dense := n >= many
	for n -= firstRow; n > 0; {
		columns := 3
		if !dense && (n == 2 || n == 4) {
			columns = 2
		}
		count := min(n, 3*columns)
		plan = append(plan, sheetPlan{columns, count})
		n -= count
	}
	return plan
}

// The height at which rows of instalments begin: below the payment in one, below the
// head that stands instead of it, on the pages that follow, and there below what dense
// cells have in common.
const (
	rowBelow   = 19761
	rowInstead = 15010
	rowTop     = 4394
	rowCommon  = 6374
)

// cell is the form of the instalments of a row: where they stand, and how far below the
// row's top what they show.
type cell struct {
	left                                       []int
	width, band                                int // of the texts; of the band, which begins 3.14 mm before them
	side                                       int // of the code
	amount, due, code, taxCode, subject, payee int // labels; no subject and payee if zero
	value, below                               int // of the values below their labels: of the amount, of others
	help, height                               int
}

// The forms, as measured on the official notices: of two columns, of three, and of
// three with nothing that the page says already.
var (
	twoColumns = cell{
		left: []int{1000, 11100}, width: 8898, band: 9525, side: wideCode,
		amount: 1208, due: 2228, code: 3248, taxCode: 4268, subject: 5458, payee: 6378, value: 370, below: 365, help: 7528, height: 9000,
	}
	threeColumns = cell{
		left: []int{1000, 7733, 14467}, width: 5536, band: 6138, side: narrowCode,
		amount: 1208, due: 2358, code: 3508, taxCode: 4528, subject: 5718, payee: 6648, value: 370, below: 370, help: 7788, height: 9000,
	}
	denseColumns = cell{
		left: []int{1000, 7733, 14467}, width: 5536, band: 6138, side: narrowCode,
		amount: 1208, due: 2358, code: 3508, taxCode: 4528, value: 370, below: 370, help: 5726, height: 6770,
	}
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
		form := &threeColumns
		if page.columns == 2 {
			form = &twoColumns
		}
		top := rowTop
		switch {
		case i > 0 || slips:
			s.page()
			s.repeated()
			if page.columns == 3 && slips {
				form = &denseColumns
			} else if len(s.n.Instalments) >= many && !slips {
				form, top = &denseColumns, rowCommon
				s.common()
			}
		case below:
			top = rowBelow
		default:
			top = rowInstead
			s.bands(14080, 14867)
			s.dataHead(14250)
		}
		due := s.n.Instalments[next : next+page.count]
		for k := 0; k < len(due); k += page.columns {
			row := due[k:min(k+page.columns, len(due))]
			s.row(form, top+form.height*(k/page.columns), next+k, row)
		}
		if slips {
			s.slips(next, due)
		}
		next += page.count
	}
}

func (s *slate) dataHead(top int) {
	s.say(tagged.H2, tagged.Attr{}, bold, 1000, top, 10*pt, 9500, upper(func(w *words) string { return w.data }))
}

// common says once what dense cells leave out.
func (s *slate) common() {
	s.bands(rowTop, rowTop+796)
	s.dataHead(rowTop + 176)
	s.Open(tagged.Table)
	left, width, label := denseColumns.left, denseColumns.width, rowTop+1000
	s.prose(left[0], label, label+370, width, func(w *words) string { return w.payer }, s.n.Debtor.Name)
	s.prose(left[1], label, label+370, width, func(w *words) string { return w.payee }, s.n.Creditor.Name)
	s.prose(left[2], label, label+370, width, func(w *words) string { return w.subject }, s.n.Subject)
	s.Close()
}

// row draws instalments beside each other; first is the number of those before.
func (s *slate) row(form *cell, top, first int, due []Due) {
	s.Artifact("Layout", func() {
		boxes := make([]tagged.Box, 0, 3)
		for i := range due {
			boxes = append(boxes, tagged.Box{X: mm(form.left[i] - 314), Y: mm(top), W: mm(form.band), H: mm(821)})
		}
		s.Fill(bandGrey, boxes...)
	})
	for i, d := range due {
		s.instalment(form, form.left[i], top, first+i+1, d)
	}
}

func (s *slate) instalment(form *cell, x, top, number int, d Due) {
	c, width := &s.n.Creditor, form.width
	s.Open(tagged.Section)
	s.say(tagged.H2, tagged.Attr{}, bold, x, top+176, 10*pt, width, func(w *words) string { return filled(w.nth, strconv.Itoa(number)) })
	s.qr(x+width-form.side, top+1219, form.side, d)
	s.Open(tagged.Table)
	beside := width - form.side - 200
	s.field(x, top+form.amount, monoBold, top+form.amount+form.value, 10*pt, beside, func(w *words) string { return w.euro }, s.euros(d.Amount))
	s.field(x, top+form.due, monoBold, top+form.due+form.value, 10*pt, beside, func(w *words) string { return capital(w.by) }, d.On.Localized("it"))
	const half = 3130
	s.code(x, top+form.code, top+form.code+form.below-20, min(width, 5000), d, func(w *words) string { return w.code })
	s.field(x, top+form.taxCode, monoBold, top+form.taxCode+form.below, 10*pt, half, func(w *words) string { return w.taxCode }, c.FiscalCode)
	s.field(x+3330, top+form.taxCode, monoBold, top+form.taxCode+form.below, 10*pt, width-3330, func(w *words) string { return w.cbill }, c.CBILL)
	if form.subject > 0 {
		s.prose(x, top+form.subject, top+form.subject+390, width, func(w *words) string { return w.subject }, s.n.Subject)
		s.prose(x, top+form.payee, top+form.payee+390, width, func(w *words) string { return w.payee }, c.Name)
	}
	s.Close()
	size, help, room := 8*pt, form.help, form.height-form.help-100
	if s.n.Creditor.Postal != nil {
		room = 880 // then comes the line of a slip
	}
	if s.second != nil { // four lines of 6 points, clear of the scissors
		help, room = help-140, room+80
	}
	if form.side == narrowCode {
		size = 7 * pt
	}
	s.block(x, top+help, width, room, size, s.paragraphs(0, func(w *words) string { return w.scanBelow }))
	s.Close()
}
