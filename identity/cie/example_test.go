package cie_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/cie"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// From the button to the person: name, date of birth and fiscal code, nothing else.
func ExampleNew() {
	key, err := tls.LoadX509KeyPair("../internal/samlsp/testdata/public.pem", "../internal/samlsp/testdata/test-key.pem")
	if err != nil {
		log.Fatal(err)
	}
	store := new(memory.Store)
	provider, err := cie.New(cie.Entity{
		ID:          "https://archivio.example.org",
		ACS:         "https://archivio.example.org/cie/acs",
		SLO:         "https://archivio.example.org/cie/slo",
		Name:        map[string]string{"it": "Archivio di Esempio"},
		DisplayName: map[string]string{"it": "Archivio di Esempio"},
		URL:         map[string]string{"it": "https://archivio.example.org"},
		Email:       "cie@archivio.example.org",
		IPACode:     "ipa_test",
		Place:       cie.Place{Municipality: "H501", Province: "RM"},
	}, key, store.Replays(), store.Audit(), cie.Config{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	metadata, _, err := provider.Metadata(ctx)
	if err != nil {
		log.Fatal(err)
	}
	idp, err := idptest.NewSAML(identity.CIE, idptest.SAMLConfig{})
	if err != nil {
		log.Fatal(err)
	}
	if err := idp.Trust(metadata); err != nil {
		log.Fatal(err)
	}
	if err := provider.Update(idp.Metadata()); err != nil {
		log.Fatal(err)
	}

	challenge, err := provider.Begin(ctx, identity.Request{})
	if err != nil {
		log.Fatal(err)
	}
	back, err := idp.Answer(challenge, idptest.People(identity.CIE)[0], idptest.Case{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := provider.Complete(ctx, back, challenge.Pending)
	fmt.Println(auth.Person.Name(), auth.Person.BirthDate, auth.Person.FiscalCode, err)
	fmt.Printf("%q\n", auth.Person.Email)
	// Output:
	// Mario Rossi 1980-01-01 RSSMRA80A01H501U <nil>
	// ""
}
