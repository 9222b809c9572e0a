package identity_test

import (
	"bytes"
	"fmt"
	"log/slog"
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
		identity.Callback{URL: canary, Query: canary, Values: map[string][]string{"x": {canary}}},
		identity.Exchange{Subject: canary, Request: []byte(canary), Response: []byte(canary)},
	} {
		log.Info("x", "record", record)
		require.NotContains(t, out.String(), canary, "record %d: %T", i, record)
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
		" Mario.Rossi@Example.ORG ": "mario.rossi@example.org", "a+b@x.example": "a+b@x.example", "x@müller.example": "x@müller.example",
		"": "", "a": "", "a@b": "", "a@@b.example": "", "a b@c.example": "", "a\r\nBcc: x@c.example": "", "a@b.example\n c": "",
		"a@-b.example": "", "a@b..example": "", "<a@b.example>": "", "a@b.example,c@d.example": "", "@b.example": "",
	} {
		got, err := identity.CanonicalEmail(in)
		require.Equal(t, want, got, "%q", in)
		if want == "" {
			require.Equal(t, pagonline.CodeEmail, pagonline.CodeOf(err))
		}
	}
}

// FuzzCanonicalEmail: what comes out is its own canonical form, and fits in one header.
func FuzzCanonicalEmail(f *testing.F) {
	f.Add("Mario.Rossi@example.org")
	f.Add("x@müller.example")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := identity.CanonicalEmail(s)
		if err != nil {
			return
		}
		again, err := identity.CanonicalEmail(got)
		require.NoError(t, err)
		require.Equal(t, got, again)
		require.NotContains(t, got, "\n")
		require.NotContains(t, got, "\r")
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
