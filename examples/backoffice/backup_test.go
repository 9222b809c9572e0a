package main

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// TestCheckFinds: a database that somebody worked on by hand is told from one that fits
// together, and cannot hide behind a backup.
func TestCheckFinds(t *testing.T) {
	dir := t.TempDir()
	data, backup := filepath.Join(dir, "data"), filepath.Join(dir, "backup.db")
	status, _ := tool(t, "", "quote", "issue", "-data", data, "-institute", "AS-LI", "-service", "fotocopie",
		"-protocol", "345/2024", "-amount", "12.50", "-payer", "Mario Rossi", "-notice")
	require.Zero(t, status)
	status, lines := tool(t, "", "check", "-data", data)
	require.Zero(t, status)
	require.Contains(t, lines[0], `{"ok":true,"findings":[]`)

	raw, err := sql.Open("sqlite", filepath.Join(data, sqlite.FileName))
	require.NoError(t, err)
	_, err = raw.ExecContext(t.Context(), "UPDATE positions SET status = 'paid'")
	require.NoError(t, err)
	require.NoError(t, raw.Close())
	status, lines = tool(t, "", "check", "-data", data)
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], `{"ok":false,"findings":[{"rule":"paid"`)

	status, _ = tool(t, "", "backup", "-data", data, "-o", backup)
	require.Zero(t, status)
	status, _ = tool(t, "", "restore", backup, "-data", filepath.Join(dir, "new"))
	require.Zero(t, status, "the one backup that there is must not be refused")
	status, _ = tool(t, "", "check", "-data", filepath.Join(dir, "new"))
	require.Equal(t, statusRefuse, status)
}
