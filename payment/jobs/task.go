package jobs

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"github.com/pagonline/pagonline"
)

// task is what is done again and again.
type task struct {
	name  string
	every time.Duration
	do    func(context.Context) error
}

// round is what River is told: do the task once.
type round struct{ task string }

const taskPrefix = "task/"

// Kind implements [river.JobArgs].
func (r round) Kind() string { return taskPrefix + r.task }

// periodic makes River's leader ask for the task, unless it is still running.
func (t *task) periodic() *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(t.every), func() (river.JobArgs, *river.InsertOpts) {
		return round{t.name}, &river.InsertOpts{
			Queue: queueName, MaxAttempts: 1, UniqueOpts: river.UniqueOpts{ByState: active},
		}
	}, &river.PeriodicJobOpts{ID: round{t.name}.Kind(), RunOnStart: true})
}

// tasker does a task when River says so.
type tasker struct {
	river.WorkerDefaults[round]
	*run
	*task
}

// Timeout implements [river.Worker].
func (t *tasker) Timeout(*river.Job[round]) time.Duration { return stuckAfter(t.cfg.TaskTimeout) }

// Work implements [river.Worker]. A failure waits for the next round.
func (t *tasker) Work(ctx context.Context, _ *river.Job[round]) error {
	err := call(ctx, t.cfg.TaskTimeout, t.do)
	if err == nil {
		return nil
	}
	t.cfg.Log.WarnContext(ctx, "a task failed", "task", t.name, "code", pagonline.CodeOf(err))
	return river.JobCancel(failure(pagonline.CodeOf(err)))
}
