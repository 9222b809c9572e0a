// Package publishertest is the contract of [payment.Publisher]: run it from the tests
// of every implementation, yours too.
package publishertest

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
)

// Fixture is a publisher and what it keeps copies in, empty at first.
type Fixture struct {
	Publisher payment.Publisher
	// Due returns what the copy asks for a notice now, or an error if it cannot be paid
	// there, or is not there.
	Due func(ctx context.Context, k payment.Key) (euro.Amount, error)
	// Pay pays a notice at the copy; nil if payments are not made there.
	Pay func(t *testing.T, k payment.Key)
	// Today is the day of the copy's clock.
	Today pagonline.Date
	// Unreachable is the same publisher while its copy cannot be reached; nil if there
	// is no such thing.
	Unreachable payment.Publisher
}

// Creditor is the fiscal code of the creditor whose positions the suite publishes.
const Creditor = "99999000013"

// Debts is where a publisher under test finds the notices of a debt: the suite's own.
// It is safe for concurrent use; the zero value is ready.
type Debts struct {
	mu  sync.Mutex
	all map[payment.Key]payment.Position
}

// List returns the positions of a debt.
func (d *Debts) List(_ context.Context, f payment.PositionFilter) iter.Seq2[payment.Position, error] {
	return func(yield func(payment.Position, error) bool) {
		d.mu.Lock()
		var found []payment.Position
		for _, p := range d.all {
			if p.Creditor == f.Creditor && p.Debt == f.Debt {
				found = append(found, p)
			}
		}
		d.mu.Unlock()
		for _, p := range found {
			if !yield(p, nil) {
				return
			}
		}
	}
}

func (d *Debts) put(p payment.Position) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = map[payment.Key]payment.Position{}
	}
	d.all[p.Key] = p
}

// suite is a fixture with its test.
type suite struct {
	Fixture

	t      *testing.T
	debts  *Debts
	serial uint64
}

// position returns a new one that is due in 30 days.
func (s *suite) position() payment.Position {
	s.serial++
	number, err := notice.Issue(1, s.serial)
	if err != nil {
		s.t.Fatal(err)
	}
	return payment.Position{
		Key: payment.Key{Creditor: Creditor, Number: number}, Status: payment.Open, Debt: number.IUV().String(),
		Company: "Ente creditore di prova", Office: "Archivio di Stato di Livorno",
		Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:   causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms: payment.Terms{DueDate: s.Today.AddDays(30), Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: Creditor, IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
		OpenedAt: s.Today.Start(),
	}
}

// publish publishes p, of which the debts know first, as of a store's.
func (s *suite) publish(p payment.Position) error {
	if s.debts != nil {
		s.debts.put(p)
	}
	return s.Publisher.Publish(s.t.Context(), p)
}

func (s *suite) must(p payment.Position) {
	s.t.Helper()
	if err := s.publish(p); err != nil {
		s.t.Fatalf("Publish %s: %v", p.Status, err)
	}
}

// payable checks that the copy asks for what p says.
func (s *suite) payable(p payment.Position) {
	s.t.Helper()
	due, err := s.Due(s.t.Context(), p.Key)
	if err != nil {
		s.t.Errorf("the copy cannot be paid: %v", err)
	} else if due != p.Amount() {
		s.t.Errorf("the copy asks for %s, want %s", due, p.Amount())
	}
}

func (s *suite) unpayable(p payment.Position) {
	s.t.Helper()
	if due, err := s.Due(s.t.Context(), p.Key); err == nil {
		s.t.Errorf("the copy asks for %s, want it not to be payable", due)
	}
}

// Run tests the publishers that open returns, one for each test. debts are the notices
// that the suite knows, for a publisher that asks for those of a debt; one that does not
// returns plans false, and no plans are published then.
func Run(t *testing.T, open func(t *testing.T, debts *Debts) (f Fixture, plans bool)) {
	t.Helper()
	for _, c := range []struct {
		name string
		plan bool
		test func(*suite)
	}{
		{"open", false, testOpen},
		{"the same again", false, testAgain},
		{"changed terms", false, testChanged},
		{"changed debtor", false, testDebtor},
		{"names of debts", false, testNames},
		{"draft", false, testDraft},
		{"withdrawn", false, testWithdrawn},
		{"never published", false, testNever},
		{"a new notice for the debt", false, testReplaced},
		{"settled", false, testSettled},
		{"paid there", false, testPaidThere},
		{"a plan", true, testPlan},
		{"all at once", true, testConcurrent},
		{"an ended context", false, testContext},
		{"unreachable", false, testUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			debts := &Debts{}
			f, plans := open(t, debts)
			if c.plan && !plans {
				t.Skip("this publisher takes no plans")
			}
			c.test(&suite{Fixture: f, t: t, debts: debts})
		})
	}
}

func testOpen(s *suite) {
	p := s.position()
	s.must(p)
	s.payable(p)
}

func testAgain(s *suite) {
	p := s.position()
	for range 3 {
		s.must(p)
		s.payable(p)
	}
}

func testChanged(s *suite) {
	p := s.position()
	s.must(p)
	p.Transfers[0].Amount = euro.MustParse("20.00")
	p.DueDate = p.DueDate.AddDays(10)
	s.must(p)
	s.payable(p)
	p.Transfers = append(p.Transfers, payment.Transfer{
		Amount: euro.MustParse("0.01"), Creditor: "00000000000", Company: "Altro ente di prova", IBAN: p.Transfers[0].IBAN, Category: "9/0701100AP/",
	})
	p.RefuseLate = true
	s.must(p)
	s.payable(p)
}

