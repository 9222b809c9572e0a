package identity_test

import (
	"context"
	"fmt"
	"net/url"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

// Every provider signs in by the same two steps.
func ExampleProvider() {
	ctx := context.Background()
	var idp identity.Provider = idptest.New(
		identity.Person{GivenName: "Mario", FamilyName: "Rossi"}, idptest.Config{})

	challenge, err := idp.Begin(ctx, identity.Request{CallbackURL: "https://portal.example/back"})
	if err != nil {
		fmt.Println(err)
		return
	}
	// The browser goes to challenge.URL; here it comes straight back.
	back, _ := url.Parse(challenge.URL)
	auth, err := idp.Complete(ctx, identity.Callback{Method: "GET", Values: back.Query()}, challenge.Pending)
	fmt.Println(auth.Person.Name(), auth.Assurance, err)
	// Output: Mario Rossi substantial <nil>
}

func ExampleSubjectID_Owner() {
	s := identity.SubjectID{Scheme: identity.Test, Value: "Mario Rossi"}
	fmt.Println(s.Owner())
	// Output: Mpxl0p8lo0uXWWVR5nOmYvIO
}

func ExamplePerson_Name() {
	fmt.Println(identity.Person{GivenName: "Mario", FamilyName: "Rossi"}.Name())
	// Output: Mario Rossi
}
