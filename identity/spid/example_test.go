package spid_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// archive is a public service provider.
var archive = spid.Entity{
	ID:          "https://archivio.example.org",
	ACS:         "https://archivio.example.org/spid/acs",
	SLO:         "https://archivio.example.org/spid/slo",
	Name:        map[string]string{"it": "Archivio di Esempio"},
	DisplayName: map[string]string{"it": "Archivio di Esempio"},
	URL:         map[string]string{"it": "https://archivio.example.org"},
	Email:       "spid@archivio.example.org",
	IPACode:     "ipa_test",
}

// exampleProvider is the archive, that knows one identity provider.
func exampleProvider() (*spid.Provider, *idptest.SAMLProvider) {
	key, err := tls.LoadX509KeyPair("../internal/samlsp/testdata/public.pem", "../internal/samlsp/testdata/test-key.pem")
	if err != nil {
		log.Fatal(err)
	}
	store := new(memory.Store)
	provider, err := spid.New(archive, key, store.Replays(), store.Audit(), spid.Config{})
	if err != nil {
		log.Fatal(err)
	}
	idp, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{EntityID: "https://idp.example.org"})
	if err != nil {
		log.Fatal(err)
	}
	if err := provider.Update(idp.Metadata()); err != nil {
		log.Fatal(err)
	}
	metadata, _, err := provider.Metadata(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	if err := idp.Trust(metadata); err != nil {
		log.Fatal(err)
	}
	return provider, idp
}

// A service, its key from two files as those of a web server are.
func ExampleNew() {
	key, err := tls.LoadX509KeyPair("../internal/samlsp/testdata/public.pem", "../internal/samlsp/testdata/test-key.pem")
	if err != nil {
		log.Fatal(err)
	}
	store := new(memory.Store)
	provider, err := spid.New(archive, key, store.Replays(), store.Audit(), spid.Config{})
	if err != nil {
		log.Fatal(err)
	}
	metadata, mediaType, err := provider.Metadata(context.Background())
	fmt.Println(mediaType, strings.Contains(string(metadata), `entityID="https://archivio.example.org"`), err)
	// Output: application/samlmetadata+xml true <nil>
}

// From the click on a button to the person.
func ExampleProvider() {
	provider, idp := exampleProvider()
	ctx := context.Background()

	challenge, err := provider.Begin(ctx, identity.Request{IdP: "https://idp.example.org", Assurance: identity.Substantial})
	if err != nil {
		log.Fatal(err)
	}
	// The caller keeps challenge.Pending and sends the browser to challenge.URL. What the
	// browser posts to the ACS is made into a Callback.
	back, err := idp.Answer(challenge, idptest.People(identity.SPID)[0], idptest.Case{})
	if err != nil {
		log.Fatal(err)
	}
	auth, err := provider.Complete(ctx, back, challenge.Pending)
	fmt.Println(auth.Person.Name(), auth.Person.FiscalCode, auth.Assurance, err)

	_, err = provider.Complete(ctx, back, challenge.Pending)
	fmt.Println(errors.Is(err, identity.ErrPending))
	// Output:
	// Mario Rossi RSSMRA80A01H501U substantial <nil>
	// true
}

// The buttons, and new metadata of the identity providers.
func ExampleProvider_IdPs() {
	provider, idp := exampleProvider()
	if err := provider.Update(idp.Metadata()); err != nil {
		log.Fatal(err)
	}
	for id := range provider.IdPs("it") {
		fmt.Println(id)
	}
	// Output: https://idp.example.org
}

// The person signs out here, and then at the identity provider, whose answer tells whether
// that is done.
func ExampleProvider_BeginLogout() {
	provider, _ := exampleProvider()
	challenge, err := provider.BeginLogout(context.Background(), identity.Login{
		Scheme: identity.SPID, IdP: "https://idp.example.org", NameID: "_1", NameQualifier: "https://idp.example.org", SessionIndex: "_2",
	})
	address, _, _ := strings.Cut(challenge.URL, "?")
	fmt.Println(address, challenge.Pending.IdP, err) // keep Pending until the answer comes
	// Output: https://idp.example.org/slo https://idp.example.org <nil>
}

// The identity provider signs the person out, and is told that it is done.
func ExampleProvider_Logout() {
	provider, idp := exampleProvider()
	wish, err := idp.Logout(identity.Login{NameID: "_1", NameQualifier: "https://idp.example.org"}, idptest.LogoutCase{})
	if err != nil {
		log.Fatal(err)
	}
	logout, err := provider.Logout(context.Background(), wish)
	fmt.Println(logout.Ended.NameID, idp.EndLogout(logout.Reply), err)
	// Output: _1 <nil> <nil>
}

// A public body signs its own certificate.
func ExampleNewCertificate() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		log.Fatal(err)
	}
	pair, err := spid.NewCertificate(key, spid.Subject{
		EntityID: "https://archivio.example.org", CommonName: "Archivio di Esempio", Organization: "Archivio di Esempio",
		City: "Roma", IPACode: "ipa_test", NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		log.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(pair.Certificate[0])
	fmt.Println(certificate.Subject.CommonName, certificate.NotAfter.Format(time.DateOnly), err)
	// Output: Archivio di Esempio 2029-01-01 <nil>
}
