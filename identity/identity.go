// Package identity says who somebody is, whoever vouches for it: SPID, CIE, eIDAS,
// an account by e-mail, or an archive's own sign-in.
//
// [Person] is what the rest of the module knows of a user. A person without an
// Italian fiscal code and a person without an e-mail address are normal. [Provider]
// signs somebody in; the packages beside this one implement it, [Callback] keeps it
// free of net/http. What else a provider can do is an interface of its own:
// [MetadataProvider], [LogoutProvider].
//
// What has to be kept is here too, as plain records and small interfaces, so that a
// store links nothing of the packages that use it: a sign-in under way ([Pending]), a
// [Session], an [Account] by e-mail, a [Contact] address, the [Token] that was mailed to
// confirm one, and the [Exchange] that the rules want kept for two years. [Store] holds
// them all.
//
// Errors tell the person what to do next. [Anomaly] turns the number that a SPID or CIE
// provider answers with into one of them.
//
// Nothing here reaches a log in the clear: a Person logs its scheme only.
package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity/fiscal"
)

// Scheme names who vouches for a person.
type Scheme string

// The schemes of this module. A program may add its own.
const (
	SPID  Scheme = "spid"
	CIE   Scheme = "cie"
	EIDAS Scheme = "eidas"
	Local Scheme = "local" // an account by e-mail: "Login without eIDAS"
	Test  Scheme = "test"  // a fictional person, for tests and examples
)

// Assurance says how sure the identity is. Levels compare with <.
type Assurance uint8

// The levels: none, by one's own word, then the three of eIDAS and SPID.
const (
	NoAssurance  Assurance = iota
	SelfAsserted           // an e-mail address that was confirmed
	Low                    // level 1 of SPID and CIE; "low" of eIDAS (Regulation (EU) 910/2014, article 8)
	Substantial            // level 2, "substantial"
	High                   // level 3, "high"
)

// String returns the level's name, as in "substantial".
func (a Assurance) String() string {
	names := [...]string{"none", "self-asserted", "low", "substantial", "high"}
	if int(a) < len(names) {
		return names[a]
	}
	return fmt.Sprintf("assurance(%d)", uint8(a))
}

// SubjectID is the lasting key of a person with one provider: the fiscal code for
// SPID and CIE, the person identifier for eIDAS, the account for an e-mail sign-in;
// never a transient session name. It compares with ==.
type SubjectID struct {
	Scheme Scheme
	Issuer string // who issued Value, where one scheme has several
	Value  string
}

// IsZero reports whether s names nobody.
func (s SubjectID) IsZero() bool { return s == SubjectID{} }

// Owner returns an opaque, lasting name for s, by which carts, orders and positions
// know whose they are. It does not show the code behind it, yet who has a list of
// codes can recompute it: it is a pseudonym, not an anonym.
func (s SubjectID) Owner() string {
	if s.IsZero() {
		return ""
	}
	sum := sha256.Sum256([]byte(string(s.Scheme) + "\x00" + s.Issuer + "\x00" + s.Value))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}

// LogValue gives the log the pseudonym.
func (s SubjectID) LogValue() slog.Value { return slog.StringValue(s.Owner()) }

// ForeignID is the identifier that another country gave a person, whole, as eIDAS
// passes it on: "DE/IT/123" is one of Germany for Italy. It is never an Italian fiscal
// code and never used as one.
type ForeignID string

// Parts returns the country that gave the identifier, the one that it was made for (both
// ISO 3166 alpha-2, in capitals) and the identifier itself. False if f has another form:
// what the Italian node makes of the identifier is laid down nowhere, so that f is kept
// as it came.
func (f ForeignID) Parts() (origin, destination, identifier string, ok bool) {
	parts := strings.SplitN(string(f), "/", 3)
	if len(parts) != 3 || !country(parts[0]) || !country(parts[1]) || parts[2] == "" {
		return "", "", "", false
	}
	return parts[0], parts[1], parts[2], true
}

func country(s string) bool {
	return len(s) == 2 && 'A' <= s[0] && s[0] <= 'Z' && 'A' <= s[1] && s[1] <= 'Z'
}

// LogValue gives the log nothing of f.
func (ForeignID) LogValue() slog.Value { return slog.StringValue("[foreign id]") }

// Person is a person as a provider describes it: a natural one, or one who acts for a
// [Company]. Empty fields are unknown. Persons compare with ==. What a provider tells
// and no field holds is not kept.
type Person struct {
	Subject    SubjectID
	GivenName  string
	FamilyName string
	FiscalCode fiscal.Code // none for most people from abroad
	ForeignID  ForeignID   // from eIDAS only
	SPIDCode   string      // what the SPID provider calls the person
	Email      string      // none from CIE and eIDAS
	Mobile     string
	BirthDate  pagonline.Date
	BirthPlace string // a Belfiore code from SPID, a place in words from eIDAS
	Gender     string // "F", "M" or none
	// Nationality is a country, ISO 3166 alpha-2, in capitals. Only accounts by e-mail
	// ask for it.
	Nationality string
	Address     string // of the domicile, in one line
	// DigitalAddress is a certified one (PEC), where legal notices go.
	DigitalAddress string
	Company        Company // for whom the person acts; zero for nobody
}

// Company is a legal person, as SPID names it for who acts for it.
type Company struct {
	Name       string
	Office     string      // the registered office, in one line
	FiscalCode fiscal.Code // of the company
	VATNumber  string      // with its country in front, as in "IT99999000013"
}

// IsZero reports whether c names no company.
func (c Company) IsZero() bool { return c == Company{} }

// LogValue gives the log nothing of c: the company of one person names that person.
func (Company) LogValue() slog.Value { return slog.StringValue("[company]") }

// Name returns given and family name with one blank between.
func (p Person) Name() string {
	return strings.TrimSpace(p.GivenName + " " + p.FamilyName)
}

// LogValue gives the log the scheme and nothing that names the person.
func (p Person) LogValue() slog.Value {
	return slog.GroupValue(slog.String("scheme", string(p.Subject.Scheme)))
}

// Authentication is one successful sign-in.
type Authentication struct {
	Person    Person
	Assurance Assurance
	At        time.Time
	// Login is what the provider knows the sign-in by, for a [LogoutProvider].
	Login Login
	// Malformed names what the provider told in a form that is not the one laid down, as
	// in "fiscalNumber", and which is therefore not in Person.
	Malformed []string
}

// Login is a sign-in as the provider knows it. Its names are transient: they hold for
// one sign-in and tell nothing of the person. The zero value is none.
type Login struct {
	Scheme        Scheme
	IdP           string // the entity that vouched
	NameID        string
	NameQualifier string
	SessionIndex  string
}

// IsZero reports whether l is none.
func (l Login) IsZero() bool { return l == Login{} }

// LogValue gives the log the scheme and who vouched.
func (l Login) LogValue() slog.Value {
	return slog.GroupValue(slog.String("scheme", string(l.Scheme)), slog.String("idp", l.IdP))
}

// LogValue gives the log the scheme and the strength.
func (a Authentication) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("person", a.Person.LogValue()), slog.String("assurance", a.Assurance.String()))
}
