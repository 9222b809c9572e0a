package samlsp

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// The forms of values (SPID technical rules, attributes).
var (
	spidCodeForm = regexp.MustCompile(`^[A-Z]{4}[A-Z0-9]{10}$`)
	belfioreForm = regexp.MustCompile(`^[A-Z][0-9]{3}$`)
	mobileForm   = regexp.MustCompile(`^\+?[0-9]{6,15}$`)
	taxForm      = regexp.MustCompile(`^TIN([A-Z]{2})-([A-Z0-9]+)$`)
	vatForm      = regexp.MustCompile(`^VAT([A-Z]{2})-([A-Z0-9]+)$`)
	zoneForm     = regexp.MustCompile(`(Z|[+-][0-9]{2}:[0-9]{2})$`) // what xs:date lets follow
)

// reader reads attributes, and notes those that have another form than the one laid down:
// they are left out, never refused.
type reader struct {
	values    map[string]string
	malformed []string
}

func (r *reader) note(name string) { r.malformed = append(r.malformed, name) }

func (r *reader) text(name string) string { return strings.TrimSpace(r.values[name]) }

// formed returns the value in capitals if it has the form.
func (r *reader) formed(name string, form *regexp.Regexp) string {
	value := strings.ToUpper(r.text(name))
	if value != "" && !form.MatchString(value) {
		r.note(name)
		return ""
	}
	return value
}

func (r *reader) date(name string) pagonline.Date {
	value := r.text(name)
	if value == "" {
		return pagonline.Date{}
	}
	date, err := pagonline.ParseDate(zoneForm.ReplaceAllString(value, ""))
	if err != nil {
		r.note(name)
	}
	return date
}

func (r *reader) email(name string) string {
	value := r.text(name)
	if value == "" {
		return ""
	}
	address, err := identity.CanonicalEmail(value)
	if err != nil {
		r.note(name)
	}
	return address
}

// gender reads F and M, and the words of eIDAS, one of which says nothing.
func (r *reader) gender() string {
	switch value := strings.ToUpper(r.text("gender")); value {
	case "F", "FEMALE":
		return "F"
	case "M", "MALE":
		return "M"
	case "", "UNSPECIFIED":
	default:
		r.note("gender")
	}
	return ""
}

// fiscalCode reads "TINIT-" and the code. The number that another country gave is well
// formed and no fiscal code.
func (r *reader) fiscalCode(name string) fiscal.Code {
	value := strings.ToUpper(r.text(name))
	if value == "" {
		return fiscal.Code{}
	}
	if parts := taxForm.FindStringSubmatch(value); parts != nil {
		if parts[1] != "IT" {
			return fiscal.Code{}
		}
		value = parts[2]
	}
	code, err := fiscal.Parse(value)
	if err != nil {
		r.note(name)
	}
	return code
}

// vatNumber reads "VATIT-99999000013" as "IT99999000013".
func (r *reader) vatNumber(name string) string {
	value := r.formed(name, vatForm)
	parts := vatForm.FindStringSubmatch(value)
	if parts == nil {
		return ""
	}
	if code, err := fiscal.Parse(parts[2]); parts[1] == "IT" && (err != nil || code.IsPerson()) {
		r.note(name)
		return ""
	}
	return parts[1] + parts[2]
}

// address returns the domicile in one line. The one attribute that held it whole was
// superseded by five (AgID notice 25).
func (r *reader) address() string {
	var parts []string
	for _, name := range []string{"domicileStreetAddress", "domicilePostalCode", "domicileMunicipality", "domicileProvince", "domicileNation"} {
		parts = append(parts, strings.Fields(r.text(name))...)
	}
	if len(parts) == 0 {
		parts = strings.Fields(r.text("address"))
	}
	return strings.Join(parts, " ")
}

// Italian reads what SPID and CIE say of a person. The subject is the fiscal code. Who has
// none that is right is known by what the identity provider wrote for it, or by its spid
// code, and as somebody of that identity provider alone.
func Italian(a saml.Answer) (identity.Person, []string) {
	r := &reader{values: a.Attributes}
	p := identity.Person{
		GivenName: r.text("name"), FamilyName: r.text("familyName"),
		FiscalCode: r.fiscalCode("fiscalNumber"), SPIDCode: r.formed("spidCode", spidCodeForm),
		Email: r.email("email"), Mobile: r.formed("mobilePhone", mobileForm),
		BirthDate: r.date("dateOfBirth"), BirthPlace: r.formed("placeOfBirth", belfioreForm), Gender: r.gender(),
		Address: r.address(), DigitalAddress: r.email("digitalAddress"),
		Company: identity.Company{
			Name: r.text("companyName"), Office: r.text("registeredOffice"),
			FiscalCode: r.fiscalCode("companyFiscalNumber"), VATNumber: r.vatNumber("ivaCode"),
		},
	}
	number, code := r.text("fiscalNumber"), r.text("spidCode")
	switch {
	case !p.FiscalCode.IsZero():
		p.Subject.Value = p.FiscalCode.String()
	case number != "":
		p.Subject = identity.SubjectID{Issuer: a.Issuer, Value: number}
	case code != "":
		p.Subject = identity.SubjectID{Issuer: a.Issuer, Value: code}
	}
	return p, r.sorted()
}

// Foreign reads what the Italian eIDAS node says of a person. The identifier that the
// other country gave comes in spidCode, and is kept as it came.
func Foreign(a saml.Answer) (identity.Person, []string) {
	r := &reader{values: a.Attributes}
	id := r.text("spidCode")
	return identity.Person{
		Subject: identity.SubjectID{Value: id}, GivenName: r.text("name"), FamilyName: r.text("familyName"),
		ForeignID: identity.ForeignID(id), BirthDate: r.date("dateOfBirth"), BirthPlace: r.text("placeOfBirth"),
		Gender: r.gender(), Address: r.address(),
	}, r.sorted()
}

func (r *reader) sorted() []string {
	slices.Sort(r.malformed)
	return r.malformed
}
