package samlsp

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// maxEntityID is how long an entity ID may be, in characters (SAML metadata, 2.2.1).
const maxEntityID = 1024

// attributes are all that SPID knows (SPID technical rules, attributes). CIE and the
// eIDAS node have some of them.
var attributes = []string{
	"spidCode", "name", "familyName", "placeOfBirth", "countyOfBirth", "dateOfBirth", "gender", "companyName", "registeredOffice",
	"fiscalNumber", "ivaCode", "idCard", "companyFiscalNumber", "mobilePhone", "email", "domicileStreetAddress", "domicilePostalCode",
	"domicileMunicipality", "domicileProvince", "domicileNation", "address", "expirationDate", "digitalAddress",
}

// check says what would make the metadata be refused.
func check(s saml.Service) error {
	for _, address := range []struct{ field, value string }{{"ID", s.EntityID}, {"ACS", s.ACS}, {"SLO", s.SLO}} {
		if !secure(address.value) {
			return fmt.Errorf("%s: not an https address", address.field)
		}
	}
	if len([]rune(s.EntityID)) > maxEntityID {
		return errors.New("ID: too long")
	}
	for _, texts := range []struct {
		field  string
		values map[string]string
	}{{"Name", s.Names}, {"DisplayName", s.DisplayNames}, {"URL", s.URLs}} {
		if texts.values["it"] == "" {
			return fmt.Errorf("%s: none in Italian", texts.field)
		}
		if !slices.Equal(slices.Sorted(maps.Keys(texts.values)), slices.Sorted(maps.Keys(s.Names))) {
			return fmt.Errorf("%s: not in the languages of Name", texts.field)
		}
	}
	for _, c := range s.Contacts {
		if _, err := identity.CanonicalEmail(c.Email); err != nil {
			return fmt.Errorf("%s contact: Email: %w", c.Type, err)
		}
		if strings.ContainsAny(c.Telephone, " \t\n") {
			return fmt.Errorf("%s contact: Telephone: with blanks", c.Type)
		}
	}
	for _, set := range s.Sets {
		if err := checkSet(set); err != nil {
			return fmt.Errorf("attribute set %d: %w", set.Index, err)
		}
	}
	return nil
}

func checkSet(set saml.AttributeSet) error {
	if len(set.Name) == 0 || len(set.Attributes) == 0 {
		return errors.New("no name or no attributes")
	}
	for i, name := range set.Attributes {
		if !slices.Contains(attributes, name) || slices.Contains(set.Attributes[:i], name) {
			return fmt.Errorf("%q is no attribute, or is there twice", name)
		}
	}
	return nil
}

var vatNumber = regexp.MustCompile(`^[A-Z]{2}[A-Z0-9]+$`)

// VAT reports whether number has its country in front, as metadata want it.
func VAT(number string) bool { return vatNumber.MatchString(number) }

// secure lets http pass for a laptop only.
func secure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func signerOf(key tls.Certificate) (saml.Signer, error) {
	if len(key.Certificate) == 0 {
		return saml.Signer{}, errors.New("no certificate")
	}
	cert, err := x509.ParseCertificate(key.Certificate[0])
	if err != nil {
		return saml.Signer{}, errors.New("the certificate cannot be read")
	}
	private, ok := key.PrivateKey.(crypto.Signer)
	if !ok {
		return saml.Signer{}, errors.New("no key")
	}
	return saml.NewSigner(private, cert)
}
