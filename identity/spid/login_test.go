package spid_test

import (
	"crypto"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/internal/saml"
	"github.com/pagonline/pagonline/identity/spid"
)

// TestRequest writes what a browser carries, by both bindings.
func TestRequest(t *testing.T) {
	idp := idptest.Start(t, identity.SPID)
	for name, post := range map[string]bool{"request-redirect.txt": false, "request-post.xml": true} {
		p, _ := provider(t, public(), "public", spid.Config{POST: post})
		require.NoError(t, p.Update(idp.Metadata()))
		c, err := p.Begin(t.Context(), identity.Request{})
		require.NoError(t, err)
		require.Equal(t, post, c.Form != nil)
		got := []byte(c.URL)
		if post {
			got = c.Pending.Request
			require.Equal(t, c.Pending.Handle, c.Form.Get("RelayState"))
		}
		golden := filepath.Join("testdata", name)
		if *update {
			require.NoError(t, os.WriteFile(golden, got, 0o600))
		}
		want, err := os.ReadFile(golden)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
		if post {
			xmlsec(t, golden, "AuthnRequest", "public")
		}
	}
}

func TestBegin(t *testing.T) {
	idp := idptest.Start(t, identity.SPID)
	e := public()
	e.EIDAS = true
	e.Sets = []spid.Set{
		{Name: e.DisplayName, Attributes: []string{"fiscalNumber"}},
		{Name: e.DisplayName, Attributes: []string{"name", "email"}},
	}
	p, _ := provider(t, e, "public", spid.Config{})
	_, err := p.Begin(t.Context(), identity.Request{})
	require.ErrorIs(t, err, identity.ErrProvider, "nobody is known")
	require.NoError(t, p.Update(idp.Metadata()))
	_, err = p.Begin(t.Context(), identity.Request{IdP: "https://other.example.org"})
	require.ErrorIs(t, err, identity.ErrProvider)

	for _, c := range []struct {
		req   identity.Request
		level string
		force bool
		set   string
	}{
		{identity.Request{}, "SpidL2", true, "0"},
		{identity.Request{Assurance: identity.SelfAsserted}, "SpidL1", false, "0"},
		{identity.Request{Assurance: identity.Low, Attributes: 1}, "SpidL1", false, "1"},
		{identity.Request{Assurance: identity.Substantial}, "SpidL2", true, "0"},
		{identity.Request{Assurance: identity.High, IdP: idp.EntityID()}, "SpidL3", true, "0"},
	} {
		got, err := p.Begin(t.Context(), c.req)
		require.NoError(t, err)
		request := string(got.Pending.Request)
		require.Contains(t, request, c.level)
		require.Contains(t, request, `Comparison="minimum"`)
		require.Contains(t, request, `AttributeConsumingServiceIndex="`+c.set+`"`)
		require.Equal(t, c.force, strings.Contains(request, `ForceAuthn="true"`))
		for _, never := range []string{"IsPassive", "AllowCreate", "Scoping", "RequesterID", "ProtocolBinding", "AssertionConsumerServiceURL"} {
			require.NotContains(t, request, never)
		}
		require.Equal(t, idp.EntityID(), got.Pending.IdP)
		require.Equal(t, today.Truncate(time.Second), got.Pending.IssuedAt)
		require.Equal(t, today.Truncate(time.Second).Add(10*time.Minute), got.Pending.Expires)
	}
	for _, index := range []int{2, 99, -1} {
		_, err := p.Begin(t.Context(), identity.Request{Attributes: index})
		require.Error(t, err, "set %d is not for SPID", index)
	}
	_, err = p.Begin(t.Context(), identity.Request{})
	require.NoError(t, err)
	short, _ := provider(t, public(), "public", spid.Config{Random: strings.NewReader("short")})
	require.NoError(t, short.Update(idp.Metadata()))
	_, err = short.Begin(t.Context(), identity.Request{})
	require.Error(t, err, "no randomness, no request")
}

// signedIn begins at idp and returns what comes back.
func signedIn(t *testing.T, p *spid.Provider, idp *idptest.SAMLProvider) (identity.Challenge, identity.Callback) {
	t.Helper()
	metadata, _, err := p.Metadata(t.Context())
	require.NoError(t, err)
	require.NoError(t, idp.Trust(metadata))
	c, err := p.Begin(t.Context(), identity.Request{IdP: idp.EntityID()})
	require.NoError(t, err)
	back, err := idp.Answer(c, idptest.People(identity.SPID)[0], idptest.Case{})
	require.NoError(t, err)
	return c, back
}

func standing(t *testing.T, entityID string) *idptest.SAMLProvider {
	t.Helper()
	idp, err := idptest.NewSAML(identity.SPID, idptest.SAMLConfig{EntityID: entityID, Now: func() time.Time { return today }})
	require.NoError(t, err)
	return idp
}

// TestLog: a sign-in that cannot be logged fails, and one that fails is logged.
func TestLog(t *testing.T) {
	idp := standing(t, "")
	p, l := provider(t, public(), "public", spid.Config{})
	require.NoError(t, p.Update(idp.Metadata()))
	c, back := signedIn(t, p, idp)
	full := errors.New("disk full")
	l.err = full
	_, err := p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, full)

	l.err = nil
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrPending, "it was used up")
	require.Len(t, l.kept, 1)
	require.Equal(t, "login_expired", l.kept[0].Outcome)
	require.NotEmpty(t, l.kept[0].AssertionID)

	c.Pending.Expires = today.Add(-time.Second)
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrPending)
	require.Len(t, l.kept, 2, "what came late is logged")

	c.Pending.Handle = "another"
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrPending)
	require.Len(t, l.kept, 2, "what belongs to no sign-in is not")
}

