package identity_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// TestRecordsLogNothingPersonal hands every record to a log, whole.
func TestRecordsLogNothingPersonal(t *testing.T) {
	const canary = "Fiammetta"
	person := identity.Person{
		Subject: identity.SubjectID{Scheme: identity.SPID, Value: canary}, GivenName: canary, ForeignID: canary, Email: canary,
		Company: identity.Company{Name: canary},
	}
	login := identity.Login{NameID: canary, NameQualifier: canary, SessionIndex: canary}
	auth := identity.Authentication{Person: person, Login: login}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	for i, record := range []any{
		person, person.Company, person.ForeignID, login, auth,
		identity.Session{ID: canary, Auth: auth, State: []byte(canary)},
		identity.Account{Email: canary, GivenName: canary, Password: canary},
		identity.Contact{Email: canary},
		identity.Token{Hash: canary, Email: canary},
		identity.Pending{Handle: canary, Request: []byte(canary), State: []byte(canary)},
		&person, person.Subject,
		identity.Challenge{URL: canary, Form: map[string][]string{"x": {canary}}, Pending: identity.Pending{Handle: canary}},
		identity.Callback{URL: canary, Query: canary, Values: map[string][]string{"x": {canary}}},
		identity.Exchange{Subject: canary, Request: []byte(canary), Response: []byte(canary)},
	} {
		log.Info("x", "record", record)
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&out, verb+verb, record, []any{record})
		}
		require.NotContains(t, out.String(), canary, "record %d: %T", i, record)
		require.NotContains(t, out.String(), fmt.Sprintf("%x", canary), "record %d: %T", i, record)
	}
}

func TestForeignIDParts(t *testing.T) {
	for id, ok := range map[identity.ForeignID]bool{
		"DE/IT/12/3": true, "ES/IT/1": true, "": false, "DE/IT/": false, "de/IT/1": false, "DE/ITA/1": false, "AGID-001": false, "D1/IT/1": false,
	} {
		_, _, _, got := id.Parts()
		require.Equal(t, ok, got, "%s", string(id))
	}
}

func TestCanonicalEmail(t *testing.T) {
	for in, want := range map[string]string{
		" Mario.Rossi@Example.ORG ": "mario.rossi@example.org", "a+b@x.example": "a+b@x.example", "O'Brien@example.org": "o'brien@example.org",
		"!#$%&'*+-/=?^_`{|}~@example.org": "!#$%&'*+-/=?^_`{|}~@example.org", "a@XN--Bcher-kva.example": "a@xn--bcher-kva.example",
		"a@1.example": "a@1.example",
		"":            "", "a": "", "a@b": "", "a@@b.example": "", "a b@c.example": "", "a\r\nBcc: x@c.example": "", "a@b.example\n c": "",
		"a@-b.example": "", "a@b..example": "", "<a@b.example>": "", "a@b.example,c@d.example": "", "@b.example": "", "a@b.example.": "",
		".a@b.example": "", "a.@b.example": "", "a..b@b.example": "", `"a b"@c.example`: "", "a@b_c.example": "", "a@127.0.0.1": "", "a@[127.0.0.1]": "",
		"jos\u00e9@example.org": "", "x@m\u00fcller.example": "", "a@ex\uff41mple.org": "", "a@\u212aexample.org": "", "\u212a@example.org": "", "a\uff20b.example": "",
		strings.Repeat("a", 65) + "@example.org": "", strings.Repeat("a", 64) + "@" + strings.Repeat("b.", 100) + "example": "",
	} {
		got, err := identity.CanonicalEmail(in)
		require.Equal(t, want, got, "%q", in)
		if want == "" {
			require.Equal(t, pagonline.CodeEmail, pagonline.CodeOf(err))
		}
	}
}

// FuzzCanonicalEmail: what comes out is its own canonical form, printable ASCII without
// what an envelope or a header would take for an end.
func FuzzCanonicalEmail(f *testing.F) {
	f.Add("Mario.Rossi@example.org")
	f.Add("o'brien@xn--mller-kva.example")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := identity.CanonicalEmail(s)
		if err != nil {
			return
		}
		again, err := identity.CanonicalEmail(got)
		require.NoError(t, err)
		require.Equal(t, got, again)
		require.False(t, strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("<>,;:\"()[]\\", r) }), got)
		require.LessOrEqual(t, len(got), 254)
	})
}

func ExampleForeignID() {
	origin, destination, identifier, ok := identity.ForeignID("DE/IT/123").Parts()
	fmt.Println(origin, destination, identifier, ok)
	// Output: DE IT 123 true
}

func ExampleCanonicalEmail() {
	fmt.Println(identity.CanonicalEmail(" Mario.Rossi@Example.org"))
	// Output: mario.rossi@example.org <nil>
}

// A person who is printed stays unnamed; stores write JSON, which has all.
func ExamplePerson_Format() {
	p := identity.Person{Subject: identity.SubjectID{Scheme: identity.CIE}, GivenName: "Mario", FamilyName: "Rossi"}
	fmt.Printf("%v %+v %#v\n", p, p, &p)
	// Output: Person([scheme=cie]) Person([scheme=cie]) Person([scheme=cie])
}

func ExampleHashSecret() {
	fmt.Println(identity.HashSecret("what the cookie holds")[:16])
	// Output: 439d8bc0daf837d0
}

func ExampleAccount() {
	a := identity.Account{ID: "4f2a", GivenName: "Aiko", FamilyName: "Esempio", Nationality: "JP", Status: identity.AccountActive}
	fmt.Println(a.Person().Name(), a.Subject().Scheme)
	// Output: Aiko Esempio local
}

func ExampleSession() {
	s := identity.Session{Auth: identity.Authentication{
		Person: identity.Person{Subject: identity.SubjectID{Scheme: identity.Test, Value: "Mario Rossi"}}, At: time.Unix(0, 0),
	}}
	fmt.Println(s.SignedIn(), s.Owner() == s.Auth.Person.Subject.Owner(), identity.Session{}.SignedIn())
	// Output: true true false
}
