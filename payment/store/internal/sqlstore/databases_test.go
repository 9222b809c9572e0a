package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// database is one kind of database, of which the tests make as many as they need.
type database struct {
	dialect sqlstore.Dialect
	driver  string                                                 // of database/sql, for what goes by no store
	create  func(t testing.TB) (dsn string)                        // an empty one
	open    func(ctx context.Context, dsn string) (opened, error)  // with the store
	tables  func(t testing.TB, st opened) *sqlstore.Tables         // of a store
	series  func(n int) string                                     // the head of a statement with the rows n (i), from 1
	explain func(t testing.TB, db *sql.DB, s statement) complaints // how it would look for its rows
}

// opened is a store of either kind.
type opened interface {
	storetest.Store
	Close() error
}

var databases = map[string]database{
	"sqlite": {
		dialect: sqlstore.SQLite(),
		driver:  "sqlite",
		create:  func(t testing.TB) string { return filepath.Join(t.TempDir(), sqlite.FileName) },
		open: func(ctx context.Context, dsn string) (opened, error) {
			return sqlite.Open(ctx, filepath.Dir(dsn), sqlite.Config{})
		},
		tables: func(t testing.TB, st opened) *sqlstore.Tables {
			file, ok := st.(*sqlite.Store)
			require.True(t, ok)
			return &file.Tables
		},
		series: func(n int) string {
			return fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n)
		},
		explain: explainSQLite,
	},
	"postgres": {
		dialect: sqlstore.Postgres(),
		driver:  "pgx",
		create:  postgrestest.Schema,
		open: func(ctx context.Context, dsn string) (opened, error) {
			return postgres.Open(ctx, dsn, postgres.Config{})
		},
		tables: func(t testing.TB, st opened) *sqlstore.Tables {
			server, ok := st.(*postgres.Store)
			require.True(t, ok)
			return &server.Tables
		},
		series:  func(n int) string { return fmt.Sprintf("WITH n(i) AS (SELECT generate_series(1, %d)) ", n) },
		explain: explainPostgres,
	},
}

// onEach runs a test on each kind of database that is at hand.
func onEach(t *testing.T, test func(t *testing.T, d database)) {
	t.Helper()
	for name, d := range databases {
		t.Run(name, func(t *testing.T) {
			if name == "postgres" {
				postgrestest.Server(t)
			}
			test(t, d)
		})
	}
}

// raw opens a database by database/sql, on one connection.
func (d database) raw(t testing.TB, dsn string) *sql.DB {
	t.Helper()
	db, err := d.connect(dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (d database) connect(dsn string) (*sql.DB, error) {
	if d.driver == "sqlite" {
		dsn += "?_txlock=immediate&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
	}
	db, err := sql.Open(d.driver, dsn)
	if err == nil {
		db.SetMaxOpenConns(1)
	}
	return db, err
}

// store opens a database with the store, and closes it when the test ends.
func (d database) store(t testing.TB, dsn string) opened {
	t.Helper()
	st, err := d.open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

// files returns the paths of the migrations, in their order.
func (d database) files(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("migrations", d.dialect.Migrations, "*.sql"))
	require.NoError(t, err)
	return files
}

// at makes a database as the program of a version made it.
func (d database) at(t testing.TB, version int) (dsn string) {
	t.Helper()
	dsn = d.create(t)
	db := d.raw(t, dsn)
	if version > 0 {
		run(t, db, "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
		run(t, db, "INSERT INTO meta (key, value) VALUES ('version', '"+strconv.Itoa(version)+"'), ('environment', 'sandbox')")
	}
	for _, name := range d.files(t)[:version] {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		run(t, db, string(text))
	}
	require.NoError(t, db.Close())
	return dsn
}

// run runs a statement, or several without args.
func run(t testing.TB, db *sql.DB, statement string, args ...any) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), statement, args...)
	require.NoError(t, err, statement)
}

// plain is a database that runs each statement as it comes.
type plain struct {
	sqlstore.DB // what no migration asks for
	db          *sql.DB
	before      func(n int, statement string) error // the n-th statement runs, from 0
	n           int
}

type txKey struct{}

// Do implements [sqlstore.DB].
func (p *plain) Do(ctx context.Context, work func(context.Context) error) error {
	if _, ok := ctx.Value(txKey{}).(*sql.Tx); ok {
		return work(ctx)
	}
	tx, err := p.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := work(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return err
	}
	return tx.Commit()
}

// Join implements [sqlstore.DB].
func (p *plain) Join(ctx context.Context, work func(context.Context) error) error {
	return p.Do(ctx, work)
}

// Exec implements [sqlstore.DB]: several statements run one after the other.
func (p *plain) Exec(ctx context.Context, statements string, args ...any) (changed int64, err error) {
	tx, ok := ctx.Value(txKey{}).(*sql.Tx)
	if !ok {
		return 0, fmt.Errorf("outside a unit of work: %s", statements)
	}
	for _, s := range split(statements) {
		if p.before != nil {
			if err := p.before(p.n, s); err != nil {
				return 0, err
			}
		}
		p.n++
		result, err := tx.ExecContext(ctx, s, args...)
		if err != nil {
			return 0, err
		}
		if changed, err = result.RowsAffected(); err != nil {
			return 0, err
		}
	}
	return changed, nil
}

// Query implements [sqlstore.DB].
func (p *plain) Query(ctx context.Context, scan func(sqlstore.Row) error, query string, args ...any) error {
	tx, ok := ctx.Value(txKey{}).(*sql.Tx)
	if !ok {
		return fmt.Errorf("outside a unit of work: %s", query)
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// split parts the statements of a migration: each ends with a line, save what is inside
// of a trigger or function.
func split(statements string) (all []string) {
	for rest := statements; strings.TrimSpace(rest) != ""; {
		end, body := len(rest), false
		for i := 0; i < len(rest); {
			line, _, _ := strings.Cut(rest[i:], "\n")
			i = min(i+len(line)+1, len(rest))
			body = body && !strings.HasPrefix(line, "END") && !strings.HasPrefix(line, "$$") ||
				strings.HasSuffix(line, "BEGIN") || strings.HasSuffix(line, "$$")
			if strings.HasSuffix(line, ";") && !body {
				end = i
				break
			}
		}
		all, rest = append(all, rest[:end]), rest[end:]
	}
	return all
}

// TestSplit: nothing is lost, and each statement is whole.
func TestSplit(t *testing.T) {
	for name, d := range databases {
		for _, file := range d.files(t) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			all := split(string(text))
			require.Equal(t, string(text), strings.Join(all, ""))
			for _, s := range all {
				for line := range strings.Lines(s) {
					if !strings.HasPrefix(line, "--") && strings.TrimSpace(line) != "" {
						word, _, _ := strings.Cut(line, " ")
						require.Contains(t, []string{"CREATE", "ALTER", "UPDATE", "INSERT"}, word, "%s %s: %s", name, path.Base(file), s)
						break
					}
				}
			}
		}
	}
}
