package sqlite_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// TestCheck: each rule finds what breaks it, and nothing else does.
func TestCheck(t *testing.T) {
	for rule, statement := range map[string]string{
		"":           "SELECT 1",
		"references": "PRAGMA foreign_keys = 0; INSERT INTO order_positions VALUES ('x', 'y', 99)",
		"counters":   "UPDATE counters SET last = 1",
		"paid":       "UPDATE positions SET status = 'paid' WHERE number = (SELECT max(number) FROM positions)",
		"receipts":   "UPDATE positions SET status = 'open' WHERE number = (SELECT min(number) FROM positions)",
		"events":     "DELETE FROM events WHERE receipt_id <> ''",
	} {
		t.Run(rule, func(t *testing.T) {
			dir := t.TempDir()
			st := open(t, dir)
			defer st.Close()
			cashier := payment.NewCashier(st, payment.Config{})
			for n := range 3 {
				_, err := pay(t.Context(), cashier, n)
				require.NoError(t, err)
			}
			_, err := cashier.Open(t.Context(), request(9))
			require.NoError(t, err)
			raw, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
			require.NoError(t, err)
			defer raw.Close()
			_, err = raw.ExecContext(t.Context(), statement)
			require.NoError(t, err)
			findings, err := st.Check(t.Context())
			require.NoError(t, err)
			if rule == "" {
				require.Empty(t, findings)
				return
			}
			require.Len(t, findings, 1)
			require.Equal(t, rule, findings[0].Rule)
			require.NotContains(t, fmt.Sprint(findings), "Rossi")
		})
	}
}

// TestCheckDamage: a file that was written over is found out.
func TestCheckDamage(t *testing.T) {
	dir := t.TempDir()
	st := open(t, dir)
	for n := range 20 {
		_, err := pay(t.Context(), payment.NewCashier(st, payment.Config{}), n)
		require.NoError(t, err)
	}
	require.NoError(t, st.Close())
	path := filepath.Join(dir, sqlite.FileName)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	raw, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	var root int
	require.NoError(t, raw.QueryRowContext(t.Context(), "SELECT rootpage FROM sqlite_schema WHERE name = 'positions_owner'").Scan(&root))
	require.NoError(t, raw.Close())
	for i := range 2000 {
		content[(root-1)*4096+2000+i] ^= 0x55
	}
	require.NoError(t, os.WriteFile(path, content, 0o600))
	st = open(t, dir)
	defer st.Close()
	findings, err := st.Check(t.Context())
	require.NoError(t, err)
	require.Len(t, findings, 1)
	require.Equal(t, "integrity", findings[0].Rule)
}
