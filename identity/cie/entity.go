package cie

import (
	"errors"

	"github.com/pagonline/pagonline/identity/internal/saml"
	"github.com/pagonline/pagonline/identity/internal/samlsp"
)

// Entity is a service provider. A public one has an IPACode, a private one a VATNumber, a
// FiscalCode and a NACE2Code. Texts are by language, "it" and others, all in the same ones.
type Entity struct {
	// ID is the entity ID: an https address.
	ID string
	// ACS is the address where answers are posted and SLO the one for logout.
	ACS, SLO string

	Name        map[string]string // the full legal name
	DisplayName map[string]string // what people are shown
	URL         map[string]string // of the website

	IPACode     string // in the index of public administrations
	IPACategory string // in the same index, as in "L6"; may be empty
	VATNumber   string // with its country in front, as in "IT99999000013"
	FiscalCode  string
	NACE2Code   string // what a private one does (ATECO), as in "91.01"
	Place       Place

	Email     string // of an office, not of a person
	Telephone string // may be empty

	// Partner is who runs the service for the entity, if somebody does.
	Partner *Partner
}

// Place is where somebody has its seat.
type Place struct {
	Municipality string // a Belfiore code, as in "H501"
	Province     string // as in "RM"; may be empty
	Country      string // ISO 3166 alpha-2, abroad only
}

// Partner is a firm that runs the service for the entity: the technical contact.
type Partner struct {
	Name       string
	VATNumber  string // with its country in front
	FiscalCode string
	NACE2Code  string // what it does (ATECO)
	Place      Place
	Email      string
	Telephone  string
}

const namespace = "https://www.cartaidentita.interno.gov.it/saml-extensions"

// service returns the entity as its metadata describe it. The attributes are those that
// CIE has, all of them: it knows no other set.
func (e Entity) service() (saml.Service, error) {
	public := e.IPACode != ""
	switch {
	case public && e.VATNumber+e.FiscalCode+e.NACE2Code != "", !public && !firm(e.VATNumber, e.FiscalCode, e.NACE2Code):
		return saml.Service{}, errors.New("cie: either IPACode, or VATNumber, FiscalCode and NACE2Code")
	case e.Place.Municipality == "":
		return saml.Service{}, errors.New("cie: Place: no Municipality")
	case e.Partner != nil && !e.Partner.whole():
		return saml.Service{}, errors.New("cie: Partner: Name, VATNumber, FiscalCode, NACE2Code or Municipality missing")
	}
	kind := "Private"
	if public {
		kind = "Public"
	}
	s := saml.Service{
		EntityID: e.ID, ACS: e.ACS, SLO: e.SLO, Names: e.Name, DisplayNames: e.DisplayName, URLs: e.URL,
		Sets: []saml.AttributeSet{{Name: e.DisplayName, Attributes: []string{"name", "familyName", "dateOfBirth", "fiscalNumber"}}},
		Contacts: []saml.Contact{{
			Type: "administrative", Prefix: "cie", Namespace: namespace, Company: e.Name["it"], Email: e.Email, Telephone: e.Telephone,
			Extensions: extensions(kind, e.Place, "IPACode", e.IPACode, "IPACategory", e.IPACategory,
				"VATNumber", e.VATNumber, "FiscalCode", e.FiscalCode, "NACE2Code", e.NACE2Code),
		}},
	}
	if p := e.Partner; p != nil {
		s.Contacts = append(s.Contacts, saml.Contact{
			Type: "technical", Prefix: "cie", Namespace: namespace, Company: p.Name, Email: p.Email, Telephone: p.Telephone,
			Extensions: extensions("Private", p.Place, "VATNumber", p.VATNumber, "FiscalCode", p.FiscalCode, "NACE2Code", p.NACE2Code),
		})
	}
	return s, nil
}

func (p Partner) whole() bool {
	return p.Name != "" && firm(p.VATNumber, p.FiscalCode, p.NACE2Code) && p.Place.Municipality != ""
}

// firm reports whether a private body is described as CIE wants it.
func firm(vat, fiscalCode, nace string) bool {
	return samlsp.VAT(vat) && fiscalCode != "" && nace != ""
}

func extensions(kind string, at Place, pairs ...string) []saml.Element {
	pairs = append(pairs, "Municipality", at.Municipality, "Province", at.Province, "Country", at.Country)
	return append([]saml.Element{{Name: kind}}, saml.Texts(pairs...)...)
}
