package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"modernc.org/sqlite"

	"github.com/pagonline/pagonline"
)

// Backup writes all that is committed when it begins into a new file, readable by its
// owner only. Who reads and writes the database goes on meanwhile; the write-ahead log
// grows until the end. The file is there when it is complete and on the disk, or not at
// all; [Restore] makes a database of it. A file that is there already is an error with
// [pagonline.CodeNotAllowed]; a disk that is full has [pagonline.CodeUnavailable].
//
// It is a copy, page by page and with pauses, of one snapshot: those who write feel it
// several times less than VACUUM INTO, which cannot pause. As in the database itself,
// remains of what was deleted may be in it. The file system must know hard links; take a
// local one, and carry the file elsewhere from there. The keys that sign receipts are not
// in the database.
func (s *Store) Backup(ctx context.Context, path string) error {
	err := s.backup(ctx, path)
	if errors.Is(err, fs.ErrExist) {
		return exists("path", existsAlready, err)
	}
	if err != nil {
		return public(fmt.Errorf("sqlite: backup: %w", err))
	}
	return nil
}

func (s *Store) backup(ctx context.Context, path string) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	n, err := newFile(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, n.remove()) }()
	if err := s.db.copyTo(ctx, n.temp); err != nil {
		return err
	}
	if err := settle(ctx, n.temp); err != nil {
		return err
	}
	return n.place()
}

// copyTo copies one snapshot of the database. A transaction that reads holds it, on a
// connection of its own; else the copy would begin anew with each commit of another.
func (d *db) copyTo(ctx context.Context, path string) (err error) {
	pool, err := connect(d.path, "query_only(1)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	c, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := c.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	var tables int
	if err := c.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil { // now it reads
		return err
	}
	return c.Raw(func(raw any) error {
		source, ok := raw.(*conn)
		if !ok {
			return errLacks
		}
		copier, ok := source.connection.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		})
		if !ok {
			return errLacks
		}
		b, err := copier.NewBackup(uri(path, "journal_mode(OFF)", "synchronous(OFF)")) // see place
		if err != nil {
			return err
		}
		return errors.Join(steps(ctx, b, path), b.Finish())
	})
}

// The pace of a backup. What is copied goes to the disk bit by bit, so that the syncs of
// others never wait for much of it.
const (
	stepPages  = 32 // 128 KiB
	flushSteps = 16
	restShare  = 3 // of the time that a step took
	longRest   = 20 * time.Millisecond
)

func steps(ctx context.Context, b *sqlite.Backup, path string) error {
	for n := 1; ; n++ {
		began := time.Now() //nolint:forbidigo // how long it took, and not when
		more, err := b.Step(stepPages)
		if err != nil || !more {
			return err
		}
		if n%flushSteps == 0 {
			if err := flush(path); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(restShare*time.Since(began), longRest)):
		}
	}
}

// settle makes of a copy one file that needs no log beside it.
func settle(ctx context.Context, path string) (err error) {
	c, err := connect(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	_, err = c.ExecContext(ctx, "PRAGMA journal_mode = DELETE")
	return err
}

var existsAlready = pagonline.Text{
	It: "C'è già un file con questo nome, e non viene sovrascritto: sceglierne un altro.",
	En: "There is a file of this name already, and it is not overwritten: choose another one.",
}

func exists(field string, text pagonline.Text, err error) error {
	e := pagonline.NewError(pagonline.CodeNotAllowed).At(field).Because(fmt.Errorf("sqlite: %w", err))
	e.Text = text
	return e
}

// file is one that gets its name when it is complete.
type file struct{ temp, path string }

// newFile makes an empty file beside path.
func newFile(path string) (file, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return file{}, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*.tmp") // readable by its owner only
	if err != nil {
		return file{}, err
	}
	return file{f.Name(), path}, f.Close()
}

// place puts the file on the disk, and then gives it its name, which must be free.
func (f file) place() error {
	if err := flush(f.temp); err != nil {
		return err
	}
	if err := os.Link(f.temp, f.path); err != nil {
		return err
	}
	return flush(filepath.Dir(f.path))
}

// remove takes the first name away, and what SQLite may have left beside it.
func (f file) remove() error {
	var errs []error
	for _, suffix := range append([]string{""}, beside...) {
		if err := os.Remove(f.temp + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// beside are the ends of the names of the files that SQLite has beside a database.
var beside = []string{"-wal", "-shm", "-journal"}

// makeDir makes a directory where there is none, and those above it that are missing,
// readable by their owner only, and puts their names on the disk: what is in a directory
// whose name was lost is lost too.
func makeDir(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	there := filepath.Dir(dir)
	for {
		if _, err := os.Stat(there); !errors.Is(err, fs.ErrNotExist) || there == filepath.Dir(there) {
			break
		}
		there = filepath.Dir(there)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for parent := filepath.Dir(dir); ; parent = filepath.Dir(parent) {
		if err := flush(parent); err != nil && !errors.Is(err, fs.ErrPermission) { // where we may not look, we made nothing
			return err
		}
		if parent == there {
			return nil
		}
	}
}

// flush puts a file, or the names in a directory, on the disk.
func flush(path string) (err error) {
	f, err := os.Open(path) //nolint:gosec // the caller's
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil || info.IsDir() && runtime.GOOS == "windows" { // which knows no such thing
		return err
	}
	err = f.Sync()
	if info.IsDir() && errors.Is(err, syscall.EINVAL) { // nor do some file systems
		return nil
	}
	return err
}
