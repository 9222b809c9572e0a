package jobs

import (
	"context"
	"time"
)

// Lose deletes all jobs.
func (q *Queue) Lose(ctx context.Context) error { return q.exec.Exec(ctx, "DELETE FROM river_job") }

// Texts returns all that River keeps of jobs and their failures, as text.
func (q *Queue) Texts(ctx context.Context) (n int, err error) {
	err = q.exec.QueryRow(ctx, `SELECT count(*) FROM river_job WHERE cast(errors AS text) LIKE '%Rossi%' OR cast(args AS text) LIKE '%Rossi%'`).Scan(&n)
	return n, err
}

// Asked returns how long an error makes the event wait that a handler failed.
func (c Config) Asked(err error) time.Duration { return c.withDefaults().asked(err) }
