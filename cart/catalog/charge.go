package catalog

import (
	"cmp"

	"github.com/pagonline/pagonline"
)

// The bounds of a [Request].
const (
	MaxItems  = 1000  // lines
	MaxCount  = 99999 // pieces of a line
	maxReason = 200   // characters
	maxCode   = 64    // characters
)

// MinimumCode is the code of the line that lifts a [Charge] to the [Tariff]'s minimum.
// No entry may have it.
const MinimumCode = "minimum"

// Charge prices a request for a service that has this price. A fixed price takes one
// item at most, and none is one piece; so does what is free. The item's code is that of
// the service, or "" for it; of a price that is in no catalogue it is "fixed" or "free".
// A tariff takes 1 to [MaxItems], see [Tariff.Charge].
//
// Its error has [pagonline.CodeQuantity] for a count out of [Price.Quantities],
// [pagonline.CodeTariffItem] for another item and where a quote is needed,
// [pagonline.CodeReasonRequired] where nothing is due and no reason is given, or a code
// of [Tariff.Charge].
func (p Price) Charge(r Request) (Charge, error) {
	switch p.Kind {
	case Fixed:
		return p.single(r, Each{p.Amount})
	case Free:
		return p.single(r, Gratis{})
	case ByTariff:
		return p.Tariff.Charge(r)
	case ByQuote:
		quote := pagonline.Text{It: "serve un preventivo", En: "a quote is needed"}
		return Charge{}, pagonline.NewError(pagonline.CodeTariffItem, quote).At("items")
	default:
		unknown := pagonline.Text{It: "tipo di prezzo sconosciuto", En: "unknown kind of price"}
		return Charge{}, pagonline.NewError(pagonline.CodeCatalogInvalid, pagonline.Same("kind"), unknown).At("kind")
	}
}

// single prices the one item of a price without a list, as a list of one entry would.
func (p Price) single(r Request, rule Rule) (Charge, error) {
	own := cmp.Or(p.code, string(p.Kind))
	asked := Asked{Count: 1}
	switch len(r.Items) {
	case 0:
	case 1:
		asked = r.Items[0]
	default:
		return Charge{}, tooManyItems(1)
	}
	if asked.Code = cmp.Or(asked.Code, own); asked.Code != own {
		return Charge{}, incomplete(asked.Code, "items[0].code", pagonline.Text{})
	}
	if least, most := p.Quantities(); asked.Count < least || asked.Count > most {
		return Charge{}, badCount(least, most).At("items[0].count")
	}
	r.Items = []Asked{asked}
	return Tariff{Entries: []Entry{{Code: own, Unit: Piece, Rule: rule}}}.Charge(r)
}

// Charge prices a request by the list: one line for each item in the same order, and
// one more, [MinimumCode], if the sum is below the minimum. Where a line comes to 0.00
// the request must give its reason; elsewhere it may, and the charge keeps it. The
// minimum is not due on a request of which every line comes to 0.00. Only the lines of
// [Hourly] entries may have no pieces.
//
// Its error names the field as JSON does, as in "items[2].format":
//   - [pagonline.CodeRequiredField]: no items; [pagonline.CodeTooManyItems]: more than
//     [MaxItems]
//   - [pagonline.CodeQuantity]: a count that is not 1 to [MaxCount]
//   - [pagonline.CodeTariffItem]: an unknown code; a size, format, quality, use, number
//     of copies or of hours that is missing or not in the list; a price that only a
//     quote can tell
//   - [pagonline.CodeReasonRequired]: nothing is due, and no reason given
//   - [pagonline.CodeAmountRange]: a line or the total beyond 999,999,999.99
//   - [pagonline.CodeCatalogInvalid]: a list that [Tariff.Validate] refuses
func (t Tariff) Charge(r Request) (Charge, error) {
	switch {
	case len(r.Items) == 0:
		return Charge{}, pagonline.NewError(pagonline.CodeRequiredField, pagonline.Same("items")).At("items")
	case len(r.Items) > MaxItems:
		return Charge{}, tooManyItems(MaxItems)
	}
	w := newWork(&t, len(r.Items))
	c := Charge{Lines: make([]Line, 0, len(r.Items)+1)}
	gratis := false
	for i := range r.Items {
		line, err := w.line(&r.Items[i])
		if err == nil {
			c.Total, err = c.Total.Add(line.Amount)
		}
		if err != nil {
			return Charge{}, inItem(i, err)
		}
		gratis = gratis || line.Amount.IsZero()
		c.Lines = append(c.Lines, line)
	}
	if gratis || trimmed(r.Reason) != "" {
		reason, err := reason(r.Reason)
		if err != nil {
			return Charge{}, err
		}
		c.Reason = reason
	}
	if !c.Total.IsZero() && c.Total.Compare(t.Minimum) < 0 {
		missing, _ := t.Minimum.Sub(c.Total) // is positive
		c.Lines = append(c.Lines, Line{Code: MinimumCode, Count: 1, Unit: Piece, Amount: missing})
		w.minimum(t.Minimum, c.Total)
		c.Total = t.Minimum
	}
	w.explain(c.Lines)
	c.Warnings = t.limits(r.Items)
	return c, nil
}

// line prices one item; its text is still in w.
func (w *work) line(asked *Asked) (Line, error) {
	e := w.tariff.entry(asked.Code)
	if e == nil {
		return Line{}, incomplete(asked.Code, "code", pagonline.Text{})
	}
	price, err := w.price(e, asked)
	if err != nil {
		return Line{}, err
	}
	amount, err := price.round()
	if err != nil {
		return Line{}, err
	}
	if !price.isZero() && amount.Compare(e.Minimum) < 0 { // what is free has no minimum
		amount = e.Minimum
		w.words("; minimo ", "; minimum ")
		w.euros(e.Minimum)
	}
	w.end()
	return Line{Code: e.Code, Count: asked.Count, Unit: e.Unit, Amount: amount}, nil
}

// price returns the exact price of entry e, which may be the multiple of another's.
func (w *work) price(e *Entry, asked *Asked) (exact, error) {
	least := 1
	switch e.Rule.(type) {
	case nil:
		return exact{}, broken(e.Code)
	case Hourly, Multiple: // a multiple asks the entry that it leads to
		least = 0
	}
	if asked.Count < least || asked.Count > MaxCount {
		return exact{}, badCount(least, MaxCount).At("count")
	}
	return e.Rule.price(w, e, asked)
}

// entry returns the entry with this code, nil if there is none.
func (t *Tariff) entry(code string) *Entry {
	for i := range t.Entries {
		if t.Entries[i].Code == code {
			return &t.Entries[i]
		}
	}
	return nil
}
