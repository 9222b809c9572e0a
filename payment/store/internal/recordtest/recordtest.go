// Package recordtest records receipts for the benchmarks of the SQL stores, and runs the
// same statements by hand beside it.
//
// Ours is all that a station does for one paSendRTV2 between XML and XML: one unit of
// work with [payment.Cashier.Record] of a receipt that pays an open notice, and the two
// rows of the journal, hashes of both messages included. [Tape] is told by the tables
// which statements that took, with their values; bare loops run the very same ones, with
// every value ready made. So a bare loop makes no JSON and reads none, and has nothing to
// decide: what it costs is the database.
package recordtest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/internal/sqlstore"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// Office is a cashier and what he works with.
type Office struct {
	store   payment.Store
	cashier *payment.Cashier
	Again   *atomic.Int64 // how often the work of a receipt ran that had run before
}

// NewOffice returns a cashier whose clock stands still: the same work is the same
// statements.
func NewOffice(store payment.Store) Office {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	return Office{store, payment.NewCashier(store, payment.Config{Now: func() time.Time { return now }}), new(atomic.Int64)}
}

// Open opens the notices first, first+1, …, n of them, in one unit of work.
func (o Office) Open(ctx context.Context, first, n int) error {
	return o.store.Do(ctx, func(ctx context.Context) error {
		for i := range n {
			if err := o.store.Positions().Insert(ctx, storetest.Position(uint64(first+i))); err != nil {
				return err
			}
		}
		return nil
	})
}

// message is the size of a paSendRTV2 with one transfer, in bytes.
const message = 3 << 10

// Receipt is what the node sends for a notice.
func Receipt(n int) payment.RT {
	p := storetest.Position(uint64(n))
	r := storetest.Receipt(p, fmt.Sprintf("iur-%d", n))
	r.Raw = []byte(strings.Repeat(fmt.Sprintf("<receipt>%08d</receipt>", n), message/27))
	return r
}

// Record is what a station does with a receipt, but for HTTP and XML.
func (o Office) Record(ctx context.Context, r payment.RT) error {
	at, again := o.cashier.Now(), int64(-1)
	defer func() { o.Again.Add(again) }()
	return o.cashier.Do(ctx, func(ctx context.Context) error {
		again++
		if _, err := o.cashier.Record(ctx, r); err != nil {
			return err
		}
		asked := payment.JournalEntry{
			At: at, Creditor: r.Creditor, IUV: r.IUV, Token: r.ReceiptID, Notice: r.Number.String(), PSP: r.PSP.ID,
			PaymentType: r.Method, Component: "station", Operation: r.Operation, Subtype: payment.Request,
			Requester: "NodoDeiPagamentiSPC", Responder: "99999000013_01", Station: "99999000013_01", Channel: r.PSP.Channel,
		}.WithMessage(r.Raw)
		told := asked.Answer(o.cashier.Now(), answer, "OK")
		told.Parameters.Status = http.StatusOK
		return o.cashier.AppendJournal(ctx, asked, told)
	})
}

// answer has the size of what a station answers.
var answer = []byte(strings.Repeat("<outcome>OK</outcome>", 20))

// Statement is one that ran, and its values.
type Statement struct {
	Text  string
	Args  []any
	Reads bool // rows come back
}

// Tape is a database that notes what runs on it, for one caller.
type Tape struct {
	sqlstore.DB
	Statements []Statement
}

// Exec implements [sqlstore.DB].
func (t *Tape) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	t.note(false, text, args)
	return t.DB.Exec(ctx, text, args...)
}

// Write implements [sqlstore.DB].
func (t *Tape) Write(ctx context.Context, text string, args ...any) error {
	t.note(false, text, args)
	return t.DB.Write(ctx, text, args...)
}

// Query implements [sqlstore.DB].
func (t *Tape) Query(ctx context.Context, scan func(sqlstore.Row) error, text string, args ...any) error {
	t.note(true, text, args)
	return t.DB.Query(ctx, scan, text, args...)
}

func (t *Tape) note(reads bool, text string, args []any) {
	t.Statements = append(t.Statements, Statement{text, append([]any(nil), args...), reads})
}

// taped is a store over a tape.
type taped struct {
	sqlstore.Tables
	payment.Store // its numbers, which no receipt takes
	tape          *Tape
}

func (s taped) Do(ctx context.Context, work func(context.Context) error) error {
	return s.tape.Do(ctx, work)
}
func (s taped) Positions() payment.Positions   { return s.Tables.Positions() }
func (s taped) Orders() payment.Orders         { return s.Tables.Orders() }
func (s taped) RTs() payment.RTs               { return s.Tables.RTs() }
func (s taped) Quarantine() payment.Quarantine { return s.Tables.Quarantine() }
func (s taped) Outbox() payment.Outbox         { return s.Tables.Outbox() }
func (s taped) Journal() payment.Journal       { return s.Tables.Journal() }

