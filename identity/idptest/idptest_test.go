package idptest_test

import (
	"context"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
)

var mario = identity.Person{GivenName: "Mario", FamilyName: "Rossi"}

func begin(t *testing.T, p *idptest.Provider, least identity.Assurance) (identity.Callback, identity.Pending) {
	t.Helper()
	c, err := p.Begin(t.Context(), identity.Request{CallbackURL: "https://portal.example/back?lang=it", Assurance: least})
	require.NoError(t, err)
	u, err := url.Parse(c.URL)
	require.NoError(t, err)
	require.Equal(t, "it", u.Query().Get("lang"))
	return identity.Callback{Method: "GET", URL: c.URL, Values: u.Query()}, c.Pending
}

func TestComplete(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	ok := idptest.New(mario, idptest.Config{Now: clock})
	back, pending := begin(t, ok, identity.Low)
	auth, err := ok.Complete(t.Context(), back, pending)
	require.NoError(t, err)
	require.Equal(t, identity.Test, auth.Person.Subject.Scheme)
	require.Equal(t, now, auth.At)

	_, err = idptest.New(mario, idptest.Config{Cancel: true, Now: clock}).Complete(t.Context(), back, pending)
	require.ErrorIs(t, err, identity.ErrCancelled)
	weak := idptest.New(mario, idptest.Config{Assurance: identity.SelfAsserted, Now: clock})
	_, err = weak.Complete(t.Context(), back, pending)
	require.ErrorIs(t, err, identity.ErrAssurance)
	_, other := begin(t, ok, identity.Low)
	_, err = ok.Complete(t.Context(), back, other)
	require.ErrorIs(t, err, identity.ErrPending)
	_, err = ok.Complete(t.Context(), identity.Callback{}, identity.Pending{})
	require.ErrorIs(t, err, identity.ErrPending, "an empty answer is to no sign-in")
	_, err = ok.Complete(t.Context(), back, pending)
	require.ErrorContains(t, err, "answered before", "a sign-in is good for one answer")
	back, pending = begin(t, ok, identity.Low)
	now = now.Add(11 * time.Minute)
	_, err = ok.Complete(t.Context(), back, pending)
	require.ErrorContains(t, err, "too late")
}

func TestContextAndAddress(t *testing.T) {
	p := idptest.New(mario, idptest.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Begin(ctx, identity.Request{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = p.Complete(ctx, identity.Callback{}, identity.Pending{})
	require.ErrorIs(t, err, context.Canceled)
	_, err = p.Begin(t.Context(), identity.Request{CallbackURL: "http://[::1"})
	require.Error(t, err)
}

func ExampleNew() {
	p := idptest.New(mario, idptest.Config{Cancel: true})
	c, _ := p.Begin(context.Background(), identity.Request{CallbackURL: "https://portal.example/back"})
	u, _ := url.Parse(c.URL)
	_, err := p.Complete(context.Background(), identity.Callback{Values: u.Query()}, c.Pending)
	fmt.Println(err)
	// Output: idptest: login_cancelled: Login cancelled.
}
