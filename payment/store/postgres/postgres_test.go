package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

// database is [schema] for a test that runs beside the others.
func database(t *testing.T) string {
	t.Helper()
	t.Parallel()
	return postgrestest.Schema(t)
}

func open(t testing.TB, dsn string, cfg postgres.Config) *postgres.Store {
	t.Helper()
	st, err := postgres.Open(context.Background(), dsn, cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

func TestStore(t *testing.T) {
	postgrestest.Server(t)
	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t, postgrestest.Schema(t), postgres.Config{}) })
}

func TestDurable(t *testing.T) {
	dsn := database(t)
	storetest.RunDurable(t, func(t *testing.T) (storetest.Store, func()) {
		st, err := postgres.Open(t.Context(), dsn, postgres.Config{})
		require.NoError(t, err)
		return st, func() { require.NoError(t, st.Close()) }
	})
}

// TestTwoInstances: two instances on one database give out different serials, see each
// other's work, and run as if one unit came after the other.
func TestTwoInstances(t *testing.T) {
	dsn := database(t)
	both := []*postgres.Store{open(t, dsn, postgres.Config{}), open(t, dsn, postgres.Config{})}
	ctx, one, other := t.Context(), storetest.Position(1001), storetest.Position(1002)
	require.NoError(t, both[0].Positions().Insert(ctx, one))
	require.NoError(t, both[1].Positions().Insert(ctx, other))
	const workers, rounds = 4, 5
	message := payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: "x", Raw: []byte("raw"), ReceivedAt: time.Unix(0, 0)}
	var mu sync.Mutex
	serials, stored, closed := map[uint64]bool{}, 0, 0
	var wg sync.WaitGroup
	for i := range 2 * workers {
		st := both[i%2]
		wg.Go(func() {
			for range rounds {
				n, err := st.Numbers().Next(ctx, "99999000013", 1)
				inserted := st.RTs().Insert(ctx, storetest.Receipt(one, "the same"))
				mine := false
				err = errors.Join(err, st.Quarantine().Put(ctx, message), st.Positions().Insert(ctx, storetest.Position(n)),
					st.Positions().Update(ctx, one.Key, func(p *payment.Position) error {
						p.Option++
						return nil
					}),
					// Of two open notices one may be withdrawn, by who looks at both: not both,
					// though nobody writes what another writes.
					st.Do(ctx, func(ctx context.Context) error {
						mine = false
						a, err := st.Positions().Get(ctx, one.Key)
						b, err2 := st.Positions().Get(ctx, other.Key)
						if err = errors.Join(err, err2); err != nil || a.Status != payment.Open || b.Status != payment.Open {
							return err
						}
						mine = true
						return st.Positions().Update(ctx, []payment.Key{one.Key, other.Key}[i%2], func(p *payment.Position) error {
							p.Status = payment.Cancelled
							return nil
						})
					}))
				mu.Lock()
				if err != nil || serials[n] {
					t.Errorf("serial %d twice, or %v", n, err)
				}
				serials[n] = true
				if mine {
					closed++
				}
				if inserted == nil {
					stored++
				} else if !errors.Is(inserted, payment.ErrExists) {
					t.Error(inserted)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.Len(t, serials, 2*workers*rounds)
	require.Equal(t, 1, stored)
	require.Equal(t, 1, closed)
	for _, st := range both {
		p, err := st.Positions().Get(ctx, one.Key)
		require.NoError(t, err)
		require.Equal(t, one.Option+2*workers*rounds, p.Option)
		m, err := st.Quarantine().Get(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, 2*workers*rounds, m.Times)
		n := 0
		for _, err := range st.Positions().List(ctx, payment.PositionFilter{}) {
			require.NoError(t, err)
			n++
		}
		require.Equal(t, 2*workers*rounds+2, n)
	}
}

// TestWhoWasFaster: a unit that did not find what another was just adding looks again,
// and does not hear of a key that it cannot see.
func TestWhoWasFaster(t *testing.T) {
	dsn := database(t)
	a, b := open(t, dsn, postgres.Config{}), open(t, dsn, postgres.Config{})
	ctx, r := t.Context(), storetest.Receipt(storetest.Position(1), "iur")
	runs := 0
	require.NoError(t, a.Do(ctx, func(ctx context.Context) error {
		runs++
		if _, err := a.Carts().Get(ctx, "none"); !errors.Is(err, cart.ErrNotFound) {
			return err
		}
		if runs == 1 { // the snapshot is taken
			if err := b.RTs().Insert(t.Context(), r); err != nil { //nolint:contextcheck // another instance
				return err
			}
		}
		err := a.RTs().Insert(ctx, r)
		if runs == 1 && errors.Is(err, payment.ErrExists) {
			t.Error("a receipt that the unit cannot see")
		}
		if errors.Is(err, payment.ErrExists) {
			_, err = a.RTs().Get(ctx, r.Creditor, r.ReceiptID)
		}
		return err
	}))
	require.Equal(t, 2, runs)
	require.ErrorIs(t, a.RTs().Insert(ctx, r), payment.ErrExists)
}

func TestEnvironmentIsRemembered(t *testing.T) {
	dsn := database(t)
	open(t, dsn, postgres.Config{})
	_, err := postgres.Open(t.Context(), dsn, postgres.Config{Environment: payment.Production})
	require.ErrorContains(t, err, `this database is of the environment "sandbox", not "production"`)
	open(t, dsn, postgres.Config{Environment: payment.Sandbox})
}

func TestNewerTablesAreRefused(t *testing.T) {
	dsn := database(t)
	open(t, dsn, postgres.Config{})
	postgrestest.Exec(t, dsn, "UPDATE meta SET value = '999' WHERE key = 'version'")
	_, err := postgres.Open(t.Context(), dsn, postgres.Config{})
	require.ErrorContains(t, err, "tables of version 999")
}

// TestOlderTables: the tables of an older program, here of the first one, get what is
// missing, and keep what they hold.
func TestOlderTables(t *testing.T) {
	first, err := os.ReadFile("../internal/sqlstore/migrations/postgres/0001_payment.sql")
	require.NoError(t, err)
	doc, err := json.Marshal(storetest.Position(1))
	require.NoError(t, err)
	dsn, key := database(t), storetest.Position(1).Key
	postgrestest.Exec(t, dsn, "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"+
		"INSERT INTO meta (key, value) VALUES ('version', '1'), ('environment', 'sandbox');"+string(first))
	postgrestest.Exec(t, dsn, "INSERT INTO positions (creditor, number, owner, debt, status, doc) VALUES ($1, $2, 'owner', 'debt-1', 'open', $3)",
		key.Creditor, key.Number.String(), string(doc))
	st := open(t, dsn, postgres.Config{})
	require.NoError(t, st.Quotes().Insert(t.Context(), storetest.Quote(345)))
	require.NoError(t, st.Journal().Append(t.Context(), storetest.Entry(1)))
	p, err := st.Positions().Get(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, storetest.Position(1), p)
}

// TestOpenTogether: several instances may make the same new database; one does.
func TestOpenTogether(t *testing.T) {
	dsn := database(t)
	serials := make(chan uint64, 6)
	var wg sync.WaitGroup
	for range cap(serials) {
		wg.Go(func() {
			st, err := postgres.Open(t.Context(), dsn, postgres.Config{})
			if err != nil {
				t.Error(err)
				return
			}
			n, err := st.Numbers().Next(t.Context(), "99999000013", 1)
			if err = errors.Join(err, st.Close()); err != nil {
				t.Error(err)
			}
			serials <- n
		})
	}
	wg.Wait()
	close(serials)
	seen := map[uint64]bool{}
	for n := range serials {
		seen[n] = true
	}
	require.Len(t, seen, 6)
}

// TestGapsAreSmall: a program that issues few numbers leaves no gaps between runs.
func TestGapsAreSmall(t *testing.T) {
	dsn := database(t)
	for want := range uint64(3) {
		n, err := open(t, dsn, postgres.Config{}).Numbers().Next(t.Context(), "99999000013", 1)
		require.NoError(t, err)
		require.Equal(t, want+1, n)
	}
}

func TestOpenFails(t *testing.T) {
	_, err := postgres.Open(t.Context(), "postgres://user:secret@host:no-port/name", postgres.Config{})
	require.Error(t, err)
	require.NotContains(t, err.Error(), "secret")

	_, err = postgres.Open(t.Context(), "postgres://user:secret@127.0.0.1:1/name", postgres.Config{})
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	require.NotContains(t, fmt.Sprintf("%v %v", err, pagonline.AsError(err).Detail), "secret")

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = postgres.Open(ended, "postgres://user@127.0.0.1:1/name", postgres.Config{})
	require.ErrorIs(t, err, context.Canceled)
}

// TestNoText: what PostgreSQL cannot hold in a text is no failure, and is found again.
func TestNoText(t *testing.T) {
	st, ctx := open(t, database(t), postgres.Config{}), t.Context()
	_, err := st.Pendings().Take(ctx, "no\x00handle\xff")
	require.ErrorIs(t, err, identity.ErrNotFound)
	require.NoError(t, st.Orders().Insert(ctx, payment.Order{ID: "a\x00\xff"}))
	_, err = st.Orders().Get(ctx, "a\x00\xff")
	require.NoError(t, err)
}

// TestArchiveDoesNotChange: not even somebody with SQL in his hands changes a document by
// mistake, and who does so on purpose is found out.
func TestArchiveDoesNotChange(t *testing.T) {
	dsn := database(t)
	st, d := open(t, dsn, postgres.Config{}), storetest.Document(0, "iur", receipt.PDFDocument)
	require.NoError(t, st.Archive().Put(t.Context(), d))
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), "UPDATE archive SET content = 'x'")
	require.ErrorContains(t, err, "an archived document does not change")
	postgrestest.Exec(t, dsn, "DROP TRIGGER archive_unchanged ON archive; UPDATE archive SET content = 'x'")
	_, err = st.Archive().Get(t.Context(), d.DocumentKey)
	require.Equal(t, pagonline.CodeReceiptAltered, pagonline.CodeOf(err))
}
