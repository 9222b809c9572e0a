package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/euro"
)

// Write writes c as the JSON that [Catalog] reads: creditors by fiscal code, institutes
// by name, all IBANs masked, no default portal or rates. What is written and read again is the same catalogue but
// for the accounts; written once more, it is the same text.
//
// A catalogue that Catalog would refuse, as [catalog.New] may have made it of values
// that no file can have, is not written; then the error is that of Catalog.
func Write(w io.Writer, c *catalog.Catalog) error {
	return write(w, c, c.Creditors(), c.Institutes())
}

// WriteInstitute writes one institute of c, as [Write] does, with what it needs to be
// read: the institutes of which it is a section, and their creditors. Its error is that
// of Write, or of [catalog.Catalog.Institute].
func WriteInstitute(w io.Writer, c *catalog.Catalog, code string) error {
	sections, payees := map[string]bool{}, map[string]bool{}
	for next := code; next != ""; {
		in, err := c.Institute(next)
		if err != nil {
			return err
		}
		sections[in.Code], payees[in.Creditor] = true, true
		next = in.Parent
	}
	creditors := slices.DeleteFunc(c.Creditors(), func(cr catalog.Creditor) bool { return !payees[cr.FiscalCode] })
	institutes := slices.DeleteFunc(c.Institutes(), func(in catalog.Institute) bool { return !sections[in.Code] })
	return write(w, c, creditors, institutes)
}

func write(w io.Writer, c *catalog.Catalog, creditors []catalog.Creditor, institutes []catalog.Institute) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(fileOf(c, creditors, institutes)); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if _, err := Catalog(bytes.NewReader(b.Bytes())); err != nil {
		return err
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

func fileOf(of *catalog.Catalog, creditors []catalog.Creditor, institutes []catalog.Institute) *file {
	f := &file{Version: 1, Name: of.Name(), Creditors: []creditor{}, Institutes: []institute{}}
	if portal := of.Portal(); portal != catalog.DefaultPortal {
		f.Portal = portal
	}
	rates := of.StampRates()
	if slices.Equal(rates, catalog.DefaultStampRates()) {
		rates = nil
	}
	for _, r := range rates {
		f.StampRates = append(f.StampRates, stampRate{
			From: r.From.String(), Until: r.Until.String(), Amount: r.Amount.String(), Source: r.Source,
		})
	}
	for _, c := range creditors {
		f.Creditors = append(f.Creditors, creditor{
			FiscalCode: c.FiscalCode, Name: c.Name, IBAN: c.IBAN.String(), PostalAccount: c.PostalAccount,
			Segregation: fmt.Sprintf("%02d", c.Segregation), Broker: c.Broker, Station: c.Station,
			Taxonomy: c.Taxonomy, DueDays: c.DueDays,
			CBILL: c.CBILL, Contacts: contacts(c.Contacts), Logo: c.Logo,
			PostalHolder: c.PostalHolder, PostalAuthorisation: c.PostalAuthorisation,
		})
	}
	for _, in := range institutes {
		made := institute{
			Code: in.Code, Name: in.Name, Creditor: in.Creditor, Parent: in.Parent, IBAN: in.IBAN.String(),
			Amounts: string(in.Amounts), HelpDesk: helpDesk(in.HelpDesk), Suspended: in.Suspended,
			Source: source{URL: in.Source.URL, AsOf: in.Source.AsOf.String()}, Aliases: in.Aliases, Services: []service{},
		}
		for i := range in.Services {
			made.Services = append(made.Services, serviceOf(&in.Services[i]))
		}
		f.Institutes = append(f.Institutes, made)
	}
	return f
}

func serviceOf(s *catalog.Service) service {
	made := service{
		Code: s.Code, Label: s.Label, Mailbox: s.Mailbox, Taxonomy: s.Taxonomy, Closed: s.Closed, Revenue: s.Revenue.String(),
		Price: price{
			Kind: string(s.Price.Kind), MaxQuantity: s.Price.MaxQuantity, Tariff: tariff{Minimum: text0(s.Price.Tariff.Minimum)},
		},
		Causale: template{Separator: s.Causale.Separator},
	}
	if s.Price.Kind == catalog.Fixed {
		made.Price.Amount = s.Price.Amount.String()
	}
	for i := range s.Price.Tariff.Entries {
		e := &s.Price.Tariff.Entries[i]
		made.Price.Tariff.Entries = append(made.Price.Tariff.Entries, entry{
			Code: e.Code, Label: e.Label, Unit: string(e.Unit), Minimum: text0(e.Minimum), Limit: e.Limit, Rule: ruleOf(e.Rule),
		})
	}
	for _, p := range s.Causale.Pieces {
		made.Causale.Pieces = append(made.Causale.Pieces, piece{
			Part: string(p.Part), Before: p.Before, Upper: p.Upper, Required: p.Required,
		})
	}
	for _, act := range s.Stamp {
		made.Stamp = append(made.Stamp, string(act))
	}
	for _, f := range s.Fields {
		made.Fields = append(made.Fields, field{Code: f.Code, Label: text(f.Label), Kind: string(f.Kind), Required: f.Required})
	}
	return made
}

func ruleOf(r catalog.Rule) rule {
	switch r := r.(type) {
	case catalog.Each:
		return rule{Kind: "each", Price: r.Price.String()}
	case catalog.FirstNext:
		return rule{Kind: "first-next", First: r.First.String(), Next: r.Next.String()}
	case catalog.BySize:
		made := rule{Kind: "size"}
		for _, s := range r.Steps {
			made.Steps = append(made.Steps, sizeStep{UpTo: numberOf(s.UpTo), Price: s.Price.String()})
		}
		return made
	case catalog.ByFormat:
		return rule{Kind: "format", Prices: namedOf(r.Prices)}
	case catalog.ByQuality:
		return rule{Kind: "quality", Prices: namedOf(r.Prices)}
	case catalog.Hourly:
		return rule{Kind: "hourly", Hour: r.Hour.String(), Piece: r.Piece.String()}
	case catalog.Every:
		return rule{Kind: "every", Pieces: r.Pieces, Price: r.Price.String()}
	case catalog.Multiple:
		return rule{Kind: "multiple", Of: r.Of, Factor: number(r.Factor.String())}
	case catalog.Formula:
		made := rule{Kind: "formula", Price: r.Price.String()}
		for _, u := range r.Uses {
			made.Uses = append(made.Uses, use{Use: u.Use, Factor: number(u.Factor.String())})
		}
		for _, c := range r.Copies {
			made.Copies = append(made.Copies, copiesStep{UpTo: c.UpTo, Factor: number(c.Factor.String())})
		}
		return made
	case catalog.OnRequest:
		return rule{Kind: "quote"}
	case catalog.Gratis:
		return rule{Kind: "free"}
	default:
		return rule{} // which Catalog refuses
	}
}

func namedOf(prices []catalog.NamedPrice) (made []namedPrice) {
	for _, p := range prices {
		made = append(made, namedPrice{Name: p.Name, Price: p.Price.String()})
	}
	return made
}

// text0 returns the text of a, none for zero.
func text0(a euro.Amount) string {
	if a.IsZero() {
		return ""
	}
	return a.String()
}
