package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/riverqueue/river"

	"github.com/pagonline/pagonline"
)

// run is an engine from its start to its stop.
type run struct {
	*Engine
	client client
	end    context.CancelFunc // ends follow
	ended  chan struct{}      // closed when it has
	called chan struct{}      // holds one when events were called back

	relaying sync.Mutex   // of Sweep and follow
	seen     atomic.Int64 // the last event that was relayed; changed by who relays
}

// completed is when River has written, in groups, which jobs have ended: until then they
// are in the way of others like them.
const completed = 500 * time.Millisecond

// stuckAfter is when a job that may take so long must be of a process that is dead.
func stuckAfter(timeout time.Duration) time.Duration { return 2 * timeout }

func (e *Engine) start(ctx context.Context) (*run, error) {
	r := &run{Engine: e, ended: make(chan struct{}), called: make(chan struct{}, 1)}
	workers := river.NewWorkers()
	cfg := &river.Config{
		Queues:  map[string]river.QueueConfig{queueName: {MaxWorkers: e.cfg.Workers}},
		Workers: workers,
		// Handlers of an instance that is newer than this one.
		FetchOnlyKnownKinds:         true,
		FetchCooldown:               min(10*time.Millisecond, e.cfg.PollInterval),
		FetchPollInterval:           e.cfg.PollInterval,
		JobTimeout:                  stuckAfter(e.cfg.Timeout),
		RescueStuckJobsAfter:        stuckAfter(e.cfg.Timeout),
		CompletedJobRetentionPeriod: time.Hour,
		Logger:                      slog.New(warnings{e.cfg.Log.Handler()}),
	}
	for _, h := range e.handlers {
		river.AddWorkerArgs(workers, job{handler: h.name}, &worker{run: r, handler: h})
	}
	for _, t := range e.tasks {
		river.AddWorkerArgs(workers, round{t.name}, &tasker{run: r, task: t})
		cfg.PeriodicJobs = append(cfg.PeriodicJobs, t.periodic())
	}
	if len(e.handlers)+len(e.tasks) == 0 {
		return nil, errors.New("jobs: nobody to deliver to")
	}
	var err error
	if r.client, err = e.queue.client(cfg); err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	if e.queue.alone {
		now := time.Now()             //nolint:forbidigo // River's clock
		all := now.AddDate(100, 0, 0) // the clock may have been wrong
		if err := e.queue.rescue(ctx, now, all, all); err != nil {
			return nil, unavailable("rescue", err)
		}
	}
	ctx = context.WithoutCancel(ctx) // Stop ends it
	if err := r.client.Start(ctx); err != nil {
		return nil, unavailable("start", err)
	}
	ctx, r.end = context.WithCancel(ctx)
	go r.follow(ctx)
	return r, nil
}

// stop waits for what is running.
func (r *run) stop(ctx context.Context) error {
	r.end()
	<-r.ended
	err := r.client.Stop(ctx)
	if err != nil && ctx.Err() != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.cfg.Timeout)
		defer cancel()
		err = r.client.StopAndCancel(ctx)
	}
	if err != nil {
		return unavailable("a handler does not stop", err)
	}
	return nil
}

// follow relays events as they come.
func (r *run) follow(ctx context.Context) {
	defer close(r.ended)
	if len(r.handlers) == 0 {
		<-ctx.Done() // events are for others
		return
	}
	poll, sweep := time.NewTicker(r.cfg.PollInterval), time.NewTicker(r.cfg.SweepInterval)
	defer poll.Stop()
	defer sweep.Stop()
	var again <-chan time.Time
	err := r.begin(ctx)
	for {
		if err != nil && ctx.Err() == nil {
			r.warn(ctx, "events wait for the next look", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			began := time.Now() //nolint:forbidigo // how long it took, and not when
			err = r.sweep(ctx)
			sweep.Reset(max(r.cfg.SweepInterval, 10*time.Since(began))) // a tenth of the time is enough
		case <-poll.C:
			err = r.relay(ctx)
		case <-r.wake:
			err = r.relay(ctx)
		case <-r.called:
			again = time.After(completed)
			err = r.sweep(ctx)
		case <-again:
			err = r.sweep(ctx)
		}
	}
}

func (r *run) warn(ctx context.Context, what string, err error) {
	r.cfg.Log.WarnContext(ctx, what, "code", pagonline.CodeOf(err))
}

// warnings lets through what River warns of.
type warnings struct{ slog.Handler }

// Enabled implements [slog.Handler].
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// WithAttrs implements [slog.Handler].
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
