package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"modernc.org/sqlite"
)

// Use opens the store in the database that a program has open already: tables of both
// stand in one file, and what the program writes by [Store.Tx] is kept together with what
// the store writes, or not at all. Close the store before the handle, which stays open.
//
// The store has connections of its own to the file, so that it writes in groups and waits
// for the disk whatever the handle is set to, and takes none of the handle's. The handle
// must be one of modernc.org/sqlite, for two SQLite libraries in one process damage the
// files that they share, and its connections must not be a danger to what was committed,
// nor give up at once when the store is writing. As a PRAGMA holds for one connection
// alone, this belongs into the DSN:
//
//	file:archive.db?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate
//
// A handle that is set to less is refused. So is a database in memory, and one with
// tables of the program's that have a name of ours (SQLite has no schemas, and does not
// commit two files as one): such a program renames its tables, or keeps the store in a
// file of its own with [Open].
//
// The handle sees the store's tables, and may read them. To write, whoever is in a unit of
// work must use [Store.Tx]: a statement by the handle would wait for the unit to end, and
// give up. For the same reason a transaction that the program began itself cannot be
// joined: it would have to end before the store may write or reserve notice numbers.
func Use(ctx context.Context, handle *sql.DB, cfg Config) (*Store, error) {
	path, err := fileOf(ctx, handle)
	if err != nil {
		return nil, fmt.Errorf("sqlite: use: %w", err)
	}
	return start(ctx, path, cfg, func(d *db, ctx context.Context) error { return d.same(ctx, handle) })
}

// dsn is what an error tells about a handle that will not do.
const dsn = "file:PATH?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_txlock=immediate"

// demands are the settings of a handle that the store's safety, or the program's own,
// hangs on. What the program commits itself need not be FULL: whoever moves the log into
// the database syncs it with NORMAL too.
var demands = []struct {
	pragma string
	suits  func(value string) bool
}{
	{"journal_mode", func(v string) bool { return v == "wal" }},
	{"synchronous", func(v string) bool { return v != "0" }},
	{"busy_timeout", func(v string) bool { return v != "0" }},
	{"locking_mode", func(v string) bool { return v == "normal" }},
}

// fileOf returns the file behind a handle, or says why the store cannot share it.
func fileOf(ctx context.Context, handle *sql.DB) (path string, err error) {
	c, err := handle.Conn(ctx)
	if err != nil {
		return "", public(err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	err = c.Raw(func(raw any) error {
		if _, ok := raw.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		}); !ok {
			return errors.New("the handle is not one of modernc.org/sqlite itself")
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	err = c.QueryRowContext(ctx, "SELECT coalesce(file, '') FROM pragma_database_list WHERE name = 'main'").Scan(&path)
	if err != nil {
		return "", public(err)
	}
	if path == "" {
		return "", errors.New("the handle's database is in memory, and would not outlive it")
	}
	var wrong []string
	for _, d := range demands {
		var value string
		if err := c.QueryRowContext(ctx, "PRAGMA "+d.pragma).Scan(&value); err != nil {
			return "", public(err)
		}
		if !d.suits(strings.ToLower(value)) {
			wrong = append(wrong, d.pragma+" is "+value)
		}
	}
	if len(wrong) > 0 {
		return "", fmt.Errorf("the handle's %s: open it with %s", strings.Join(wrong, ", "), dsn)
	}
	_, err = os.Stat(path) // SQLite would make it
	return path, err
}

// same refuses a handle that reads another file than the one it names, as through a file
// system of its own.
func (d *db) same(ctx context.Context, handle *sql.DB) error {
	const query = "SELECT count(*) || ' ' || coalesce(sum(length(name)), 0) || ' ' || coalesce(sum(rootpage), 0) FROM sqlite_schema"
	var ours, its string
	if err := d.reader.QueryRowContext(ctx, query).Scan(&ours); err != nil {
		return public(err)
	}
	if err := handle.QueryRowContext(ctx, query).Scan(&its); err != nil {
		return public(err)
	}
	if ours != its {
		return errors.New("the handle reads another file than the one of its name")
	}
	return nil
}

// apart refuses a table meta that is somebody else's: it would be taken for ours.
func (d *db) apart(ctx context.Context) error {
	var meta, ours int
	err := d.reader.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = 'meta'), count(*) FILTER (WHERE name IN ('counters', 'positions'))
		FROM sqlite_schema WHERE type IN ('table', 'view')`).Scan(&meta, &ours)
	if err == nil && meta > 0 && ours < 2 {
		err = errors.New("there is already a table meta of another program's")
	}
	return public(err)
}

// taken explains that a new table has the name of another that is there.
func taken(err error) error {
	if said := err.Error(); strings.Contains(said, "already exists") || strings.Contains(said, "there is already") {
		return fmt.Errorf("the database has something of another program's under a name that the store needs; rename it, or keep the store in a file of its own: %w", err)
	}
	return err
}
