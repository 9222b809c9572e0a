package postgres_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// pool returns a program's own pool, on a schema with tables of the program's: one of
// them has the name of one of ours.
func pool(t testing.TB, change func(*pgxpool.Config)) *pgxpool.Pool {
	t.Helper()
	ctx := context.Background()
	c, err := pgxpool.ParseConfig(postgrestest.Schema(t))
	require.NoError(t, err)
	c.MaxConns = 8
	if change != nil {
		change(c)
	}
	p, err := pgxpool.NewWithConfig(ctx, c)
	require.NoError(t, err)
	t.Cleanup(p.Close)
	for _, table := range []string{"files (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE)", "sessions (cookie TEXT PRIMARY KEY)"} {
		_, err = p.Exec(ctx, "CREATE TABLE IF NOT EXISTS "+table)
		require.NoError(t, err)
	}
	return p
}

// used returns a store in a schema of its own beside the program's.
func used(t testing.TB, p *pgxpool.Pool) *postgres.Store {
	t.Helper()
	st, err := postgres.Use(context.Background(), p, postgres.Config{Schema: ownSchema(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st
}

// ownSchema returns a name that nobody has, with what has to be quoted in it.
func ownSchema(t testing.TB) string {
	t.Helper()
	name := `Test'"` + strings.ToLower(rand.Text())
	t.Cleanup(func() {
		postgrestest.Exec(t, postgrestest.Server(t), "DROP SCHEMA IF EXISTS "+pgx.Identifier{name}.Sanitize()+" CASCADE")
	})
	return name
}

func TestUseStore(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, func(c *pgxpool.Config) { c.MaxConns = 24 })
	storetest.Run(t, func(t *testing.T) storetest.Store { return used(t, p) })
}

func TestUseDurable(t *testing.T) {
	postgrestest.Server(t)
	p, name := pool(t, nil), ownSchema(t)
	storetest.RunDurable(t, func(t *testing.T) (storetest.Store, func()) {
		st, err := postgres.Use(t.Context(), p, postgres.Config{Schema: name})
		require.NoError(t, err)
		return st, func() { require.NoError(t, st.Close()) }
	})
}

// TestSchemaOfOpen: a DSN may be used in the same way.
func TestSchemaOfOpen(t *testing.T) {
	dsn, name := database(t), ownSchema(t)
	storetest.RunDurable(t, func(t *testing.T) (storetest.Store, func()) {
		st, err := postgres.Open(t.Context(), dsn, postgres.Config{Schema: name})
		require.NoError(t, err)
		return st, func() { require.NoError(t, st.Close()) }
	})
}

// TestUseOfOtherPools: whatever a program's pool does by itself, the store works, and
// leaves the connections as they were.
func TestUseOfOtherPools(t *testing.T) {
	postgrestest.Server(t)
	t.Parallel()
	for name, change := range map[string]func(*pgxpool.Config){
		"one connection":  func(c *pgxpool.Config) { c.MaxConns = 1 },
		"no preparing":    func(c *pgxpool.Config) { c.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeExec },
		"described":       func(c *pgxpool.Config) { c.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe },
		"simple protocol": func(c *pgxpool.Config) { c.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol },
		"serializable":    func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["default_transaction_isolation"] = "serializable" },
		"a path by hand": func(c *pgxpool.Config) {
			path := c.ConnConfig.RuntimeParams["search_path"]
			c.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
				_, err := conn.Exec(ctx, "SET search_path = "+path+"; SET statement_timeout = 77000")
				return err
			}
		},
		"not quite durable": func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["synchronous_commit"] = "off" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, p := t.Context(), pool(t, change)
			settings := func() (all []string) {
				rows, err := p.Query(ctx, "SELECT name || ' = ' || setting FROM pg_settings WHERE source = 'session' OR name IN "+
					"('search_path', 'synchronous_commit', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'enable_seqscan') ORDER BY 1")
				require.NoError(t, err)
				all, err = pgx.CollectRows(rows, pgx.RowTo[string])
				require.NoError(t, err)
				return all
			}
			before := settings()
			st := used(t, p)
			n, err := st.Numbers().Next(ctx, "99999000013", 1)
			require.NoError(t, err)
			require.NoError(t, keep(ctx, st, n, func(ctx context.Context) error {
				_, err := st.Numbers().Next(ctx, "99999000013", 1)
				return err
			}))
			require.NoError(t, st.RTs().Insert(ctx, storetest.Receipt(storetest.Position(n), "iur")))
			require.NoError(t, st.Outbox().Append(ctx, payment.Event{Kind: "x", At: time.Unix(0, 0)}))
			events := 0
			for _, err := range st.Outbox().List(ctx, payment.EventFilter{}) {
				require.NoError(t, err)
				events++
			}
			require.Equal(t, 1, events)
			require.Equal(t, 1, both(t, p, st))
			require.Equal(t, before, settings())
			require.NoError(t, st.Close())
			require.NoError(t, p.Ping(ctx), "it is open still")
		})
	}
}

// TestUseSetsTheUnit: in a unit of work all is as it is on connections of our own.
func TestUseSetsTheUnit(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["synchronous_commit"] = "off" })
	st := used(t, p)
	var got [6]string
	require.NoError(t, st.Do(t.Context(), func(ctx context.Context) error {
		return st.Tx(ctx).QueryRow(ctx, `SELECT current_setting('transaction_isolation'), current_setting('synchronous_commit'),
			current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
			current_setting('enable_seqscan')`).Scan(&got[0], &got[1], &got[2], &got[3], &got[4], &got[5])
	}))
	require.Equal(t, [6]string{"serializable", "on", "10s", "5s", "30s", "off"}, got)
}

func TestUseRefuses(t *testing.T) {
	postgrestest.Server(t)
	p := pool(t, nil)
	name := ownSchema(t)
	st, err := postgres.Use(t.Context(), p, postgres.Config{Schema: name, Environment: payment.UAT})
	require.NoError(t, err)
	require.NoError(t, st.Close())
	_, err = postgres.Use(t.Context(), p, postgres.Config{Schema: name})
	require.ErrorContains(t, err, `environment "uat"`)

	_, err = postgres.Use(t.Context(), pool(t, func(c *pgxpool.Config) { c.ConnConfig.RuntimeParams["client_encoding"] = "LATIN1" }), postgres.Config{})
	require.ErrorContains(t, err, "the encoding of the connection is not UTF8")
	closed := pool(t, nil)
	closed.Close()
	_, err = postgres.Use(t.Context(), closed, postgres.Config{})
	require.Error(t, err)
}
