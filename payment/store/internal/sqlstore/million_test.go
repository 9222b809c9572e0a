package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/desk"
)

// patience is what nobody should have to wait, on a machine that others use too. On one
// of its own the goal is 5 ms.
const patience = 50 * time.Millisecond

// positions is how many notices the test of many has.
func positions(t testing.TB) int {
	t.Helper()
	if n := os.Getenv("PAGONLINE_POSITIONS"); n != "" {
		many, err := strconv.Atoi(n)
		require.NoError(t, err)
		return many
	}
	if soaktest.Large() {
		return 1_000_000
	}
	return 2000
}

// asked is something that a payer, a clerk or the node waits for; i is a notice that is
// there.
type asked struct {
	what string
	ask  func(ctx context.Context, st opened, i int) (found int, err error)
	want int // rows at least
}

// id ends the texts by which the i-th is found.
func id(i int) string { return strconv.Itoa(10_000_000 + i) }

// key is that of the notice with a serial.
func key(i int) payment.Key {
	number, err := notice.Issue(1, uint64(i))
	if err != nil {
		panic(err) // the test's own mistake
	}
	return payment.Key{Creditor: "99999000013", Number: number}
}

// dayOf is that of the i-th notice.
func dayOf(i int) time.Time {
	return time.Date(2026, time.Month(1+i/84000%12), 1+i/3000%28, 0, 0, 0, 0, time.UTC)
}

func cashier(st opened) *payment.Cashier {
	return payment.NewCashier(st, payment.Config{Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }})
}

// one counts what a look-up found.
func one[T any](_ T, err error) (int, error) { return 1, err }

// first counts the first rows of a list, as many as a screen or a batch has.
func first[T any](seq iter.Seq2[T, error]) (n int, err error) {
	for _, err := range seq {
		if err != nil {
			return n, err
		}
		if n++; n == 100 {
			break
		}
	}
	return n, nil
}

// none is for what must not be there.
func none(err, missing error) (int, error) {
	if errors.Is(err, missing) {
		return 1, nil
	}
	return 0, fmt.Errorf("not missing: %w", err)
}

