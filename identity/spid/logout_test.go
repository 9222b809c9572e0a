package spid_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/spid"
)

func TestBeginLogout(t *testing.T) {
	idp := standing(t, "https://idp.example.org")
	p, _ := provider(t, public(), "public", spid.Config{})
	require.NoError(t, p.Update(idp.Metadata()))
	login := identity.Login{Scheme: identity.SPID, IdP: idp.EntityID(), NameID: "_name", NameQualifier: idp.EntityID(), SessionIndex: "_session"}
	c, err := p.BeginLogout(t.Context(), login)
	require.NoError(t, err)
	require.Contains(t, c.URL, "SAMLRequest=")
	require.Len(t, c.Pending.Handle, 43)
	require.Contains(t, c.URL, "&RelayState="+c.Pending.Handle+"&")
	require.NotEmpty(t, c.Pending.RequestID)
	whole := today.Truncate(time.Second)
	require.Equal(t, identity.Pending{
		Handle: c.Pending.Handle, RequestID: c.Pending.RequestID, Scheme: identity.SPID, IdP: idp.EntityID(),
		IssuedAt: whole, Expires: whole.Add(10 * time.Minute),
	}, c.Pending)
	_, err = p.Complete(t.Context(), identity.Callback{
		Method: "POST", Values: url.Values{"SAMLResponse": {"x"}, "RelayState": {c.Pending.Handle}},
	}, c.Pending)
	require.ErrorIs(t, err, identity.ErrPending, "a logout is no sign-in")

	login.SessionIndex = ""
	c, err = p.BeginLogout(t.Context(), login)
	require.NoError(t, err)
	require.Equal(t, identity.Challenge{}, c, "no session there")

	for name, wrong := range map[string]identity.Login{
		"none":           {},
		"another scheme": {Scheme: identity.CIE, IdP: idp.EntityID(), NameID: "_name"},
		"nobody we know": {Scheme: identity.SPID, IdP: "https://other.example.org", NameID: "_name"},
	} {
		_, err := p.BeginLogout(t.Context(), wrong)
		require.ErrorIs(t, err, identity.ErrProvider, name)
	}

	silent := strings.ReplaceAll(string(idp.Metadata()), "SingleLogoutService", "ManageNameIDService")
	require.NoError(t, p.Update([]byte(silent)))
	login.SessionIndex = "_session"
	c, err = p.BeginLogout(t.Context(), login)
	require.NoError(t, err)
	require.Equal(t, identity.Challenge{}, c, "no address there")
}

// TestLogoutUnknown: the wish is a success even if such a session never was; what is not
// signed is no wish.
func TestLogoutUnknown(t *testing.T) {
	idp := standing(t, "https://idp.example.org")
	p, _ := provider(t, public(), "public", spid.Config{})
	require.NoError(t, p.Update(idp.Metadata()))
	metadata, _, err := p.Metadata(t.Context())
	require.NoError(t, err)
	require.NoError(t, idp.Trust(metadata))
	for _, post := range []bool{false, true} {
		wish, err := idp.Logout(identity.Login{NameID: "_never", NameQualifier: "https://idp.example.org"}, logoutCase(t, post))
		require.NoError(t, err)
		got, err := p.Logout(t.Context(), wish)
		require.NoError(t, err)
		require.Equal(t, "_never", got.Ended.NameID)
		require.Equal(t, post, got.Reply.Form != nil, "by the way that it came")
		require.NoError(t, idp.EndLogout(got.Reply))
		if !post {
			continue
		}
		for relay, want := range map[string]string{"theirs": "theirs", strings.Repeat("x", 81): ""} { // longer than SAML allows
			wish.Values.Set("RelayState", relay)
			got, err := p.Logout(t.Context(), wish)
			require.NoError(t, err)
			require.Equal(t, want, got.Reply.Form.Get("RelayState"))
		}
	}
	_, err = p.Logout(t.Context(), identity.Callback{Method: "GET", Values: url.Values{}})
	require.ErrorIs(t, err, identity.ErrAnswer)
}
