package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
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

// TestDatabases: the desk's day is the same in any database, wherever its keys are.
func TestDatabases(t *testing.T) {
	for kind, name := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			keys, at := t.TempDir(), []string{"-database", name}
			do := func(args ...string) string {
				t.Helper()
				status, lines := tool(t, "", append(args, at...)...)
				require.Zero(t, status, lines)
				return strings.Join(lines, "\n")
			}
			quote := []string{"-institute", "AS-LI", "-protocol", "345/2024"}
			issued := do("quote", "issue", "-institute", "AS-LI", "-service", "fotocopie", "-protocol", "345/2024",
				"-amount", "12.50", "-payer", "Mario Rossi", "-notice")
			notice := regexp.MustCompile(`"number":"(\d{18})"`).FindStringSubmatch(issued)[1]
			require.NoError(t, payAt(notice, append(at, "-data", keys)...))
			require.Contains(t, do("timeline", notice), `"status":"paid"`)
			require.Contains(t, do("journal"), "paSendRTV2")
			require.Contains(t, do("worklist"), `"work":"verify"`)
			require.Contains(t, do(append([]string{"verify", "-by", "sportello-1"}, quote...)...), `"status":"verified"`)
			require.Contains(t, do(append([]string{"release", "-how", "desk", "-by", "sportello-1"}, quote...)...), `"status":"released"`)
			require.Contains(t, do("quote", "list"), `"status":"paid"`)
			require.Contains(t, do("prune", "-dry-run"), `"dryRun":true`)
			require.Contains(t, do("check"), `{"ok":true,`)
			require.Empty(t, do("quarantine", "list"))

			status, _ := tool(t, "", "keys", "new", "-data", keys)
			require.Zero(t, status)
			file := filepath.Join(t.TempDir(), "receipt.pdf")
			do("receipt", "print", notice, "-data", keys, "-o", file)
			public := filepath.Join(keys, "public.pem")
			_, pem := tool(t, "", "keys", "list", "-data", keys)
			require.NoError(t, os.WriteFile(public, []byte(strings.Join(pem, "\n")), 0o600))
			do("receipt", "verify", file, "-key", public, "-use", "-protocol", "345/2024")
		})
	}
}

// TestDatabaseFlags tells what is wrong before anything is opened, and no password.
func TestDatabaseFlags(t *testing.T) {
	dir := t.TempDir()
	secret := "postgres://clerk:secret@127.0.0.1:1/db?connect_timeout=1"
	for args, want := range map[string]string{
		"journal":                        "-data DIR | -database sqlite:FILE | -database postgres://…",
		"journal -database mysql://h/db": "-database: neither sqlite:FILE nor postgres://",
		"journal -database postgres://clerk:secret@h:port/db":                     "-database: no URL of PostgreSQL",
		"journal -database sqlite:" + dir + "/no.db":                              "-database sqlite:" + dir + "/no.db: qui non c'è una base dati / there is no database here",
		"backup -o x.db -database " + secret:                                      "PostgreSQL has pg_dump and pg_restore",
		"restore x.db -database " + secret:                                        "PostgreSQL has pg_dump and pg_restore",
		"receipt print 301000000000000144 -o x.pdf -database " + secret:           "-data DIR: le chiavi / the keys",
		"station -smtp 127.0.0.1:25 -from a@example.org -database " + secret:      "-data DIR: le chiavi / the keys",
		"receipt verify x.pdf -key k.pem -database sqlite:" + dir + "/no/such.db": "there is no database here",
	} {
		status, said := refused(t, args)
		require.Equal(t, statusFlags, status, args)
		require.Contains(t, said, want)
		require.NotContains(t, said, "secret")
	}
	status, said := refused(t, "journal -database "+secret)
	require.Equal(t, statusRefuse, status)
	require.Contains(t, said, `"error":{"code":"unavailable"`)
	require.NotContains(t, said, "secret")
}

func refused(t *testing.T, args string) (status int, said string) {
	t.Helper()
	var out bytes.Buffer
	status = run(t.Context(), strings.Fields(args), strings.NewReader(""), &out, &out)
	return status, out.String()
}

// TestRestoreFile: a backup becomes a file of any name.
func TestRestoreFile(t *testing.T) {
	dir := t.TempDir()
	at := "-database=sqlite:" + filepath.Join(dir, "archive.db")
	status, _ := tool(t, "", "quote", "issue", at, "-institute", "AS-LI", "-service", "fotocopie",
		"-protocol", "345/2024", "-amount", "12.50", "-payer", "Mario Rossi")
	require.Zero(t, status)
	backup, again := filepath.Join(dir, "backup.db"), "-database=sqlite:"+filepath.Join(dir, "again.db")
	status, _ = tool(t, "", "backup", at, "-o", backup)
	require.Zero(t, status)
	status, lines := tool(t, "", "restore", backup, again)
	require.Zero(t, status)
	require.Contains(t, lines[0], again[len("-database="):])
	status, _ = tool(t, "", "restore", backup, again)
	require.Equal(t, statusRefuse, status)
	status, lines = tool(t, "", "quote", "list", again)
	require.Zero(t, status)
	require.Len(t, lines, 1)
}
