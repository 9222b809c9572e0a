package saml_test

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// An answer is read against what was asked for.
func ExampleReadResponse() {
	answer := encoded(forger{}.answer(&testing.T{}))
	e := saml.Expect{
		Scheme: identity.SPID, EntityID: sp, ACS: acs, RequestID: "_request", IssuedAt: requestedAt, Now: now, Skew: time.Minute,
		IdP:   saml.IdP{EntityID: idpName, Certificates: []*x509.Certificate{idpKey().cert}},
		Least: identity.Substantial, Comparison: "minimum", Attributes: []string{"name", "familyName", "fiscalNumber"},
	}
	a, err := saml.ReadResponse(answer, e)
	fmt.Println(a.Attributes["name"], a.Level, err)

	e.Least = identity.High
	_, err = saml.ReadResponse(answer, e)
	fmt.Println(err)
	fmt.Println(pagonline.AsError(err).Detail) // for the log
	// Output:
	// Mario substantial <nil>
	// assurance_too_low: Authentication level too low.
	// saml: level lower than asked for
}

func ExampleReadIdPs() {
	idps, err := saml.ReadIdPs([]byte(metadata(idpKey().cert)))
	fmt.Println(len(idps), idps[0].EntityID, idps[0].Names["it"], idps[0].SLO[0].ResponseLocation, err)
	// Output: 1 https://idp.example.org Esempio https://idp.example.org/slo/done <nil>
}

func ExampleVerifyMetadata() {
	fmt.Println(saml.VerifyMetadata([]byte(metadata(idpKey().cert)), idpKey().cert))
	// Output: metadata: saml: no signature at the head
}

func ExampleReadCertificate() {
	block, _ := pem.Decode(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: idpKey().cert.Raw}))
	cert, err := saml.ReadCertificate(block.Bytes)
	fmt.Println(cert.PublicKeyAlgorithm, err)
	// Output: RSA <nil>
}

func ExampleReadLogout() {
	back := identity.Callback{Method: "POST", Values: url.Values{"SAMLRequest": {encoded(forger{}.message(&testing.T{}, logoutRequest))}}}
	known := func(entityID string) (saml.IdP, bool) {
		return saml.IdP{EntityID: idpName, Certificates: []*x509.Certificate{idpKey().cert}}, entityID == idpName
	}
	m, err := saml.ReadLogout(back, known, sp, slo, now, time.Minute)
	fmt.Println(m.Request, m.NameID, m.SessionIndex, err)
	// Output: true _name _session <nil>
}

func ExampleDecodePost() {
	message, err := saml.DecodePost("PGEvPg==")
	fmt.Println(string(message), err)
	// Output: <a/> <nil>
}

func ExampleDecodeRedirect() {
	_, err := saml.DecodeRedirect("PGEvPg==")
	fmt.Println(errors.Is(err, identity.ErrAnswer), pagonline.AsError(err).Detail)
	// Output: true saml: not deflated
}
