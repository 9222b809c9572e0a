package jobs

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// OpenPostgres opens the queue in the database that dsn names (a URL postgres://… or
// words key=value), in the first schema of the search path: mostly the one where package
// postgres keeps everything else. All instances that open it there share the work. Close
// it.
//
// A program that has jobs of River of its own keeps them in another schema: clients of
// one schema choose one leader among them, who has to know all jobs.
func OpenPostgres(ctx context.Context, dsn string) (*Queue, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, unavailable("open", errName)
	}
	cfg.MaxConns = connections
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, unavailable("open", errName)
	}
	q, err := OnPool(ctx, pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	q.close = func() error { pool.Close(); return nil }
	return q, nil
}

// connections is how many there are: one listens, one leads, few are needed for the jobs.
const connections = 8

// OnPool opens the queue on connections that the caller has, four at least, and closes;
// see [OpenPostgres].
func OnPool(ctx context.Context, pool *pgxpool.Pool) (*Queue, error) {
	q := on(riverpgxv5.New(pool))
	if err := locked(ctx, pool, q.migrate); err != nil {
		return nil, unavailable("tables of the queue", err)
	}
	return q, nil
}

// locked runs work while no other instance does.
func locked(ctx context.Context, pool *pgxpool.Pool, work func(context.Context) error) (err error) {
	const key = 0x7061676a6f6273 // "pagjobs"
	tx, err := pool.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tx.Rollback(context.WithoutCancel(ctx))) }() // nothing was written in it
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(key)); err != nil {
		return err
	}
	return work(ctx)
}