func questions() []asked {
	institute := func(i int) string { return "AS-" + strconv.Itoa(i%10) }
	return []asked{
		{"verify, getPayment: the notice", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Positions().Get(ctx, key(i)))
		}, 1},
		{"verify: no such notice", func(ctx context.Context, st opened, i int) (int, error) {
			_, err := st.Positions().Get(ctx, key(900_000_000+i))
			return none(err, payment.ErrNotFound)
		}, 1},
		{"payable: the notice and its debt", func(ctx context.Context, st opened, i int) (int, error) {
			return one(cashier(st).Payable(ctx, key(i)))
		}, 1},
		{"sendRT: the receipt", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.RTs().Get(ctx, "99999000013", "iur-"+id(i)))
		}, 1},
		{"sendRT: a new receipt recorded", func(ctx context.Context, st opened, i int) (int, error) {
			r := storetest.Receipt(storetest.Position(uint64(i)), "more-"+id(i)+"-"+strconv.Itoa(rand.Int()))
			return one(cashier(st).Record(ctx, r))
		}, 1},
		{"receipts of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			found, err := st.RTs().ByPosition(ctx, key(i))
			return len(found), err
		}, 1},
		{"purchases of an owner", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Positions().List(ctx, payment.PositionFilter{Owner: "owner-" + id(i/20)}))
		}, 1},
		{"notices of a debt", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Positions().List(ctx, payment.PositionFilter{Creditor: "99999000013", Debt: "debt-" + id(i)}))
		}, 1},
		{"notices that expire on a day", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Positions().List(ctx, payment.PositionFilter{LastDay: pagonline.DateOf(dayOf(i))}))
		}, 1},
		{"timeline of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			story, err := cashier(st).Timeline(ctx, key(i))
			return len(story), err
		}, 2},
		{"facts of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			return one(cashier(st).Facts(ctx, key(i)))
		}, 1},
		{"status of an order", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Orders().Get(ctx, "order-"+id(i)))
		}, 1},
		{"orders of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			found, err := st.Orders().ByPosition(ctx, key(i))
			return len(found), err
		}, 1},
		{"events of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Outbox().List(ctx, payment.EventFilter{Position: key(i)}))
		}, 2},
		{"events to deliver", func(ctx context.Context, st opened, _ int) (int, error) {
			return first(st.Outbox().List(ctx, payment.EventFilter{Pending: true, Limit: 100}))
		}, 1},
		{"events after one", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Outbox().List(ctx, payment.EventFilter{After: int64(i), Limit: 100}))
		}, 1},
		{"journal of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Journal().List(ctx, payment.JournalFilter{Creditor: "99999000013", Notice: key(i).Number.String()}))
		}, 2},
		{"journal to seal", func(ctx context.Context, st opened, _ int) (int, error) {
			_, err := st.Journal().Walk(ctx, payment.JournalPlace{}, 100)
			return 1, err
		}, 1},
		{"quote by its code", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Quotes().ByCode(ctx, storetest.Quote(900_000_000+i%10).Code))
		}, 1},
		{"quote by its protocol", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Quotes().ByProtocol(ctx, institute(i), causale.MustParseProtocol(id(1+i/5)+"/2024")))
		}, 1},
		{"open quotes of an institute", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Quotes().List(ctx, quote.Filter{Institute: "AS-0", Status: quote.Issued}))
		}, 1},
		{"open quotes", func(ctx context.Context, st opened, _ int) (int, error) {
			return first(st.Quotes().List(ctx, quote.Filter{Status: quote.Issued}))
		}, 1},
		{"quotes of an institute", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Quotes().List(ctx, quote.Filter{Institute: institute(i)}))
		}, 1},
		{"quotes of an owner", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Quotes().List(ctx, quote.Filter{Owner: "owner-" + id(i/100)}))
		}, 1},
		{"worklist of an institute: cases", func(ctx context.Context, st opened, _ int) (int, error) {
			return first(st.Cases().List(ctx, desk.Filter{Institute: "AS-0", Pending: true}))
		}, 1},
		{"worklist: cases", func(ctx context.Context, st opened, _ int) (int, error) {
			return first(st.Cases().List(ctx, desk.Filter{Pending: true}))
		}, 1},
		{"worklist: quarantine", func(ctx context.Context, st opened, _ int) (int, error) {
			return first(st.Quarantine().Open(ctx))
		}, 1},
		{"worklist: help cases", func(ctx context.Context, st opened, _ int) (int, error) {
			_, err := first(st.HelpCases().List(ctx, desk.HelpFilter{Status: desk.HelpOpen}))
			return 1, err
		}, 1},
		{"case of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Cases().ByPosition(ctx, key(1+i/5)))
		}, 1},
		{"cases of a protocol", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Cases().ByProtocol(ctx, institute(i), causale.MustParseProtocol(id(1+i/5)+"/2024")))
		}, 1},
		{"cases of an institute", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Cases().List(ctx, desk.Filter{Institute: institute(i)}))
		}, 1},
		{"quarantine of a notice", func(ctx context.Context, st opened, i int) (int, error) {
			_, err := st.Quarantine().ByPosition(ctx, key(i))
			return 1, err
		}, 1},
		{"archive: a document", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Archive().Get(ctx, storetest.Document(0, "kept", receipt.PDFDocument).DocumentKey))
		}, 1},
		{"register: the first receipts of a day", func(ctx context.Context, st opened, i int) (int, error) {
			day := dayOf(i)
			between, ok := st.RTs().(interface {
				Between(ctx context.Context, from, before time.Time) iter.Seq2[payment.RT, error]
			})
			if !ok {
				return 0, errors.New("no Between")
			}
			return first(between.Between(ctx, day, day.AddDate(0, 0, 1)))
		}, 1},
		{"account by its address", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Accounts().ByEmail(ctx, "mail-"+id(1+i/11)+"@example.org"))
		}, 1},
		{"session", func(ctx context.Context, st opened, i int) (int, error) {
			return one(st.Sessions().Get(ctx, "session-"+id(1+i/11)))
		}, 1},
		{"log of sign-ins: a person", func(ctx context.Context, st opened, i int) (int, error) {
			return first(st.Audit().List(ctx, identity.ExchangeFilter{Subject: "subject-" + id(i/220)}))
		}, 1},
	}
}

// TestMany: with a million notices nobody waits longer than with a few: the median of
// each question is below 5 ms, where the machine has nothing else to do.
func TestMany(t *testing.T) {
	n := positions(t)
	onEach(t, func(t *testing.T, d database) {
		dsn := d.at(t, len(d.files(t)))
		db := d.raw(t, dsn)
		began := time.Now()
		fill(t, d, db, n)
		require.NoError(t, db.Close())
		t.Logf("%d notices, made in %.1f s", n, time.Since(began).Seconds())
		st := d.store(t, dsn)
		for i := range 10 {
			q := storetest.Quote(900_000_000 + i)
			require.NoError(t, st.Quotes().Insert(t.Context(), q))
			require.NoError(t, st.Quarantine().Put(t.Context(), message(q.ID)))
		}
		require.NoError(t, st.Archive().Put(t.Context(), storetest.Document(0, "kept", receipt.PDFDocument)))
		times := 5
		if soaktest.Large() {
			times = 51
		}
		for _, q := range questions() {
			var took []time.Duration
			for range times {
				i := 1 + rand.IntN(n-1)
				began := time.Now()
				found, err := q.ask(t.Context(), st, i)
				took = append(took, time.Since(began))
				require.NoError(t, err, "%s, notice %d", q.what, i)
				require.GreaterOrEqual(t, found, q.want, "%s, notice %d", q.what, i)
			}
			slices.Sort(took)
			median := took[len(took)/2]
			t.Logf("%-40s median %8.3f ms, most %8.3f ms", q.what, median.Seconds()*1e3, took[len(took)-1].Seconds()*1e3)
			if soaktest.Large() && median > patience {
				t.Errorf("%s: %s", q.what, median)
			}
		}
	})
}
