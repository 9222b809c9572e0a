package cie_test

import (
	"crypto/tls"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/cie"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

var update = flag.Bool("update", false, "write the golden files")

// testdata holds a key that everybody has, and certificates of it.
const testdata = "../internal/samlsp/testdata/"

var today = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)

func public() cie.Entity {
	return cie.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/cie/acs", SLO: "https://archivio.example.org/cie/slo",
		Name:        map[string]string{"it": "Archivio di Esempio", "en": "Example Archive"},
		DisplayName: map[string]string{"it": "Archivio", "en": "Archive"},
		URL:         map[string]string{"it": "https://archivio.example.org", "en": "https://archivio.example.org/en"},
		IPACode:     "ipa_test", IPACategory: "L6", Place: cie.Place{Municipality: "H501", Province: "RM"},
		Email: "cie@archivio.example.org", Telephone: "+390612345678",
	}
}

func private() cie.Entity {
	e := public()
	e.IPACode, e.IPACategory, e.VATNumber, e.FiscalCode, e.NACE2Code = "", "", "IT99999000013", "99999000013", "91.01"
	e.Partner = &cie.Partner{
		Name: "Esempio S.r.l.", VATNumber: "IT99999000013", FiscalCode: "99999000013", NACE2Code: "62.01",
		Place: cie.Place{Municipality: "F205", Province: "MI"}, Email: "tecnici@example.org",
	}
	return e
}

func provider(t *testing.T, e cie.Entity, certificate string, cfg cie.Config) (*cie.Provider, error) {
	t.Helper()
	key, err := tls.LoadX509KeyPair(testdata+certificate+".pem", testdata+"test-key.pem")
	require.NoError(t, err)
	store := new(memory.Store)
	cfg.Now = func() time.Time { return today }
	return cie.New(e, key, store.Replays(), store.Audit(), cfg)
}

func TestMetadata(t *testing.T) {
	for certificate, e := range map[string]cie.Entity{"public": public(), "private": private()} {
		p, err := provider(t, e, certificate, cie.Config{})
		require.NoError(t, err)
		got, _, err := p.Metadata(t.Context())
		require.NoError(t, err)
		golden := filepath.Join("testdata", certificate+".xml")
		if *update {
			require.NoError(t, os.WriteFile(golden, got, 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
		path, err := exec.LookPath("xmlsec1")
		if err != nil {
			t.Skip("skipped: no xmlsec1")
		}
		out, err := exec.CommandContext(t.Context(), path, "--verify", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor",
			"--pubkey-cert-pem", testdata+certificate+".pem", golden).CombinedOutput()
		require.NoError(t, err, string(out))
	}
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*cie.Entity){
		"public and private": func(e *cie.Entity) { e.FiscalCode = "99999000013" },
		"neither":            func(e *cie.Entity) { e.IPACode = "" },
		"no municipality":    func(e *cie.Entity) { e.Place.Municipality = "" },
		"partner nowhere":    func(e *cie.Entity) { e.Partner = &cie.Partner{Name: "Esempio S.r.l.", VATNumber: "IT99999000013"} },
		"half a firm":        func(e *cie.Entity) { *e = private(); e.NACE2Code = "" },
		"no country":         func(e *cie.Entity) { *e = private(); e.VATNumber = "99999000013" },
		"no ID":              func(e *cie.Entity) { e.ID = "" },
	} {
		e := public()
		change(&e)
		_, err := provider(t, e, "public", cie.Config{})
		require.Error(t, err, name)
	}
	_, err := provider(t, public(), "public", cie.Config{Comparison: "better"})
	require.Error(t, err)
}

// TestRequest: what CIE wants in its own way.
func TestRequest(t *testing.T) {
	idp := idptest.Start(t, identity.CIE)
	for configured, levels := range map[string]map[identity.Assurance]string{
		"":        {identity.Low: "minimum", identity.Substantial: "minimum", identity.High: "minimum"},
		"minimum": {identity.Low: "minimum", identity.Substantial: "minimum", identity.High: "minimum"},
		"exact":   {identity.Low: "minimum", identity.Substantial: "minimum", identity.High: "exact"},
	} {
		p, err := provider(t, public(), "public", cie.Config{Comparison: configured})
		require.NoError(t, err)
		require.NoError(t, p.Update(idp.Metadata()))
		for level, comparison := range levels {
			c, err := p.Begin(t.Context(), identity.Request{Assurance: level})
			require.NoError(t, err)
			request := string(c.Pending.Request)
			require.Contains(t, request, `ForceAuthn="true"`, "at every level")
			require.Contains(t, request, `Comparison="`+comparison+`"`)
			require.Contains(t, request, `NameQualifier="https://archivio.example.org"`)
			require.Contains(t, request, `Destination="`+strings.Split(c.URL, "?")[0]+`"`, "where it goes")
		}
	}
}

// TestLogout: the address is opened as it is.
func TestLogout(t *testing.T) {
	idp := idptest.Start(t, identity.CIE)
	p, err := provider(t, public(), "public", cie.Config{})
	require.NoError(t, err)
	require.NoError(t, p.Update(idp.Metadata()))
	c, err := p.BeginLogout(t.Context(), identity.Login{Scheme: identity.CIE, IdP: idp.EntityID(), NameID: "_name", SessionIndex: "_session"})
	require.NoError(t, err)
	require.Nil(t, c.Form)
	require.NotContains(t, c.URL, "SAML")
	require.Zero(t, c.Pending, "no answer will come")
	require.Contains(t, string(idp.Metadata()), `Location="`+c.URL+`"`)
}

// TestFederation: with one, metadata that it did not sign are not taken.
func TestFederation(t *testing.T) {
	idp := idptest.Start(t, identity.CIE)
	p, err := provider(t, public(), "public", cie.Config{Federation: idp.Certificate()})
	require.NoError(t, err)
	require.ErrorContains(t, p.Update(idp.Metadata()), "signature")
	_, err = p.Begin(t.Context(), identity.Request{})
	require.ErrorIs(t, err, identity.ErrProvider)
}
