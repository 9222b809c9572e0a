package catalog

import (
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// work is the pricing of one request. It writes the texts of all lines one after the
// other, so that a charge has two strings and not two for each line.
type work struct {
	tariff *Tariff
	depth  int // of multiples of multiples
	it, en []byte
	ends   []span // where the text of each line ends
}

type span struct{ it, en int }

func newWork(t *Tariff, lines int) *work {
	const each = 48 // bytes of a usual text
	return &work{
		tariff: t, ends: make([]span, 0, lines+1),
		it: make([]byte, 0, each*lines), en: make([]byte, 0, each*lines),
	}
}

// end ends the text of a line.
func (w *work) end() { w.ends = append(w.ends, span{len(w.it), len(w.en)}) }

// explain gives each line its text.
func (w *work) explain(lines []Line) {
	it, en := string(w.it), string(w.en)
	var from span
	for i, to := range w.ends {
		lines[i].Rule = pagonline.Text{It: it[from.it:to.it], En: en[from.en:to.en]}
		from = to
	}
}

// minimum writes why a whole request costs more than its lines.
func (w *work) minimum(least, sum euro.Amount) {
	w.words("minimo ", "minimum ")
	w.euros(least)
	w.same(" - ")
	w.euros(sum)
	w.end()
}

func (w *work) words(it, en string) {
	w.it = append(w.it, it...)
	w.en = append(w.en, en...)
}

func (w *work) same(s string) { w.words(s, s) }

func (w *work) text(t pagonline.Text) { w.words(t.It, t.En) }

func (w *work) count(n int) {
	w.it = strconv.AppendInt(w.it, int64(n), 10)
	w.en = strconv.AppendInt(w.en, int64(n), 10)
}

// euros writes an amount with its sign: "0,08 €", "€0.08".
func (w *work) euros(a euro.Amount) {
	const thousand = 1000_00
	w.en = append(w.en, "€"...)
	if a.Cents() < thousand { // nothing to group: the wire form but for the comma
		w.en, _ = a.AppendText(w.en)
		w.it, _ = a.AppendText(w.it)
		w.it[len(w.it)-3] = ','
	} else {
		w.words(a.Localized("it"), a.Localized("en"))
	}
	w.it = append(w.it, " €"...)
}

// each writes "25 × 0,08 €".
func (w *work) each(n int, a euro.Amount) {
	w.count(n)
	w.same(" × ")
	w.euros(a)
}

func (w *work) decimal(d decimal.Decimal) { w.text(written(d)) }

// written returns a decimal as people write it: "1,5", "1.5".
func written(d decimal.Decimal) pagonline.Text {
	s := d.String()
	return pagonline.Text{It: strings.Replace(s, ".", ",", 1), En: s}
}
