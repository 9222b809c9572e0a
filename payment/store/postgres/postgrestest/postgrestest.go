// Package postgrestest gives tests a place of their own on a PostgreSQL server.
package postgrestest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Variable names, in the environment, the database that tests may fill with schemas: a URL
// postgres://….
const Variable = "PAGONLINE_TEST_POSTGRES"

// Server returns the DSN of the database, a URL; without one the test is skipped.
func Server(t testing.TB) string {
	t.Helper()
	dsn := os.Getenv(Variable)
	if dsn == "" {
		t.Skip("skipped: " + Variable + " names no server")
	}
	return dsn
}

// Schema makes a schema of the test's own on the [Server], and returns the DSN that leads
// there, a URL: as good as a database, and made much faster. It goes with the test.
func Schema(t testing.TB) string {
	t.Helper()
	dsn := Server(t)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatalf("%s is no URL", Variable) // whose text might hold a password
	}
	name := "test_" + strings.ToLower(rand.Text())
	Exec(t, dsn, "CREATE SCHEMA "+name)
	t.Cleanup(func() { Exec(t, dsn, "DROP SCHEMA "+name+" CASCADE") })
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String()
}

// Exec runs a statement on the database of dsn, on a connection of its own.
func Exec(t testing.TB, dsn, statement string, args ...any) {
	t.Helper()
	ctx := context.Background() // in cleanups too
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(ctx, statement, args...); err != nil {
		t.Error(err)
	}
	if err := conn.Close(ctx); err != nil {
		t.Error(err)
	}
}
