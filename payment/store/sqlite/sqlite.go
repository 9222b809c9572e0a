// Package sqlite keeps everything in one SQLite file: the embedded default, good for
// an institution on one machine. The file is DIR/pagonline.db; all programs of this
// module share it, several processes at once if need be.
//
// What was committed is on the disk (WAL, synchronous=FULL). One transaction writes
// at a time, for all units of work that were waiting for it; readers never wait.
//
// A disk that is full or fails, and a lock that another process does not give back, are
// errors with [pagonline.CodeUnavailable]: nothing of the unit of work is kept, and the
// same call works when there is room again.
//
// [Store.Backup] copies the database while it is used, [Restore] puts a copy where there
// is none, [Store.Check] looks whether what is there can be true.
//
// A program that has a SQLite database of its own keeps all of this in it: [Use]. What it
// writes itself joins a unit of work by [Store.Tx], and is kept with it or not at all.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/receipt/desk"
)

// FileName is the name of the database in its directory.
const FileName = "pagonline.db"

// Store implements the stores of this module: it has the parts of [payment.Store],
// [cart.Store], [quote.Store], [desk.Store] and [identity.Store], and Uses, Archive and Sent
// of package receipt. It is safe for concurrent use.
type Store struct {
	sqlstore.Tables
	db *db
}

var (
	_ payment.Store  = (*Store)(nil)
	_ cart.Store     = (*Store)(nil)
	_ quote.Store    = (*Store)(nil)
	_ desk.Store     = (*Store)(nil)
	_ identity.Store = (*Store)(nil)
)

// Config says how a store works. The zero value is a store for trials.
type Config struct {
	// Environment is remembered by the database, which from then on refuses any
	// other. Default: [payment.Sandbox].
	Environment payment.Environment
}

// Open opens the database in dir and brings its tables to the newest version; where
// there is none it makes one, and dir too, readable by their owner only. Close it.
func Open(ctx context.Context, dir string, cfg Config) (*Store, error) {
	if err := makeDir(dir); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return OpenFile(ctx, filepath.Join(dir, FileName), cfg)
}

// OpenFile is [Open] for a database with a name of its own, in a directory that is there.
func OpenFile(ctx context.Context, path string, cfg Config) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	// The file is made before SQLite does, which would let others read it. One that is there
	// is left alone: closing it would end the locks that this process has on it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the caller's
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return start(ctx, path, cfg, (*db).useWAL)
}

// start opens the connections to a file, has more seen to, and brings the tables to the
// newest version.
func start(ctx context.Context, path string, cfg Config, more func(*db, context.Context) error) (*Store, error) {
	d, err := open(path)
	if err != nil {
		return nil, err
	}
	s := &Store{Tables: sqlstore.Tables{DB: d, Dialect: sqlstore.SQLite()}, db: d}
	err = d.supported(ctx)
	if err == nil {
		err = more(d, ctx)
	}
	if err == nil {
		err = d.prepare(ctx, cfg)
	}
	if err == nil { // the names of its files, of which a program that was killed may have made one
		err = flush(filepath.Dir(path))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("sqlite: open %s: %w", filepath.Base(path), err), s.Close())
	}
	return s, nil
}

// prepare brings the tables to the newest version and looks at what the file is for.
func (d *db) prepare(ctx context.Context, cfg Config) error {
	if cfg.Environment == "" {
		cfg.Environment = payment.Sandbox
	}
	if err := d.apart(ctx); err != nil {
		return err
	}
	if err := sqlstore.Migrate(ctx, d, sqlstore.SQLite()); err != nil {
		return taken(err)
	}
	return sqlstore.Remember(ctx, d, "environment", string(cfg.Environment))
}

// readers is how many connections that read are kept when nobody reads: each has its
// statements prepared.
const readers = 8

// open opens the connections to the file: one that writes, and those that read.
func open(path string) (*db, error) {
	writer, err := connect(path,
		"temp_store(MEMORY)",       // where savepoints keep what they may undo
		"cache_size(-16384)",       // KiB: what a group writes stays there until its end
		"wal_autocheckpoint(2000)", // pages: moving 8 MiB of log into the database costs three syncs, as 4 MiB do
	)
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := connect(path, "query_only(1)")
	if err != nil {
		return nil, errors.Join(err, writer.Close())
	}
	reader.SetMaxIdleConns(readers)
	d := &db{path: path, writer: writer, reader: reader, turn: make(chan struct{}, 1)}
	d.numbers.db = d
	return d, nil
}

// connect returns connections to the file, each with the same pragmas.
func connect(path string, pragmas ...string) (*sql.DB, error) {
	c, err := sqlite.NewConnector(uri(path, append([]string{
		"busy_timeout(10000)", "foreign_keys(1)", "synchronous(FULL)",
	}, pragmas...)...))
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	return sql.OpenDB(remembering{c}), nil
}

func uri(path string, pragmas ...string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": pragmas}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// useWAL turns the write-ahead log on, which the file remembers. SQLite does not wait
// for its lock here, as it does elsewhere: while another process makes the same new file
// it says at once that it is busy.
func (d *db) useWAL(ctx context.Context) error {
	const tries, pause = 500, 20 * time.Millisecond
	for try := 1; ; try++ {
		_, err := d.writer.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		if err == nil || !isBusy(err) || try == tries {
			return public(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// Do runs work as one unit, which is kept as a whole or not at all; see [payment.Store].
// Units that wait for one another share what the disk costs.
func (s *Store) Do(ctx context.Context, work func(ctx context.Context) error) error {
	return s.db.Do(ctx, work)
}

// Numbers returns the counters of notice numbers.
func (s *Store) Numbers() payment.Numbers { return &s.db.numbers }

// Close ends all connections. It must not be called while work is under way.
func (s *Store) Close() error {
	return errors.Join(s.db.reader.Close(), s.db.writer.Close())
}
