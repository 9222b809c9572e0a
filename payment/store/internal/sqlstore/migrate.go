package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
)

// migrations holds one folder of numbered files per database; the numbers mean the
// same in all of them.
//
//go:embed migrations
var migrations embed.FS

// Migrate brings the database's tables to the newest version, in one transaction. It
// only goes forward: tables of a newer program are an error.
func Migrate(ctx context.Context, db DB, dialect Dialect) error {
	files, err := fs.Glob(migrations, path.Join("migrations", dialect.Migrations, "*.sql"))
	if err != nil {
		return fmt.Errorf("sqlstore: %w", err)
	}
	return db.Do(ctx, func(ctx context.Context) error {
		if _, err := db.Exec(ctx, `CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)`); err != nil {
			return err
		}
		var version int
		err := db.Query(ctx, func(row Row) error { return row.Scan(&version) },
			`SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'version'`)
		if err != nil {
			return err
		}
		if version > len(files) {
			return fmt.Errorf("sqlstore: tables of version %d, this program knows %d", version, len(files))
		}
		for _, name := range files[version:] {
			statements, err := migrations.ReadFile(name)
			if err != nil {
				return fmt.Errorf("sqlstore: %w", err)
			}
			if _, err := db.Exec(ctx, string(statements)); err != nil {
				return fmt.Errorf("sqlstore: %s: %w", path.Base(name), err)
			}
		}
		if err := (quarantine{DB: db, Dialect: dialect}).note(ctx); err != nil {
			return err
		}
		_, err = db.Exec(ctx, `INSERT INTO meta (key, value) VALUES ('version', $1)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, strconv.Itoa(len(files)))
		return err
	})
}

// Remember keeps value under key the first time, and afterwards refuses any other.
func Remember(ctx context.Context, db DB, key, value string) error {
	return db.Do(ctx, func(ctx context.Context) error {
		if _, err := db.Exec(ctx, `INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING`, key, value); err != nil {
			return err
		}
		var kept string
		err := db.Query(ctx, func(row Row) error { return row.Scan(&kept) }, `SELECT value FROM meta WHERE key = $1`, key)
		if err == nil && kept != value {
			err = fmt.Errorf("sqlstore: this database is of the %s %q, not %q", key, kept, value)
		}
		return err
	})
}
