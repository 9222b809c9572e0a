package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment/store/database"
)

// databases are those that -database may name.
func databases(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "archive.db")}
	if server := os.Getenv("PAGONLINE_TEST_POSTGRES"); server != "" {
		all["postgres"] = schema(t, server)
	}
	return all
}

// schema makes a schema of the test's own, and returns the URL that leads there, with a
// password that nobody asks for.
func schema(t *testing.T, server string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	name := "test_" + strings.ToLower(rand.Text())
	_, err = conn.Exec(t.Context(), "CREATE SCHEMA "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), "DROP SCHEMA "+name+" CASCADE")
		require.NoError(t, err)
		require.NoError(t, conn.Close(context.Background()))
	})
	u, err := url.Parse(server)
	require.NoError(t, err)
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String()
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
