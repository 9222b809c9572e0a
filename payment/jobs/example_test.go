package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// check ends an example that cannot go on.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

// queue opens a queue for an example; close removes it.
func queue(ctx context.Context) (q *jobs.Queue, closed func()) {
	dir, err := os.MkdirTemp("", "jobs")
	check(err)
	q, err = jobs.OpenSQLite(ctx, dir)
	check(err)
	return q, func() {
		check(q.Close())
		check(os.RemoveAll(dir))
	}
}

// A receipt has been recorded, and a file is to be released.
func Example() {
	ctx, store := context.Background(), &memory.Store{} // or that of package sqlite, or postgres
	q, closed := queue(ctx)
	defer closed()

	released := make(chan string)
	engine := jobs.New(store, q, jobs.Config{})
	engine.Register("release", func(_ context.Context, e payment.Event) error {
		released <- e.ReceiptID
		return nil
	}, payment.ReceiptRecorded)
	check(engine.Start(ctx))

	// As [payment.Cashier.RecordRT] does.
	check(store.Outbox().Append(ctx, payment.Event{Kind: payment.ReceiptRecorded, ReceiptID: "iur-1"}))
	engine.Wake()
	fmt.Println("released for", <-released)
	check(engine.Stop(ctx))
	// Output:
	// released for iur-1
}

// Handlers do not wait for each other; one gets the kinds that it registers for.
func ExampleEngine_Register() {
	ctx, store := context.Background(), &memory.Store{}
	q, closed := queue(ctx)
	defer closed()
	mails, all := make(chan payment.EventKind, 2), make(chan payment.EventKind, 2)
	engine := jobs.New(store, q, jobs.Config{})
	engine.Register("mail", func(_ context.Context, e payment.Event) error { mails <- e.Kind; return nil }, payment.OrderEvent(payment.OrderSent))
	engine.Register("webhook", func(_ context.Context, e payment.Event) error { all <- e.Kind; return nil })
	for _, state := range []payment.OrderStatus{payment.OrderCreated, payment.OrderSent} {
		check(store.Outbox().Append(ctx, payment.Event{Kind: payment.OrderEvent(state), Order: "o1"}))
	}
	check(engine.Start(ctx))
	fmt.Println("mail:", <-mails)
	fmt.Println("webhook:", <-all, <-all)
	check(engine.Stop(ctx))
	// Output:
	// mail: order.sent
	// webhook: order.created order.sent
}

// A task runs at the start and then in its interval.
func ExampleEngine_Repeat() {
	ctx := context.Background()
	q, closed := queue(ctx)
	defer closed()
	expired := make(chan int, 1)
	engine := jobs.New(&memory.Store{}, q, jobs.Config{PollInterval: 50 * time.Millisecond})
	engine.Repeat("expiry", time.Hour, func(context.Context) error { expired <- 3; return nil })
	check(engine.Start(ctx))
	fmt.Println(<-expired, "positions expired")
	check(engine.Stop(ctx))
	// Output:
	// 3 positions expired
}

// Start says what is wrong with a name.
func ExampleEngine_Start() {
	ctx := context.Background()
	q, closed := queue(ctx)
	defer closed()
	engine := jobs.New(&memory.Store{}, q, jobs.Config{})
	engine.Register("the mail", func(context.Context, payment.Event) error { return nil })
	fmt.Println(engine.Start(ctx))
	// Output:
	// jobs: handler "the mail": nothing, not a name, or not the first of it
}

// Stop waits for what is running.
func ExampleEngine_Stop() {
	ctx, store := context.Background(), &memory.Store{}
	q, closed := queue(ctx)
	defer closed()
	began := make(chan bool)
	engine := jobs.New(store, q, jobs.Config{})
	engine.Register("mail", func(context.Context, payment.Event) error {
		began <- true
		time.Sleep(20 * time.Millisecond)
		fmt.Println("mailed")
		return nil
	})
	check(store.Outbox().Append(ctx, payment.Event{Kind: payment.Quarantined}))
	check(engine.Start(ctx))
	<-began
	check(engine.Stop(ctx))
	fmt.Println("stopped")
	// Output:
	// mailed
	// stopped
}

// failing returns an engine, started, whose webhook has failed for the last time until
// mended says otherwise.
func failing(ctx context.Context, store jobs.Store, q *jobs.Queue, mended *bool) (engine *jobs.Engine, delivered chan int64) {
	delivered = make(chan int64, 1)
	engine = jobs.New(store, q, jobs.Config{MaxTries: 1})
	engine.Register("webhook", func(_ context.Context, e payment.Event) error {
		if !*mended {
			return errors.New("nobody listens")
		}
		delivered <- e.ID
		return nil
	})
	check(store.Outbox().Append(ctx, payment.Event{Kind: payment.OrderEvent(payment.OrderSent), Order: "o1"}))
	check(engine.Start(ctx))
	for parked := 0; parked == 0; time.Sleep(time.Millisecond) {
		for _, err := range engine.Parked(ctx) {
			check(err)
			parked++
		}
	}
	return engine, delivered
}

