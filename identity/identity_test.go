package identity_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/fiscal"
)

func TestOwnerIsStableAndOpaque(t *testing.T) {
	a := identity.SubjectID{Scheme: identity.SPID, Value: "RSSMRA80A01H501U"}
	require.Empty(t, identity.SubjectID{}.Owner())
	require.NotContains(t, a.Owner(), "RSSMRA")
	for _, b := range []identity.SubjectID{
		{Scheme: identity.CIE, Value: a.Value},
		{Scheme: identity.SPID, Issuer: "x", Value: a.Value},
		{Scheme: "spidR", Value: "SSMRA80A01H501U"}, // no two ids run together
	} {
		require.NotEqual(t, a.Owner(), b.Owner())
	}
}

func TestAssuranceIsOrdered(t *testing.T) {
	require.Less(t, identity.SelfAsserted, identity.Low)
	require.Less(t, identity.Substantial, identity.High)
	require.Equal(t, "substantial", identity.Substantial.String())
	require.Equal(t, "assurance(9)", identity.Assurance(9).String())
}

func TestNothingPersonalIsLogged(t *testing.T) {
	p := identity.Person{
		Subject:   identity.SubjectID{Scheme: identity.EIDAS, Value: "ES/IT/12345678Z"},
		GivenName: "Fiammetta", FamilyName: "Inventata", Email: "fiammetta@example.org",
		FiscalCode: fiscal.MustParse("RSSMRA80A01H501U"), ForeignID: "ES/IT/12345678Z",
	}
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info("x", "person", p, "subject", p.Subject, "auth", identity.Authentication{Person: p}.Person)
	for _, canary := range []string{"Fiammetta", "Inventata", "example.org", "RSSMRA", "12345678Z"} {
		require.NotContains(t, out.String(), canary)
	}
	require.Contains(t, out.String(), "eidas")
	require.Equal(t, "Fiammetta Inventata", p.Name())
	require.Equal(t, "Inventata", identity.Person{FamilyName: "Inventata"}.Name())
}

func TestErrorsHaveCodes(t *testing.T) {
	require.Equal(t, pagonline.CodeLoginCancelled, pagonline.CodeOf(identity.ErrCancelled))
	require.Equal(t, pagonline.CodeAssuranceTooLow, pagonline.CodeOf(identity.ErrAssurance))
	require.ErrorIs(t, identity.ErrPending, pagonline.ErrDenied)
}
