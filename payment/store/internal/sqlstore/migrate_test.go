package sqlstore_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// landed are the first half of the SHA-256 of migrations that databases may have had: from
// then on their text does not change. A new file adds its row here.
var landed = map[string]string{
	"sqlite/0001_payment.sql":      "ce0296dc0791e839e31ea983c8cdc578",
	"sqlite/0002_quotes.sql":       "5175e78427da86b872b8a40862e63fb5",
	"sqlite/0003_journal.sql":      "af48ff929756b370decebb39c3063636",
	"sqlite/0004_quarantine.sql":   "9dc1fa01acdc27633122e72938a1874c",
	"sqlite/0005_desk.sql":         "83ce9b158146b3c877fcd05eb7e931e0",
	"sqlite/0006_archive.sql":      "ac5b771a51c4065b1acadbac43cb7a15",
	"sqlite/0007_identity.sql":     "4daa533ed8653bdebf58b3b83b20c068",
	"sqlite/0008_accounts.sql":     "cf58506e731b6f348f3209edb48556d6",
	"sqlite/0009_indexes.sql":      "580ec4f4af9074af079da33c237eada0",
	"sqlite/0010_jobs.sql":         "9f3d9089d02a6923f92564e99c171c9f",
	"sqlite/0011_expiry.sql":       "2258c670f3ebc013474f3f7b8d68e213",
	"postgres/0001_payment.sql":    "9845e6b28897197359e6d2b7cd5c5181",
	"postgres/0002_quotes.sql":     "9677c6856d67e7eec89cc490082a0ff4",
	"postgres/0003_journal.sql":    "f27cabbe63878e3656c145763e4225d5",
	"postgres/0004_quarantine.sql": "c11dbf4a6214de9ca8e44a948a26af1f",
	"postgres/0005_desk.sql":       "d75e644030d94c9c5273b9e1293f0b50",
	"postgres/0006_archive.sql":    "b93d7134e7abe991aad68ba11990b38e",
	"postgres/0007_identity.sql":   "b4ea5bd85702911f843959c0a160b3c2",
	"postgres/0008_accounts.sql":   "98cfc731c96175a5e5c6a07754964b1b",
	"postgres/0009_indexes.sql":    "bec95793847cce691caca43a4e857162",
	"postgres/0010_jobs.sql":       "03a54421ec8029c48ace8aab8b6edfb2",
	"postgres/0011_expiry.sql":     "5ed4469ba5fb3e3b24901142b19ef830",
}

// TestMigrationsAreAlike: both databases have the same numbers and names, without gaps,
// and what has landed is as it was.
func TestMigrationsAreAlike(t *testing.T) {
	names := map[string][]string{}
	for kind, d := range databases {
		for i, file := range d.files(t) {
			name := filepath.Base(file)
			require.True(t, strings.HasPrefix(name, fmt.Sprintf("%04d_", i+1)), "%s: number %d is missing", name, i+1)
			names[kind] = append(names[kind], name)
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			sum := sha256.Sum256(text)
			key := kind + "/" + name
			if hash := hex.EncodeToString(sum[:16]); landed[key] != hash {
				t.Errorf("%q: %q, // is not what landed; a database that has had it gets it no second time", key, hash)
			}
		}
	}
	require.Equal(t, names["sqlite"], names["postgres"])
	require.Len(t, landed, 2*len(names["sqlite"]))
}

var errPurpose = errors.New("failed on purpose")

// usable opens a database with the store and uses it.
func usable(t *testing.T, d database, dsn string) {
	t.Helper()
	st, err := d.open(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	require.NoError(t, st.Positions().Insert(t.Context(), storetest.Position(7)))
	require.NoError(t, st.Quotes().Insert(t.Context(), storetest.Quote(345)))
	require.NoError(t, st.Journal().Append(t.Context(), storetest.Entry(1)))
	var version int
	require.NoError(t, d.raw(t, dsn).QueryRowContext(t.Context(), "SELECT CAST(value AS INT) FROM meta WHERE key = 'version'").Scan(&version))
	require.Len(t, d.files(t), version)
}

// TestMigrateFails: whichever statement fails, the database stays as it was, and the next
// program makes it what it should be.
func TestMigrateFails(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		t.Parallel()
		step := 11
		if soaktest.Large() {
			step = 3
		}
		for _, version := range []int{0, 1, len(d.files(t)) - 1} {
			dsn := d.at(t, version)
			db := d.raw(t, dsn)
			for n, failed := 0, true; failed; n += step {
				p := &plain{db: db, before: func(at int, _ string) error {
					if failed = at == n; failed {
						return errPurpose
					}
					return nil
				}}
				err := sqlstore.Migrate(t.Context(), p, d.dialect)
				if !failed {
					require.NoError(t, err)
					require.Greater(t, p.n, 3, "statements")
					break
				}
				require.ErrorIs(t, err, errPurpose)
				var tables int
				require.NoError(t, db.QueryRowContext(t.Context(), map[string]string{
					"sqlite": "SELECT count(*) FROM sqlite_schema WHERE name = 'sent' OR name = 'meta'",
					"pgx":    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename IN ('sent', 'meta')",
				}[d.driver]).Scan(&tables))
				require.Equal(t, min(1, version)+min(1, version/6), tables, "nothing of it is kept")
			}
			require.NoError(t, db.Close())
			usable(t, d, dsn)
		}
	})
}