// TestGuardFails: without the guard nobody signs in.
func TestGuardFails(t *testing.T) {
	idp := standing(t, "")
	p, err := spid.New(public(), key(t, "public"), failing{}, &journal{}, spid.Config{Now: func() time.Time { return today }})
	require.NoError(t, err)
	require.NoError(t, p.Update(idp.Metadata()))
	c, back := signedIn(t, p, idp)
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, errFailing)
}

// TestRotation: the keys are those of the metadata that Update was given last.
func TestRotation(t *testing.T) {
	old, renewed := standing(t, "https://idp.example.org"), standing(t, "https://idp.example.org")
	p, _ := provider(t, public(), "public", spid.Config{})
	require.NoError(t, p.Update(old.Metadata()))
	c, back := signedIn(t, p, renewed)
	_, err := p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrAnswer)

	require.NoError(t, p.Update(renewed.Metadata()))
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.NoError(t, err)

	require.Error(t, p.Update([]byte("<EntityDescriptor/>")))
	require.Error(t, p.Update(old.Metadata(), nil))
	c, back = signedIn(t, p, renewed)
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.NoError(t, err, "what was known stays known")

	require.NoError(t, p.Update(standing(t, "https://other.example.org").Metadata()))
	c.Pending.RequestID = "_another"
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrProvider)
}

// TestFederation: metadata that the federation did not sign are not taken.
func TestFederation(t *testing.T) {
	idp, pair := standing(t, "https://idp.example.org"), key(t, "public")
	private, ok := pair.PrivateKey.(crypto.Signer)
	require.True(t, ok)
	signer, err := saml.NewSigner(private, pair.Leaf)
	require.NoError(t, err)
	p, _ := provider(t, public(), "public", spid.Config{Federation: pair.Leaf})
	require.Error(t, p.Update(idp.Metadata()))
	require.Empty(t, maps.Collect(p.IdPs("it")))

	doc := etree.NewDocument()
	require.NoError(t, doc.ReadFromBytes(idp.Metadata()))
	doc.Root().CreateAttr("ID", "_aggregate")
	require.NoError(t, signer.Sign(doc.Root(), ""))
	signed, err := doc.WriteToBytes()
	require.NoError(t, err)
	require.NoError(t, p.Update(signed))
	require.Contains(t, maps.Collect(p.IdPs("it")), "https://idp.example.org")
}

func TestIdPs(t *testing.T) {
	var documents [][]byte
	for _, id := range []string{"https://a.example.org", "https://b.example.org", "https://c.example.org"} {
		documents = append(documents, standing(t, id).Metadata())
	}
	reverse := func(n int, swap func(i, j int)) {
		for i := range n / 2 {
			swap(i, n-1-i)
		}
	}
	p, _ := provider(t, public(), "public", spid.Config{Shuffle: reverse})
	require.NoError(t, p.Update(append(documents, documents[0])...))
	var ids []string
	for id, name := range p.IdPs("de") {
		require.NotEmpty(t, name)
		ids = append(ids, id)
	}
	require.Equal(t, []string{"https://c.example.org", "https://b.example.org", "https://a.example.org"}, ids)
	_, err := p.Begin(t.Context(), identity.Request{})
	require.ErrorIs(t, err, identity.ErrProvider, "which of them?")
	for range p.IdPs("it") {
		break // a list that is left early
	}

	byChance, _ := provider(t, public(), "public", spid.Config{})
	require.NoError(t, byChance.Update(documents...))
	orders := map[string]bool{}
	for range 100 {
		var order []string
		for id := range byChance.IdPs("it") {
			order = append(order, id)
		}
		orders[strings.Join(order, " ")] = true
	}
	require.Greater(t, len(orders), 1)
}

// TestIdPNames: in the language, in Italian, in any, or else the host.
func TestIdPNames(t *testing.T) {
	p, _ := provider(t, public(), "public", spid.Config{})
	for _, c := range []struct {
		names map[string]string
		want  string
	}{
		{map[string]string{"it": "Gestore", "en": "Provider"}, "Provider"},
		{map[string]string{"it": "Gestore", "de": "Anbieter"}, "Gestore"},
		{map[string]string{"de": "Anbieter"}, "Anbieter"},
		{nil, "idp.example.org"},
	} {
		doc := etree.NewDocument()
		require.NoError(t, doc.ReadFromBytes(standing(t, "https://idp.example.org").Metadata()))
		root := doc.Root()
		root.RemoveChild(root.FindElement("Organization"))
		if c.names != nil {
			organization := root.CreateElement(root.Space + ":Organization")
			for language, name := range c.names {
				e := organization.CreateElement(root.Space + ":OrganizationDisplayName")
				e.CreateAttr("xml:lang", language)
				e.SetText(name)
			}
		}
		document, err := doc.WriteToBytes()
		require.NoError(t, err)
		require.NoError(t, p.Update(document))
		require.Equal(t, map[string]string{"https://idp.example.org": c.want}, maps.Collect(p.IdPs("en")))
	}
}
