package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
)

// serialsSkipped is how far [Restore] moves every counter on: more than all of Italy pays
// through pagoPA in two years (428 millions in 2025), and so more than was issued since
// any backup that is still of use. A segregation code has serials for 10 000 restores.
const serialsSkipped = 1_000_000_000

// Restored says what [Restore] found.
type Restored struct {
	// LastEvent is when the newest event happened that the backup knows, zero for none.
	// Receipts that came later are to be asked of pagoPA.
	LastEvent time.Time `json:"lastEvent,omitzero"`
}

// Restore makes of a backup the database in dir, where there must be none; else the error
// has [pagonline.CodeNotAllowed]. It refuses a backup that is damaged, of another
// environment (see [Open]) or of a newer program, and brings the tables to the newest
// version. The database is there when all of that is on the disk, or not at all.
//
// What was issued after the backup, and is forgotten here, must not be issued again: all
// counters, of notice numbers and of IDs, go on a thousand million further. Sign-ins,
// sessions and mailed links do not come back, for they may have been used or ended since.
// Accounts are what they were: who closed his since has it again. Seals of the journal
// that were made since are gone, and an anchor of one of them (payment.Anchor) says so.
func Restore(ctx context.Context, backup, dir string, cfg Config) (Restored, error) {
	done, err := restore(ctx, backup, filepath.Join(dir, FileName), cfg)
	if errors.Is(err, fs.ErrExist) {
		return Restored{}, exists("dir", pagonline.Text{
			It: "Nella cartella c'è già un database, e non viene sovrascritto: ripristinare in un'altra cartella.",
			En: "The directory holds a database already, and it is not overwritten: restore into another one.",
		}, err)
	}
	return done, restored(backup, err)
}

// RestoreFile is [Restore] for a database with a name of its own; see [OpenFile] and [Use].
func RestoreFile(ctx context.Context, backup, path string, cfg Config) (Restored, error) {
	done, err := restore(ctx, backup, path, cfg)
	if errors.Is(err, fs.ErrExist) {
		return Restored{}, exists("path", existsAlready, err)
	}
	return done, restored(backup, err)
}

// restored says which backup could not be restored.
func restored(backup string, err error) error {
	if err == nil {
		return nil
	}
	return public(fmt.Errorf("sqlite: restore %s: %w", filepath.Base(backup), err))
}

func restore(ctx context.Context, backup, path string, cfg Config) (done Restored, err error) {
	for _, suffix := range append([]string{""}, beside...) {
		if _, err := os.Lstat(path + suffix); err == nil { // SQLite would take what is beside for its own
			return done, fmt.Errorf("%s: %w", filepath.Base(path)+suffix, fs.ErrExist)
		}
	}
	if err := makeDir(filepath.Dir(path)); err != nil {
		return done, err
	}
	n, err := newFile(path)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, n.remove()) }()
	if err := copyBackup(backup, n.temp); err != nil {
		return done, err
	}
	if done, err = rework(ctx, n.temp, cfg); err != nil {
		return Restored{}, err
	}
	return done, n.place()
}

// copyBackup copies the file. One with a log beside it is a database in use: what was
// committed last would be missing.
func copyBackup(from, to string) (err error) {
	for _, suffix := range beside {
		if info, err := os.Stat(from + suffix); err == nil && info.Size() > 0 {
			return pagonline.NewError(pagonline.CodeNotAllowed).At("backup").
				Because(fmt.Errorf("sqlite: %s is there: this is a database in use, and no backup of one", filepath.Base(from)+suffix))
		}
	}
	source, err := os.Open(from) //nolint:gosec // the caller's
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := os.OpenFile(to, os.O_WRONLY, 0) //nolint:gosec // made by newFile
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	_, err = io.Copy(target, source)
	return err
}

// rework makes of the copy what may be put in place.
func rework(ctx context.Context, path string, cfg Config) (done Restored, err error) {
	if err := settle(ctx, path); err != nil {
		return done, err
	}
	d, err := open(path)
	if err != nil {
		return done, err
	}
	s := &Store{Tables: sqlstore.Tables{DB: d, Dialect: sqlstore.SQLite()}, db: d}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := d.ours(ctx); err != nil {
		return done, err
	}
	if err := d.prepare(ctx, cfg); err != nil {
		return done, err
	}
	findings, err := s.check(ctx, damage)
	if err != nil {
		return done, err
	}
	if len(findings) > 0 {
		return done, fmt.Errorf("the backup is damaged: %s: %s", findings[0].Rule, findings[0].First)
	}
	err = d.Do(ctx, func(ctx context.Context) error {
		if err := d.moveOn(ctx); err != nil {
			return err
		}
		done, err = d.lastEvent(ctx)
		return err
	})
	return done, err
}

// ours refuses a file that holds something else.
func (d *db) ours(ctx context.Context) error {
	var known int
	err := d.reader.QueryRowContext(ctx, "SELECT count(*) FROM meta WHERE key IN ('version', 'environment')").Scan(&known)
	if err == nil && known != 2 {
		err = errors.New("no backup of a database of this module")
	}
	return err
}

// moveOn takes the counters beyond what may have been issued since the backup, and ends
// what may have ended since.
func (d *db) moveOn(ctx context.Context) error {
	skip := strconv.Itoa(serialsSkipped)
	for _, statement := range []string{
		"UPDATE counters SET last = last + " + skip,
		"INSERT INTO meta (key, value) VALUES ('" + floorKey + "', '" + skip + "') " +
			"ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + " + skip,
		"UPDATE sqlite_sequence SET seq = seq + " + skip,
		"INSERT INTO sqlite_sequence (name, seq) SELECT name, " + skip + " FROM sqlite_schema " +
			"WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence)",
		"DELETE FROM pendings", "DELETE FROM sessions", "DELETE FROM tokens",
	} {
		if _, err := d.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (d *db) lastEvent(ctx context.Context) (done Restored, err error) {
	err = d.Query(ctx, func(row sqlstore.Row) (err error) {
		var at string
		if err := row.Scan(&at); err != nil {
			return err
		}
		done.LastEvent, err = time.Parse(time.RFC3339Nano, at)
		return err
	}, "SELECT at FROM events ORDER BY seq DESC LIMIT 1")
	return done, err
}
