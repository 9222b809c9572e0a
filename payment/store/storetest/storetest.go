// Package storetest is the contract of the stores: run it from the tests of every
// implementation, yours too.
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) storetest.Store { return mystore.Open(t.TempDir()) })
//	}
package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"testing"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
	"github.com/pagonline/pagonline/receipt/receipttest"
)

// Store is everything that an adapter of one database offers.
type Store interface {
	payment.Store
	cart.Store
	quote.Store
	desk.Store
	identity.Store
	Uses() receipt.Uses
	Archive() receipt.Archive
	Sent() receipt.Sent
	payment.Forgetter
	Deliveries() payment.Deliveries
}

// Run tests the store that open returns: a new and empty one each time. It closes
// nothing; open does so by t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) Store) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(*testing.T, Store)
	}{
		{"positions", testPositions},
		{"orders", testOrders},
		{"receipts", testRTs},
		{"quarantine", testQuarantine},
		{"numbers", testNumbers},
		{"what is forgotten", testForget},
		{"outbox", testOutbox},
		{"events followed", testFollow},
		{"deliveries", testDeliveries},
		{"journal", testJournal},
		{"seals of the journal", testJournalSeals},
		{"carts", testCarts},
		{"quotes", testQuotes},
		{"lists of quotes", testQuoteLists},
		{"archive", testArchive},
		{"export of the archive", testArchiveExport},
		{"messages sent", testSent},
		{"receipts between", testBetween},
		{"cases of the desk", testCases},
		{"lists of cases", testCaseLists},
		{"help cases", testHelpCases},
		{"sign-ins under way", testPendings},
		{"what is taken once", testReplays},
		{"log of sign-ins", testAudit},
		{"sessions", testSessions},
		{"accounts", testAccounts},
		{"contact addresses", testContacts},
		{"mailed tokens", testTokens},
		{"attempts", testCounters},
		{"units of work", testUnits},
		{"units of work with quotes", testQuoteUnits},
		{"units of work with the journal", testJournalUnits},
		{"units of work with the desk", testDeskUnits},
		{"concurrency", testConcurrency},
		{"concurrency of the journal", testJournalConcurrency},
		{"one quote for a protocol", testOneQuote},
		{"one case for a notice", testOneCase},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.test(t, open(t))
		})
	}
	t.Run("uses of receipts", func(t *testing.T) {
		t.Parallel()
		receipttest.RunUses(t, func(t *testing.T) receipt.Uses {
			t.Helper()
			return open(t).Uses()
		})
	})
}

// RunDurable tests that what was committed is there for the next process. open opens
// the same data each time it is called; the returned function ends that process.
func RunDurable(t *testing.T, open func(t *testing.T) (Store, func())) {
	t.Helper()
	st, end := open(t)
	p, o, r, c := Position(1), order("a", Position(1).Key), Receipt(Position(1), "iur-1"), Cart("c1")
	q, ctx := Quote(1), t.Context()
	must(t, st.Positions().Insert(ctx, p))
	must(t, st.Orders().Insert(ctx, o))
	must(t, st.RTs().Insert(ctx, r))
	must(t, st.Carts().Insert(ctx, c))
	must(t, st.Quotes().Insert(ctx, q))
	must(t, st.Quarantine().Put(ctx, payment.QuarantinedMessage{Operation: "x", Raw: []byte("raw"), ReceivedAt: at(1)}))
	must(t, st.Outbox().Append(ctx, payment.Event{Kind: "x", At: at(1)}))
	delivery := payment.Delivery{Event: 1, Handler: "mail", State: payment.DeliveryParked, Tries: 3, At: at(2)}
	must(t, st.Deliveries().Put(ctx, delivery))
	journal, archived, worked, known := fillJournal(t, st), fillArchive(t, st), fillDesk(t, st), fillIdentity(t, st)
	seen := map[uint64]bool{}
	count := func() {
		for range 10 {
			n, err := st.Numbers().Next(ctx, "99999000013", 1)
			must(t, err)
			if seen[n] {
				t.Fatalf("serial %d was given twice", n)
			}
			seen[n] = true
		}
	}
	count()
	end()

	st, end = open(t)
	defer end()
	count()
	equal(t, "position", value(st.Positions().Get(ctx, p.Key))(t), p)
	equal(t, "order", value(st.Orders().Get(ctx, o.ID))(t), o)
	equal(t, "receipt", value(st.RTs().Get(ctx, r.Creditor, r.ReceiptID))(t), r)
	equal(t, "cart", value(st.Carts().Get(ctx, c.ID))(t), c)
	equal(t, "quote", value(st.Quotes().ByCode(ctx, q.Code))(t), q)
	equal(t, "quarantined messages", len(collect(t, st.Quarantine().List(ctx))), 1)
	equal(t, "events", len(collect(t, st.Outbox().List(ctx, payment.EventFilter{Pending: true}))), 1)
	equal(t, "parked deliveries", collect(t, st.Deliveries().Parked(ctx)), []payment.Delivery{delivery})
	journal(st)
	archived(st)
	worked(st)
	known(st)
}

// at returns an instant, n seconds after another.
func at(n int) time.Time { return time.Date(2026, 11, 23, 10, 0, n, 123_000_000, time.UTC) }

