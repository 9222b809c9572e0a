package cie_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/cie"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/internal/samltest"
	"github.com/pagonline/pagonline/identity/providertest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// signIn is a service and the identity provider that it asks.
type signIn struct {
	service *cie.Provider
	idp     *idptest.SAMLProvider
	store   *memory.Store
}

func matrix(t *testing.T, cfg cie.Config, more ...*idptest.SAMLProvider) signIn {
	t.Helper()
	idp, err := idptest.NewSAML(identity.CIE, idptest.SAMLConfig{Now: cfg.Now})
	require.NoError(t, err)
	store := new(memory.Store)
	service, err := cie.New(cie.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/cie/acs", SLO: "https://archivio.example.org/cie/slo",
		Name: map[string]string{"it": "Archivio di prova"}, DisplayName: map[string]string{"it": "Archivio"}, URL: map[string]string{"it": "https://archivio.example.org"},
		Email: "ufficio@example.org", IPACode: "c_h501", Place: cie.Place{Municipality: "H501", Province: "RM"},
	}, samltest.Certificate(t), store.Replays(), store.Audit(), cfg)
	require.NoError(t, err)
	known := [][]byte{idp.Metadata()}
	for _, m := range more {
		known = append(known, m.Metadata())
	}
	require.NoError(t, service.Update(known...))
	metadata, _, err := service.Metadata(t.Context())
	require.NoError(t, err)
	require.NoError(t, idp.Trust(metadata))
	return signIn{service: service, idp: idp, store: store}
}

// TestMatrix: every wrong answer is refused with the right error, every right one is
// accepted, and each is logged once.
func TestMatrix(t *testing.T) {
	other, err := idptest.NewSAML(identity.CIE, idptest.SAMLConfig{EntityID: "https://other.example.org/idp"})
	require.NoError(t, err)
	s := matrix(t, cie.Config{}, other)
	req := identity.Request{IdP: s.idp.EntityID(), Assurance: identity.Substantial}
	s.idp.Judge(t, s.service, req, samltest.Logged(s.store.Audit(), identity.CIE, s.idp.EntityID()), idptest.MixUps(other)...)
}

// TestConformance: the provider keeps the contract of providers.
func TestConformance(t *testing.T) {
	mario := idptest.People(identity.CIE)[0]
	providertest.Run(t, providertest.Harness{
		Open: func(t *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
			s := matrix(t, cie.Config{Now: now})
			return s.service, samltest.Browser(s.idp, identity.CIE, mario)
		},
		Request: identity.Request{IdP: "https://idp.example.org/cie", Assurance: identity.Substantial},
		Person:  mario,
	})
}
