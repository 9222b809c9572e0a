package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

func open(t *testing.T, dir string) *sqlite.Store {
	t.Helper()
	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{})
	require.NoError(t, err)
	return st
}

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		st := open(t, t.TempDir())
		t.Cleanup(func() { require.NoError(t, st.Close()) })
		return st
	})
}

func TestDurable(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a dir with # and ?", "made")
	storetest.RunDurable(t, func(t *testing.T) (storetest.Store, func()) {
		st := open(t, dir)
		return st, func() { require.NoError(t, st.Close()) }
	})
	require.FileExists(t, filepath.Join(dir, sqlite.FileName))
}

// TestTwoHandles: two processes on one file give out different serials, see each
// other's work and wait for each other.
func TestTwoHandles(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir), open(t, dir)
	defer a.Close()
	defer b.Close()
	done := make(chan error)
	serials := make(chan uint64, 200)
	for _, st := range []*sqlite.Store{a, b} {
		go func() {
			done <- func() error {
				for range 50 {
					n, err := st.Numbers().Next(t.Context(), "99999000013", 1)
					if err != nil {
						return err
					}
					serials <- n
					if err := st.Positions().Insert(t.Context(), storetest.Position(n)); err != nil {
						return err
					}
				}
				return nil
			}()
		}()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	close(serials)
	var all []uint64
	for n := range serials {
		all = append(all, n)
	}
	slices.Sort(all)
	require.Len(t, slices.Compact(all), 100)
	n := 0
	for _, err := range b.Positions().List(t.Context(), payment.PositionFilter{}) {
		require.NoError(t, err)
		n++
	}
	require.Equal(t, 100, n, "more than a page")
}

func TestEnvironmentIsRemembered(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, open(t, dir).Close())
	_, err := sqlite.Open(t.Context(), dir, sqlite.Config{Environment: payment.Production})
	require.ErrorContains(t, err, `this database is of the environment "sandbox", not "production"`)
	require.NoError(t, open(t, dir).Close())
}

func TestNewerTablesAreRefused(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, open(t, dir).Close())
	raw, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
	require.NoError(t, err)
	_, err = raw.ExecContext(t.Context(), "UPDATE meta SET value = '999' WHERE key = 'version'")
	require.NoError(t, err)
	require.NoError(t, raw.Close())
	_, err = sqlite.Open(t.Context(), dir, sqlite.Config{})
	require.ErrorContains(t, err, "tables of version 999")
}

// TestOlderTables: the tables of an older program, here of the first one, get what is
// missing, and keep what they hold.
func TestOlderTables(t *testing.T) {
	first, err := os.ReadFile("../internal/sqlstore/migrations/sqlite/0001_payment.sql")
	require.NoError(t, err)
	doc, err := json.Marshal(storetest.Position(1))
	require.NoError(t, err)
	dir := t.TempDir()
	raw, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
	require.NoError(t, err)
	_, err = raw.ExecContext(t.Context(), "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"+
		"INSERT INTO meta (key, value) VALUES ('version', '1'), ('environment', 'sandbox');"+string(first))
	require.NoError(t, err)
	key := storetest.Position(1).Key
	_, err = raw.ExecContext(t.Context(), "INSERT INTO positions (creditor, number, owner, debt, status, doc) VALUES (?, ?, 'owner', 'debt-1', 'open', ?)",
		key.Creditor, key.Number.String(), string(doc))
	require.NoError(t, err)
	require.NoError(t, raw.Close())

	st := open(t, dir)
	defer st.Close()
	require.NoError(t, st.Quotes().Insert(t.Context(), storetest.Quote(345)))
	require.NoError(t, st.Journal().Append(t.Context(), storetest.Entry(1)))
	p, err := st.Positions().Get(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, storetest.Position(1), p)
}

// TestPragmas looks at the file with eyes of its own: write-ahead log, and a version
// of SQLite without the bug that corrupts it (3.7.0 to 3.51.2).
func TestPragmas(t *testing.T) {
	dir := t.TempDir()
	st := open(t, dir)
	defer st.Close()
	raw, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
	require.NoError(t, err)
	defer raw.Close()
	var mode, version string
	require.NoError(t, raw.QueryRowContext(t.Context(), "PRAGMA journal_mode").Scan(&mode))
	require.Equal(t, "wal", mode)
	require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT sqlite_version()").Scan(&version))
	var numbers [3]int
	for i, part := range strings.Split(version, ".") {
		numbers[i], err = strconv.Atoi(part)
		require.NoError(t, err)
	}
	require.GreaterOrEqual(t, slices.Compare(numbers[:], []int{3, 51, 3}), 0, version)

	info, err := os.Stat(filepath.Join(dir, sqlite.FileName))
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "others must not read it")
}

// TestGapsAreSmall: a program that issues few numbers leaves no gaps between runs.
func TestGapsAreSmall(t *testing.T) {
	dir := t.TempDir()
	for want := range uint64(3) {
		st := open(t, dir)
		n, err := st.Numbers().Next(t.Context(), "99999000013", 1)
		require.NoError(t, err)
		require.Equal(t, want+1, n)
		require.NoError(t, st.Close())
	}
}

// TestOpenTogether: several processes may make the same new database. Each is this test
// again, told by its environment what to do.
func TestOpenTogether(t *testing.T) {
	if dir := os.Getenv("PAGONLINE_TEST_OPEN"); dir != "" {
		st := open(t, dir)
		n, err := st.Numbers().Next(t.Context(), "99999000013", 1)
		require.NoError(t, err)
		require.NoError(t, st.Close())
		fmt.Printf("serial %d\n", n)
		return
	}
	for range 5 {
		dir := t.TempDir()
		var children [6]*exec.Cmd
		var outputs [6]bytes.Buffer
		for i := range children {
			children[i] = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOpenTogether$", "-test.v")
			children[i].Env = append(os.Environ(), "PAGONLINE_TEST_OPEN="+dir)
			children[i].Stdout, children[i].Stderr = &outputs[i], &outputs[i]
			require.NoError(t, children[i].Start())
		}
		serials := map[string]bool{}
		for i, child := range children {
			require.NoError(t, child.Wait(), outputs[i].String())
			serials[regexp.MustCompile(`serial \d+`).FindString(outputs[i].String())] = true
		}
		require.Len(t, serials, len(children))
	}
}

func TestOpenFails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := sqlite.Open(t.Context(), file, sqlite.Config{})
	require.Error(t, err)

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, sqlite.FileName), []byte(strings.Repeat("no database ", 1000)), 0o600))
	_, err = sqlite.Open(t.Context(), dir, sqlite.Config{})
	require.Error(t, err)

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = sqlite.Open(ended, t.TempDir(), sqlite.Config{})
	require.ErrorIs(t, err, context.Canceled)
}
