package catalog

import (
	"cmp"
	"errors"

	"github.com/pagonline/pagonline/causale"
)

// maxWrongs is how many errors of a catalogue are told: nobody reads more.
const maxWrongs = 100

// check reports what is wrong between the parts of a catalogue.
func (c *Catalog) check(r *report, institutes []Institute) {
	checkRates(r, c.cfg.StampRates)
	for i := range institutes {
		in, at := &institutes[i], r.at("institutes", i)
		cr, known := c.creditors[in.Creditor]
		if !known {
			at.wrong("creditor", "ente creditore sconosciuto", "unknown creditor")
		}
		c.checkParent(at, in)
		account, _, _ := causale.RevenueFromIBAN(string(cmp.Or(in.IBAN, cr.IBAN)))
		codes := map[string]bool{}
		for j := range in.Services {
			s, at := &in.Services[j], at.at("services", j)
			if codes[s.Code] {
				at.wrong("code", "servizio ripetuto", "service given twice")
			}
			codes[s.Code] = true
			s.check(at, account)
		}
	}
}

func (s *Service) check(r *report, account causale.Revenue) {
	s.Price.check(r.in("price"))
	if !sameAccount(account, s.Revenue) {
		r.wrong("revenue", "l'IBAN è del capitolo "+account.String(), "the IBAN is that of "+account.String())
	}
	codes := map[string]bool{}
	for i := range s.Fields {
		if codes[s.Fields[i].Code] {
			r.at("fields", i).wrong("code", "campo ripetuto", "field given twice")
		}
		codes[s.Fields[i].Code] = true
	}
}

// sameAccount reports whether both are the same revenue, as far as is known.
func sameAccount(a, b causale.Revenue) bool {
	return a.IsZero() || b.IsZero() || a.Capitolo() == b.Capitolo() && a.Articolo() == b.Articolo() &&
		(a.Capo() == b.Capo() || a.Capo() == 0 || b.Capo() == 0)
}

// maxSections is how many institutes a section may have above it: a circle has no end.
const maxSections = 8

// checkParent goes up from an institute to the one that has no parent.
func (c *Catalog) checkParent(r *report, in *Institute) {
	if _, known := c.institutes[in.Parent]; in.Parent != "" && !known {
		r.wrong("parent", "istituto sconosciuto", "unknown institute")
		return
	}
	code := in.Parent
	for range maxSections {
		code = c.institutes[code].Parent
	}
	if code != "" {
		r.wrong("parent", "sezione di sé stesso, o troppi livelli", "a section of itself, or too many levels")
	}
}

// few returns the first errors, nil if there are none.
func (r *report) few() error { return errors.Join((*r.errs)[:min(len(*r.errs), maxWrongs)]...) }
