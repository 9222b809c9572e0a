package local_test

import (
	"errors"
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/identity/providertest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// typed is what the page posts after the challenge.
func typed(t *testing.T, c identity.Challenge, email, password string) identity.Callback {
	t.Helper()
	u, err := url.Parse(c.URL)
	require.NoError(t, err)
	return identity.Callback{Method: "POST", URL: "https://archive.example.org/local/login", Values: url.Values{
		"handle": u.Query()["handle"], "email": {email}, "password": {password},
	}}
}

func TestProvider(t *testing.T) {
	// The account's id is made at registration: one store serves all parts.
	d := newDesk(t)
	mario := d.active(t, "mario.rossi@example.org")
	providertest.Run(t, providertest.Harness{
		Person: mario.Person(),
		Open: func(t *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
			store := &memory.Store{}
			require.NoError(t, store.Accounts().Insert(t.Context(), mario))
			accounts, err := local.New(store, d, config(now))
			require.NoError(t, err)
			p, err := local.NewProvider(accounts, "https://archive.example.org/local/login?lang=en")
			require.NoError(t, err)
			return p, func(t *testing.T, c identity.Challenge, what providertest.Outcome) (identity.Callback, bool) {
				return typed(t, c, "Mario.Rossi@example.org", password), what != providertest.Cancel
			}
		},
	})
}

// TestProviderRefuses: what is not posted, and wrong passwords, which leave the handle.
func TestProviderRefuses(t *testing.T) {
	d := newDesk(t)
	d.active(t, "mario.rossi@example.org")
	p, err := local.NewProvider(d.accounts, "https://archive.example.org/local/login")
	require.NoError(t, err)
	c, err := p.Begin(t.Context(), identity.Request{})
	require.NoError(t, err)

	back := typed(t, c, "mario.rossi@example.org", password)
	back.Method = "GET"
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrAnswer)
	back.Method, back.Query = "POST", "password="+url.QueryEscape(password)
	_, err = p.Complete(t.Context(), back, c.Pending)
	require.ErrorIs(t, err, identity.ErrAnswer, "a password in the address is in the logs of others already")

	for range 9 {
		_, err = p.Complete(t.Context(), typed(t, c, "mario.rossi@example.org", "no"), c.Pending)
		require.Equal(t, pagonline.CodeLoginFailed, pagonline.CodeOf(err))
		require.ErrorIs(t, err, identity.ErrAnswer)
	}
	auth, err := p.Complete(t.Context(), typed(t, c, "mario.rossi@example.org", password), c.Pending)
	require.NoError(t, err)
	require.Equal(t, identity.SelfAsserted, auth.Assurance)

	c, err = p.Begin(t.Context(), identity.Request{})
	require.NoError(t, err)
	for range 11 {
		_, err = p.Complete(t.Context(), typed(t, c, "mario.rossi@example.org", "no"), c.Pending)
	}
	require.Equal(t, pagonline.CodeTooManyAttempts, pagonline.CodeOf(err))
	require.ErrorIs(t, err, identity.ErrAttempts)

	_, err = local.NewProvider(d.accounts, "http://archive.example.org/local/login")
	require.Error(t, err)
}

func ExampleProvider_Begin() {
	a, _, ctx := open()
	p, _ := local.NewProvider(a, "https://archive.example.org/local/login")
	_, err := p.Begin(ctx, identity.Request{IdP: "https://idp.example.org"})
	fmt.Println(err)
	// Output: provider_unknown: Unknown identity provider.
}

// The password is posted; an address with one in it is refused.
func ExampleProvider_Complete() {
	a, _, ctx := open()
	p, _ := local.NewProvider(a, "https://archive.example.org/local/login")
	c, _ := p.Begin(ctx, identity.Request{})
	_, err := p.Complete(ctx, identity.Callback{Method: "GET", Values: url.Values{
		"handle": {c.Pending.Handle}, "email": {"jane.doe@example.org"}, "password": {"correct horse battery"},
	}}, c.Pending)
	fmt.Println(errors.Is(err, identity.ErrAnswer))
	// Output: true
}
