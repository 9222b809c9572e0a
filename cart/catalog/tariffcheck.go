package catalog

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// Validate reports all that makes p no price: for a catalogue it is better to know on
// the day it is written than on the day a reader asks. Each error of the joined ones has
// [pagonline.CodeCatalogInvalid] and in its field the path from p, as JSON would have
// it: "amount", "tariff.entries[2].rule.steps[1].upTo".
func (p Price) Validate() error {
	r := newReport("")
	p.check(r)
	return r.err()
}

func (p Price) check(r *report) {
	if p.Kind != Fixed && (!p.Amount.IsZero() || p.MaxQuantity != 0) {
		r.wrong("amount", "solo per un prezzo fisso", "for a fixed price only")
	}
	if p.Kind != ByTariff && (len(p.Tariff.Entries) > 0 || !p.Tariff.Minimum.IsZero()) {
		r.wrong("tariff", "solo per un tariffario", "for a price by tariff only")
	}
	switch p.Kind {
	case ByQuote, Free:
	case Fixed:
		r.price("amount", p.Amount)
		if p.MaxQuantity < 0 || p.MaxQuantity > MaxCount {
			r.wrong("maxQuantity", "fuori dai limiti", "out of range")
		}
	case ByTariff:
		p.Tariff.check(r.in("tariff"))
	default:
		r.wrong("kind", "tipo di prezzo sconosciuto", "unknown kind of price")
	}
}

// Validate reports all that makes t no price list, as [Price.Validate] does, with paths
// from t: "entries[2].rule.steps[1].upTo".
func (t Tariff) Validate() error {
	r := newReport("")
	t.check(r)
	return r.err()
}

// report collects what is wrong below a path.
type report struct {
	path string
	errs *[]error // of all reports of one whole
}

func newReport(path string) *report { return &report{path: path, errs: new([]error)} }

func (r *report) err() error { return errors.Join(*r.errs...) }

// in returns the report of what stands in a field.
func (r *report) in(field string) *report {
	return &report{path: strings.TrimPrefix(r.path+"."+field, "."), errs: r.errs}
}

func (r *report) at(field string, i int) *report { return r.in(fmt.Sprintf("%s[%d]", field, i)) }

func (r *report) wrong(field, it, en string) {
	path := r.in(field).path
	*r.errs = append(*r.errs, pagonline.NewError(pagonline.CodeCatalogInvalid,
		pagonline.Same(path), pagonline.Text{It: it, En: en}).At(path))
}

// price reports a price of nothing: there are other words for that.
func (r *report) price(field string, a euro.Amount) {
	if a.IsZero() {
		r.wrong(field, "prezzo mancante", "missing price")
	}
}

// factor reports a coefficient out of range; zero is one if it may be free.
func (r *report) factor(d decimal.Decimal, free bool) {
	if !within(d, maxFactor) || !free && d.IsZero() {
		r.wrong("factor", "coefficiente fuori dai limiti", "coefficient out of range")
	}
}

// named reports a name that is missing or not the first of its kind.
func (r *report) named(field, name string, seen map[string]bool) {
	key := strings.ToLower(name)
	switch {
	case name == "" || strings.TrimSpace(name) != name:
		r.wrong(field, "nome mancante o con spazi attorno", "missing name, or blanks around it")
	case utf8.RuneCountInString(name) > maxCode:
		r.wrong(field, "nome troppo lungo", "name too long")
	case seen[key]:
		r.wrong(field, "nome ripetuto", "name given twice")
	}
	seen[key] = true
}

