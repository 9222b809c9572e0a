package catalog

import (
	"cmp"
	"strings"

	"github.com/pagonline/pagonline"
)

// maxDepth is how long a chain of multiples of multiples may be. A circle has no end,
// so it is always longer.
const maxDepth = 8

func (r Each) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	w.each(asked.Count, r.Price)
	return of(r.Price, asked.Count), nil
}

func (r FirstNext) price(w *work, e *Entry, asked *Asked) (exact, error) {
	w.euros(r.First)
	switch e.Unit {
	case Piece, Support, Parcel: // il pezzo, il supporto, il pacco
		w.words(" il primo", " the first")
	case Page, Image, ArchivalUnit:
		w.words(" la prima", " the first")
	default:
		return exact{}, broken(asked.Code)
	}
	if asked.Count == 1 {
		return of(r.First, 1), nil
	}
	w.same(" + ")
	w.each(asked.Count-1, r.Next)
	return of(r.First, 1).plus(r.Next, asked.Count-1), nil
}

func (r BySize) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	if !positive(asked.SizeMB, maxSizeMB) {
		return exact{}, incomplete(asked.Code, "sizeMB", pagonline.Text{It: "dimensione in MB", En: "size in MB"})
	}
	for i, step := range r.Steps {
		switch {
		case !within(step.UpTo, maxSizeMB):
			return exact{}, broken(asked.Code)
		case step.UpTo.IsZero() && i > 0:
			w.words("oltre ", "over ")
			w.decimal(r.Steps[i-1].UpTo)
			w.same(" MB: ")
		case step.UpTo.IsZero(): // the only one: whatever the size
		case asked.SizeMB.GreaterThan(step.UpTo):
			continue
		default:
			w.words("fino a ", "up to ")
			w.decimal(step.UpTo)
			w.same(" MB: ")
		}
		w.each(asked.Count, step.Price)
		return of(step.Price, asked.Count), nil
	}
	return exact{}, needsQuote(asked.Code, "sizeMB")
}

func (r ByFormat) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	return named(w, r.Prices, asked, asked.Format, "format", pagonline.Text{It: "formato", En: "format"})
}

func (r ByQuality) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	return named(w, r.Prices, asked, cmp.Or(asked.Quality, asked.Format), "quality", pagonline.Text{It: "qualità", En: "quality"})
}

// named prices what has a name in a table; capitals and blanks around do not matter.
func named(w *work, table []NamedPrice, asked *Asked, name, field string, word pagonline.Text) (exact, error) {
	for _, p := range table {
		if same(p.Name, name) {
			w.same(p.Name)
			w.same(": ")
			w.each(asked.Count, p.Price)
			return of(p.Price, asked.Count), nil
		}
	}
	names := make([]string, 0, len(table))
	for _, p := range table {
		names = append(names, p.Name)
	}
	return exact{}, incomplete(asked.Code, field, oneOf(word, names))
}

func same(a, b string) bool { return strings.EqualFold(a, strings.TrimSpace(b)) }

// oneOf says what may be chosen, as in "formato: A4, A3".
func oneOf(word pagonline.Text, names []string) pagonline.Text {
	all := ": " + strings.Join(names, ", ")
	return pagonline.Text{It: word.It + all, En: word.En + all}
}

func (r Hourly) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	if !positive(asked.Hours, maxHours) {
		return exact{}, incomplete(asked.Code, "hours", pagonline.Text{It: "numero di ore", En: "number of hours"})
	}
	w.decimal(asked.Hours)
	w.same(" h × ")
	w.euros(r.Hour)
	price := of(r.Hour, 1).times(asked.Hours)
	if asked.Count == 0 || r.Piece.IsZero() {
		return price, nil
	}
	w.same(" + ")
	w.each(asked.Count, r.Piece)
	return price.plus(r.Piece, asked.Count), nil
}

func (r Every) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	if r.Pieces < 1 {
		return exact{}, broken(asked.Code)
	}
	batches := (asked.Count-1)/r.Pieces + 1
	w.each(batches, r.Price)
	w.words(" (ogni ", " (every ")
	w.count(r.Pieces)
	w.same(")")
	return of(r.Price, batches), nil
}

func (r Multiple) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	other := w.tariff.entry(r.Of)
	if other == nil || w.depth == maxDepth || !positive(r.Factor, maxFactor) {
		return exact{}, broken(asked.Code)
	}
	w.decimal(r.Factor)
	w.same(" × (")
	w.depth++
	price, err := w.price(other, asked)
	w.depth--
	w.same(")")
	if err != nil {
		return exact{}, err
	}
	return price.times(r.Factor), nil
}

func (r Formula) price(w *work, _ *Entry, asked *Asked) (exact, error) {
	price := of(r.Price, asked.Count)
	w.each(asked.Count, r.Price)
	use := r.use(asked.Use)
	switch {
	case use == nil:
		names := make([]string, 0, len(r.Uses))
		for _, u := range r.Uses {
			names = append(names, u.Use)
		}
		return exact{}, incomplete(asked.Code, "use", oneOf(pagonline.Text{It: "uso", En: "use"}, names))
	case !within(use.Factor, maxFactor):
		return exact{}, broken(asked.Code)
	}
	w.same(" × ")
	w.decimal(use.Factor)
	w.same(" (")
	w.same(use.Use)
	w.same(")")
	price = price.times(use.Factor)
	if len(r.Copies) == 0 {
		return price, nil
	}
	if asked.Copies < 1 {
		return exact{}, incomplete(asked.Code, "copies", pagonline.Text{It: "numero di copie", En: "number of copies"})
	}
	step := r.step(asked.Copies)
	switch {
	case step == nil:
		return exact{}, needsQuote(asked.Code, "copies")
	case !within(step.Factor, maxFactor):
		return exact{}, broken(asked.Code)
	}
	w.same(" × ")
	w.decimal(step.Factor)
	w.same(" (")
	w.count(asked.Copies)
	if asked.Copies == 1 {
		w.words(" copia)", " copy)")
	} else {
		w.words(" copie)", " copies)")
	}
	return price.times(step.Factor), nil
}

// use returns the coefficient of a use, nil if there is none.
func (r Formula) use(name string) *Coefficient {
	for i := range r.Uses {
		if same(r.Uses[i].Use, name) {
			return &r.Uses[i]
		}
	}
	return nil
}

// step returns the coefficient of a number of copies, nil beyond the last.
func (r Formula) step(copies int) *CopiesStep {
	for i := range r.Copies {
		if r.Copies[i].UpTo == 0 || copies <= r.Copies[i].UpTo {
			return &r.Copies[i]
		}
	}
	return nil
}

//nolint:unparam // it is a Rule's, and this one has no price
func (OnRequest) price(_ *work, _ *Entry, asked *Asked) (exact, error) {
	return exact{}, needsQuote(asked.Code, "code")
}

func (Gratis) price(w *work, _ *Entry, _ *Asked) (exact, error) {
	w.words("gratuito", "free of charge")
	return exact{}, nil
}

func needsQuote(code, field string) error {
	return incomplete(code, field, pagonline.Text{It: "serve un preventivo", En: "a quote is needed"})
}
