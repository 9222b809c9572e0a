package gpd_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/publishertest"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/store/memory"
)

const creditor = publishertest.Creditor

// town is a sandbox on a socket of its own, with a clock that stands still.
type town struct {
	sandbox *sandbox.Sandbox
	server  *httptest.Server
	cfg     gpd.Config // that reaches it

	mu  sync.Mutex
	now time.Time
}

func newTown(t *testing.T) *town {
	t.Helper()
	c := &town{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	// Its station answers nothing: what is said about a notice is said by GPD or ACA.
	c.sandbox = sandbox.New([]sandbox.Station{{FiscalCode: creditor, URL: "http://127.0.0.1:1"}}, sandbox.Config{Now: c.clock})
	c.server = httptest.NewServer(c.sandbox)
	t.Cleanup(c.server.Close)
	c.cfg = gpd.Config{BaseURL: c.server.URL, Now: c.clock, Wait: noWait}
	return c
}

func (c *town) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *town) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// noWait waits for nothing, as the clocks here stand still.
func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }

func (c *town) due(ctx context.Context, k payment.Key) (euro.Amount, error) {
	due, err := c.sandbox.Verify(ctx, k)
	return due.Amount, err
}

func (c *town) pay(t *testing.T, k payment.Key) {
	t.Helper()
	a, err := c.sandbox.Activate(t.Context(), k, euro.Amount{})
	require.NoError(t, err)
	require.NoError(t, c.sandbox.Settle(t.Context(), a.Token, payment.Outcome{Paid: true, Method: "CP", Fee: euro.MustParse("1.50")}))
}

func (c *town) standIn(t *testing.T) {
	t.Helper()
	require.NoError(t, c.sandbox.Script(sandbox.Rule{Fault: sandbox.StandIn}))
}

// unreachable is where nobody answers.
func unreachable() gpd.Config {
	return gpd.Config{BaseURL: "http://127.0.0.1:1", Wait: noWait, Now: func() time.Time { return time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) }}
}

// contract runs the contract against the sandbox, over HTTP; around may look at it.
func contract(t *testing.T, aca bool, around func(http.RoundTripper) http.RoundTripper) {
	t.Helper()
	publishertest.Run(t, func(t *testing.T, debts *publishertest.Debts) (publishertest.Fixture, bool) {
		c := newTown(t)
		c.cfg.Positions = debts
		c.cfg.HTTPClient = &http.Client{Transport: around(c.server.Client().Transport)}
		f := publishertest.Fixture{Due: c.due, Pay: c.pay, Today: pagonline.DateOf(c.clock())}
		f.Publisher, f.Unreachable = publisher(t, aca, c.cfg), publisher(t, aca, unreachable())
		if aca {
			c.standIn(t)
		}
		return f, true
	})
}

func publisher(t *testing.T, aca bool, cfg gpd.Config) payment.Publisher {
	t.Helper()
	if aca {
		p, err := gpd.NewACA("key", cfg)
		require.NoError(t, err)
		return p
	}
	p, err := gpd.New("key", cfg)
	require.NoError(t, err)
	return p
}

func same(r http.RoundTripper) http.RoundTripper { return r }

func TestPublisher(t *testing.T)    { contract(t, false, same) }
func TestPublisherACA(t *testing.T) { contract(t, true, same) }

// TestOpenAPI: while the contract is kept, every call and every answer is as the
// official files say.
func TestOpenAPI(t *testing.T) {
	for name, aca := range map[string]bool{"openapi/gpd_v3.json": false, "openapi/gpd-4-aca.json": true} {
		t.Run(name, func(t *testing.T) {
			api := officialtest.NewOpenAPI(t, name)
			contract(t, aca, func(r http.RoundTripper) http.RoundTripper { return api.Transport(t, r) })
		})
	}
}

// lister is what both clients have beside Publish.
type lister interface {
	Create(ctx context.Context, d gpd.Debt, published bool) error
	PublishDraft(ctx context.Context, creditor, iupd string) error
	Get(ctx context.Context, creditor, iupd string) (gpd.Debt, error)
	List(ctx context.Context, creditor string, f gpd.Filter) iter.Seq2[gpd.Debt, error]
}

