package jobs

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"time"
)

// Config says how an engine works. The zero value is good for an institution.
type Config struct {
	// MaxTries is how often a handler gets an event that it fails, before the event is
	// parked. Default: 20, which with the default Backoff are more than two days.
	MaxTries int
	// Backoff is how long to wait after so many tries that failed, at least: an error that
	// has a method RetryAt() time.Time may ask for more, up to six hours, as that of a
	// webhook does whose receiver is busy. Default: [Backoff].
	Backoff func(tries int) time.Duration
	// Timeout is how long a handler may take for an event. Its context ends then, which
	// it must heed: after twice the time the event may be handed out again. Default: 30 s.
	Timeout time.Duration
	// TaskTimeout is the same for tasks; see [Engine.Repeat]. Default: 1 h.
	TaskTimeout time.Duration
	// Workers is how many handlers and tasks run at a time in this process. Default: 8.
	Workers int
	// PollInterval is how often the outbox is looked at for new events; [Engine.Wake]
	// does at once. Default: 1 s.
	PollInterval time.Duration
	// SweepInterval is how often all events that wait are looked at, and what was
	// interrupted or lost is brought back; see [Engine.Sweep]. Where so many wait that
	// this takes long, it is done less often. Default: 30 s.
	SweepInterval time.Duration
	// Now is the clock of what is kept about tries. Default: the system's.
	Now func() time.Time
	// Log gets what an operator should know; no personal data. Default: nothing.
	Log *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.MaxTries <= 0 {
		c.MaxTries = 20
	}
	if c.Backoff == nil {
		c.Backoff = Backoff
	}
	if c.Workers <= 0 {
		c.Workers = 8
	}
	for _, d := range []struct {
		set       *time.Duration
		byDefault time.Duration
	}{
		{&c.Timeout, 30 * time.Second},
		{&c.TaskTimeout, time.Hour},
		{&c.PollInterval, time.Second},
		{&c.SweepInterval, 30 * time.Second},
	} {
		if *d.set <= 0 {
			*d.set = d.byDefault
		}
	}
	if c.Now == nil {
		c.Now = time.Now //nolint:forbidigo // the one default of the injected clock
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// longest is what lies between two tries at most, but for what a Config says.
const longest = 6 * time.Hour

// asked returns how long the error of a handler asks to wait, within reason.
func (c Config) asked(err error) time.Duration {
	busy, ok := errors.AsType[interface {
		error
		RetryAt() time.Time
	}](err)
	if !ok {
		return 0
	}
	return min(busy.RetryAt().Sub(c.Now()), longest)
}

// Backoff is the default of [Config]: after k tries that failed slot·(2^k-1), as pagoPA
// has it for what it sends, with a slot of ten seconds (10 s, 30 s, 70 s, …) and six hours
// at most. Up to a tenth less, by chance, keeps those who failed together apart.
func Backoff(tries int) time.Duration {
	const slot = 10 * time.Second
	wait := min(slot*(1<<min(max(tries, 1), 20)-1), longest)
	return wait - rand.N(wait/10) //nolint:gosec // no secret
}
