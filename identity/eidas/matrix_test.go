package eidas_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/eidas"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/providertest"
	"github.com/pagonline/pagonline/identity/spid"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// matrixKey is the service's, made once.
var matrixKey = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Archivio di prova"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
})

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
	key, err := matrixKey()
	require.NoError(t, err)
	store := new(memory.Store)
	entity, err := spid.New(spid.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/spid/acs", SLO: "https://archivio.example.org/spid/slo",
		Name: map[string]string{"it": "Archivio di prova"}, DisplayName: map[string]string{"it": "Archivio"}, URL: map[string]string{"it": "https://archivio.example.org"},
		Email: "ufficio@example.org", IPACode: "c_h501", EIDAS: true,
	}, key, store.Replays(), store.Audit(), spid.Config{Now: now})
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
		s.node.Judge(t, s.service, req, func(t *testing.T, j idptest.Judged) {
			t.Helper()
			var outcomes []string
			for e, err := range s.store.Audit().List(t.Context(), identity.ExchangeFilter{RequestID: j.Pending.RequestID}) {
				require.NoError(t, err)
				require.Equal(t, identity.EIDAS, e.Scheme)
				outcomes = append(outcomes, e.Outcome)
			}
			want := "ok"
			if j.Err != nil {
				want = string(pagonline.CodeOf(j.Err))
			}
			require.Equal(t, []string{want}, outcomes)
		}, idptest.MixUps(other)...)
	}
}

// TestConformance: the provider keeps the contract of providers.
func TestConformance(t *testing.T) {
	erika := idptest.People(identity.EIDAS)[0]
	providertest.Run(t, providertest.Harness{
		Open: func(t *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
			s := matrix(t, now)
			return s.service, func(t *testing.T, c identity.Challenge, what providertest.Outcome) (identity.Callback, bool) {
				t.Helper()
				var is idptest.Case
				for _, each := range idptest.Cases(identity.EIDAS) {
					if what == providertest.Cancel && each.Name == "111" || what == providertest.Weaker && each.Name == "95" {
						is = each
					}
				}
				back, err := s.node.Answer(c, erika, is)
				require.NoError(t, err)
				return back, true
			}
		},
		Request: identity.Request{IdP: "https://idp.example.org/eidas", Assurance: identity.Substantial, Attributes: eidas.FullSet},
		Person:  erika,
	})
}
