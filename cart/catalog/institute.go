package catalog

import (
	"slices"

	"github.com/pagonline/pagonline"
)

// Creditor is who holds the fiscal code, the account and the station (ente creditore,
// EC); it may serve many institutes.
type Creditor struct {
	FiscalCode    string // 11 digits
	Name          string // 1 to 70 characters
	IBAN          IBAN   // registered with pagoPA
	PostalAccount string // up to 12 digits; "" if it collects on none
	Segregation   uint8  // segregation code of its notice numbers, 0 to 99
	Broker        string // idBrokerPA
	Station       string // idStation
	Taxonomy      string // default taxonomy code, as in "9/0701100AP/"
	DueDays       int    // days from today to the due date; default 30

	// What its payment notices say of it ("Avviso di pagamento" 3.4).

	CBILL    string   // its code for home banking, 5 capitals or digits; "" if it has none
	Contacts Contacts // how it is reached
	// Logo is the file of its logo, PNG or JPEG, as a path with slashes relative to the
	// catalogue's own; "" for none. Whoever prints reads it.
	Logo string
	// PostalHolder is in whose name the postal account is, up to 50 characters; default:
	// the creditor's name.
	PostalHolder string
	// PostalAuthorisation is that of Poste Italiane to print postal slips, up to 70
	// characters, as in "AUT. DB/XXXX/XXX 12345 DEL 01/01/2026"; without it there are none.
	PostalAuthorisation string
}

// Institute is an office of a creditor (Istituto): an archive, a library, a museum.
type Institute struct {
	Code      string // as in "AS-LI"
	Name      string // 1 to 70 characters
	Creditor  string // its fiscal code
	Parent    string // code of the institute of which it is a section; "" for none
	IBAN      IBAN   // its own account; default: the creditor's
	Amounts   AmountPolicy
	HelpDesk  HelpDesk
	Suspended bool // takes no payments for now
	Services  []Service
	Source    Source
	// Aliases are names by which people call it too, as in "SabapAL", each of 1 to 70
	// characters; those that follow from its name and code need not be here, see
	// [Catalog.Recognise].
	Aliases []string
}

// Source says where an institute's rules were read, and when.
type Source struct {
	URL  string
	AsOf pagonline.Date
}

// HelpDesk is whom a payer may ask.
type HelpDesk struct {
	Email string
	Phone string
}

// AmountPolicy says which decimal sign an institute takes when people write amounts.
type AmountPolicy string

// The policies.
const (
	Lenient   AmountPolicy = "lenient" // dot or comma; the default
	DotOnly   AmountPolicy = "dot"
	CommaOnly AmountPolicy = "comma"
)

// clone returns a copy whose services are its own, and their prices theirs.
func (in Institute) clone() Institute {
	in.Aliases = slices.Clone(in.Aliases)
	in.Services = slices.Clone(in.Services)
	for i := range in.Services {
		s := &in.Services[i]
		s.Price.code = s.Code
		s.Price.Tariff.Entries = slices.Clone(s.Price.Tariff.Entries)
		s.Causale.Pieces = slices.Clone(s.Causale.Pieces)
		s.Fields, s.Stamp = slices.Clone(s.Fields), slices.Clone(s.Stamp)
	}
	return in
}
