package catalog

import (
	"fmt"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/euro"
)

// StampAct is an act that pays stamp duty (imposta di bollo, DPR 642/1972).
type StampAct string

// The acts.
const (
	StampRequest       StampAct = "request"       // istanza
	StampCopy          StampAct = "copy"          // copia conforme
	StampAuthorisation StampAct = "authorisation" // as to publish
)

// StampRate is the duty of one stamp between two days, both included; Until none is
// without end.
type StampRate struct {
	From, Until pagonline.Date
	Amount      euro.Amount
	Source      string // the rule that set it
}

// DefaultStampRates returns the rates of requests and copies since 1 June 2005. The law
// changes them by decree, with a few days' notice: a catalogue may have its own.
func DefaultStampRates() []StampRate {
	return []StampRate{
		{
			From: day(2005, time.June, 1), Until: day(2013, time.June, 25), Amount: cents(1462),
			Source: "DM 24 maggio 2005, art. 1, c. 1 (GU n. 123 del 28 maggio 2005)",
		},
		{
			From: day(2013, time.June, 26), Amount: cents(1600),
			Source: "DL 26 aprile 2013, n. 43, art. 7-bis, c. 3, conv. L. 24 giugno 2013, n. 71",
		},
	}
}

// day and cents are for constants, which are right.
func day(year int, month time.Month, dayOfMonth int) pagonline.Date {
	d, _ := pagonline.NewDate(year, month, dayOfMonth)
	return d
}

func cents(n int64) euro.Amount {
	a, _ := euro.Cents(n)
	return a
}

// RateOn returns the rate of a day. Its error has [pagonline.CodeCatalogInvalid] and
// the field "stampRates" if there is none, [pagonline.CodeRequiredField] for no day.
func RateOn(rates []StampRate, on pagonline.Date) (StampRate, error) {
	if on.IsZero() {
		return StampRate{}, pagonline.NewError(pagonline.CodeRequiredField,
			pagonline.Text{It: "data", En: "date"}).At("date")
	}
	for _, r := range rates {
		if !on.Before(r.From) && (r.Until.IsZero() || !r.Until.Before(on)) {
			return r, nil
		}
	}
	return StampRate{}, pagonline.NewError(pagonline.CodeCatalogInvalid, pagonline.Same("stampRates"), pagonline.Text{
		It: "nessuna misura dell'imposta per il " + on.Localized("it"), En: "no rate of duty for " + on.Localized("en"),
	}).At("stampRates")
}

// checkRates reports what is wrong with rates: each has its first day, an amount and
// its rule, and no day has two.
func checkRates(r *report, rates []StampRate) {
	for i, rate := range rates {
		in := r.at("stampRates", i)
		if rate.From.IsZero() {
			in.wrong("from", "data mancante", "missing date")
		}
		if !rate.Until.IsZero() && rate.Until.Before(rate.From) {
			in.wrong("until", "prima dell'inizio", "before it begins")
		}
		in.price("amount", rate.Amount)
		if trimmed(rate.Source) == "" {
			in.wrong("source", "norma mancante", "missing rule")
		}
		for j, other := range rates[:i] {
			if rate.overlaps(other) {
				of := fmt.Sprintf("stampRates[%d]", j)
				in.wrong("from", "periodo già coperto da "+of, "a period that is covered by "+of)
				break
			}
		}
	}
}

func (s StampRate) overlaps(o StampRate) bool {
	return (s.Until.IsZero() || !s.Until.Before(o.From)) && (o.Until.IsZero() || !o.Until.Before(s.From))
}
