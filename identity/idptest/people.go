package idptest

import (
	"cmp"
	"slices"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
)

// People returns the fictional people whom the login page of a scheme offers. Their
// fields are those that the scheme tells of a person; the Subject is the one that a
// service makes of them, with [identity.SPID], [identity.CIE] and [identity.EIDAS].
func People(scheme identity.Scheme) []identity.Person {
	switch scheme {
	case identity.CIE:
		return []identity.Person{italian(scheme, "Mario", "Rossi", "RSSMRA80A01H501U", "1980-01-01"), italian(scheme, "Lucia", "Bianchi", "BNCLCU85M41F205T", "1985-08-01")}
	case identity.EIDAS:
		return []identity.Person{
			foreigner("Erika", "Mustermann", "DE/IT/T220001293", "1964-08-12", "Berlin", "F"),
			foreigner("Jean", "Dupont", "FR/IT/9f86d081884c7d65", "1975-03-21", "Lyon", "M"),
		}
	default:
		mario := italian(identity.SPID, "Mario", "Rossi", "RSSMRA80A01H501U", "1980-01-01")
		mario.SPIDCode, mario.Email, mario.Mobile = "TEST0000000001", "mario.rossi@example.org", "+393330000001"
		mario.BirthPlace, mario.Gender, mario.Address = "H501", "M", "Via Roma 1 00100 Roma RM"
		mario.DigitalAddress = "mario.rossi@pec.example.org"
		lucia := italian(identity.SPID, "Lucia", "Bianchi", "BNCLCU85M41F205T", "1985-08-01")
		lucia.SPIDCode, lucia.Email, lucia.Mobile = "TEST0000000002", "lucia.bianchi@example.org", "+393330000002"
		lucia.BirthPlace, lucia.Gender, lucia.Address = "F205", "F", "Via Milano 2 20100 Milano MI"
		lucia.DigitalAddress = "lucia.bianchi@pec.example.org"
		lucia.Company = identity.Company{Name: "Esempio S.r.l.", Office: "Via Torino 3 00100 Roma RM", FiscalCode: fiscal.MustParse("99999000013"), VATNumber: "IT99999000013"}
		return []identity.Person{mario, lucia}
	}
}

func italian(scheme identity.Scheme, given, family, code, born string) identity.Person {
	date, _ := pagonline.ParseDate(born)
	return identity.Person{
		Subject: identity.SubjectID{Scheme: scheme, Value: code}, GivenName: given, FamilyName: family,
		FiscalCode: fiscal.MustParse(code), BirthDate: date,
	}
}

func foreigner(given, family string, id identity.ForeignID, born, place, gender string) identity.Person {
	date, _ := pagonline.ParseDate(born)
	return identity.Person{
		Subject: identity.SubjectID{Scheme: identity.EIDAS, Value: string(id)}, GivenName: given, FamilyName: family,
		ForeignID: id, BirthDate: date, BirthPlace: place, Gender: gender, Address: "1 Example Street, " + place,
	}
}

// attribute is one attribute of an assertion.
type attribute struct{ name, kind, value string }

// attributesOf returns what is told of a person: the names asked for, or a common set of
// the scheme if none are. What the person does not have is told as empty.
func attributesOf(scheme identity.Scheme, p identity.Person, asked []string) []attribute {
	all := []attribute{
		{"spidCode", "string", cmp.Or(p.SPIDCode, string(p.ForeignID))},
		{"name", "string", p.GivenName},
		{"familyName", "string", p.FamilyName},
		{"placeOfBirth", "string", p.BirthPlace},
		{"countyOfBirth", "string", "RM"},
		{"dateOfBirth", "date", p.BirthDate.String()},
		{"gender", "string", p.Gender},
		{"companyName", "string", p.Company.Name},
		{"registeredOffice", "string", p.Company.Office},
		{"fiscalNumber", "string", prefixed("TINIT-", p.FiscalCode.String())},
		{"ivaCode", "string", vat(p.Company.VATNumber)},
		{"companyFiscalNumber", "string", prefixed("TINIT-", p.Company.FiscalCode.String())},
		{"idCard", "string", "CartaIdentità AA00000AA ComuneRoma 2020-01-01 2030-01-01"},
		{"mobilePhone", "string", p.Mobile},
		{"email", "string", p.Email},
		{"address", "string", p.Address},
		{"domicileStreetAddress", "string", p.Address}, // whole, in one line
		{"domicilePostalCode", "string", ""},
		{"domicileMunicipality", "string", ""},
		{"domicileProvince", "string", ""},
		{"domicileNation", "string", ""},
		{"expirationDate", "date", "2030-01-01"},
		{"digitalAddress", "string", p.DigitalAddress},
	}
	switch {
	case scheme == identity.CIE:
		asked = []string{"name", "familyName", "dateOfBirth", "fiscalNumber"}
	case len(asked) == 0 && scheme == identity.EIDAS:
		asked = []string{"dateOfBirth", "familyName", "name", "spidCode"}
	case len(asked) == 0:
		asked = []string{"spidCode", "name", "familyName", "fiscalNumber", "email"}
	}
	return slices.DeleteFunc(all, func(a attribute) bool { return !slices.Contains(asked, a.name) })
}

func prefixed(prefix, code string) string {
	if code == "" {
		return ""
	}
	return prefix + code
}

// vat writes "IT99999000013" as "VATIT-99999000013".
func vat(number string) string {
	if len(number) < 3 {
		return ""
	}
	return "VAT" + number[:2] + "-" + number[2:]
}
