package sqlstore_test

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

// message is one of the quarantine.
func message(raw string) payment.QuarantinedMessage {
	return payment.QuarantinedMessage{
		Operation: "paSendRTV2", Reason: "PAA_SEMANTICA", Raw: []byte(raw), ReceivedAt: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC),
	}
}

var hexLiteral = regexp.MustCompile(`X'([0-9a-f]*)'`)

// fixture returns the version of the newest program that is not newer than version and of
// which there is what it wrote (its own RunDurable of package storetest), and that, as
// statements.
func fixture(t *testing.T, d database, version int) (of int, statements string) {
	t.Helper()
	files, err := filepath.Glob("testdata/versions/*.sql")
	require.NoError(t, err)
	for _, file := range files {
		n, err := strconv.Atoi(strings.TrimSuffix(filepath.Base(file), ".sql"))
		require.NoError(t, err)
		if n > version {
			break
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		of, statements = n, string(text)
	}
	if d.driver == "pgx" {
		statements = hexLiteral.ReplaceAllString(statements, `'\x$1'`)
	}
	return of, statements
}

// TestUpgrade: a database of every version that has landed, with what a program of that
// time wrote into it, is brought to the newest by opening it, and can be used.
func TestUpgrade(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		for version := range d.files(t) {
			version++
			t.Run(fmt.Sprintf("%04d", version), func(t *testing.T) {
				t.Parallel()
				dsn := d.at(t, version)
				of, statements := fixture(t, d, version)
				db, k := d.raw(t, dsn), storetest.Position(1).Key
				run(t, db, statements)
				refused := message("<idPA>" + k.Creditor + "</idPA><noticeNumber>" + k.Number.String() + "</")
				run(t, db, `INSERT INTO quarantine (operation, reason, digest, raw, received_at, times) VALUES ($1, $2, $3, $4, $5, 1)`,
					refused.Operation, refused.Reason, []byte("digest"), refused.Raw, refused.ReceivedAt.Format(time.RFC3339Nano))
				require.NoError(t, db.Close())

				st := d.store(t, dsn)
				reads(t, st, of)
				found, err := st.Quarantine().ByPosition(t.Context(), k)
				require.NoError(t, err)
				require.Len(t, found, 1)
				require.Equal(t, refused.Raw, found[0].Raw)
				writes(t, st)
			})
		}
	})
}

// reads looks for everything that the fixture of a version holds.
func reads(t *testing.T, st opened, version int) {
	t.Helper()
	ctx, want := t.Context(), storetest.Position(1)
	p, err := st.Positions().Get(ctx, want.Key)
	require.NoError(t, err)
	require.Equal(t, want.Amount(), p.Amount())
	require.Equal(t, want.Purchase, p.Purchase)
	require.Equal(t, want.OpenedAt, p.OpenedAt)
	r, err := st.RTs().Get(ctx, want.Creditor, "iur-1")
	require.NoError(t, err)
	require.Equal(t, storetest.Receipt(want, "iur-1").Amount, r.Amount)
	require.Equal(t, "<xml>è</xml>", string(r.Raw))
	orders, err := st.Orders().ByPosition(ctx, want.Key)
	require.NoError(t, err)
	require.Len(t, orders, 1)
	_, err = st.Carts().Get(ctx, "c1")
	require.NoError(t, err)
	require.Len(t, all(t, st.Outbox().List(ctx, payment.EventFilter{Pending: true})), 1)
	paid, ok := st.RTs().(interface {
		Between(ctx context.Context, from, before time.Time) iter.Seq2[payment.RT, error]
	})
	require.True(t, ok)
	require.Len(t, all(t, paid.Between(ctx, r.PaidAt, r.PaidAt.Add(time.Millisecond))), 1)
	story, err := payment.NewCashier(st, payment.Config{}).Timeline(ctx, want.Key)
	require.NoError(t, err)
	require.NotEmpty(t, story)
	if version >= 6 {
		q := storetest.Quote(1)
		found, err := st.Quotes().ByProtocol(ctx, q.Institute, q.Protocol)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.NotEmpty(t, all(t, st.Journal().List(ctx, payment.JournalFilter{})))
		_, err = st.Cases().ByPosition(ctx, want.Key)
		require.NoError(t, err)
		require.NotEmpty(t, all(t, st.Archive().List(ctx, receipt.Period{})))
	}
	if version >= 7 {
		a, err := st.Accounts().ByEmail(ctx, "a@example.org")
		require.NoError(t, err)
		_, err = st.Sessions().Get(ctx, storetest.Login(1).ID)
		require.NoError(t, err)
		require.Len(t, all(t, st.Audit().List(ctx, identity.ExchangeFilter{})), 1)
		n, err := st.Accounts().Prune(ctx, a.ChangedAt.Add(time.Second))
		require.NoError(t, err)
		require.Equal(t, 1, n, "an account that was pending before there was a column for it")
	}
}

