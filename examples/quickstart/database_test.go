package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

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

// TestDatabases: a notice that is left open in any database is paid from there.
func TestDatabases(t *testing.T) {
	for kind, name := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			open := walked(t, "-database", name, "-pay", "refuse")
			require.Equal(t, []string{"open"}, open.Position)
			paid := walked(t, "-database", name, "-notice", open.Notice.Number, "-mode", "async")
			require.Equal(t, []string{"open", "paid"}, paid.Position)
			require.Equal(t, "12.50", paid.Receipt.Amount.String())
			dir := t.TempDir()
			papers := walked(t, "-database", name, "-data", dir, "-protocol", "346/2024")
			require.FileExists(t, papers.Files.Receipt)
			require.NoFileExists(t, filepath.Join(dir, "pagonline.db"))
			_, story, _ := start(t, "-database", name, "-pay", "abandon", "-protocol", "347/2024", "-lang", "en")
			require.Contains(t, story, "To pay it: go run ./examples/quickstart -mode sync -database \"")
		})
	}
}

// TestDatabaseFlag tells what is wrong, and no password.
func TestDatabaseFlag(t *testing.T) {
	for name, want := range map[string]int{
		"mysql://clerk:secret@h/db": 64, "postgres://clerk:secret@h:port/db": 64, "sqlite:": 64,
		"postgres://clerk:secret@127.0.0.1:1/db?connect_timeout=1": 1,
	} {
		status, stdout, stderr := start(t, "-database", name)
		require.Equal(t, want, status, name)
		require.NotEmpty(t, stderr)
		require.NotContains(t, stdout+stderr, "secret")
	}
}