// TestOpenAPILists: the same for drafts and lists, and for all that a notice can have.
func TestOpenAPILists(t *testing.T) {
	for name, aca := range map[string]bool{"openapi/gpd_v3.json": false, "openapi/gpd-4-aca.json": true} {
		api := officialtest.NewOpenAPI(t, name)
		c := newTown(t)
		c.cfg.HTTPClient = &http.Client{Transport: api.Transport(t, c.server.Client().Transport)}
		var client lister
		var err error
		if aca {
			client, err = gpd.NewACA("key", c.cfg)
		} else {
			client, err = gpd.New("key", c.cfg)
		}
		require.NoError(t, err)
		p := position(t, c, payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock}))
		p.Debtor = payment.Subject{
			Kind: payment.Legal, Code: creditor, Name: "Ditta di prova", Street: "via Verdi", Civic: "1", PostalCode: "57100",
			City: "Livorno", Province: "LI", Country: "IT", Email: "ditta@example.org",
		}
		p.Metadata = []payment.MetadataEntry{{Key: "k", Value: "v"}}
		p.Transfers[0].PostalIBAN, p.Transfers[0].Company = "IT60X0760101000000123456789", "Ente creditore di prova"
		p.Transfers[0].Metadata = []payment.MetadataEntry{{Key: "k", Value: "v"}}
		if !aca {
			p.Transfers = append(p.Transfers, payment.Transfer{
				Amount: euro.MustParse("16.00"), Creditor: creditor, Stamp: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}, Category: "9/1201105IM/",
			})
		}
		d, err := gpd.NewDebt(p)
		require.NoError(t, err)
		d.Options[0].ValidFrom, d.Options[0].KeepUntil = c.clock().Add(time.Hour), c.clock().AddDate(1, 0, 0)
		require.NoError(t, client.Create(t.Context(), d, false))
		require.NoError(t, client.PublishDraft(t.Context(), creditor, d.IUPD))
		found := 0
		for have, err := range client.List(t.Context(), creditor, gpd.Filter{Status: gpd.Published, DueTo: p.DueDate}) {
			require.NoError(t, err)
			found++
			require.Equal(t, d.IUPD, have.IUPD)
			require.Equal(t, gpd.Published, have.Status)
			want, got := d.Options[0], have.Options[0]
			got.Installments[0].Status = ""
			require.Equal(t, want.Installments, got.Installments)
			require.Equal(t, want.ValidFrom, got.ValidFrom)
			require.Equal(t, want.KeepUntil, got.KeepUntil)
			if !aca {
				require.Equal(t, want.Debtor, got.Debtor)
			}
		}
		require.Equal(t, 1, found)
	}
}

// position returns one of a debt, due in 30 days.
func position(t *testing.T, c *town, cashier *payment.Cashier) payment.Position {
	t.Helper()
	p, err := cashier.Open(t.Context(), payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: creditor, Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms: payment.Terms{DueDate: pagonline.DateOf(c.clock()).AddDays(30), Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	})
	require.NoError(t, err)
	return p
}

// flaky fails as often as it is told to, and notes what got through.
type flaky struct {
	payment.Publisher

	fails int
	said  []string
}

func (f *flaky) Publish(ctx context.Context, p payment.Position) error {
	if f.fails > 0 {
		f.fails--
		return errors.New("not now")
	}
	f.said = append(f.said, string(p.Status)+" "+p.Amount().String())
	return f.Publisher.Publish(ctx, p)
}

// TestOutbox: what fails is published again, and each notice's changes arrive in their
// order.
func TestOutbox(t *testing.T) {
	c := newTown(t)
	store := &memory.Store{}
	c.cfg.Positions = store.Positions()
	to := &flaky{Publisher: publisher(t, true, c.cfg), fails: 1}
	cashier := payment.NewCashier(store, payment.Config{Now: c.clock, Handlers: []payment.Handler{payment.Mirror(store, to)}})
	c.standIn(t)

	p := position(t, c, cashier)
	other := position(t, c, cashier)
	delivered, err := cashier.DeliverPending(t.Context())
	require.ErrorContains(t, err, "not now")
	require.Equal(t, 1, delivered, "the other notice does not wait for this one")
	_, err = c.due(t.Context(), p.Key)
	require.ErrorIs(t, err, pagonline.ErrUnavailable, "not there")
	_, err = c.due(t.Context(), other.Key)
	require.NoError(t, err)

	require.NoError(t, cashier.Update(t.Context(), p.Key, func(terms *payment.Terms) error {
		terms.Transfers[0].Amount = euro.MustParse("20.00")
		return nil
	}))
	delivered, err = cashier.DeliverPending(t.Context())
	require.NoError(t, err)
	require.Equal(t, 2, delivered)
	due, err := c.due(t.Context(), p.Key)
	require.NoError(t, err)
	require.Equal(t, "20.00", due.String())
	require.NoError(t, cashier.Withdraw(t.Context(), p.Key))
	_, err = cashier.DeliverPending(t.Context())
	require.NoError(t, err)
	_, err = c.due(t.Context(), p.Key)
	require.Error(t, err)
	require.Equal(t, []string{"open 12.50", "open 20.00", "open 20.00", "cancelled 20.00"}, to.said)
	delivered, err = cashier.DeliverPending(t.Context())
	require.NoError(t, err)
	require.Zero(t, delivered)
}

// TestLate: what may be paid late stays payable where it is, and is not taken anew.
func TestLate(t *testing.T) {
	for _, aca := range []bool{false, true} {
		c := newTown(t)
		if aca {
			c.standIn(t)
		}
		cashier := payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock})
		here, there := position(t, c, cashier), position(t, c, cashier)
		to := publisher(t, aca, c.cfg)
		require.NoError(t, to.Publish(t.Context(), there))
		c.pass(40 * 24 * time.Hour)
		if aca {
			c.standIn(t)
		}
		_, err := c.due(t.Context(), there.Key)
		require.NoError(t, err)
		there.Transfers[0].Amount = euro.MustParse("15.00")
		require.NoError(t, to.Publish(t.Context(), there))
		due, err := c.due(t.Context(), there.Key)
		require.NoError(t, err)
		require.Equal(t, "15.00", due.String())
		err = to.Publish(t.Context(), here)
		require.ErrorIs(t, err, payment.ErrExpired)
		require.ErrorIs(t, err, pagonline.ErrConflict)

		here.RefuseLate = true
		require.NoError(t, to.Publish(t.Context(), here), "it cannot be paid any more, there neither")
	}
}

