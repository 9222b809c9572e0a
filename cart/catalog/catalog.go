// Package catalog describes who sells what: creditors, the institutes they serve, the
// services of each institute and what they cost, and how each wants its amounts
// written and its payment reasons put.
//
// A [Catalog] is read from JSON by the package load beside this one; or it is built
// with [New] by programs that have their institutes elsewhere.
package catalog

import (
	"cmp"
	"maps"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
)

// Catalog is a set of institutes and their creditors. It does not change and is safe
// for concurrent use.
type Catalog struct {
	creditors  map[string]Creditor
	institutes map[string]Institute
}

// Creditor is who holds the fiscal code, the account and the station (ente creditore,
// EC); it may serve many institutes.
type Creditor struct {
	FiscalCode    string // 11 digits
	Name          string // 1 to 70 characters
	IBAN          string // registered with pagoPA
	PostalAccount string // up to 12 digits; "" if it collects on none
	Segregation   uint8  // segregation code of its notice numbers, 0 to 99
	Broker        string // idBrokerPA
	Station       string // idStation
	Taxonomy      string // default taxonomy code, as in "9/0701100AP/"
	DueDays       int    // days from today to the due date; default 30
}

// Institute is an office of a creditor (Istituto): an archive, a library, a museum.
type Institute struct {
	Code      string // as in "AS-LI"
	Name      string // 1 to 70 characters
	Creditor  string // its fiscal code
	Amounts   AmountPolicy
	HelpDesk  HelpDesk
	Suspended bool // takes no payments for now
	Services  []Service
}

// HelpDesk is whom a payer may ask.
type HelpDesk struct {
	Email string
	Phone string
}

// Service is what an institute sells. Its code is unique within the institute only:
// the same service has other labels elsewhere.
type Service struct {
	Code     string // as in "fotocopie"
	Label    string // as in "Servizio di Fotocopie"
	Price    Price
	Causale  causale.Template
	Mailbox  string // where the payer sends the receipt; "" for nowhere
	Taxonomy string // taxonomy code; default: the creditor's
	Closed   bool   // no longer sold
}

// AmountPolicy says which decimal sign an institute takes when people write amounts.
type AmountPolicy string

// The policies.
const (
	Lenient   AmountPolicy = "lenient" // dot or comma; the default
	DotOnly   AmountPolicy = "dot"
	CommaOnly AmountPolicy = "comma"
)

// PriceKind says how a service's price comes about.
type PriceKind string

// The kinds of prices.
const (
	// ByQuote: the payer writes the whole amount of the quote he got; quantity 1.
	ByQuote PriceKind = "quote"
	// Fixed: the same for everybody, times the quantity.
	Fixed PriceKind = "fixed"
)

// Price is what a service costs.
type Price struct {
	Kind        PriceKind
	Amount      euro.Amount // of one piece, for Fixed
	MaxQuantity int         // for Fixed; default 999. ByQuote has 1.
}

// Quantities returns the least and the largest quantity that can be bought at once.
func (p Price) Quantities() (least, most int) {
	switch {
	case p.Kind == ByQuote:
		return 1, 1
	case p.MaxQuantity > 0:
		return 1, p.MaxQuantity
	default:
		return 1, 999
	}
}

// New returns the catalogue of these creditors and institutes. Codes must be unique
// and every institute's creditor must be there; its error has
// [pagonline.CodeCatalogInvalid] and the offending code in its field.
func New(creditors []Creditor, institutes []Institute) (*Catalog, error) {
	c := &Catalog{creditors: map[string]Creditor{}, institutes: map[string]Institute{}}
	for _, cr := range creditors {
		if _, twice := c.creditors[cr.FiscalCode]; twice {
			return nil, invalid(cr.FiscalCode, "codice fiscale ripetuto", "fiscal code given twice")
		}
		c.creditors[cr.FiscalCode] = cr
	}
	for _, in := range institutes {
		if _, twice := c.institutes[in.Code]; twice {
			return nil, invalid(in.Code, "codice ripetuto", "code given twice")
		}
		if _, known := c.creditors[in.Creditor]; !known {
			return nil, invalid(in.Code, "ente creditore sconosciuto", "unknown creditor")
		}
		codes := map[string]bool{}
		for _, s := range in.Services {
			if codes[s.Code] {
				return nil, invalid(in.Code+"."+s.Code, "servizio ripetuto", "service given twice")
			}
			codes[s.Code] = true
		}
		in.Services = slices.Clone(in.Services)
		c.institutes[in.Code] = in
	}
	return c, nil
}

func invalid(path, it, en string) error {
	return pagonline.NewError(pagonline.CodeCatalogInvalid,
		pagonline.Same(path), pagonline.Text{It: it, En: en}).At(path)
}

// Institutes returns all institutes by name, suspended ones too.
func (c *Catalog) Institutes() []Institute {
	return slices.SortedFunc(maps.Values(c.institutes), func(a, b Institute) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code))
	})
}

// Creditors returns all creditors by fiscal code.
func (c *Catalog) Creditors() []Creditor {
	return slices.SortedFunc(maps.Values(c.creditors), func(a, b Creditor) int {
		return cmp.Compare(a.FiscalCode, b.FiscalCode)
	})
}

// Offer is a service with those who sell it.
type Offer struct {
	Creditor  Creditor
	Institute Institute
	Service   Service
}

// Offer returns a service that can be bought. Its error has
// [pagonline.CodeInstituteUnknown], [pagonline.CodeInstituteSuspended] or
// [pagonline.CodeServiceNotOffered], a closed service included.
func (c *Catalog) Offer(institute, service string) (Offer, error) {
	in, ok := c.institutes[institute]
	switch {
	case !ok:
		return Offer{}, pagonline.NewError(pagonline.CodeInstituteUnknown).At("institute")
	case in.Suspended:
		return Offer{}, pagonline.NewError(pagonline.CodeInstituteSuspended).At("institute")
	}
	i := slices.IndexFunc(in.Services, func(s Service) bool { return s.Code == service })
	if i < 0 || in.Services[i].Closed {
		return Offer{}, pagonline.NewError(pagonline.CodeServiceNotOffered).At("service")
	}
	return Offer{Creditor: c.creditors[in.Creditor], Institute: in, Service: in.Services[i]}, nil
}

// Transfer returns the share of the creditor: the whole amount, to its IBAN.
func (o Offer) Transfer(amount euro.Amount) payment.Transfer {
	return payment.Transfer{
		Amount: amount, Creditor: o.Creditor.FiscalCode, IBAN: o.Creditor.IBAN,
		Category: cmp.Or(o.Service.Taxonomy, o.Creditor.Taxonomy),
	}
}

// Wire returns what is said of a purchase on the wire.
func (o Offer) Wire(protocol causale.Protocol) causale.Wire {
	return causale.Wire{Protocol: protocol, Institute: o.Institute.Name, Service: o.Service.Label}
}

// Payee returns the creditor as the cashier knows it.
func (o Offer) Payee() payment.Creditor {
	return payment.Creditor{
		FiscalCode: o.Creditor.FiscalCode, Name: o.Creditor.Name,
		Segregation: o.Creditor.Segregation, DueDays: o.Creditor.DueDays,
	}
}
