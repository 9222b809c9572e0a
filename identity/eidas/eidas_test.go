package eidas_test

import (
	"crypto/tls"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/eidas"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func service(t *testing.T, sets bool) *spid.Provider {
	t.Helper()
	const testdata = "../internal/samlsp/testdata/"
	key, err := tls.LoadX509KeyPair(testdata+"public.pem", testdata+"test-key.pem")
	require.NoError(t, err)
	store := new(memory.Store)
	texts := map[string]string{"it": "Archivio di Esempio"}
	p, err := spid.New(spid.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/spid/acs", SLO: "https://archivio.example.org/spid/slo",
		Name: texts, DisplayName: texts, URL: map[string]string{"it": "https://archivio.example.org"},
		Email: "spid@archivio.example.org", IPACode: "ipa_test", EIDAS: sets,
	}, key, store.Replays(), store.Audit(), spid.Config{})
	require.NoError(t, err)
	return p
}

func TestNewRefuses(t *testing.T) {
	_, err := eidas.New(service(t, false), eidas.Config{})
	require.Error(t, err, "the sets are not published")
	_, err = eidas.New(service(t, true), eidas.Config{Assurance: identity.High + 1})
	require.Error(t, err)
}

// TestSameService: one entity, one document, two registries.
func TestSameService(t *testing.T) {
	entity := service(t, true)
	p, err := eidas.New(entity, eidas.Config{})
	require.NoError(t, err)
	want, _, err := entity.Metadata(t.Context())
	require.NoError(t, err)
	got, _, err := p.Metadata(t.Context())
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))

	require.NoError(t, entity.Update(idptest.Start(t, identity.SPID).Metadata()))
	_, err = p.Begin(t.Context(), identity.Request{})
	require.ErrorIs(t, err, identity.ErrProvider, "the node is not known yet")
}

func TestRequest(t *testing.T) {
	node := idptest.Start(t, identity.EIDAS)
	p, err := eidas.New(service(t, true), eidas.Config{})
	require.NoError(t, err)
	require.NoError(t, p.Update(node.Metadata()))
	for _, c := range []struct {
		req        identity.Request
		level, set string
	}{
		{identity.Request{}, "SpidL2", "99"},
		{identity.Request{Assurance: identity.Low}, "SpidL2", "99"}, // the law starts there
		{identity.Request{Assurance: identity.High, Attributes: eidas.FullSet}, "SpidL3", "100"},
	} {
		got, err := p.Begin(t.Context(), c.req)
		require.NoError(t, err)
		require.Contains(t, string(got.Pending.Request), c.level)
		require.Contains(t, string(got.Pending.Request), `AttributeConsumingServiceIndex="`+c.set+`"`)
		require.Equal(t, identity.EIDAS, got.Pending.Scheme)
	}
	_, err = p.Begin(t.Context(), identity.Request{Attributes: 1})
	require.Error(t, err)
}

// TestLogoutAtOneAddress: the service has one logout address, and whoever is asked there
// knows whose sign-in ends.
func TestLogoutAtOneAddress(t *testing.T) {
	entity, node, idp := service(t, true), idptest.Start(t, identity.EIDAS), idptest.Start(t, identity.SPID)
	p, err := eidas.New(entity, eidas.Config{})
	require.NoError(t, err)
	require.NoError(t, p.Update(node.Metadata()))
	require.NoError(t, entity.Update(idp.Metadata()))
	metadata, _, err := p.Metadata(t.Context())
	require.NoError(t, err)
	for scheme, each := range map[identity.Scheme]*idptest.SAMLProvider{identity.EIDAS: node, identity.SPID: idp} {
		require.NoError(t, each.Trust(metadata))
		login := identity.Login{Scheme: scheme, IdP: each.EntityID(), NameID: "_name", NameQualifier: each.EntityID(), SessionIndex: "_session"}
		wish, err := each.Logout(login, idptest.LogoutCase{})
		require.NoError(t, err)
		for _, at := range []identity.LogoutProvider{entity, p} {
			got, err := at.Logout(t.Context(), wish)
			require.NoError(t, err)
			require.Equal(t, login, got.Ended)
			require.NoError(t, each.EndLogout(got.Reply))
		}
	}
}

// TestForeignNumber: what another country wrote is no fiscal code.
func TestForeignNumber(t *testing.T) {
	node := idptest.Start(t, identity.EIDAS)
	entity := service(t, true)
	p, err := eidas.New(entity, eidas.Config{})
	require.NoError(t, err)
	require.NoError(t, p.Update(node.Metadata()))
	metadata, _, err := p.Metadata(t.Context())
	require.NoError(t, err)
	require.NoError(t, node.Trust(metadata))
	person := idptest.People(identity.EIDAS)[0]
	person.ForeignID = "RSSMRA80A01H501U" // looks like one
	c, err := p.Begin(t.Context(), identity.Request{})
	require.NoError(t, err)
	back, err := node.Answer(c, person, idptest.Case{})
	require.NoError(t, err)
	require.IsType(t, url.Values{}, back.Values)
	auth, err := p.Complete(t.Context(), back, c.Pending)
	require.NoError(t, err)
	require.True(t, auth.Person.FiscalCode.IsZero())
	require.Equal(t, person.ForeignID, auth.Person.ForeignID)
	require.Equal(t, identity.SubjectID{Scheme: identity.EIDAS, Value: string(person.ForeignID)}, auth.Person.Subject)
	require.WithinDuration(t, time.Now(), auth.At, time.Hour)
}

// TestFederation: the node may have one of its own.
func TestFederation(t *testing.T) {
	node := idptest.Start(t, identity.EIDAS)
	entity := service(t, true)
	p, err := eidas.New(entity, eidas.Config{Federation: node.Certificate()})
	require.NoError(t, err)
	require.ErrorContains(t, p.Update(node.Metadata()), "signature")
	require.NoError(t, entity.Update(node.Metadata()), "SPID's is another")
}
