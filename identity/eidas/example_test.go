package eidas_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/eidas"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// The SPID entity of the service signs people of other countries in, too.
func ExampleNew() {
	key, err := tls.LoadX509KeyPair("../internal/samlsp/testdata/public.pem", "../internal/samlsp/testdata/test-key.pem")
	if err != nil {
		log.Fatal(err)
	}
	store := new(memory.Store)
	service, err := spid.New(spid.Entity{
		ID:          "https://archivio.example.org",
		ACS:         "https://archivio.example.org/spid/acs",
		SLO:         "https://archivio.example.org/spid/slo",
		Name:        map[string]string{"it": "Archivio di Esempio"},
		DisplayName: map[string]string{"it": "Archivio di Esempio"},
		URL:         map[string]string{"it": "https://archivio.example.org"},
		Email:       "spid@archivio.example.org",
		IPACode:     "ipa_test",
		EIDAS:       true,
	}, key, store.Replays(), store.Audit(), spid.Config{})
	if err != nil {
		log.Fatal(err)
	}
	provider, err := eidas.New(service, eidas.Config{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	metadata, _, err := provider.Metadata(ctx)
	if err != nil {
		log.Fatal(err)
	}
	node, err := idptest.NewSAML(identity.EIDAS, idptest.SAMLConfig{})
	if err != nil {
		log.Fatal(err)
	}
	if err := node.Trust(metadata); err != nil {
		log.Fatal(err)
	}
	if err := provider.Update(node.Metadata()); err != nil {
		log.Fatal(err)
	}

	challenge, err := provider.Begin(ctx, identity.Request{Attributes: eidas.MinimumSet})
	if err != nil {
		log.Fatal(err)
	}
	back, err := node.Answer(challenge, idptest.People(identity.EIDAS)[0], idptest.Case{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := provider.Complete(ctx, back, challenge.Pending)
	origin, _, _, _ := auth.Person.ForeignID.Parts()
	fmt.Println(auth.Person.Name(), origin, auth.Person.FiscalCode.IsZero(), err)
	// Output: Erika Mustermann DE true <nil>
}
