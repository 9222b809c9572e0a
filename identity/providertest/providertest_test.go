package providertest_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/providertest"
)

// TestOfIdptest: the provider without a protocol keeps the contract too.
func TestOfIdptest(t *testing.T) {
	mario := idptest.People(identity.SPID)[0]
	providertest.Run(t, providertest.Harness{
		Open: func(_ *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
			return idptest.New(mario, idptest.Config{Now: now}), browser
		},
		Request: identity.Request{CallbackURL: "https://portal.example.org/back", Assurance: identity.Low},
		Person:  mario,
	})
}

func browser(t *testing.T, c identity.Challenge, what providertest.Outcome) (identity.Callback, bool) {
	t.Helper()
	u, err := url.Parse(c.URL)
	if err != nil {
		t.Fatal(err)
	}
	values := u.Query()
	if what == providertest.Cancel {
		values.Set("cancel", "1")
	}
	return identity.Callback{Method: "GET", URL: c.URL, Query: u.RawQuery, Values: values}, true
}
