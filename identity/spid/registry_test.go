package spid_test

import (
	"bytes"
	"log/slog"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
)

// ending gives metadata an end.
func ending(metadata []byte, until time.Time) []byte {
	return bytes.Replace(metadata, []byte("EntityDescriptor "), []byte(`EntityDescriptor validUntil="`+until.UTC().Format(time.RFC3339)+`" `), 1)
}

// TestMetadataEnd: metadata are believed until they end, when they come and when they are
// used.
func TestMetadataEnd(t *testing.T) {
	now := today
	idp := standing(t, "https://idp.example.org")
	p, _ := provider(t, public(), "public", spid.Config{Now: func() time.Time { return now }})
	require.ErrorContains(t, p.Update(ending(idp.Metadata(), today.AddDate(-1, 0, 0))), "idp.example.org")
	require.Empty(t, maps.Collect(p.IdPs("it")))

	require.NoError(t, p.Update(ending(idp.Metadata(), today.Add(2*time.Minute))))
	require.Len(t, maps.Collect(p.IdPs("it")), 1)
	c, back := signedIn(t, p, idp)
	login := identity.Login{Scheme: identity.SPID, IdP: idp.EntityID(), NameID: "_name", NameQualifier: idp.EntityID(), SessionIndex: "_session"}
	wish, err := idp.Logout(login, idptest.LogoutCase{})
	require.NoError(t, err)

	now = today.Add(3 * time.Minute)
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrProvider)
	for _, named := range []string{"", idp.EntityID()} {
		_, err = p.Begin(t.Context(), identity.Request{IdP: named})
		require.ErrorIs(t, err, identity.ErrProvider)
	}
	_, err = p.BeginLogout(t.Context(), login)
	require.ErrorIs(t, err, identity.ErrProvider)
	_, err = p.Logout(t.Context(), wish)
	require.ErrorIs(t, err, identity.ErrAnswer)
	require.Empty(t, maps.Collect(p.IdPs("it")))

	require.NoError(t, p.Update(ending(idp.Metadata(), now.Add(time.Hour))))
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.NoError(t, err, "renewed in time")
}

// TestUpdateLeavesOut: an identity provider that is malformed or has ended costs the others
// nothing, and the log is told.
func TestUpdateLeavesOut(t *testing.T) {
	entity := func(id string) string {
		_, doc, _ := strings.Cut(string(standing(t, id).Metadata()), "?>")
		return strings.Replace(doc, ` ID="_metadata"`, "", 1)
	}
	bad := strings.ReplaceAll(entity("https://bad.example.org"), `Location="https:`, `Location="http:`)
	group := `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + bad + entity("https://good.example.org") +
		string(ending([]byte(entity("https://old.example.org")), today.AddDate(0, 0, -1))) + `</md:EntitiesDescriptor>`
	var told bytes.Buffer
	p, _ := provider(t, public(), "public", spid.Config{Log: slog.New(slog.NewTextHandler(&told, nil))})
	require.NoError(t, p.Update([]byte(group)))
	known := maps.Collect(p.IdPs("it"))
	require.Len(t, known, 1)
	require.Contains(t, known, "https://good.example.org")
	for _, want := range []string{"WARN", "scheme=spid", "bad.example.org", "not https", "old.example.org", "validUntil"} {
		require.Contains(t, told.String(), want)
	}
	silent, _ := provider(t, public(), "public", spid.Config{})
	require.NoError(t, silent.Update([]byte(group)))

	require.Error(t, p.Update(standing(t, "https://new.example.org").Metadata(), []byte(bad)))
	require.Equal(t, known, maps.Collect(p.IdPs("it")), "a document without any that is right changes nothing")
}
