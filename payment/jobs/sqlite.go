package jobs

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/riverqueue/river/riverdriver/riversqlite"
	"modernc.org/sqlite"
)

// FileName is the name of the queue's file in its directory.
const FileName = "jobs.db"

// OpenSQLite opens the queue in a file of its own, DIR/jobs.db, and makes what is
// missing: for one process, beside the database of package sqlite or with any other
// store. While it is open no other process can open it; who tries gets an error with
// [pagonline.CodeUnavailable] after half a second. Close it.
//
// What is lost of this file in a power failure, or by deleting it, the next start
// brings back from the outbox; so its transactions do not wait for the disk.
func OpenSQLite(ctx context.Context, dir string) (*Queue, error) {
	path, err := filepath.Abs(filepath.Join(dir, FileName))
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, unavailable("directory of the queue", err)
	}
	// The file is made before SQLite does, which would let others read it. One that is there
	// is left alone: closing it would end the lock that this process may have on it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the caller's directory
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, unavailable("file of the queue", err)
	}
	// The order counts: a lock that is kept from the start needs no shared memory.
	pragmas := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(500)", "locking_mode(EXCLUSIVE)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)",
	}}
	connector, err := sqlite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + pragmas.Encode())
	if err != nil {
		return nil, unavailable("file of the queue", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1) // River's statements cannot wait for one another in SQLite; and it keeps the lock
	db.SetMaxIdleConns(1)
	q := on(riversqlite.New(db))
	q.alone, q.close = true, db.Close
	if err := q.migrate(ctx); err != nil {
		return nil, unavailable("tables of the queue", errors.Join(err, db.Close()))
	}
	return q, nil
}
