package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/pagonline/pagonline"
)

// Queue is where River keeps its jobs; see [OpenSQLite], [OpenPostgres] and [OnPool].
// At most one engine of a process uses it at a time. It holds what the outbox can tell
// again, so that it needs no backup.
type Queue struct {
	client  func(*river.Config) (client, error)
	exec    riverdriver.Executor
	migrate func(context.Context) error
	// Nobody else works this queue: a job that runs when an engine starts is of a
	// process that is dead.
	alone bool
	close func() error
}

// client is what the engine uses of a river.Client, whatever its transactions.
type client interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	InsertMany(ctx context.Context, params []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
}

// queueName is the queue of River in which all jobs are: a client of River that serves
// others leaves them alone.
const queueName = "pagonline"

func on[TTx any](driver riverdriver.Driver[TTx]) *Queue {
	return &Queue{
		exec:   driver.GetExecutor(),
		client: func(cfg *river.Config) (client, error) { return river.NewClient(driver, cfg) },
		migrate: func(ctx context.Context) error {
			m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
			if err == nil {
				_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
			}
			return err
		},
		close: func() error { return nil },
	}
}

// Close gives up the queue. The engine must have been stopped.
func (q *Queue) Close() error { return q.close() }

// rescue makes the jobs run again that began before the instant and have not ended: their
// process is dead, or their handler does not heed its context. A task may take longer; it
// has its next round anyway.
func (q *Queue) rescue(ctx context.Context, now, events, tasks time.Time) error {
	const batch = 100
	for after := int64(0); ; {
		stuck, err := q.exec.JobGetStuck(ctx, &riverdriver.JobGetStuckParams{AfterID: after, Max: batch, StuckHorizon: events})
		if err != nil || len(stuck) == 0 {
			return err
		}
		rescued := &riverdriver.JobRescueManyParams{StuckHorizon: events}
		for _, job := range stuck {
			after = job.ID
			state, ended := rivertype.JobStateAvailable, (*time.Time)(nil)
			if strings.HasPrefix(job.Kind, taskPrefix) {
				state, ended = rivertype.JobStateDiscarded, &now
			}
			if job.Queue != queueName || ended != nil && !job.AttemptedAt.Before(tasks) {
				continue
			}
			rescued.ID = append(rescued.ID, job.ID)
			rescued.Error = append(rescued.Error, fmt.Appendf(nil, `{"at":%q,"attempt":%d,"error":"interrupted","trace":""}`,
				now.UTC().Format(time.RFC3339Nano), job.Attempt))
			rescued.FinalizedAt = append(rescued.FinalizedAt, ended)
			rescued.ScheduledAt = append(rescued.ScheduledAt, now)
			rescued.State = append(rescued.State, string(state))
		}
		if len(rescued.ID) == 0 {
			continue
		}
		if _, err := q.exec.JobRescueMany(ctx, rescued); err != nil {
			return err
		}
	}
}

// unavailable is what there is to say when a queue cannot be used.
func unavailable(what string, err error) error {
	return pagonline.NewError(pagonline.CodeUnavailable).Because(fmt.Errorf("jobs: %s: %w", what, err))
}

var errName = errors.New("the name of the database cannot be read") // whose text might hold a part of the password
