package cie_test

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
	"github.com/pagonline/pagonline/identity/cie"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/providertest"
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
	key, err := matrixKey()
	require.NoError(t, err)
	store := new(memory.Store)
	service, err := cie.New(cie.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/cie/acs", SLO: "https://archivio.example.org/cie/slo",
		Name: map[string]string{"it": "Archivio di prova"}, DisplayName: map[string]string{"it": "Archivio"}, URL: map[string]string{"it": "https://archivio.example.org"},
		Email: "ufficio@example.org", IPACode: "c_h501", Place: cie.Place{Municipality: "H501", Province: "RM"},
	}, key, store.Replays(), store.Audit(), cfg)
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
	s.idp.Judge(t, s.service, req, func(t *testing.T, j idptest.Judged) {
		t.Helper()
		var outcomes []string
		for e, err := range s.store.Audit().List(t.Context(), identity.ExchangeFilter{RequestID: j.Pending.RequestID}) {
			require.NoError(t, err)
			require.Equal(t, identity.CIE, e.Scheme)
			outcomes = append(outcomes, e.Outcome)
		}
		want := "ok"
		if j.Err != nil {
			want = string(pagonline.CodeOf(j.Err))
		}
		require.Equal(t, []string{want}, outcomes)
	}, idptest.MixUps(other)...)
}

// TestConformance: the provider keeps the contract of providers.
func TestConformance(t *testing.T) {
	mario := idptest.People(identity.CIE)[0]
	providertest.Run(t, providertest.Harness{
		Open: func(t *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
			s := matrix(t, cie.Config{Now: now})
			return s.service, func(t *testing.T, c identity.Challenge, what providertest.Outcome) (identity.Callback, bool) {
				t.Helper()
				var is idptest.Case
				for _, each := range idptest.Cases(identity.CIE) {
					if what == providertest.Cancel && each.Name == "111" || what == providertest.Weaker && each.Name == "95" {
						is = each
					}
				}
				back, err := s.idp.Answer(c, mario, is)
				require.NoError(t, err)
				return back, true
			}
		},
		Request: identity.Request{IdP: "https://idp.example.org/cie", Assurance: identity.Substantial},
		Person:  mario,
	})
}
