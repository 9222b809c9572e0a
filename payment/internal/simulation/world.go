package simulation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/faulty"
)

// Config says what to simulate.
type Config struct {
	Seed  uint64
	Ops   int                                                               // default: 200
	Store faulty.Inner                                                      // an empty one
	Open  func(c *payment.Cashier, o Options, log *slog.Logger) (h Station) // opens a station for [Creditors]
	Sound bool                                                              // nothing goes wrong with the store or the process
	Trace io.Writer                                                         // gets what happens, a line each; default: nobody
}

// Options are those of a station that change what it answers.
type Options struct{ RefuseSecondPayments, RefuseRepeats bool }

// Station is what the node and the desk call.
type Station interface {
	http.Handler
	// PaymentOptions answers paVerifyPaymentOptions.
	PaymentOptions() http.Handler
	// Again reads a message of the quarantine again; fault is why it is refused still.
	Again(ctx context.Context, id int64, by string) (fault string, err error)
}

// Result says what a seed did.
type Result struct {
	Hash   string // of the trace
	Ops    int
	Steps  int                      // single calls, each with its check
	Faults [Faults]int              // how often each went wrong
	Pairs  [len(states)][Events]int // how often each event met a notice in each state
	After  time.Duration            // how much time went by
}

// Add adds up what several seeds did.
func (r *Result) Add(o Result) {
	r.Ops, r.Steps, r.After = r.Ops+o.Ops, r.Steps+o.Steps, r.After+o.After
	for f, n := range o.Faults {
		r.Faults[f] += n
	}
	for s := range o.Pairs {
		for e, n := range o.Pairs[s] {
			r.Pairs[s][e] += n
		}
	}
}

// InvariantError is an invariant that does not hold.
type InvariantError struct{ Invariant, Detail string }

func (v *InvariantError) Error() string { return v.Invariant + ": " + v.Detail }

// World is all that there is. It is not safe for concurrent use.
type World struct {
	cfg     Config
	rng     *rand.Rand
	now     time.Time
	skew    time.Duration // by which the creditor's clock is wrong
	options Options

	rows    *rows
	store   *faulty.Store
	trouble trouble
	last    hit // what the last act met
	cashier *payment.Cashier
	station Station

	model    *model
	node     node
	consumer consumer
	log      canaries
	checked  checked
	calm     bool // nothing goes wrong any more

	hash   io.Writer
	result Result
}

// Run simulates a seed. Its error is a [*InvariantError].
func Run(cfg Config) (result Result, err error) {
	if cfg.Ops == 0 {
		cfg.Ops = 200
	}
	sum := sha256.New()
	w := &World{cfg: cfg, rng: rand.New(rand.NewPCG(cfg.Seed, 0)), hash: sum} //nolint:gosec // the same each time is the point
	defer func() {
		result = w.result
		result.Hash = hex.EncodeToString(sum.Sum(nil))
		if v := recover(); v != nil {
			violation, ok := v.(*InvariantError)
			if !ok {
				panic(v)
			}
			w.say("broken %s", violation)
			err = violation
		}
	}()
	w.begin()
	start := w.now
	for range cfg.Ops {
		w.result.Ops++
		w.choose()
	}
	w.drain()
	w.result.After = w.now.Sub(start)
	return result, nil
}

// begin makes a world with nothing in it.
func (w *World) begin() {
	w.now = beginnings[w.pick(len(beginnings))].Add(time.Duration(w.pick(24*3600)) * time.Second)
	w.options = Options{RefuseSecondPayments: w.chance(15), RefuseRepeats: w.chance(15)}
	w.model = newModel(w.options)
	w.rows = newRows(w.cfg.Store, w.trouble.unit)
	w.store = faulty.New(w.rows, w.hook)
	w.node = newNode()
	w.consumer = newConsumer(w)
	w.log.w = w
	w.checked.entries = map[int64]bool{}
	w.start()
	w.say("begin %s %v", w.now.Format(time.RFC3339), w.options)
}

// start starts the creditor's program.
func (w *World) start() {
	log := slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: noTime}))
	w.cashier = payment.NewCashier(w.store, payment.Config{
		Gateway: gateway{w}, Now: w.clock, Log: log,
		Handlers: []payment.Handler{w.consumer.handle, payment.Mirror(w.store, w.consumer.copies)},
	})
	w.station = w.cfg.Open(w.cashier, w.options, log)
}

// clock is what the creditor takes for the time.
func (w *World) clock() time.Time { return w.now.Add(w.skew) }

// choose does one of the actions; another one where that finds nothing to do.
func (w *World) choose() {
	steps, now := w.result.Steps, w.now
	for range 5 {
		n := w.pick(allWeights)
		for _, a := range actions {
			if n -= a.weight; n < 0 {
				w.say("%s", a.name)
				a.do(w)
				break
			}
		}
		if w.result.Steps > steps || w.now.After(now) {
			break
		}
	}
	if w.result.Ops%auditEvery == 0 {
		w.audit()
	}
}

// pick returns a number below n.
func (w *World) pick(n int) int { return w.rng.IntN(n) }

// chance is true in that many cases of a hundred.
func (w *World) chance(percent int) bool { return w.rng.IntN(100) < percent }

// say writes a line of the trace.
func (w *World) say(form string, args ...any) {
	line := fmt.Appendf(nil, form+"\n", args...)
	_, _ = w.hash.Write(line)
	if w.cfg.Trace != nil {
		_, _ = fmt.Fprintf(w.cfg.Trace, "%4d %s  %s", w.result.Steps, w.now.Format("01-02 15:04:05"), line)
	}
}

// must ends the run if an invariant does not hold.
func (w *World) must(holds bool, invariant, form string, args ...any) {
	if !holds {
		panic(&InvariantError{invariant, fmt.Sprintf("seed %d, op %d, step %d: ", w.cfg.Seed, w.result.Ops, w.result.Steps) + fmt.Sprintf(form, args...)})
	}
}
