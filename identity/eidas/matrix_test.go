package eidas_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/eidas"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/internal/samltest"
	"github.com/pagonline/pagonline/identity/providertest"
	"github.com/pagonline/pagonline/identity/spid"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// signIn is a service and the node that it asks.
type signIn struct {
	service *eidas.Provider
	node    *idptest.SAMLProvider
	store   *memory.Store
}

func matrix(t *testing.T, now func() time.Time, more ...*idptest.SAMLProvider) signIn {
	t.Helper()
	node, err := idptest.NewSAML(identity.EIDAS, idptest.SAMLConfig{Now: now})
	require.NoError(t, err)
	store := new(memory.Store)
	entity, err := spid.New(spid.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/spid/acs", SLO: "https://archivio.example.org/spid/slo",
		Name: map[string]string{"it": "Archivio di prova"}, DisplayName: map[string]string{"it": "Archivio"}, URL: map[string]string{"it": "https://archivio.example.org"},
		Email: "ufficio@example.org", IPACode: "c_h501", EIDAS: true,
	}, samltest.Certificate(t), store.Replays(), store.Audit(), spid.Config{Now: now})
	require.NoError(t, err)
	service, err := eidas.New(entity, eidas.Config{})
	require.NoError(t, err)
	known := [][]byte{node.Metadata()}
	for _, m := range more {
		known = append(known, m.Metadata())
	}
	require.NoError(t, service.Update(known...))
	metadata, _, err := service.Metadata(t.Context())
	require.NoError(t, err)
	require.NoError(t, node.Trust(metadata))
	return signIn{service: service, node: node, store: store}
}

// TestMatrix: every wrong answer is refused with the right error, every right one is
// accepted, and each is logged once; for both attribute sets.
func TestMatrix(t *testing.T) {
	other, err := idptest.NewSAML(identity.EIDAS, idptest.SAMLConfig{EntityID: "https://other.example.org/node"})
	require.NoError(t, err)
	s := matrix(t, nil, other)
	for _, set := range []int{eidas.MinimumSet, eidas.FullSet} {
		req := identity.Request{IdP: s.node.EntityID(), Assurance: identity.Substantial, Attributes: set}
		s.node.Judge(t, s.service, req, samltest.Logged(s.store.Audit(), identity.EIDAS, s.node.EntityID()), idptest.MixUps(other)...)
	}
}

// TestConformance: the provider keeps the contract of providers.
func TestConformance(t *testing.T) {
	erika := idptest.People(identity.EIDAS)[0]
	providertest.Run(t, providertest.Harness{
		Open: func(t *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
			s := matrix(t, now)
			return s.service, samltest.Browser(s.node, identity.EIDAS, erika)
		},
		Request: identity.Request{IdP: "https://idp.example.org/eidas", Assurance: identity.Substantial, Attributes: eidas.FullSet},
		Person:  erika,
	})
}
