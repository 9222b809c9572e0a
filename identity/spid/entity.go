package spid

import (
	"errors"
	"strings"

	"github.com/pagonline/pagonline/identity/internal/saml"
	"github.com/pagonline/pagonline/identity/internal/samlsp"
)

// Entity is a service provider. A public one has an IPACode, a private one a VATNumber or
// a FiscalCode and an Invoice. Texts are by language, "it" and others, all in the same
// ones.
type Entity struct {
	// ID is the entity ID: an https address, which the certificate names too.
	ID string
	// ACS is the address where answers are posted and SLO the one for logout.
	ACS, SLO string

	Name        map[string]string // the full legal name, as in the certificate
	DisplayName map[string]string // what people are shown
	URL         map[string]string // of the website

	Email     string // of an office, not of a person
	Telephone string // as in "+390612345678"; may be empty

	IPACode    string // in the index of public administrations, as in "c_h501"
	VATNumber  string // with its country in front, as in "IT99999000013"
	FiscalCode string
	// Invoice says who pays for the sign-ins of a private service provider.
	Invoice Invoice

	// Sets are the attribute sets that can be asked for, by their position. Default: one
	// of name, familyName, fiscalNumber and email.
	Sets []Set
	// EIDAS publishes the two sets that the Italian eIDAS node knows as well, for the
	// package eidas.
	EIDAS bool
}

// Set is a set of attributes that people are asked to give.
type Set struct {
	Name map[string]string // by language, of the service that needs them
	// Attributes as SPID names them, as in "fiscalNumber".
	Attributes []string
}

// Invoice is who is billed: a firm by its Name, or a person by GivenName and FamilyName.
type Invoice struct {
	VATNumber  string // with its country in front; or FiscalCode, or both
	FiscalCode string

	Name                  string
	GivenName, FamilyName string

	Street, Number   string // Number may be empty
	PostalCode, City string
	Province         string // as in "RM"; may be empty
	Country          string // ISO 3166 alpha-2. Default: IT

	Email string
}

const (
	spidNamespace    = "https://spid.gov.it/saml-extensions"
	invoiceNamespace = "https://spid.gov.it/invoicing-extensions"

	// The sets of the Italian eIDAS node have numbers of their own; ours come before.
	minimumSet, fullSet = 99, 100
	lastSet             = minimumSet - 1
)

// eidasSets are those of the node (AgID, eidas-italian-node, examples).
var eidasSets = []saml.AttributeSet{
	{
		Index: minimumSet, Name: map[string]string{"it": "eIDAS Natural Person Minimum Attribute Set"},
		Attributes: []string{"spidCode", "name", "familyName", "dateOfBirth"},
	},
	{
		Index: fullSet, Name: map[string]string{"it": "eIDAS Natural Person Full Attribute Set"},
		Attributes: []string{"spidCode", "name", "familyName", "dateOfBirth", "placeOfBirth", "address", "gender"},
	},
}

// service returns the entity as its metadata describe it.
func (e Entity) service() (saml.Service, error) {
	public, private := e.IPACode != "", e.VATNumber != "" || e.FiscalCode != ""
	switch {
	case public == private:
		return saml.Service{}, errors.New("spid: either IPACode, or VATNumber or FiscalCode")
	case e.VATNumber != "" && !samlsp.VAT(e.VATNumber):
		return saml.Service{}, errors.New("spid: VATNumber: no country in front")
	case len(e.Sets) > lastSet:
		return saml.Service{}, errors.New("spid: too many attribute sets")
	}
	s := saml.Service{
		EntityID: e.ID, ACS: e.ACS, SLO: e.SLO, Names: e.Name, DisplayNames: e.DisplayName, URLs: e.URL,
		Contacts: []saml.Contact{e.contact(public)},
	}
	if private {
		billing, err := e.billing()
		if err != nil {
			return saml.Service{}, err
		}
		s.Contacts = append(s.Contacts, billing)
	}
	sets := e.Sets
	if len(sets) == 0 {
		sets = []Set{{Name: e.DisplayName, Attributes: []string{"name", "familyName", "fiscalNumber", "email"}}}
	}
	for i, set := range sets {
		s.Sets = append(s.Sets, saml.AttributeSet{Index: i, Name: set.Name, Attributes: set.Attributes})
	}
	if e.EIDAS {
		s.Sets = append(s.Sets, eidasSets...)
	}
	return s, nil
}

func (e Entity) contact(public bool) saml.Contact {
	c := saml.Contact{
		Type: "other", Prefix: "spid", Namespace: spidNamespace,
		Company: e.Name["it"], Email: e.Email, Telephone: e.Telephone,
	}
	c.Extensions = saml.Texts("IPACode", e.IPACode, "VATNumber", e.VATNumber, "FiscalCode", e.FiscalCode)
	if public {
		c.Extensions = append(c.Extensions, saml.Element{Name: "Public"})
	} else {
		c.Extensions = append(c.Extensions, saml.Element{Name: "Private"})
	}
	return c
}

// billing returns the contact that the invoices need (AgID, notice on private service
// providers; its elements are those of the electronic invoice).
func (e Entity) billing() (saml.Contact, error) {
	i := e.Invoice
	switch {
	case i.VATNumber == "" && i.FiscalCode == "":
		return saml.Contact{}, errors.New("spid: Invoice: neither VATNumber nor FiscalCode")
	case i.VATNumber != "" && !samlsp.VAT(i.VATNumber):
		return saml.Contact{}, errors.New("spid: Invoice: VATNumber: no country in front")
	case (i.Name == "") == (i.GivenName == "" || i.FamilyName == ""):
		return saml.Contact{}, errors.New("spid: Invoice: either Name, or GivenName and FamilyName")
	case i.Street == "" || i.PostalCode == "" || i.City == "":
		return saml.Contact{}, errors.New("spid: Invoice: Street, PostalCode or City missing")
	}
	var party []saml.Element
	if i.VATNumber != "" {
		party = append(party, saml.Element{Name: "IdFiscaleIVA", Children: saml.Texts("IdPaese", i.VATNumber[:2], "IdCodice", i.VATNumber[2:])})
	}
	party = append(party, saml.Texts("CodiceFiscale", i.FiscalCode)...)
	party = append(party, saml.Element{Name: "Anagrafica", Children: saml.Texts("Denominazione", i.Name, "Nome", i.GivenName, "Cognome", i.FamilyName)})
	country := i.Country
	if country == "" {
		country = "IT"
	}
	return saml.Contact{
		Type: "billing", Prefix: "fpa", Namespace: invoiceNamespace,
		Company: strings.TrimSpace(i.Name + i.GivenName + " " + i.FamilyName), Email: i.Email,
		Extensions: []saml.Element{{Name: "CessionarioCommittente", Children: []saml.Element{
			{Name: "DatiAnagrafici", Children: party},
			{Name: "Sede", Children: saml.Texts("Indirizzo", i.Street, "NumeroCivico", i.Number, "CAP", i.PostalCode,
				"Comune", i.City, "Provincia", i.Province, "Nazione", country)},
		}}},
	}, nil
}