// Position returns a position like those of the library; n makes it another one.
func Position(n uint64) payment.Position {
	number, err := notice.Issue(1, n)
	if err != nil {
		panic(err) // the suite's own mistake
	}
	detail, err := causale.NewDetail("ARCHIVIO DI STATO DI LIVORNO prot. 345/2024, Mario Rossi")
	if err != nil {
		panic(err)
	}
	protocol := causale.MustParseProtocol("345/2024")
	return payment.Position{
		Key: payment.Key{Creditor: "99999000013", Number: number}, Status: payment.Open, Owner: "owner",
		Debt: fmt.Sprintf("debt-%d", n), Option: 1, Company: "Ente creditore di prova", Office: "Archivio di Stato di Livorno",
		Debtor: payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi", Email: "m@example.org"},
		Wire:   causale.Wire{Protocol: protocol, Institute: "Archivio di Stato di Livorno", Service: "Fotocopie"},
		Purchase: payment.Purchase{
			InstituteCode: "AS-LI", Institute: "Archivio di Stato di Livorno", ServiceCode: "fotocopie", Service: "Fotocopie",
			Quantity: 1, UnitPrice: euro.MustParse("12.50"), Protocol: protocol, Detail: detail,
		},
		Metadata: []payment.MetadataEntry{{Key: "pratica", Value: "345/2024"}},
		Terms: payment.Terms{
			DueDate: pagonline.DateOf(at(0)).AddDays(30), RefuseLate: true,
			Transfers: []payment.Transfer{
				{
					Amount: euro.MustParse("12.00"), Creditor: "99999000013", IBAN: "IT60X0542811101000000123456", PostalIBAN: "IT11W0760113900000012345678",
					Category: "9/0701100AP/", Metadata: []payment.MetadataEntry{{Key: "k", Value: "è"}},
				},
				{Amount: euro.MustParse("0.50"), Creditor: "99999000013", Stamp: &payment.Stamp{Hash: "aGFzaA==", Province: "LI"}, Category: "9/1201105IM/"},
			},
		},
		OpenedAt: at(int(n)),
	}
}

// Receipt returns a receipt of p.
func Receipt(p payment.Position, id string) payment.RT {
	fee, payer := euro.MustParse("1.50"), payment.Subject{Kind: payment.Legal, Code: "99999000013", Name: "Ditta di prova"}
	return payment.RT{
		Creditor: p.Creditor, ReceiptID: id, Issuer: p.Creditor, Number: p.Number, IUV: p.Number.IUV().String(),
		OK: true, Amount: p.Amount(), Description: "x", Company: p.Company, Office: p.Office, Debtor: p.Debtor, Payer: &payer,
		Transfers: []payment.Credit{{
			ID: 1, Amount: p.Amount(), Creditor: p.Creditor, IBAN: "IT60X0542811101000000123456", Remittance: "x",
			Category: "9/0701100AP/", Metadata: []payment.MetadataEntry{{Key: "k", Value: "v"}}, Stamp: []byte("stamp"), StampFault: "hash",
		}},
		PSP:    payment.PSPInfo{ID: "ABI00000", Company: "PSP di prova", Channel: "00000000000_01", ChannelDescription: "prova"},
		Method: "CP", Fee: &fee, PaidAt: at(40), AppliedOn: pagonline.DateOf(at(0)), Metadata: []payment.MetadataEntry{{Key: "k", Value: "v"}},
		Operation: "paSendRTV2", Raw: []byte("<xml>è</xml>"), ReceivedAt: at(50), Difference: p.Amount().Minus(euro.MustParse("12.00")),
	}
}

// Cart returns a cart with one item.
func Cart(id string) cart.Cart {
	p := Position(1)
	return cart.Cart{ID: id, Owner: "owner", Version: 2, Status: cart.Open, CreatedAt: at(0), ExpiresAt: at(59), Items: []cart.Item{{
		ID: "i1", Institute: "AS-LI", Service: "fotocopie", Quantity: 1, UnitPrice: euro.MustParse("12.50"),
		Protocol: p.Purchase.Protocol, Detail: p.Purchase.Detail, Position: p.Key, Quote: "q1",
		Lines:  []catalog.Line{{Code: "a4", Count: 1, Unit: catalog.Page, Amount: euro.MustParse("12.50"), Rule: pagonline.Same("1 × 12.50")}},
		Fields: map[string]string{"visit-date": "2026-11-24"},
	}}}
}

func order(id string, keys ...payment.Key) payment.Order {
	return payment.Order{
		ID: id, Owner: "owner", Positions: keys, Status: payment.OrderCreated, Email: "m@example.org",
		Location: "https://pay.example/1", CreatedAt: at(0), ChangedAt: at(1),
	}
}

// errTest is a failure that a test causes.
var errTest = errors.New("storetest: failure on purpose")

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantErr(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

// value fails the test on err, in one line with the call that returned both.
func value[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func collect[T any](t *testing.T, seq iter.Seq2[T, error]) (all []T) {
	t.Helper()
	for v, err := range seq {
		must(t, err)
		all = append(all, v)
	}
	return all
}

// in runs work as a unit of work that must succeed.
func in(t *testing.T, st Store, work func(ctx context.Context)) {
	t.Helper()
	must(t, st.Do(t.Context(), func(ctx context.Context) error {
		work(ctx)
		return nil
	}))
}