// TestExpires: one that is not taken late expires by itself, and comes back with a new
// due date.
func TestExpires(t *testing.T) {
	c := newTown(t)
	client, err := gpd.New("key", c.cfg)
	require.NoError(t, err)
	p := position(t, c, payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock}))
	p.RefuseLate = true
	require.NoError(t, client.Publish(t.Context(), p))
	c.pass(31 * 24 * time.Hour)
	_, err = c.due(t.Context(), p.Key)
	require.ErrorIs(t, err, payment.ErrExpired)
	d, err := client.Get(t.Context(), creditor, gpd.IUPD(p.Debt))
	require.NoError(t, err)
	require.Equal(t, gpd.Unpayable, d.Status)
	p.DueDate = p.DueDate.AddDays(60)
	require.NoError(t, client.Publish(t.Context(), p))
	_, err = c.due(t.Context(), p.Key)
	require.NoError(t, err)
}

// TestPlanNeedsPositions: without them the notices of a plan would overwrite each other.
func TestPlanNeedsPositions(t *testing.T) {
	c := newTown(t)
	p := position(t, c, payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock}))
	p.Option = 1
	require.ErrorIs(t, publisher(t, false, c.cfg).Publish(t.Context(), p), pagonline.ErrInternal)
}

// TestPaidInPart: of a plan that has begun nothing can be changed.
func TestPaidInPart(t *testing.T) {
	c := newTown(t)
	store := &memory.Store{}
	c.cfg.Positions = store.Positions()
	to := publisher(t, false, c.cfg)
	cashier := payment.NewCashier(store, payment.Config{Now: c.clock})
	var plan []payment.Position
	for option := range 3 {
		p := position(t, c, cashier)
		p.Debt, p.Option = "345/2026", option
		p.Number = numbers(t, 10+option)
		require.NoError(t, store.Positions().Insert(t.Context(), p))
		plan = append(plan, p)
		require.NoError(t, to.Publish(t.Context(), p))
	}
	c.pay(t, plan[1].Key)
	require.NoError(t, to.Publish(t.Context(), plan[2]), "it says so already")
	plan[2].Status = payment.Cancelled
	err := to.Publish(t.Context(), plan[2])
	require.ErrorIs(t, err, pagonline.ErrConflict)
	require.NotErrorIs(t, err, payment.ErrPaid)
	plan[2].Status = payment.Open
	plan[2].Transfers[0].Amount = euro.MustParse("1.00")
	require.ErrorIs(t, to.Publish(t.Context(), plan[2]), pagonline.ErrConflict)
	plan[1].Status = payment.Cancelled
	require.ErrorIs(t, to.Publish(t.Context(), plan[1]), payment.ErrPaid)
}

// TestNoStandIn: what must not be paid in stand-in is copied and not paid; what asks for
// a stamp is not copied.
func TestNoStandIn(t *testing.T) {
	c := newTown(t)
	c.cfg.NoStandIn = func(p payment.Position) bool { return p.Amount().Cents() > 1000 }
	c.standIn(t)
	to, err := gpd.NewACA("key", c.cfg)
	require.NoError(t, err)
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock})
	p, stamped := position(t, c, cashier), position(t, c, cashier)
	require.NoError(t, to.Publish(t.Context(), p))
	_, err = c.due(t.Context(), p.Key)
	require.Error(t, err)
	d, err := to.Get(t.Context(), creditor, gpd.IUPD(p.Debt))
	require.NoError(t, err)
	require.Equal(t, gpd.Valid, d.Status)
	p.Transfers[0].Amount = euro.MustParse("9.00")
	require.NoError(t, to.Publish(t.Context(), p))
	_, err = c.due(t.Context(), p.Key)
	require.NoError(t, err)

	stamped.Transfers[0].IBAN, stamped.Transfers[0].Stamp = "", &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}
	require.NoError(t, to.Publish(t.Context(), stamped))
	_, err = to.Get(t.Context(), creditor, gpd.IUPD(stamped.Debt))
	require.ErrorIs(t, err, pagonline.ErrNotFound)
}

// TestNumberElsewhere: a notice that stands under another debt is a conflict.
func TestNumberElsewhere(t *testing.T) {
	c := newTown(t)
	to := publisher(t, false, c.cfg)
	p := position(t, c, payment.NewCashier(&memory.Store{}, payment.Config{Now: c.clock}))
	require.NoError(t, to.Publish(t.Context(), p))
	p.Debt = "another"
	err := to.Publish(t.Context(), p)
	require.ErrorIs(t, err, pagonline.ErrConflict)
	require.NotErrorIs(t, err, payment.ErrPaid)
}
