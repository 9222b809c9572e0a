package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment/store/database"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// databases are those that -database may name.
func databases(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "archive.db")}
	if os.Getenv(postgrestest.Variable) != "" {
		all["postgres"] = postgrestest.Schema(t)
	}
	return all
}

// TestDatabases: people sign in whatever keeps their sessions, and the log of
// sign-ins is there too.
func TestDatabases(t *testing.T) {
	for kind, name := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			where, err := database.Parse(name)
			require.NoError(t, err)
			r, c := start(t, options{database: where}), browser()
			me := r.signIn(t, c, "spid", "")
			require.Equal(t, http.StatusOK, me.status)
			require.Contains(t, me.body, "Mario")
			require.NoError(t, r.prune(t.Context()))
			signedIn := 0
			for _, err := range r.store.Audit().List(t.Context(), identity.ExchangeFilter{}) {
				require.NoError(t, err)
				signedIn++
			}
			require.Positive(t, signedIn)
		})
	}
}

// TestDatabaseFlag tells what is wrong, and no password.
func TestDatabaseFlag(t *testing.T) {
	for name, want := range map[string]int{
		"mysql://clerk:secret@h/db": 64, "postgres://clerk:secret@h:port/db": 64, "sqlite:": 64,
		"postgres://clerk:secret@127.0.0.1:1/db?connect_timeout=1": 1,
	} {
		var out bytes.Buffer
		require.Equal(t, want, run(t.Context(), []string{"-listen", "127.0.0.1:0", "-database", name}, &out, &out), name)
		require.NotEmpty(t, out.String())
		require.NotContains(t, out.String(), "secret")
	}
}