func testDebtor(s *suite) {
	p := s.position()
	s.must(p)
	p.Debtor = payment.Subject{Kind: payment.Legal, Code: Creditor, Name: "Ditta di prova", Street: "via Verdi", Country: "IT", Email: "ditta@example.org"}
	s.must(p)
	s.payable(p)
}

// testNames: debts may have any name of up to 35 characters, and each is a debt of its own.
func testNames(s *suite) {
	var all []payment.Position
	for _, debt := range []string{"345/2024", "345_2024", "345_2F2024", "prot. 345 del 2024", "è", "../..", "?x=1#y", "àèìòùàèìòùàèìòùàèìòùàèìòùàèìòùàèìòù"} {
		p := s.position()
		p.Debt = debt
		s.must(p)
		all = append(all, p)
	}
	for _, p := range all {
		s.payable(p)
	}
}

func testDraft(s *suite) {
	p := s.position()
	p.Status = payment.Draft
	s.must(p)
	s.unpayable(p)
	p.Status = payment.Open
	s.must(p)
	s.payable(p)
}

func testWithdrawn(s *suite) {
	p := s.position()
	s.must(p)
	p.Status = payment.Cancelled
	for range 2 {
		s.must(p)
		s.unpayable(p)
	}
}

func testNever(s *suite) {
	for _, status := range []payment.Status{payment.Cancelled, payment.Expired, payment.Paid} {
		p := s.position()
		p.Status = status
		s.must(p)
		s.unpayable(p)
	}
}

// testReplaced: the events of two notices may come in either order.
func testReplaced(s *suite) {
	for _, newFirst := range []bool{false, true} {
		old := s.position()
		s.must(old)
		old.Status = payment.Cancelled
		p := s.position()
		p.Debt = old.Debt
		s.debts.put(old)
		if newFirst {
			s.must(p)
			s.must(old)
		} else {
			s.must(old)
			s.must(p)
		}
		s.unpayable(old)
		s.payable(p)
	}
}

func testSettled(s *suite) {
	p := s.position()
	s.must(p)
	for _, status := range []payment.Status{payment.Paid, payment.Paid, payment.Reported, payment.Reconciled} {
		p.Status, p.PaidAt = status, s.Today.Start()
		s.must(p)
	}
}

// testPaidThere: the copy may know of a payment before its receipt has come.
func testPaidThere(s *suite) {
	if s.Pay == nil {
		s.t.Skip("no payments are made there")
	}
	p := s.position()
	s.must(p)
	s.Pay(s.t, p.Key)
	s.unpayable(p)
	p.Transfers[0].Amount = euro.MustParse("20.00")
	if err := s.publish(p); !errors.Is(err, payment.ErrPaid) {
		s.t.Errorf("Publish: %v, want payment.ErrPaid", err)
	}
	p.Status = payment.Cancelled
	if err := s.publish(p); !errors.Is(err, payment.ErrPaid) {
		s.t.Errorf("Publish withdrawn: %v, want payment.ErrPaid", err)
	}
	p.Status = payment.Paid
	s.must(p)
}

// plan returns the single payment of a debt and the three instalments of its plan.
func (s *suite) plan() (all []payment.Position) {
	for option := range 4 {
		p := s.position()
		p.Option = option
		p.DueDate = s.Today.AddDays(30 * (option + 1))
		if all = append(all, p); option > 0 {
			all[option].Debt = all[0].Debt
			all[option].Transfers[0].Amount = euro.MustParse("4.50")
		}
	}
	return all
}

func testPlan(s *suite) {
	all := s.plan()
	for _, p := range all {
		s.must(p)
	}
	for _, p := range all {
		s.payable(p)
	}
	all[2].Transfers[0].Amount = euro.MustParse("5.00")
	s.must(all[2])
	all[3].Status = payment.Cancelled
	s.must(all[3])
	s.payable(all[0])
	s.payable(all[1])
	s.payable(all[2])
	s.unpayable(all[3])
	if s.Pay == nil {
		return
	}
	s.Pay(s.t, all[1].Key)
	s.unpayable(all[0])
	s.payable(all[2])
	all[1].Status = payment.Paid
	s.must(all[1])
	s.must(all[2])
}

func testConcurrent(s *suite) {
	all := s.plan()
	for _, p := range all {
		s.debts.put(p)
	}
	var wg sync.WaitGroup
	for range 2 {
		for _, p := range all {
			wg.Go(func() {
				if err := s.publish(p); err != nil {
					s.t.Errorf("Publish: %v", err)
				}
			})
		}
	}
	wg.Wait()
	for _, p := range all {
		s.payable(p)
	}
}

func testContext(s *suite) {
	p := s.position()
	ctx, cancel := context.WithCancel(s.t.Context())
	cancel()
	if err := s.Publisher.Publish(ctx, p); !errors.Is(err, context.Canceled) {
		s.t.Errorf("Publish: %v, want context.Canceled", err)
	}
	s.unpayable(p)
	ctx, cancel = context.WithDeadline(s.t.Context(), time.Unix(0, 0))
	defer cancel()
	if err := s.Publisher.Publish(ctx, p); !errors.Is(err, context.DeadlineExceeded) {
		s.t.Errorf("Publish: %v, want context.DeadlineExceeded", err)
	}
}

func testUnreachable(s *suite) {
	if s.Unreachable == nil {
		s.t.Skip("this copy can always be reached")
	}
	p := s.position()
	for _, status := range []payment.Status{payment.Open, payment.Cancelled} {
		p.Status = status
		if err := s.Unreachable.Publish(s.t.Context(), p); !errors.Is(err, pagonline.ErrUnavailable) {
			s.t.Errorf("Publish %s: %v, want pagonline.ErrUnavailable", status, err)
		}
	}
}