// Taped returns an office over tables, and the tape of what runs on them.
func Taped(tables sqlstore.Tables) (Office, *Tape) {
	tape := &Tape{DB: tables.DB}
	tables.DB = tape
	return NewOffice(taped{Tables: tables, tape: tape}), tape
}

// some receipts are in one unit of work of a script: with all of them in one, SQLite's
// savepoints take more time than everything else.
const some = 16

// Script opens n notices and records their receipts, and returns the statements of each
// receipt.
func Script(ctx context.Context, tables sqlstore.Tables, first, n int) ([][]Statement, error) {
	o, tape := Taped(tables)
	if err := o.Open(ctx, first, n); err != nil {
		return nil, err
	}
	scripts := make([][]Statement, n)
	var err error
	for from := 0; from < n && err == nil; from += some {
		err = o.store.Do(ctx, func(ctx context.Context) error {
			for i := from; i < min(n, from+some); i++ {
				tape.Statements = nil
				if err := o.Record(ctx, Receipt(first+i)); err != nil {
					return err
				}
				scripts[i] = tape.Statements
			}
			return nil
		})
	}
	return scripts, err
}

// Contender records receipts in one way.
type Contender struct {
	Open   func(ctx context.Context, first, n int) error
	Record func(ctx context.Context, r payment.RT, script []Statement) error
}

// Size is how many receipts a round has.
func Size(callers int) int { return 32 * callers }

// Callers are how many call at the same time.
var Callers = []int{1, 64}

// Cost is what a receipt takes one of those that are compared: the median of the rounds.
type Cost struct {
	Wall, CPU float64 // ns; CPU is this process's, without a server's
	// Ratio is Wall as a multiple of what it was in the same round for the last one.
	Ratio float64
}

// Compare has all of them record the same receipts in rounds, one after the other and each
// first in turn. What a round needs is made before it; scratch is where the statements come
// from.
func Compare(b *testing.B, callers int, scratch sqlstore.Tables, all ...Contender) []Cost {
	b.Helper()
	size := Size(callers)
	rounds := make([][]Cost, len(all))
	for n := 0; b.Loop(); n++ {
		first := 1 + n*size
		scripts, err := Script(b.Context(), scratch, first, size)
		for _, who := range all {
			if err == nil {
				err = who.Open(b.Context(), first, size)
			}
		}
		if err != nil {
			b.Fatal(err)
		}
		for i := range all {
			who := (n + i) % len(all)
			rounds[who] = append(rounds[who], run(b, callers, first, scripts, all[who]))
		}
		for who := range all {
			rounds[who][n].Ratio = rounds[who][n].Wall / rounds[len(all)-1][n].Wall
		}
	}
	costs := make([]Cost, len(all))
	for who, r := range rounds {
		costs[who] = Cost{
			median(r, func(c Cost) float64 { return c.Wall }), median(r, func(c Cost) float64 { return c.CPU }),
			median(r, func(c Cost) float64 { return c.Ratio }),
		}
	}
	return costs
}

// run returns what each receipt took.
func run(b *testing.B, callers, first int, scripts [][]Statement, who Contender) Cost {
	b.Helper()
	receipts := make([]payment.RT, len(scripts))
	for i := range receipts {
		receipts[i] = Receipt(first + i)
	}
	began, before := time.Now(), cpu()
	for _, err := range together(callers, len(receipts), func(i int) error {
		return who.Record(b.Context(), receipts[i], scripts[i])
	}) {
		b.Error(err)
	}
	n := float64(len(receipts))
	return Cost{Wall: float64(time.Since(began)) / n, CPU: float64(cpu()-before) / n}
}

// together has callers run work for 0, 1, …, n-1, each the next one, until it fails.
func together(callers, n int, work func(i int) error) (failed []error) {
	var next atomic.Int64
	done := make(chan error)
	for range callers {
		go func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					done <- nil
					return
				}
				if err := work(i); err != nil {
					done <- err
					return
				}
			}
		}()
	}
	for range callers {
		if err := <-done; err != nil {
			failed = append(failed, err)
		}
	}
	return failed
}

func median(rounds []Cost, of func(Cost) float64) float64 {
	all := make([]float64, len(rounds))
	for i, c := range rounds {
		all[i] = of(c)
	}
	slices.Sort(all)
	return all[len(all)/2]
}
