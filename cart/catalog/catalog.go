// Package catalog describes who sells what: creditors, the institutes they serve, the
// services of each institute and what they cost, and how each wants its amounts
// written and its payment reasons put.
//
// A [Catalog] is read from JSON by the package load beside this one; or it is built
// with [New] by programs that have their institutes elsewhere. [Catalog.Offer] is a
// service that can be bought, [Price.Charge] says what it costs, and
// [Catalog.Instructions] tells a payer, step by step, how to pay it on the portal.
package catalog

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pagonline/pagonline"
)

// Catalog is a set of institutes and their creditors. It does not change and is safe
// for concurrent use; nothing in the values that it returns may be changed.
type Catalog struct {
	cfg        Config
	creditors  map[string]Creditor
	institutes map[string]Institute
	names      names
}

// Config is what holds for a whole catalogue. The zero value of each field works.
type Config struct {
	// Name says what catalogue it is, to who reads it. Default: none.
	Name string
	// Portal is where its institutes are paid. Default: [DefaultPortal].
	Portal string
	// StampRates are the rates of stamp duty. Default: [DefaultStampRates].
	StampRates []StampRate
}

// DefaultPortal is the Ministry's portal.
const DefaultPortal = "https://pagonline.cultura.gov.it/"

// New returns the catalogue of these creditors and institutes. Every code must be
// unique in its place; every creditor and parent that is named must be there, and no
// institute may be a section of itself; prices must be right, see [Price.Validate];
// and an account of the State's treasury must be that of the services' revenue.
//
// Its error joins one [pagonline.Error] with [pagonline.CodeCatalogInvalid] for each
// thing that is wrong, a hundred at most, the path in its field, as JSON would have it:
// "institutes[2].services[0].code".
func New(creditors []Creditor, institutes []Institute, cfg Config) (*Catalog, error) {
	c := &Catalog{
		cfg:       cfg,
		creditors: make(map[string]Creditor, len(creditors)), institutes: make(map[string]Institute, len(institutes)),
	}
	c.cfg.Portal = cmp.Or(cfg.Portal, DefaultPortal)
	if c.cfg.StampRates = slices.Clone(cfg.StampRates); cfg.StampRates == nil {
		c.cfg.StampRates = DefaultStampRates()
	}
	r := newReport("")
	for i, cr := range creditors {
		if _, twice := c.creditors[cr.FiscalCode]; twice {
			r.at("creditors", i).wrong("fiscalCode", "codice fiscale ripetuto", "fiscal code given twice")
		}
		c.creditors[cr.FiscalCode] = cr
	}
	for i, in := range institutes {
		if _, twice := c.institutes[in.Code]; twice {
			r.at("institutes", i).wrong("code", "codice ripetuto", "code given twice")
		}
		c.institutes[in.Code] = in.clone()
		for _, name := range in.called() {
			c.names.add(name, in.Code)
		}
	}
	c.check(r, institutes)
	if err := r.few(); err != nil {
		return nil, err
	}
	return c, nil
}

// Name returns what the catalogue says it is, "" for nothing.
func (c *Catalog) Name() string { return c.cfg.Name }

// Portal returns the address where the institutes are paid.
func (c *Catalog) Portal() string { return c.cfg.Portal }

// StampRates returns the rates of stamp duty.
func (c *Catalog) StampRates() []StampRate { return c.cfg.StampRates }

// Institutes returns all institutes by name, suspended ones too.
func (c *Catalog) Institutes() []Institute {
	return slices.SortedFunc(maps.Values(c.institutes), func(a, b Institute) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
}

// Institute returns the institute with this code, a suspended one too. Its error has
// [pagonline.CodeInstituteUnknown].
func (c *Catalog) Institute(code string) (Institute, error) {
	in, known := c.institutes[code]
	if !known {
		return Institute{}, pagonline.NewError(pagonline.CodeInstituteUnknown).At("institute")
	}
	return in, nil
}

// Creditors returns all creditors by fiscal code.
func (c *Catalog) Creditors() []Creditor {
	return slices.SortedFunc(maps.Values(c.creditors), func(a, b Creditor) int {
		return cmp.Compare(a.FiscalCode, b.FiscalCode)
	})
}
