package sqlite_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// TestJournalPlans: what is read of a long journal is read along an index, and nothing is
// sorted.
func TestJournalPlans(t *testing.T) {
	dir := t.TempDir()
	st := open(t, dir)
	defer st.Close()
	raw, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
	require.NoError(t, err)
	defer raw.Close()
	for query, index := range map[string]string{
		`SELECT * FROM journal WHERE seal = 1 AND id > 2 ORDER BY id LIMIT 500`:                                     "journal_seal",
		`SELECT * FROM journal WHERE seal > 1 ORDER BY seal, id LIMIT 500`:                                          "journal_seal",
		`SELECT * FROM journal ORDER BY at, id LIMIT 500`:                                                           "journal_at",
		`SELECT * FROM journal WHERE at < 9 AND (at, id) > (2, 3) ORDER BY at, id LIMIT 500`:                        "journal_at",
		`SELECT * FROM journal WHERE notice = 'x' AND (at, id) > (2, 3) ORDER BY at, id LIMIT 500`:                  "journal_notice",
		`SELECT * FROM journal WHERE creditor = 'x' AND notice = 'x' AND operation = 'x' ORDER BY at, id LIMIT 500`: "journal_notice",
		`SELECT * FROM journal WHERE iuv = 'x' AND at >= 1 ORDER BY at, id LIMIT 500`:                               "journal_iuv",
		`UPDATE journal SET seal = 7 WHERE seal = 0 AND id IN (1, 2, 3)`:                                            "",
		`DELETE FROM journal WHERE seal = 7`:                                                                        "journal_seal",
	} {
		plan := explain(t, raw, query)
		require.Contains(t, plan, index, query)
		require.NotContains(t, plan, "TEMP B-TREE", query)
		if index == "" {
			require.Contains(t, plan, "SEARCH", query)
		}
	}
}

func explain(t *testing.T, raw *sql.DB, query string) string {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
	require.NoError(t, err)
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
		plan.WriteString(step + "\n")
	}
	require.NoError(t, rows.Err())
	return plan.String()
}

// TestTwoHandlesSeal: two processes append and seal one journal.
func TestTwoHandlesSeal(t *testing.T) {
	dir := t.TempDir()
	const rounds, pairs = 20, 2
	done := make(chan error)
	var last *payment.Cashier
	for i := range 2 {
		st := open(t, dir)
		defer st.Close()
		last = payment.NewCashier(st, payment.Config{})
		go func(cashier *payment.Cashier) {
			var err error
			for round := range rounds {
				e := storetest.Entry(i*rounds + round)
				err = errors.Join(err, cashier.AppendJournal(t.Context(), e, e.Answer(e.At, nil, "OK")))
				_, failed := cashier.SealJournal(t.Context())
				err = errors.Join(err, failed)
			}
			done <- err
		}(last)
	}
	require.NoError(t, errors.Join(<-done, <-done))
	report, err := last.VerifyJournal(t.Context())
	require.NoError(t, err)
	require.True(t, report.OK(), "%+v", report)
	require.Equal(t, 2*rounds*pairs, report.Entries)
	require.Zero(t, report.Unsealed)
}
