package postgres_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/store/postgres"
)

// TestPlans: what is read of tables that grow is read along an index, and nothing need be
// sorted.
func TestPlans(t *testing.T) {
	dsn := database(t)
	open(t, dsn, postgres.Config{})
	sql(t, dsn, `INSERT INTO positions (creditor, number, owner, debt, status, doc)
			SELECT 'c', i::text, 'o' || i % 500, 'd' || i, 'open', '{}' FROM generate_series(1, 5000) i;
		INSERT INTO rts (creditor, receipt_id, issuer, number, doc, raw)
			SELECT 'c', md5(i::text), 'c', i::text, '{"receivedAt":"2026-01-01T00:00:00Z"}', '' FROM generate_series(1, 5000) i;
		INSERT INTO events (kind, creditor, number, order_id, receipt_id, at, delivered)
			SELECT 'x', 'c', i::text, 'o' || i % 500, '', '', (i < 4900)::int FROM generate_series(1, 5000) i;
		INSERT INTO journal (at, creditor, iuv, token, notice, psp, payment_type, component, category, operation, subtype, requester,
				responder, station, channel, size, sha256, answers, http_status, fault, detail, outcome, seal)
			SELECT i, 'c', i::text, '', i::text, '', '', '', '', '', '', '', '', '', '', 0, '', '', 0, '', '', '', i / 500 FROM generate_series(1, 5000) i;
		ANALYZE`)
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	// Of a few rows it would rather sort than walk: the question is whether it must.
	_, err = conn.Exec(t.Context(), "SET enable_sort = off; SET enable_seqscan = off")
	require.NoError(t, err)
	for query, index := range map[string]string{
		`SELECT doc FROM positions WHERE creditor = 'c' AND number = '7'`:                                                         "positions_creditor_number_key",
		`SELECT seq, doc FROM positions WHERE owner = 'o7' AND seq < 900 ORDER BY seq DESC LIMIT 100`:                             "positions_owner",
		`SELECT seq, doc FROM positions WHERE creditor = 'c' AND debt = 'd7' ORDER BY seq DESC LIMIT 100`:                         "positions_debt",
		`SELECT seq, doc FROM positions WHERE seq < 900 ORDER BY seq DESC LIMIT 100`:                                              "positions_pkey",
		`SELECT doc, raw FROM rts WHERE issuer = 'c' AND number = '7' AND creditor = issuer ORDER BY seq`:                         "rts_position",
		`SELECT seq, paid, doc FROM rts WHERE paid >= '2' AND (paid, seq) > ('2', 3) AND paid < '3' ORDER BY paid, seq LIMIT 100`: "rts_paid",
		`SELECT seq FROM events WHERE delivered = 0 AND CASE WHEN tx = pg_current_xact_id_if_assigned() THEN 0 ELSE seq END <= 9000
			AND seq > 0 ORDER BY seq LIMIT 100`: "events_pending",
		`SELECT seq FROM events WHERE CASE WHEN tx = pg_current_xact_id_if_assigned() THEN 0 ELSE seq END <= 9000
			AND seq > 4000 ORDER BY seq LIMIT 100`: "events_pkey",
		`SELECT seq FROM events WHERE creditor = 'c' AND number = '7' AND seq > 0 ORDER BY seq LIMIT 100`: "events_position",
		`SELECT * FROM journal WHERE seal > 1 ORDER BY seal, id LIMIT 500`:                                "journal_seal",
		`SELECT * FROM journal WHERE at < 9 AND (at, id) > (2, 3) ORDER BY at, id LIMIT 500`:              "journal_at",
		`SELECT * FROM journal WHERE notice = '7' AND (at, id) > (2, 3) ORDER BY at, id LIMIT 500`:        "journal_notice",
	} {
		rows, err := conn.Query(t.Context(), "EXPLAIN "+query)
		require.NoError(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		plan := strings.Join(lines, "\n")
		require.Contains(t, plan, index, query)
		require.NotContains(t, plan, "Seq Scan", query)
		require.NotContains(t, plan, "Sort", query)
	}
}
