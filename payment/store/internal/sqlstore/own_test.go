package sqlstore

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAllowed(t *testing.T) {
	for _, statement := range []string{
		"INSERT INTO orders VALUES ($1)", "-- name: Release :exec\nUPDATE files SET released = 1", "/* COMMIT */ SELECT 1", "",
		"-- ROLLBACK", "/* BEGIN", "beginning", "WITH x AS (SELECT 1) SELECT * FROM x",
		"INSERT INTO files VALUES ('; COMMIT', 'it''s; end')", "SELECT 1; SELECT 2; -- COMMIT", `SELECT 1 AS "; COMMIT"`, "COMMIT_all", "UPDATE files SET x = $1", "SET LOCAL app.reader = 7",
		"DO $$ BEGIN PERFORM 1; END $$", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$ SELECT 1; COMMIT $f$", "SELECT '", "\xff;",
	} {
		require.NoError(t, Allowed(statement), statement)
	}
	for _, statement := range []string{
		"COMMIT", " rollback to x", "-- a comment\n\tBEGIN", "/* one */ -- two\n ; End;", "savepoint x", "RELEASE x", "PRAGMA synchronous = OFF",
		"PREPARE TRANSACTION 'x'", "ATTACH 'x' AS y", "vacuum;", "/**/COMMIT",
		"INSERT INTO files VALUES (1); COMMIT", "SELECT ';';commit", "SELECT 1;;/* x */ -- y\n rollback", "DO $$ SELECT 1 $$; COMMIT",
	} {
		require.ErrorContains(t, Allowed(statement), "no statement for a unit of work", statement)
	}
}

// FuzzAllowed: comments and blanks before a statement, and the case of its letters,
// change nothing.
func FuzzAllowed(f *testing.F) {
	f.Add("COMMIT", "x")
	f.Add("select 1", "*/")
	f.Fuzz(func(t *testing.T, statement, comment string) {
		before := "-- " + strings.ReplaceAll(comment, "\n", " ") + "\n/* " + strings.ReplaceAll(comment, "*", "") + "*/ ; "
		want := Allowed(statement) == nil
		if got := Allowed(before+statement) == nil; got != want {
			t.Errorf("%q: allowed %v, with a comment %v", statement, want, got)
		}
		for _, statement := range []string{"Commit", "rollback to x", "SAVEPOINT x", "SELECT 1; End"} {
			if Allowed(before+statement) == nil {
				t.Errorf("%q is allowed", before+statement)
			}
		}
	})
}
