package load

import (
	"cmp"
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment/euro"
)

// catalog makes the catalogue of a file whose values are checked.
func (f *file) catalog() (*catalog.Catalog, error) {
	cfg := catalog.Config{Name: f.Name, Portal: f.Portal}
	for _, r := range f.StampRates {
		cfg.StampRates = append(cfg.StampRates, catalog.StampRate{
			From: date(r.From), Until: date(r.Until), Amount: amount(r.Amount), Source: r.Source,
		})
	}
	var creditors []catalog.Creditor
	for _, c := range f.Creditors {
		segregation, _ := strconv.ParseUint(c.Segregation, 10, 8) // two digits
		creditors = append(creditors, catalog.Creditor{
			FiscalCode: c.FiscalCode, Name: c.Name, IBAN: catalog.IBAN(c.IBAN), PostalAccount: c.PostalAccount,
			Segregation: uint8(segregation), Broker: c.Broker, Station: c.Station, Taxonomy: c.Taxonomy, DueDays: c.DueDays,
			CBILL: c.CBILL, Contacts: catalog.Contacts(c.Contacts), Logo: c.Logo,
			PostalHolder: c.PostalHolder, PostalAuthorisation: c.PostalAuthorisation,
		})
	}
	var institutes []catalog.Institute
	for _, i := range f.Institutes {
		in := catalog.Institute{
			Code: i.Code, Name: i.Name, Creditor: i.Creditor, Parent: i.Parent, IBAN: catalog.IBAN(i.IBAN),
			Amounts:  cmp.Or(catalog.AmountPolicy(i.Amounts), catalog.Lenient),
			HelpDesk: catalog.HelpDesk(i.HelpDesk), Suspended: i.Suspended,
			Source: catalog.Source{URL: i.Source.URL, AsOf: date(i.Source.AsOf)}, Aliases: i.Aliases,
		}
		for j := range i.Services {
			in.Services = append(in.Services, i.Services[j].service())
		}
		institutes = append(institutes, in)
	}
	return catalog.New(creditors, institutes, cfg)
}

func (s *service) service() catalog.Service {
	made := catalog.Service{
		Code: s.Code, Label: s.Label, Mailbox: s.Mailbox, Taxonomy: s.Taxonomy, Closed: s.Closed,
		Price: catalog.Price{
			Kind: catalog.PriceKind(s.Price.Kind), Amount: amount(s.Price.Amount), MaxQuantity: s.Price.MaxQuantity,
			Tariff: catalog.Tariff{Minimum: amount(s.Price.Tariff.Minimum)},
		},
		Causale: causale.Template{Separator: s.Causale.Separator},
	}
	_ = made.Revenue.UnmarshalText([]byte(s.Revenue)) // checked, as all that is read here
	for _, e := range s.Price.Tariff.Entries {
		made.Price.Tariff.Entries = append(made.Price.Tariff.Entries, catalog.Entry{
			Code: e.Code, Label: e.Label, Unit: catalog.Unit(e.Unit), Rule: e.Rule.rule(),
			Minimum: amount(e.Minimum), Limit: e.Limit,
		})
	}
	for _, p := range s.Causale.Pieces {
		made.Causale.Pieces = append(made.Causale.Pieces, causale.Piece{
			Part: causale.Part(p.Part), Before: p.Before, Upper: p.Upper, Required: p.Required,
		})
	}
	for _, act := range s.Stamp {
		made.Stamp = append(made.Stamp, catalog.StampAct(act))
	}
	for _, f := range s.Fields {
		made.Fields = append(made.Fields, catalog.Field{
			Code: f.Code, Label: pagonline.Text(f.Label), Kind: catalog.FieldKind(f.Kind), Required: f.Required,
		})
	}
	return made
}

func (r *rule) rule() catalog.Rule {
	switch r.Kind {
	case "each":
		return catalog.Each{Price: amount(r.Price)}
	case "first-next":
		return catalog.FirstNext{First: amount(r.First), Next: amount(r.Next)}
	case "size":
		var made catalog.BySize
		for _, s := range r.Steps {
			made.Steps = append(made.Steps, catalog.SizeStep{UpTo: s.UpTo.decimal(), Price: amount(s.Price)})
		}
		return made
	case "format":
		return catalog.ByFormat{Prices: r.named()}
	case "quality":
		return catalog.ByQuality{Prices: r.named()}
	case "hourly":
		return catalog.Hourly{Hour: amount(r.Hour), Piece: amount(r.Piece)}
	case "every":
		return catalog.Every{Pieces: r.Pieces, Price: amount(r.Price)}
	case "multiple":
		return catalog.Multiple{Of: r.Of, Factor: r.Factor.decimal()}
	case "formula":
		made := catalog.Formula{Price: amount(r.Price)}
		for _, u := range r.Uses {
			made.Uses = append(made.Uses, catalog.Coefficient{Use: u.Use, Factor: u.Factor.decimal()})
		}
		for _, c := range r.Copies {
			made.Copies = append(made.Copies, catalog.CopiesStep{UpTo: c.UpTo, Factor: c.Factor.decimal()})
		}
		return made
	case "quote":
		return catalog.OnRequest{}
	default: // free
		return catalog.Gratis{}
	}
}

func (r *rule) named() (made []catalog.NamedPrice) {
	for _, p := range r.Prices {
		made = append(made, catalog.NamedPrice{Name: p.Name, Price: amount(p.Price)})
	}
	return made
}

// amount returns an amount whose text is checked; zero for none.
func amount(s string) euro.Amount {
	a, _ := euro.Parse(s)
	return a
}

// date returns a date whose text is checked, none for "".
func date(s string) pagonline.Date {
	d, _ := pagonline.ParseDate(s)
	return d
}
