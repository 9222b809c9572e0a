package faulty_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// inMemory returns a directory that is gone when the test ends, on no disk where that is
// possible: what the disk does is not what is tested here.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "pagonline-") //nolint:usetesting // on another disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// onSQLite opens copies of an empty database.
func onSQLite(t *testing.T) stores {
	t.Helper()
	dir := inMemory(t)
	empty := filepath.Join(dir, "empty")
	st, err := sqlite.Open(background, empty, sqlite.Config{})
	require.NoError(t, err)
	require.NoError(t, st.Close())
	return func() (faulty.Inner, func()) {
		dir := must(os.MkdirTemp(dir, "copy")) //nolint:usetesting // in the test's own
		no(os.CopyFS(dir, os.DirFS(empty)))
		st := must(sqlite.Open(background, dir, sqlite.Config{}))
		return st, func() {
			no(st.Close())
			no(os.RemoveAll(dir))
		}
	}
}

// onDatabases are the kinds of failure that a database makes the most of: the others are
// the same to it.
var onDatabases = kinds[1:3]

// TestEveryCallOnSQLite: with a database all is as with memory.
func TestEveryCallOnSQLite(t *testing.T) {
	if !soaktest.Large() {
		t.Skip("skipped: PAGONLINE_SOAK asks for it")
	}
	open, routines := onSQLite(t), runtime.NumGoroutine()
	everyFlow(t, "SQLite", 1, onDatabases, open)
	noneLeft(t, routines)
}

// onPostgres hands out databases again and again, and empties them in between.
func onPostgres(t *testing.T, n int) stores {
	t.Helper()
	type database struct {
		*postgres.Store
		conn *pgx.Conn
	}
	free, empty := make(chan database, n), ""
	for range n {
		dsn := postgrestest.Schema(t)
		conn, err := pgx.Connect(background, dsn)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, conn.Close(background)) })
		st, err := postgres.Open(background, dsn, postgres.Config{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, st.Close()) })
		rows, err := conn.Query(background, `SELECT 'DELETE FROM ' || tablename FROM pg_tables
			WHERE schemaname = current_schema AND tablename NOT IN ('meta', 'counters')`)
		require.NoError(t, err)
		deletions, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		empty = strings.Join(deletions, "; ") + "; DELETE FROM meta WHERE key = 'desk_mark'"
		_, err = conn.Exec(background, "SET session_replication_role = replica; SET synchronous_commit = off")
		require.NoError(t, err)
		free <- database{st, conn}
	}
	return func() (faulty.Inner, func()) {
		d := <-free
		must(d.conn.Exec(background, empty))
		return d.Store, func() { free <- d }
	}
}

// TestEveryCallOnPostgres: on the server it is as with memory too. Only what writes fails
// where CI does not ask for more.
func TestEveryCallOnPostgres(t *testing.T) {
	const workers = 6
	skip := []string{faulty.Begin, "Get", "List", "ByPosition", "ByProtocol", "ByCode", "Next", "Walk", "Seals", "LastSeal", "Mark", "Open"}
	if soaktest.Large() {
		skip = nil
	}
	everyFlow(t, "PostgreSQL", workers, onDatabases[1:], onPostgres(t, workers), skip...)
}
