package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/pagonline/pagonline"
)

// public says that a database which is busy, or has no room, may be asked again.
func public(err error) error {
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN,
		sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL:
		if pagonline.CodeOf(err) != pagonline.CodeUnavailable {
			return pagonline.NewError(pagonline.CodeUnavailable).Because(err)
		}
	}
	return err
}

// breaks reports whether SQLite may have undone the whole transaction because of err, and
// not just the statement (sqlite.org/lang_transaction.html, section 3.2).
func breaks(err error) bool {
	switch code(err) {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT:
		return true
	default:
		return false
	}
}

// code returns the primary result code in err, 0 if SQLite has said nothing.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}

// isConstraint reports whether a statement was refused by a rule of the tables, and so
// changed nothing.
func isConstraint(err error) bool { return code(err) == sqlite3.SQLITE_CONSTRAINT }

func isBusy(err error) bool { return code(err) == sqlite3.SQLITE_BUSY }

// isDuplicate reports whether err is the violation of a unique key.
func isDuplicate(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || e.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
}

// supported refuses a SQLite that has the bug by which a write-ahead log corrupts the
// file: 3.7.0 to 3.51.2.
func (d *db) supported(ctx context.Context) error {
	var version string
	if err := d.reader.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return public(err)
	}
	return supports(version)
}

func supports(version string) error {
	var major, minor, patch int
	if _, err := fmt.Sscanf(version, "%d.%d.%d", &major, &minor, &patch); err != nil {
		return fmt.Errorf("version %q of SQLite: %w", version, err)
	}
	const oldest = 3_051_003
	if major*1_000_000+minor*1000+patch < oldest {
		return fmt.Errorf("SQLite %s corrupts databases: 3.51.3 or newer is needed", version)
	}
	return nil
}
