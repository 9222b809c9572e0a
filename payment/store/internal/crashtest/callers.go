package crashtest

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
)

// Callers open notices and pay them.
type Callers struct {
	// Debts is how many each of them pays in one [Callers.Run]. Default: as many as he
	// can until the program dies.
	Debts int

	ledger *Ledger
	client *http.Client
	all    []*caller
	tries  atomic.Int64
}

// NewCallers returns n callers that write into the ledger. The name tells their debts
// from those of others.
func NewCallers(l *Ledger, name string, n int) *Callers {
	c := &Callers{ledger: l, client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 2 * n}}}
	for i := range n {
		own := fmt.Sprintf("%s-%d", name, i)
		seed := fnv.New64a()
		_, _ = seed.Write([]byte(own))
		c.all = append(c.all, &caller{Callers: c, name: own, first: i == 0, rand: rand.New(rand.NewPCG(seed.Sum64(), 0))})
	}
	return c
}

// Tries returns how often a program that lived said that it had to be asked again.
func (c *Callers) Tries() int64 { return c.tries.Load() }

// Run calls the program at url until it is dead or ctx ends, or all debts are paid. What
// was under way then is the first that the next Run does. The error is an answer that no
// program must give.
func (c *Callers) Run(ctx context.Context, url string) error {
	consumer := httptest.NewServer(c.ledger)
	defer consumer.Close()
	defer c.client.CloseIdleConnections()
	var wg sync.WaitGroup
	errs := make([]error, len(c.all))
	for i, caller := range c.all {
		wg.Go(func() { errs[i] = caller.run(ctx, url, consumer.URL) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// caller does one thing after another.
type caller struct {
	*Callers
	name  string
	first bool
	rand  *rand.Rand
	debts int
	queue []action // what is to be done yet
}

// action calls the program at url. One that was not answered is done again.
type action func(ctx context.Context, url, consumer string) error

func (c *caller) run(ctx context.Context, url, consumer string) error {
	for last := c.debts + c.Debts; ; {
		if len(c.queue) == 0 {
			if c.Debts > 0 && c.debts == last {
				return nil
			}
			c.plan()
		}
		switch err := c.queue[0](ctx, url, consumer); {
		case errors.Is(err, errRefused) && ctx.Err() == nil:
			c.tries.Add(1)
			time.Sleep(5 * time.Millisecond)
		case errors.Is(err, errDied), errors.Is(err, errRefused):
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", c.name, err)
		default:
			c.queue = c.queue[1:]
		}
	}
}

// plan says what is to be done for the next debt.
func (c *caller) plan() {
	c.debts++
	debt := fmt.Sprintf("%s-%d", c.name, c.debts)
	var number notice.Number
	pays := func(suffix string) action { return c.pays(&number, debt, "iur-"+debt+suffix) }
	c.queue = append(c.queue, c.opens(debt, &number))
	if c.rand.IntN(4) == 0 {
		c.queue = append(c.queue, c.verifies(&number, ""))
	}
	pay := pays("")
	if c.rand.IntN(4) == 0 {
		pay = twice(pay)
	}
	c.queue = append(c.queue, pay)
	switch c.rand.IntN(8) {
	case 0:
		c.queue = append(c.queue, pays(""))
	case 1:
		c.queue = append(c.queue, pays("-second"))
	case 2:
		c.queue = append(c.queue, c.isRefused(&number, debt, "iur-"+debt, "PAA_RECEIPT_DUPLICATA", func(r *wire.Request) { r.RT.Description = "altered" }))
	case 3:
		c.queue = append(c.queue, c.isRefused(&number, debt, "iur-"+debt+"-failed", "PAA_SEMANTICA", func(r *wire.Request) { r.RT.OK = false }))
	case 4:
		other := notice.MustParse("399000000000000158")
		c.queue = append(c.queue, c.isRefused(&other, debt, "iur-"+debt+"-unknown", "PAA_PAGAMENTO_SCONOSCIUTO", func(*wire.Request) {}))
	case 5:
		c.queue = append(c.queue, c.verifies(&number, "PAA_PAGAMENTO_DUPLICATO"))
	default:
	}
	if c.first && c.debts%4 == 0 {
		c.queue = append(c.queue, c.asks("/deliveries?to=", true))
	}
	if c.first && c.debts%8 == 0 {
		c.queue = append(c.queue, c.asks("/seals", false))
	}
}

// twice does it twice at the same time.
func twice(do action) action {
	return func(ctx context.Context, url, consumer string) error {
		twin := make(chan error, 1)
		go func() { twin <- do(ctx, url, consumer) }()
		return errors.Join(do(ctx, url, consumer), <-twin)
	}
}

func (c *caller) opens(debt string, number *notice.Number) action {
	return func(ctx context.Context, url, _ string) error {
		said, err := post(ctx, c.client, url+"/notices?debt="+debt, nil)
		if err != nil {
			return err
		}
		if *number, err = notice.Parse(string(said)); err != nil {
			return err
		}
		return c.ledger.add(Fact{Kind: Opened, Debt: debt, Number: *number})
	}
}

func (c *caller) pays(number *notice.Number, debt, id string) action {
	return func(ctx context.Context, url, _ string) error {
		body := receipt(*number, debt, id).Append(nil)
		said, err := c.station(ctx, url, wire.SendRT, body, "")
		if err != nil {
			return err
		}
		return c.ledger.add(Fact{Kind: Paid, Debt: debt, Number: *number, Receipt: id, Message: digest(body), Answer: digest(said)})
	}
}

func (c *caller) isRefused(number *notice.Number, debt, id, fault string, edit func(*wire.Request)) action {
	return func(ctx context.Context, url, _ string) error {
		r := receipt(*number, debt, id)
		edit(&r)
		body := r.Append(nil)
		if _, err := c.station(ctx, url, wire.SendRT, body, fault); err != nil {
			return err
		}
		return c.ledger.add(Fact{Kind: Refused, Number: *number, Receipt: id, Message: digest(body), Fault: fault})
	}
}

func (c *caller) verifies(number *notice.Number, fault string) action {
	return func(ctx context.Context, url, _ string) error {
		_, err := c.station(ctx, url, wire.Verify, message(wire.Verify, *number).Append(nil), fault)
		return err
	}
}

func (c *caller) asks(path string, tellsConsumer bool) action {
	return func(ctx context.Context, url, consumer string) error {
		if !tellsConsumer {
			consumer = ""
		}
		_, err := post(ctx, c.client, url+path+consumer, nil)
		return err
	}
}

// station returns the answer to a message, which must have this fault.
func (c *caller) station(ctx context.Context, url string, operation wire.Operation, body []byte, want string) ([]byte, error) {
	said, err := post(ctx, c.client, url+"/station", body)
	if err != nil {
		return nil, err
	}
	got, err := outcome(said, operation)
	switch {
	case err != nil:
		return nil, c.ledger.blame(err)
	case got == "PAA_SYSTEM_ERROR" && operation != wire.SendRT:
		return nil, errRefused
	case got != want:
		return nil, c.ledger.blame(fmt.Errorf("I8: %s %s is answered with %q, not %q", operation, body, got, want))
	}
	return said, nil
}
