package spid_test

import (
	"context"
	"crypto/tls"
	"errors"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/spid"
)

// testdata holds a key that everybody has, and certificates of it.
const testdata = "../internal/samlsp/testdata/"

func key(t *testing.T, certificate string) tls.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(testdata+certificate+".pem", testdata+"test-key.pem")
	require.NoError(t, err)
	return pair
}

func public() spid.Entity {
	return spid.Entity{
		ID: "https://archivio.example.org", ACS: "https://archivio.example.org/spid/acs", SLO: "https://archivio.example.org/spid/slo",
		Name:        map[string]string{"it": "Archivio di Esempio", "en": "Example Archive"},
		DisplayName: map[string]string{"it": "Archivio", "en": "Archive"},
		URL:         map[string]string{"it": "https://archivio.example.org", "en": "https://archivio.example.org/en"},
		Email:       "spid@archivio.example.org", Telephone: "+390612345678", IPACode: "ipa_test",
	}
}

func private() spid.Entity {
	e := public()
	e.IPACode, e.VATNumber = "", "IT99999000013"
	e.Invoice = spid.Invoice{
		VATNumber: "IT99999000013", FiscalCode: "99999000013", Name: "Archivio di Esempio", Street: "Via Roma", Number: "1",
		PostalCode: "00100", City: "Roma", Province: "RM", Email: "fatture@archivio.example.org",
	}
	return e
}

var today = time.Date(2026, 11, 24, 9, 0, 0, 123456789, time.UTC)

// provider has a clock that stands, ids from a counter and a guard and a log of its own.
func provider(t *testing.T, e spid.Entity, certificate string, cfg spid.Config) (*spid.Provider, *journal) {
	t.Helper()
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return today }
	}
	if cfg.Random == nil {
		cfg.Random = &counting{}
	}
	l := &journal{}
	p, err := spid.New(e, key(t, certificate), guard{}, l, cfg)
	require.NoError(t, err)
	return p, l
}

// guard knows what was seen.
type guard map[string]time.Time

func (g guard) First(_ context.Context, key string, until time.Time) (bool, error) {
	_, seen := g[key]
	g[key] = until
	return !seen, nil
}

func (guard) Prune(context.Context, time.Time) (int, error) { return 0, nil }

// journal keeps exchanges, or fails with err.
type journal struct {
	kept []identity.Exchange
	err  error
}

func (l *journal) Append(_ context.Context, e identity.Exchange) error {
	if l.err == nil {
		l.kept = append(l.kept, e)
	}
	return l.err
}

func (*journal) List(context.Context, identity.ExchangeFilter) iter.Seq2[identity.Exchange, error] {
	return func(func(identity.Exchange, error) bool) {}
}

func (*journal) Prune(context.Context, time.Time) (int, error) { return 0, nil }

var errFailing = errors.New("guard asleep")

// failing is a guard that does not answer.
type failing struct{}

func (failing) First(context.Context, string, time.Time) (bool, error) { return false, errFailing }

func (failing) Prune(context.Context, time.Time) (int, error) { return 0, nil }

// counting is 0, 1, 2 and so on.
type counting struct{ next byte }

func (c *counting) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = c.next
		c.next++
	}
	return len(b), nil
}

// logoutCase is the right message with a binding.
func logoutCase(t *testing.T, post bool) idptest.LogoutCase {
	t.Helper()
	for _, is := range idptest.LogoutCases() {
		if is.Err == nil && !is.Partial && is.POST == post {
			return is
		}
	}
	require.FailNow(t, "no such case")
	return idptest.LogoutCase{}
}
