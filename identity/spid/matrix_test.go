package spid_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/internal/samltest"
	"github.com/pagonline/pagonline/identity/providertest"
	"github.com/pagonline/pagonline/identity/spid"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// everything is what the first of idptest.People has.
var everything = []string{
	"spidCode", "name", "familyName", "fiscalNumber", "email", "mobilePhone", "dateOfBirth", "placeOfBirth", "gender", "address", "digitalAddress",
}

// signIn is a service and the identity provider that it asks.
type signIn struct {
	service *spid.Provider
	idp     *idptest.SAMLProvider
	store   *memory.Store
}

func matrix(t *testing.T, cfg spid.Config, more ...*idptest.SAMLProvider) signIn {
	t.Helper()
	idp, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{Now: cfg.Now})
	require.NoError(t, err)
	return matrixWith(t, idp, cfg, more...)
}

func matrixWith(t *testing.T, idp *idptest.SAMLProvider, cfg spid.Config, more ...*idptest.SAMLProvider) signIn {
	t.Helper()
	store := new(memory.Store)
	service, err := spid.New(spid.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/spid/acs", SLO: "https://archivio.example.org/spid/slo",
		Name: map[string]string{"it": "Archivio di prova"}, DisplayName: map[string]string{"it": "Archivio"}, URL: map[string]string{"it": "https://archivio.example.org"},
		Email: "ufficio@example.org", Telephone: "+390612345678", IPACode: "c_h501",
		Sets: []spid.Set{{Name: map[string]string{"it": "Tutto"}, Attributes: everything}},
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
// accepted, and each is logged.
func TestMatrix(t *testing.T) {
	other, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{EntityID: "https://other.example.org/idp"})
	require.NoError(t, err)
	for _, cfg := range []spid.Config{{}, {POST: true}} {
		s := matrix(t, cfg, other)
		req := identity.Request{IdP: s.idp.EntityID(), Assurance: identity.Substantial}
		s.idp.Judge(t, s.service, req, samltest.Logged(s.store.Audit(), identity.SPID, s.idp.EntityID()), idptest.MixUps(other)...)
	}
}

// TestLevels: what each comparison makes of each level.
func TestLevels(t *testing.T) {
	const low, substantial, high = identity.Low, identity.Substantial, identity.High
	for comparison, accepted := range map[string][]identity.Assurance{
		"minimum": {substantial, high}, "exact": {substantial}, "better": {high}, "maximum": {low, substantial},
	} {
		s := matrix(t, spid.Config{Comparison: comparison})
		for _, level := range []identity.Assurance{low, substantial, high} {
			c, err := s.service.Begin(t.Context(), identity.Request{IdP: s.idp.EntityID(), Assurance: substantial})
			require.NoError(t, err)
			back, err := s.idp.Answer(c, idptest.People(identity.SPID)[0], idptest.Case{Level: level})
			require.NoError(t, err)
			auth, err := s.service.Complete(t.Context(), back, c.Pending)
			ok := false
			for _, a := range accepted {
				ok = ok || a == level
			}
			if !ok {
				require.Error(t, err, "%s %s", comparison, level)
				continue
			}
			require.NoError(t, err, "%s %s", comparison, level)
			require.Equal(t, level, auth.Assurance)
			require.Equal(t, level == low, auth.Login.SessionIndex != "", "a session is for level 1 alone")
		}
	}
}

// TestTransport: how an answer is carried.
func TestTransport(t *testing.T) {
	s := matrix(t, spid.Config{})
	c, err := s.service.Begin(t.Context(), identity.Request{IdP: s.idp.EntityID()})
	require.NoError(t, err)
	back, err := s.idp.Answer(c, idptest.People(identity.SPID)[0], idptest.Case{})
	require.NoError(t, err)
	field, relay := back.Values.Get("SAMLResponse"), back.Values.Get("RelayState")
	for name, wrong := range map[string]identity.Callback{
		"GET":            {Method: "GET", Values: back.Values},
		"two answers":    {Method: "POST", Values: url.Values{"SAMLResponse": {field, field}, "RelayState": {relay}}},
		"no answer":      {Method: "POST", Values: url.Values{"RelayState": {relay}}},
		"no RelayState":  {Method: "POST", Values: url.Values{"SAMLResponse": {field}}},
		"other":          {Method: "POST", Values: url.Values{"SAMLResponse": {field}, "RelayState": {relay + "x"}}},
		"no base64":      {Method: "POST", Values: url.Values{"SAMLResponse": {"%" + field}, "RelayState": {relay}}},
		"URL alphabet":   {Method: "POST", Values: url.Values{"SAMLResponse": {strings.NewReplacer("+", "-", "/", "_").Replace(field) + "-_"}, "RelayState": {relay}}},
		"empty":          {Method: "POST", Values: url.Values{"SAMLResponse": {""}, "RelayState": {relay}}},
		"deflated":       {Method: "POST", Values: url.Values{"SAMLResponse": {"nVLLbtswEPwVgXeJelmxF5YDI0ZQA2lrxG4PvdHkqiZAkSqXivv5lZSkdYoih1w5O7Mzu1ze/mpN9IietLM1y5KURWilU9r+qNmX4308Z7erJYnW5B2s+3C2D/izRwrRQLQEE1Kz3ltwgjSBFS0SBAmH9cc7yJMUOu+Ck86waE2EPgyd7pylvkV/QP+oJX55uKvZOYSOgHNUFzydlvxpJo1z+JL1"}, "RelayState": {relay}}},
		"very long":      {Method: "POST", Values: url.Values{"SAMLResponse": {strings.Repeat("A", 8<<20)}, "RelayState": {relay}}},
		"another method": {Method: "PUT", Values: back.Values},
	} {
		_, err := s.service.Complete(t.Context(), wrong, c.Pending)
		require.Error(t, err, name)
		require.True(t, errors.Is(err, identity.ErrAnswer) || errors.Is(err, identity.ErrPending), "%s: %v", name, err)
	}
	_, err = s.service.Complete(t.Context(), back, c.Pending)
	require.NoError(t, err, "none of them used the sign-in up")
}

// TestConformance: the provider keeps the contract of providers.
func TestConformance(t *testing.T) {
	mario := idptest.People(identity.SPID)[0]
	idp := identity.Request{IdP: "https://idp.example.org/spid", Assurance: identity.Substantial}
	providertest.Run(t, providertest.Harness{
		Open: func(t *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
			s := matrix(t, spid.Config{Now: now})
			return s.service, samltest.Browser(s.idp, identity.SPID, mario)
		},
		Request: idp, Person: mario,
	})
}

// named returns the case of a name.
func named(t *testing.T, name string) idptest.Case {
	t.Helper()
	for _, is := range idptest.Cases(identity.SPID) {
		if is.Name == name {
			return is
		}
	}
	t.Fatalf("no case %q", name)
	return idptest.Case{}
}

// TestLogoutMatrix: messages about logout, with both bindings and both ways.
func TestLogoutMatrix(t *testing.T) {
	s := matrix(t, spid.Config{})
	login := identity.Login{Scheme: identity.SPID, IdP: s.idp.EntityID(), NameID: "_transient", NameQualifier: s.idp.EntityID(), SessionIndex: "_session"}
	for _, is := range idptest.LogoutCases() {
		name := is.Name + map[bool]string{false: ", Redirect", true: ", POST"}[is.POST]
		t.Run(name, func(t *testing.T) {
			wish, err := s.idp.Logout(login, is)
			require.NoError(t, err)
			got, err := s.service.Logout(t.Context(), wish)
			if is.Err != nil {
				require.ErrorIs(t, err, is.Err)
				require.Equal(t, identity.Logout{}, got)
			} else {
				require.NoError(t, err)
				require.Equal(t, login, got.Ended)
				require.NoError(t, s.idp.EndLogout(got.Reply))
			}

			begun, err := s.service.BeginLogout(t.Context(), login)
			require.NoError(t, err)
			answer, err := s.idp.AnswerLogout(begun, is)
			require.NoError(t, err)
			got, err = s.service.Logout(t.Context(), answer)
			if is.Err != nil {
				require.ErrorIs(t, err, is.Err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, identity.Logout{InResponseTo: begun.Pending.RequestID, Partial: is.Partial}, got)
			require.Equal(t, begun.Pending.Handle, answer.Values.Get("RelayState"))
		})
	}
}