// What was given up is shown until it is called back.
func ExampleEngine_Parked() {
	ctx := context.Background()
	q, closed := queue(ctx)
	defer closed()
	mended := false
	engine, _ := failing(ctx, &memory.Store{}, q, &mended)
	for d, err := range engine.Parked(ctx) {
		check(err)
		fmt.Println("event", d.Event, "for", d.Handler, d.State, "after", d.Tries, "tries:", d.Code)
	}
	check(engine.Stop(ctx))
	// Output:
	// event 1 for webhook parked after 1 tries: internal
}

// When things have been put right, the engine tries again.
func ExampleEngine_Redrive() {
	ctx := context.Background()
	q, closed := queue(ctx)
	defer closed()
	mended := false
	engine, delivered := failing(ctx, &memory.Store{}, q, &mended)
	mended = true
	n, err := engine.Redrive(ctx, "webhook", 1)
	check(err)
	fmt.Println(n, "called back")
	fmt.Println("delivered", <-delivered)
	check(engine.Stop(ctx))
	// Output:
	// 1 called back
	// delivered 1
}

// A command calls events back for the engine of another process.
func ExampleRedrive() {
	ctx, store := context.Background(), &memory.Store{}
	check(store.Deliveries().Put(ctx, payment.Delivery{Event: 7, Handler: "webhook", State: payment.DeliveryParked, Tries: 20}))
	n, err := jobs.Redrive(ctx, store, "webhook")
	check(err)
	fmt.Println(n, "called back")
	// Output:
	// 1 called back
}

// A program that makes events, and knows it, need not wait for the next look.
func ExampleEngine_Wake() {
	ctx, store := context.Background(), &memory.Store{}
	q, closed := queue(ctx)
	defer closed()
	mailed := make(chan int64)
	engine := jobs.New(store, q, jobs.Config{PollInterval: time.Hour})
	engine.Register("mail", func(_ context.Context, e payment.Event) error { mailed <- e.ID; return nil })
	check(engine.Start(ctx))
	check(store.Outbox().Append(ctx, payment.Event{Kind: payment.Quarantined}))
	engine.Wake()
	fmt.Println("event", <-mailed)
	check(engine.Stop(ctx))
	// Output:
	// event 1
}

// Sweep does what the engine does by itself every half minute.
func ExampleEngine_Sweep() {
	ctx, store := context.Background(), &memory.Store{}
	q, closed := queue(ctx)
	defer closed()
	mailed := make(chan int64)
	engine := jobs.New(store, q, jobs.Config{PollInterval: time.Hour})
	engine.Register("mail", func(_ context.Context, e payment.Event) error { mailed <- e.ID; return nil })
	check(engine.Start(ctx))
	check(store.Outbox().Append(ctx, payment.Event{Kind: payment.Quarantined}))
	check(engine.Sweep(ctx))
	fmt.Println("event", <-mailed)
	check(engine.Stop(ctx))
	// Output:
	// event 1
}

// The times between tries grow.
func ExampleBackoff() {
	for _, tries := range []int{1, 2, 3, 10} {
		fmt.Println(tries, jobs.Backoff(tries+1) > jobs.Backoff(tries))
	}
	// Output:
	// 1 true
	// 2 true
	// 3 true
	// 10 true
}

// A queue in a file, beside the database of package sqlite.
func ExampleOpenSQLite() {
	dir, err := os.MkdirTemp("", "archive")
	check(err)
	defer func() { check(os.RemoveAll(dir)) }()
	q, err := jobs.OpenSQLite(context.Background(), dir)
	check(err)
	_, err = os.Stat(dir + "/" + jobs.FileName)
	fmt.Println(err, q.Close())
	// Output:
	// <nil> <nil>
}

// Nothing listens on this address, as while a server is started again. Where one does, many
// instances may share the queue.
func ExampleOpenPostgres() {
	q, err := jobs.OpenPostgres(context.Background(), "postgres://pagonline@127.0.0.1:1/pagonline")
	if err != nil {
		fmt.Println(pagonline.CodeOf(err))
		return
	}
	defer func() { check(q.Close()) }()
	// Output: unavailable
}

// A program that has connections to its own server already, which is not there now.
func ExampleOnPool() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, "postgres://archive@127.0.0.1:1/archive")
	check(err)
	defer pool.Close()
	q, err := jobs.OnPool(ctx, pool)
	if err != nil {
		fmt.Println(pagonline.CodeOf(err))
		return
	}
	defer func() { check(q.Close()) }()
	// Output: unavailable
}
