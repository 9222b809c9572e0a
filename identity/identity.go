// Package identity says who somebody is, whoever vouches for it: SPID, CIE, eIDAS,
// an account by e-mail, or an archive's own sign-in.
//
// [Person] is what the rest of the module knows of a user. A person without an
// Italian fiscal code and a person without an e-mail address are normal. [Provider]
// signs somebody in; the packages beside this one implement it, [Callback] keeps it
// free of net/http.
//
// Nothing here reaches a log in the clear: a Person logs its scheme only.
package identity

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
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
	Low                    // SPID level 1
	Substantial            // SPID level 2
	High                   // SPID level 3
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

// Person is a natural person as a provider describes it. Empty fields are unknown.
type Person struct {
	Subject    SubjectID
	GivenName  string
	FamilyName string
	FiscalCode fiscal.Code // none for most people from abroad
	// ForeignID is the identifier that another country gave, as eIDAS passes it on.
	// It is never an Italian fiscal code and never used as one.
	ForeignID string
	Email     string // none from CIE and eIDAS
	BirthDate pagonline.Date
}

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
}

// LogValue gives the log the scheme and the strength.
func (a Authentication) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("person", a.Person.LogValue()), slog.String("assurance", a.Assurance.String()))
}

// Errors that a [Provider] returns, wrapped or as they are.
var (
	// ErrCancelled: the person broke off at the identity provider.
	ErrCancelled error = pagonline.NewError(pagonline.CodeLoginCancelled)
	// ErrAssurance: the sign-in was weaker than what was asked for.
	ErrAssurance error = pagonline.NewError(pagonline.CodeAssuranceTooLow)
	// ErrPending: the answer belongs to no sign-in that is under way, or came late.
	ErrPending error = pagonline.NewError(pagonline.CodeNotAllowed).Because(errors.New("identity: no such sign-in"))
)