// Environment variables that tell a child of the tests what to do.
const (
	childKind = "PAGONLINE_TEST_MIGRATE_KIND"
	childDSN  = "PAGONLINE_TEST_MIGRATE_DSN"
	childStop = "PAGONLINE_TEST_MIGRATE_STOP"
)

// TestMigrateChild is what the children do: they stand still before a statement, for
// their parent to kill them.
func TestMigrateChild(t *testing.T) {
	kind, dsn := os.Getenv(childKind), os.Getenv(childDSN)
	if kind == "" {
		t.Skip("skipped: a part of TestMigrateKilled")
	}
	d := databases[kind]
	stop, err := strconv.Atoi(os.Getenv(childStop))
	if err != nil { // run through, or be killed on the way
		_, err := d.open(t.Context(), dsn)
		require.NoError(t, err)
		return
	}
	db := d.raw(t, dsn)
	p := &plain{db: db, before: func(n int, _ string) error {
		if n == stop {
			fmt.Println("stopped")
			time.Sleep(time.Minute)
		}
		return nil
	}}
	require.NoError(t, sqlstore.Migrate(t.Context(), p, d.dialect))
}

// child starts one; its output goes to the writer that is returned.
func child(ctx context.Context, kind, dsn, stop string) (*exec.Cmd, *signal) {
	out := &signal{seen: make(chan struct{})}
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestMigrateChild$")
	cmd.Env = append(os.Environ(), childKind+"="+kind, childDSN+"="+dsn, childStop+"="+stop)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// signal tells when the child stands still.
type signal struct {
	once sync.Once
	seen chan struct{}
	mu   sync.Mutex
	text strings.Builder
}

func (s *signal) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Write(b)
	if strings.Contains(s.text.String(), "stopped") {
		s.once.Do(func() { close(s.seen) })
	}
	return len(b), nil
}

func (s *signal) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// TestMigrateKilled: a program that is killed in the middle leaves the database as it was.
func TestMigrateKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: starts processes")
	}
	for kind := range databases {
		t.Run(kind, func(t *testing.T) {
			if kind == "postgres" {
				postgrestest.Server(t)
			}
			d, step, kills := databases[kind], 23, 0
			if soaktest.Large() {
				step = 1
			}
			dsn := d.at(t, 3)
			for n := 1; ; n += step {
				cmd, out := child(t.Context(), kind, dsn, strconv.Itoa(n))
				require.NoError(t, cmd.Start())
				ended := make(chan error, 1)
				go func() { ended <- cmd.Wait() }()
				select {
				case err := <-ended:
					require.NoError(t, err, out)
					t.Logf("%d kills", kills)
					usable(t, d, dsn)
					return
				case <-out.seen:
				}
				require.NoError(t, cmd.Process.Kill())
				require.Error(t, <-ended)
				kills++
				var version int
				require.NoError(t, d.raw(t, dsn).QueryRowContext(t.Context(), "SELECT CAST(value AS INT) FROM meta WHERE key = 'version'").Scan(&version))
				require.Equal(t, 3, version)
			}
		})
	}
}

// TestOpenKilled: so does one that is killed at any time while the store opens it.
func TestOpenKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: starts processes")
	}
	for kind := range databases {
		t.Run(kind, func(t *testing.T) {
			if kind == "postgres" {
				postgrestest.Server(t)
			}
			d, rounds := databases[kind], 3
			if soaktest.Large() {
				rounds = 50
			}
			dsn := d.at(t, 1)
			for i := range rounds {
				cmd, _ := child(t.Context(), kind, dsn, "")
				require.NoError(t, cmd.Start())
				time.Sleep(time.Duration(15+(i*17)%60) * time.Millisecond)
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
			usable(t, d, dsn)
		})
	}
}

// TestMigrateTogether: many programs start at once on a database of the first version; one
// brings it to the newest, and all can use it.
func TestMigrateTogether(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		dsn := d.at(t, 1)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				st, err := d.open(t.Context(), dsn)
				if err == nil {
					err = errors.Join(st.Quarantine().Put(t.Context(), message("x")), st.Close())
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		usable(t, d, dsn)
	})
}