// writes does what a program does.
func writes(t *testing.T, st opened) {
	t.Helper()
	ctx, p := t.Context(), storetest.Position(1)
	require.ErrorIs(t, st.Positions().Insert(ctx, p), payment.ErrExists)
	require.ErrorIs(t, st.RTs().Insert(ctx, storetest.Receipt(p, "iur-1")), payment.ErrExists)
	require.NoError(t, st.Positions().Update(ctx, p.Key, func(p *payment.Position) error {
		p.Status = payment.Paid
		return nil
	}))
	next := storetest.Position(1000)
	require.NoError(t, st.Positions().Insert(ctx, next))
	require.NoError(t, st.RTs().Insert(ctx, storetest.Receipt(next, "iur-1000")))
	require.NoError(t, st.Quotes().Insert(ctx, storetest.Quote(1000)))
	require.NoError(t, st.Cases().Insert(ctx, storetest.Case(1000)))
	require.NoError(t, st.Sessions().Insert(ctx, storetest.Login(1000)))
	require.NoError(t, st.Archive().Put(ctx, storetest.Document(0, "iur-1000", receipt.PDFDocument)))
	require.NoError(t, st.Journal().Append(ctx, storetest.Entry(1000)))
	require.NoError(t, st.Quarantine().Put(ctx, message(next.Creditor+" "+next.Number.String())))
	found, err := st.Quarantine().ByPosition(ctx, next.Key)
	require.NoError(t, err)
	require.Len(t, found, 1)
	n, err := st.Numbers().Next(ctx, p.Creditor, 1)
	require.NoError(t, err)
	require.Greater(t, n, uint64(20), "no serial is given twice")
	_, err = st.Accounts().Get(ctx, "nobody")
	require.ErrorIs(t, err, identity.ErrNotFound)
	require.NotEqual(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
}

// TestUpgradedIsWhole: the contract of the stores holds for a database that began with
// the first version.
func TestUpgradedIsWhole(t *testing.T) {
	if !soaktest.Large() {
		t.Skip("skipped: for large sizes")
	}
	onEach(t, func(t *testing.T, d database) {
		storetest.Run(t, func(t *testing.T) storetest.Store {
			t.Helper()
			return d.store(t, d.at(t, 1))
		})
	})
}

// TestOlderProgramBeside: what a program of before wrote while this one was at work is
// found all the same, and noted by who opens the database next.
func TestOlderProgramBeside(t *testing.T) {
	onEach(t, func(t *testing.T, d database) {
		dsn, k := d.create(t), storetest.Position(1).Key
		st := d.store(t, dsn)
		db := d.raw(t, dsn)
		const many = 120 // more than a page
		for i := range many {
			run(t, db, `INSERT INTO quarantine (operation, reason, digest, raw, received_at, times) VALUES ('x', 'x', $1, $2, '2026-11-23T10:00:00Z', 1)`,
				[]byte{byte(i)}, []byte(k.Creditor+" "+k.Number.String()))
		}
		found, err := st.Quarantine().ByPosition(t.Context(), k)
		require.NoError(t, err)
		require.Len(t, found, many)
		d.store(t, dsn)
		var noted int
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM quarantine_notices").Scan(&noted))
		require.Equal(t, many, noted)
		found, err = st.Quarantine().ByPosition(t.Context(), k)
		require.NoError(t, err)
		require.Len(t, found, many)
	})
}

func all[T any](t *testing.T, seq iter.Seq2[T, error]) (all []T) {
	t.Helper()
	for v, err := range seq {
		require.NoError(t, err)
		all = append(all, v)
	}
	return all
}
