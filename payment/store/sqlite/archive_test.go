package sqlite_test

import (
	"database/sql"
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
	"github.com/pagonline/pagonline/receipt"
)

// TestArchiveDoesNotChange: not even somebody with SQL in his hands changes a document by
// mistake, and who does so on purpose is found out.
func TestArchiveDoesNotChange(t *testing.T) {
	dir := t.TempDir()
	st := open(t, dir)
	defer st.Close()
	d := storetest.Document(0, "iur", receipt.PDFDocument)
	require.NoError(t, st.Archive().Put(t.Context(), d))
	raw, err := sql.Open("sqlite", filepath.Join(dir, sqlite.FileName))
	require.NoError(t, err)
	defer raw.Close()
	_, err = raw.ExecContext(t.Context(), "UPDATE archive SET content = 'x'")
	require.ErrorContains(t, err, "an archived document does not change")
	_, err = st.Archive().Get(t.Context(), d.DocumentKey)
	require.NoError(t, err)

	_, err = raw.ExecContext(t.Context(), "DROP TRIGGER archive_unchanged; UPDATE archive SET content = 'x'")
	require.NoError(t, err)
	_, err = st.Archive().Get(t.Context(), d.DocumentKey)
	require.Equal(t, pagonline.CodeReceiptAltered, pagonline.CodeOf(err))
	err = receipt.Export(t.Context(), io.Discard, st.Archive(), receipt.Period{})
	require.Equal(t, pagonline.CodeReceiptAltered, pagonline.CodeOf(err))
}
