package sqlite_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	modernc "modernc.org/sqlite"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// asTold are the settings that the manual of Use asks for.
var asTold = []string{"journal_mode(WAL)", "synchronous(FULL)", "busy_timeout(10000)", "foreign_keys(1)"}

// archiveDB opens a program's own database, with a table of its own.
func archiveDB(t testing.TB, path string, pragmas ...string) *sql.DB {
	t.Helper()
	query := url.Values{"_pragma": pragmas, "_txlock": {"immediate"}}
	handle, err := sql.Open("sqlite", "file:"+path+"?"+query.Encode())
	require.NoError(t, err)
	t.Cleanup(func() { _ = handle.Close() })
	_, err = handle.ExecContext(context.Background(), "CREATE TABLE IF NOT EXISTS files (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
	require.NoError(t, err)
	return handle
}

// used returns a program's handle and the store that uses it.
func used(t testing.TB) (*sql.DB, *sqlite.Store) {
	t.Helper()
	handle := archiveDB(t, filepath.Join(t.TempDir(), "archive.db"), asTold...)
	st, err := sqlite.Use(context.Background(), handle, sqlite.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return handle, st
}

func TestUseStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		handle, st := used(t)
		handle.SetMaxOpenConns(1) // as many programs do
		return st
	})
}

func TestUseDurable(t *testing.T) {
	handle := archiveDB(t, filepath.Join(t.TempDir(), "archive.db"), asTold...)
	storetest.RunDurable(t, func(t *testing.T) (storetest.Store, func()) {
		st, err := sqlite.Use(t.Context(), handle, sqlite.Config{})
		require.NoError(t, err)
		return st, func() { require.NoError(t, st.Close()) }
	})
}

// TestUseSharesTheFile: the handle sees what the store keeps, and lives longer.
func TestUseSharesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "archive.db")
	handle := archiveDB(t, path, asTold...)
	st, err := sqlite.Use(t.Context(), handle, sqlite.Config{Environment: payment.UAT})
	require.NoError(t, err)
	serial, err := st.Numbers().Next(t.Context(), storetest.Position(1).Creditor, 1)
	require.NoError(t, err)
	require.NoError(t, st.Positions().Insert(t.Context(), storetest.Position(serial)))
	require.Equal(t, 1, count(t, handle, "positions"))
	_, err = handle.ExecContext(t.Context(), "INSERT INTO files (name) VALUES ('a')")
	require.NoError(t, err, "the handle writes when no unit does")
	backup := filepath.Join(t.TempDir(), "backup.db")
	require.NoError(t, st.Backup(t.Context(), backup))
	findings, err := st.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, findings)
	require.NoError(t, st.Close())
	require.Equal(t, 1, count(t, handle, "files"), "it is open still")
	require.Equal(t, 1, count(t, archiveDB(t, backup, asTold...), "files"), "a backup has the program's tables too")

	_, err = sqlite.Use(t.Context(), handle, sqlite.Config{Environment: payment.Production})
	require.ErrorContains(t, err, `environment "uat"`)
	st, err = sqlite.OpenFile(t.Context(), path, sqlite.Config{Environment: payment.UAT})
	require.NoError(t, err, "it is a database like any other")
	defer st.Close()
	_, err = st.Positions().Get(t.Context(), storetest.Position(1).Key)
	require.NoError(t, err)
}

func count(t testing.TB, handle *sql.DB, table string) (n int) {
	t.Helper()
	require.NoError(t, handle.QueryRowContext(context.Background(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// TestUseRefuses tells what a handle lacks, and the DSN that has it.
func TestUseRefuses(t *testing.T) {
	for pragma, want := range map[string]string{
		"journal_mode(DELETE)":    "journal_mode is delete",
		"synchronous(OFF)":        "synchronous is 0",
		"busy_timeout(0)":         "busy_timeout is 0",
		"locking_mode(EXCLUSIVE)": "locking_mode is exclusive",
	} {
		handle := archiveDB(t, filepath.Join(t.TempDir(), "archive.db"), append([]string{pragma}, without(pragma)...)...)
		_, err := sqlite.Use(t.Context(), handle, sqlite.Config{})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)")
	}
	_, err := sqlite.Use(t.Context(), archiveDB(t, filepath.Join(t.TempDir(), "plain.db")), sqlite.Config{})
	require.ErrorContains(t, err, "journal_mode is delete, busy_timeout is 0: open it with file:PATH")

	memory := archiveDB(t, ":memory:", asTold[1:]...)
	_, err = sqlite.Use(t.Context(), memory, sqlite.Config{})
	require.ErrorContains(t, err, "in memory")

	closed := archiveDB(t, filepath.Join(t.TempDir(), "archive.db"), asTold...)
	require.NoError(t, closed.Close())
	_, err = sqlite.Use(t.Context(), closed, sqlite.Config{})
	require.Error(t, err)

	wrapped := sql.OpenDB(wrapping{filepath.Join(t.TempDir(), "archive.db")})
	defer wrapped.Close()
	_, err = sqlite.Use(t.Context(), wrapped, sqlite.Config{})
	require.ErrorContains(t, err, "not one of modernc.org/sqlite itself")
}

// without returns the settings but that of a pragma.
func without(pragma string) (rest []string) {
	for _, p := range asTold {
		if p[:7] != pragma[:7] {
			rest = append(rest, p)
		}
	}
	return rest
}

// wrapping is a driver around the driver, as those that trace have it.
type wrapping struct{ path string }

func (w wrapping) Connect(context.Context) (driver.Conn, error) {
	c, err := w.Driver().Open(w.path)
	return struct{ driver.Conn }{c}, err
}

func (w wrapping) Driver() driver.Driver { return &modernc.Driver{} }

// TestUseRefusesNames: a table of the program's is never taken for one of ours, and
// nothing is left of the attempt.
func TestUseRefusesNames(t *testing.T) {
	for table, want := range map[string]string{
		"TABLE sessions (cookie TEXT)":                           "under a name that the store needs",
		"TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)": "there is already a table meta of another program's",
		"VIEW orders AS SELECT 1":                                "under a name that the store needs",
		"INDEX positions_owner ON files (name)":                  "under a name that the store needs",
	} {
		handle := archiveDB(t, filepath.Join(t.TempDir(), "archive.db"), asTold...)
		_, err := handle.ExecContext(t.Context(), "CREATE "+table)
		require.NoError(t, err)
		before := count(t, handle, "sqlite_schema")
		_, err = sqlite.Use(t.Context(), handle, sqlite.Config{})
		require.ErrorContains(t, err, want, table)
		require.Equal(t, before, count(t, handle, "sqlite_schema"), table)
	}
}

// TestUseBesideTheProgram: the program goes on writing by its handle while units do.
func TestUseBesideTheProgram(t *testing.T) {
	handle, st := used(t)
	const clients, rounds = 4, 20
	var wg sync.WaitGroup
	for c := range uint64(clients) {
		wg.Go(func() {
			for r := range uint64(rounds) {
				if err := keep(t.Context(), st, 1+c*rounds+r, nothing); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range rounds {
				if _, err := handle.ExecContext(t.Context(), "UPDATE files SET name = name || '.' WHERE id = 1"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Equal(t, clients*rounds, both(t, handle))
}
