package spid_test

import (
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity/spid"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMetadata(t *testing.T) {
	eidas := public()
	eidas.EIDAS = true
	person := private()
	person.VATNumber, person.FiscalCode = "", "RSSMRA80A01H501U"
	person.Invoice = spid.Invoice{
		FiscalCode: "RSSMRA80A01H501U", GivenName: "Mario", FamilyName: "Rossi",
		Street: "Via Roma", PostalCode: "00100", City: "Roma", Email: "fatture@example.org",
	}
	for _, c := range []struct {
		name, certificate string
		entity            spid.Entity
	}{
		{"public", "public", public()},
		{"eidas", "public", eidas},
		{"private", "private", private()},
		{"private-person", "private", person},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, _ := provider(t, c.entity, c.certificate, spid.Config{})
			got, mediaType, err := p.Metadata(t.Context())
			require.NoError(t, err)
			require.Equal(t, "application/samlmetadata+xml", mediaType)
			golden := filepath.Join("testdata", c.name+".xml")
			if *update {
				require.NoError(t, os.WriteFile(golden, got, 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
			xmlsec(t, golden, "EntityDescriptor", c.certificate)
		})
	}
}

// xmlsec verifies an enveloped signature with another implementation.
func xmlsec(t *testing.T, file, element, certificate string) {
	t.Helper()
	path, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Skip("skipped: no xmlsec1")
	}
	namespace := map[string]string{
		"EntityDescriptor": "urn:oasis:names:tc:SAML:2.0:metadata", "AuthnRequest": "urn:oasis:names:tc:SAML:2.0:protocol",
		"LogoutRequest": "urn:oasis:names:tc:SAML:2.0:protocol", "LogoutResponse": "urn:oasis:names:tc:SAML:2.0:protocol",
	}[element]
	out, err := exec.CommandContext(t.Context(), path, "--verify", "--id-attr:ID", namespace+":"+element,
		"--pubkey-cert-pem", testdata+certificate+".pem", file).CombinedOutput()
	require.NoError(t, err, string(out))
}

func TestMetadataExpired(t *testing.T) {
	p, _ := provider(t, public(), "public", spid.Config{Now: func() time.Time { return time.Date(2046, 1, 2, 0, 0, 0, 0, time.UTC) }})
	_, _, err := p.Metadata(t.Context())
	require.ErrorContains(t, err, "expired")
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*spid.Entity){
		"no ID":                  func(e *spid.Entity) { e.ID = "" },
		"http":                   func(e *spid.Entity) { e.ACS = "http://archivio.example.org/acs" },
		"no logout address":      func(e *spid.Entity) { e.SLO = "/slo" },
		"nothing in Italian":     func(e *spid.Entity) { delete(e.Name, "it") },
		"another language":       func(e *spid.Entity) { e.URL["de"] = "https://archivio.example.org/de" },
		"no e-mail":              func(e *spid.Entity) { e.Email = "" },
		"blanks":                 func(e *spid.Entity) { e.Telephone = "+39 06 12345678" },
		"public and private":     func(e *spid.Entity) { e.VATNumber = "IT99999000013" },
		"neither":                func(e *spid.Entity) { e.IPACode = "" },
		"no invoice":             func(e *spid.Entity) { e.IPACode, e.VATNumber = "", "IT99999000013" },
		"VAT without country":    func(e *spid.Entity) { e.IPACode, e.VATNumber, e.Invoice = "", "99999000013", private().Invoice },
		"unknown attribute":      func(e *spid.Entity) { e.Sets = []spid.Set{{Name: e.Name, Attributes: []string{"shoeSize"}}} },
		"attribute twice":        func(e *spid.Entity) { e.Sets = []spid.Set{{Name: e.Name, Attributes: []string{"name", "name"}}} },
		"set without name":       func(e *spid.Entity) { e.Sets = []spid.Set{{Attributes: []string{"name"}}} },
		"set without attributes": func(e *spid.Entity) { e.Sets = []spid.Set{{Name: e.Name}} },
		"invoice to nobody":      func(e *spid.Entity) { *e = private(); e.Invoice.Name = "" },
		"invoice to nowhere":     func(e *spid.Entity) { *e = private(); e.Invoice.City = "" },
		"invoice without number": func(e *spid.Entity) { *e = private(); e.Invoice.VATNumber, e.Invoice.FiscalCode = "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			e := public()
			e.Name, e.URL = maps.Clone(e.Name), maps.Clone(e.URL)
			change(&e)
			_, err := spid.New(e, key(t, "public"), guard{}, &journal{}, spid.Config{})
			require.Error(t, err)
		})
	}
	_, err := spid.New(public(), key(t, "public"), nil, &journal{}, spid.Config{})
	require.Error(t, err, "no guard")
	_, err = spid.New(public(), key(t, "public"), guard{}, nil, spid.Config{})
	require.Error(t, err, "no log")
	_, err = spid.New(public(), key(t, "public"), guard{}, &journal{}, spid.Config{Comparison: "at least"})
	require.Error(t, err, "comparison")
	laptop := public()
	laptop.ID, laptop.ACS, laptop.SLO = "http://127.0.0.1:8080", "http://127.0.0.1:8080/acs", "http://localhost:8080/slo"
	_, err = spid.New(laptop, key(t, "public"), guard{}, &journal{}, spid.Config{})
	require.NoError(t, err)
}
