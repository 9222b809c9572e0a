package sqlite_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// TestSmallDisk fills a real disk, that of PAGONLINE_TEST_SMALLDISK (some megabytes more
// than six), under eight writers: what was acknowledged is there and fits together, the
// rest was refused with "try again", and it goes on when there is room: for the
// write-ahead log, and for what of it goes into the file.
//
//	mount -t tmpfs -o size=10m tmpfs DIR
func TestSmallDisk(t *testing.T) {
	disk := os.Getenv("PAGONLINE_TEST_SMALLDISK")
	if disk == "" {
		t.Skip("skipped: PAGONLINE_TEST_SMALLDISK is not set")
	}
	dir, ballast := filepath.Join(disk, "data"), filepath.Join(disk, "ballast")
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, os.WriteFile(ballast, make([]byte, 6<<20), 0o600))
	defer func() { require.NoError(t, os.RemoveAll(dir)) }()
	st := open(t, dir)
	defer st.Close()
	cashier := payment.NewCashier(st, payment.Config{})
	var mu sync.Mutex
	var paid []payment.Key
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				p, err := pay(t.Context(), cashier, 10_000*i+n)
				if err != nil {
					if pagonline.CodeOf(err) != pagonline.CodeUnavailable {
						t.Errorf("%s: %v", pagonline.CodeOf(err), err)
					}
					return
				}
				mu.Lock()
				paid = append(paid, p.Key)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	require.NotEmpty(t, paid)
	t.Logf("%d receipts until the disk was full", len(paid))
	err := st.Backup(t.Context(), filepath.Join(disk, "backup.db"))
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err), err)
	require.NoFileExists(t, filepath.Join(disk, "backup.db"))
	for _, k := range paid {
		p, err := st.Positions().Get(t.Context(), k)
		require.NoError(t, err)
		require.Equal(t, payment.Paid, p.Status)
	}
	require.NoError(t, os.Remove(ballast))
	_, err = pay(t.Context(), cashier, 1_000_000)
	require.NoError(t, err)
	findings, err := st.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, findings)
	entries, err := os.ReadDir(disk)
	require.NoError(t, err)
	require.Len(t, entries, 1, "what failed leaves nothing")
}
