package saml_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/internal/saml"
)

// With an error the answer has what the log wants, and nothing that would let anybody in.
func TestClaims(t *testing.T) {
	a, err := saml.ReadResponse(encoded(forger{}.answer(t, `Destination="`+acs, `Destination="https://other.example.org`)), expect(idpKey().cert))
	require.ErrorIs(t, err, identity.ErrAnswer)
	want := says()
	require.Equal(t, saml.Answer{
		ResponseID: want.ResponseID, ResponseIssued: want.ResponseIssued, Issuer: want.Issuer,
		AssertionID: want.AssertionID, NameID: want.NameID, NameQualifier: want.NameQualifier,
		InResponseTo: "_request", Signed: true,
	}, a)
}

// TestSigned: a refused answer says whether the identity provider vouches for it.
func TestSigned(t *testing.T) {
	for _, c := range []struct {
		by   forger
		edit []string
		want bool
	}{
		{by: forger{open: true}, want: true},
		{by: forger{bare: true}, edit: []string{"SpidL2", "SpidL1"}, want: true},
		{edit: []string{"status:Success", "status:Responder"}, want: true},
		{by: forger{bare: true, open: true}},
		{by: forger{by: otherKey}},
		{by: forger{bare: true, by: otherKey}},
	} {
		a, err := saml.ReadResponse(encoded(c.by.answer(t, c.edit...)), expect(idpKey().cert))
		require.Error(t, err)
		require.Equal(t, c.want, a.Signed)
		require.Equal(t, "_request", a.InResponseTo)
	}
	other := edited(t, rightAnswer, []string{"samlp:Response", "samlp:LogoutResponse"})
	a, err := saml.ReadResponse(encoded(other), expect(idpKey().cert))
	require.Error(t, err)
	require.Empty(t, a.InResponseTo, "no Response answers nothing")
}

// TestForced: who had to sign in anew did so after the request.
func TestForced(t *testing.T) {
	const said = "2026-11-24T09:59:52Z"
	for _, c := range []struct {
		force bool
		at    time.Time
		ok    bool
	}{
		{true, requestedAt, true},
		{true, requestedAt.Add(-time.Minute), true}, // their clock
		{true, requestedAt.Add(-time.Minute - time.Second), false},
		{false, requestedAt.AddDate(0, 0, -1), true},
	} {
		e := expect(idpKey().cert)
		e.Force = c.force
		_, err := saml.ReadResponse(encoded(forger{}.answer(t, said, c.at.Format(time.RFC3339))), e)
		if c.ok {
			require.NoError(t, err, why(err))
			continue
		}
		require.ErrorIs(t, err, identity.ErrAnswer)
		require.Contains(t, why(err), "before the request")
	}
}
