package catalog

import (
	"slices"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// limits returns a warning for each entry of which more is asked than the institute
// makes at once, in one line or in several. It is never nil.
func (t *Tariff) limits(items []Asked) []pagonline.Text {
	warnings := []pagonline.Text{}
	for _, e := range t.Entries {
		if e.Limit <= 0 {
			continue
		}
		asked := 0
		for i := range items {
			if items[i].Code == e.Code {
				asked += items[i].Count
			}
		}
		if asked > e.Limit {
			n, most := strconv.Itoa(asked), strconv.Itoa(e.Limit)
			warnings = append(warnings, pagonline.Text{
				It: e.Code + ": richiesti " + n + ", l'istituto ne fa al massimo " + most + " per volta",
				En: e.Code + ": " + n + " asked for, the institute makes " + most + " at most at a time",
			})
		}
	}
	return warnings
}

// WithFee returns c with a warning if the fee of who takes the payment is more than
// what is due. The fee is no part of the total: it is never added, never taken off.
func (c Charge) WithFee(fee euro.Amount) Charge {
	if c.Total.IsZero() || fee.Compare(c.Total) <= 0 {
		return c
	}
	c.Warnings = append(slices.Clip(c.Warnings), pagonline.Text{
		It: "la commissione (" + fee.Localized("it") + " €) supera l'importo dovuto (" + c.Total.Localized("it") + " €)",
		En: "the fee (€" + fee.Localized("en") + ") is more than the amount due (€" + c.Total.Localized("en") + ")",
	})
	return c
}