func (t *Tariff) check(r *report) {
	if len(t.Entries) == 0 {
		r.wrong("entries", "manca almeno una voce", "at least one entry is missing")
	}
	seen := map[string]bool{MinimumCode: true} // the line that no entry makes
	for i := range t.Entries {
		e, in := &t.Entries[i], r.at("entries", i)
		in.named("code", e.Code, seen)
		switch e.Unit {
		case Page, Image, ArchivalUnit, Piece, Support, Parcel:
		default:
			in.wrong("unit", "unità sconosciuta", "unknown unit")
		}
		if e.Limit < 0 || e.Limit > MaxCount {
			in.wrong("limit", "fuori dai limiti", "out of range")
		}
		if e.Rule == nil {
			in.wrong("rule", "regola mancante", "missing rule")
			continue
		}
		e.Rule.check(in.in("rule"))
		t.follow(e, in.in("rule"))
	}
}

// follow reports a multiple that does not lead to a price.
func (t *Tariff) follow(e *Entry, r *report) {
	for range maxDepth + 1 {
		m, multiple := e.Rule.(Multiple)
		if !multiple {
			return
		}
		if e = t.entry(m.Of); e == nil {
			r.wrong("of", "voce inesistente", "unknown entry")
			return
		}
	}
	r.wrong("of", "multiplo di se stesso, o catena troppo lunga", "a multiple of itself, or too long a chain")
}

func (r Each) check(to *report) { to.price("price", r.Price) }

func (r FirstNext) check(to *report) {
	if r.First.IsZero() && r.Next.IsZero() {
		to.price("first", r.First)
	}
}

func (r BySize) check(to *report) {
	if len(r.Steps) == 0 {
		to.wrong("steps", "scaglioni mancanti", "missing steps")
	}
	var last decimal.Decimal
	for i, s := range r.Steps {
		in := to.at("steps", i)
		switch {
		case !within(s.UpTo, maxSizeMB):
			in.wrong("upTo", "dimensione fuori dai limiti", "size out of range")
			return // and not to be compared
		case s.UpTo.IsZero() && i < len(r.Steps)-1:
			in.wrong("upTo", "solo l'ultimo scaglione può essere senza limite", "only the last step may be without bound")
		case !s.UpTo.IsZero() && !s.UpTo.GreaterThan(last):
			in.wrong("upTo", "scaglioni non crescenti", "steps do not ascend")
		}
		last = s.UpTo
	}
}

func (r ByFormat) check(to *report)  { checkNamed(to, r.Prices) }
func (r ByQuality) check(to *report) { checkNamed(to, r.Prices) }

func checkNamed(to *report, prices []NamedPrice) {
	if len(prices) == 0 {
		to.wrong("prices", "prezzi mancanti", "missing prices")
	}
	seen := map[string]bool{}
	for i, p := range prices {
		to.at("prices", i).named("name", p.Name, seen)
	}
}

func (r Hourly) check(to *report) {
	if r.Hour.IsZero() && r.Piece.IsZero() {
		to.price("hour", r.Hour)
	}
}

func (r Every) check(to *report) {
	if r.Pieces < 1 || r.Pieces > MaxCount {
		to.wrong("pieces", "fuori dai limiti", "out of range")
	}
	to.price("price", r.Price)
}

func (r Multiple) check(to *report) { to.factor(r.Factor, false) }

func (r Formula) check(to *report) {
	to.price("price", r.Price)
	if len(r.Uses) == 0 {
		to.wrong("uses", "coefficienti d'uso mancanti", "missing coefficients of use")
	}
	seen := map[string]bool{}
	for i, u := range r.Uses {
		in := to.at("uses", i)
		in.named("use", u.Use, seen)
		in.factor(u.Factor, true)
	}
	last := 0
	for i, c := range r.Copies {
		in := to.at("copies", i)
		switch {
		case c.UpTo == 0 && i < len(r.Copies)-1:
			in.wrong("upTo", "solo l'ultimo scaglione può essere senza limite", "only the last step may be without bound")
		case c.UpTo != 0 && c.UpTo <= last:
			in.wrong("upTo", "scaglioni non crescenti", "steps do not ascend")
		}
		in.factor(c.Factor, true)
		last = c.UpTo
	}
}

func (OnRequest) check(*report) {}
func (Gratis) check(*report)    {}
