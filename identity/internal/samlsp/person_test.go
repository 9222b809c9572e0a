package samlsp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
	"github.com/pagonline/pagonline/identity/internal/saml"
	"github.com/pagonline/pagonline/identity/internal/samlsp"
)

const issuer = "https://idp.example.org"

func date(t *testing.T, s string) pagonline.Date {
	t.Helper()
	d, err := pagonline.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestItalian(t *testing.T) {
	mario := identity.SubjectID{Value: "RSSMRA80A01H501U"}
	code := fiscal.MustParse("RSSMRA80A01H501U")
	for name, c := range map[string]struct {
		attributes map[string]string
		want       identity.Person
		malformed  []string
	}{
		"all of a firm": {
			map[string]string{
				"spidCode": "ABCD123456789A", "name": "Mario", "familyName": "Rossi", "fiscalNumber": "TINIT-RSSMRA80A01H501U",
				"email": "Mario.Rossi@example.org", "mobilePhone": "+393330000001", "dateOfBirth": "1980-01-01", "placeOfBirth": "H501", "gender": "M",
				"domicileStreetAddress": "Via Roma 1", "domicilePostalCode": "00100", "domicileMunicipality": "Roma", "domicileProvince": "RM",
				"domicileNation": "IT", "address": "altrove", "digitalAddress": "mario@pec.example.org",
				"companyName": "Esempio S.r.l.", "registeredOffice": "Via Torino 3", "companyFiscalNumber": "TINIT-99999000013", "ivaCode": "VATIT-99999000013",
			},
			identity.Person{
				Subject: mario, GivenName: "Mario", FamilyName: "Rossi", FiscalCode: code, SPIDCode: "ABCD123456789A",
				Email: "mario.rossi@example.org", Mobile: "+393330000001", BirthDate: date(t, "1980-01-01"), BirthPlace: "H501", Gender: "M",
				Address: "Via Roma 1 00100 Roma RM IT", DigitalAddress: "mario@pec.example.org",
				Company: identity.Company{Name: "Esempio S.r.l.", Office: "Via Torino 3", FiscalCode: fiscal.MustParse("99999000013"), VATNumber: "IT99999000013"},
			},
			nil,
		},
		"what the public judge sends": {
			map[string]string{
				"spidCode": "AGID-001", "fiscalNumber": "TINIT-GDASDV00A01H501J", "placeOfBirth": "Roma", "ivaCode": "VATIT-97735020584",
				"companyFiscalNumber": "TINIT-MHASDV02A31H671H", "address": "Via Listz 21 00144 Roma", "dateOfBirth": "2000-01-01",
			},
			identity.Person{
				Subject: identity.SubjectID{Value: "GDASDV00A01H501J"}, FiscalCode: fiscal.MustParse("GDASDV00A01H501J"),
				BirthDate: date(t, "2000-01-01"), Address: "Via Listz 21 00144 Roma", Company: identity.Company{VATNumber: "IT97735020584"},
			},
			[]string{"companyFiscalNumber", "placeOfBirth", "spidCode"},
		},
		"small letters, blanks, a time zone": {
			map[string]string{"fiscalNumber": " tinit-rssmra80a01h501u ", "dateOfBirth": "1980-01-01+01:00", "gender": "f"},
			identity.Person{Subject: mario, FiscalCode: code, BirthDate: date(t, "1980-01-01"), Gender: "F"},
			nil,
		},
		"a code without prefix": {
			map[string]string{"fiscalNumber": "RSSMRA80A01H501U"}, identity.Person{Subject: mario, FiscalCode: code}, nil,
		},
		"a number of another country": {
			map[string]string{"fiscalNumber": "TINDE-RSSMRA80A01H501U"},
			identity.Person{Subject: identity.SubjectID{Issuer: issuer, Value: "TINDE-RSSMRA80A01H501U"}},
			nil,
		},
		"a wrong check letter": {
			map[string]string{"fiscalNumber": "TINIT-RSSMRA80A01H501X"},
			identity.Person{Subject: identity.SubjectID{Issuer: issuer, Value: "TINIT-RSSMRA80A01H501X"}},
			[]string{"fiscalNumber"},
		},
		"the spid code alone": {
			map[string]string{"spidCode": "ABCD123456789A"},
			identity.Person{Subject: identity.SubjectID{Issuer: issuer, Value: "ABCD123456789A"}, SPIDCode: "ABCD123456789A"},
			nil,
		},
		"a firm of another country": {
			map[string]string{"fiscalNumber": "RSSMRA80A01H501U", "ivaCode": "VATDE-123456789", "companyFiscalNumber": "TINDE-1"},
			identity.Person{Subject: mario, FiscalCode: code, Company: identity.Company{VATNumber: "DE123456789"}},
			nil,
		},
		"everything malformed": {
			map[string]string{
				"fiscalNumber": "?", "spidCode": "?", "email": "?", "mobilePhone": "?", "dateOfBirth": "01/01/1980", "placeOfBirth": "?", "gender": "?",
				"digitalAddress": "?", "companyFiscalNumber": "?", "ivaCode": "VATIT-1",
			},
			identity.Person{Subject: identity.SubjectID{Issuer: issuer, Value: "?"}},
			[]string{"companyFiscalNumber", "dateOfBirth", "digitalAddress", "email", "fiscalNumber", "gender", "ivaCode", "mobilePhone", "placeOfBirth", "spidCode"},
		},
		"nothing": {nil, identity.Person{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, malformed := samlsp.Italian(saml.Answer{Issuer: issuer, Attributes: c.attributes})
			require.Equal(t, c.want, got)
			require.Equal(t, c.malformed, malformed)
		})
	}
}

func TestForeign(t *testing.T) {
	for id, gender := range map[string]struct {
		sent, want string
		malformed  []string
	}{
		"DE/IT/T220001293": {"Female", "F", nil},
		"whatever it is":   {"Unspecified", "", nil},
		"RSSMRA80A01H501U": {"?", "", []string{"gender"}},
	} {
		got, malformed := samlsp.Foreign(saml.Answer{Issuer: issuer, Attributes: map[string]string{
			"spidCode": id, "name": "Erika", "familyName": "Mustermann", "dateOfBirth": "1964-08-12", "placeOfBirth": "Berlin",
			"gender": gender.sent, "address": "1 Example Street", "fiscalNumber": "TINIT-RSSMRA80A01H501U", "email": "erika@example.org",
		}})
		require.Equal(t, identity.Person{
			Subject: identity.SubjectID{Value: id}, ForeignID: identity.ForeignID(id), GivenName: "Erika", FamilyName: "Mustermann",
			BirthDate: date(t, "1964-08-12"), BirthPlace: "Berlin", Gender: gender.want, Address: "1 Example Street",
		}, got)
		require.Equal(t, gender.malformed, malformed)
	}
}

// FuzzItalian: whatever is told, what is kept has its form, and the subject is the code or
// is bound to who told.
func FuzzItalian(f *testing.F) {
	f.Add("fiscalNumber", "TINIT-RSSMRA80A01H501U", "spidCode", "ABCD123456789A")
	f.Add("dateOfBirth", "1980-01-01Z", "ivaCode", "VATIT-99999000013")
	f.Add("gender", "male", "email", "mario.rossi@example.org")
	f.Fuzz(func(t *testing.T, a, x, b, y string) {
		p, malformed := samlsp.Italian(saml.Answer{Issuer: issuer, Attributes: map[string]string{a: x, b: y}})
		require.LessOrEqual(t, len(malformed), 2)
		if !p.FiscalCode.IsZero() {
			require.Equal(t, identity.SubjectID{Value: p.FiscalCode.String()}, p.Subject)
		} else if p.Subject.Value != "" {
			require.Equal(t, issuer, p.Subject.Issuer)
		}
		require.Contains(t, []string{"", "F", "M"}, p.Gender)
	})
}
