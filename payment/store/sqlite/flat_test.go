package sqlite_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/internal/recordtest"
)

// TestMemoryIsFlat: a process that has recorded a million receipts holds no more than one
// that has recorded a tenth of them.
func TestMemoryIsFlat(t *testing.T) {
	st := open(t, t.TempDir())
	recordtest.Flat(t, recordtest.NewOffice(st), soaktest.Size(2_000, 50_000, 1_000_000))
	require.NoError(t, st.Close())
}
