package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/internal/disktest"
	"github.com/pagonline/pagonline/payment/store/internal/recordtest"
)

// TestSyncs counts how often the disk is asked to keep something: once for a receipt that
// comes alone, and for all those together that come at the same time. Moving the log into
// the database is counted too. The program whose syncs they are is this test again.
func TestSyncs(t *testing.T) {
	if dir := os.Getenv("PAGONLINE_TEST_SYNCS"); dir != "" {
		callers, err := strconv.Atoi(os.Getenv("PAGONLINE_TEST_CALLERS"))
		require.NoError(t, err)
		receipts, err := strconv.Atoi(os.Getenv("PAGONLINE_TEST_RECEIPTS"))
		require.NoError(t, err)
		synced(t, dir, os.Getenv("PAGONLINE_TEST_MARKS"), callers, receipts)
		return
	}
	for _, c := range []struct {
		callers, receipts int
		most              float64 // syncs for a receipt
	}{
		{1, soaktest.Size(200, 1000, 10_000), 1.05},
		{64, soaktest.Size(640, 6400, 64_000), 1. / 16},
	} {
		t.Run(fmt.Sprintf("%d callers", c.callers), func(t *testing.T) {
			each := 0.
			for range 3 { // who comes at the same time depends on what else the machine does
				syncs := syncsOf(t, c.callers, c.receipts)
				each = float64(syncs) / float64(c.receipts)
				t.Logf("%d receipts, %d syncs: %.4f for each", c.receipts, syncs, each)
				require.GreaterOrEqual(t, syncs, c.receipts/c.callers, "what is acknowledged was synced")
				if each <= c.most {
					return
				}
			}
			require.LessOrEqual(t, each, c.most)
		})
	}
}

// syncsOf returns how often a program syncs that records receipts.
func syncsOf(t *testing.T, callers, receipts int) (syncs int) {
	t.Helper()
	dir, marks := t.TempDir(), filepath.Join(t.TempDir(), "marks")
	require.NoError(t, os.WriteFile(marks, nil, 0o600))
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestSyncs$")
	program.Env = append(os.Environ(), "PAGONLINE_TEST_SYNCS="+dir, "PAGONLINE_TEST_MARKS="+marks,
		fmt.Sprintf("PAGONLINE_TEST_CALLERS=%d", callers), fmt.Sprintf("PAGONLINE_TEST_RECEIPTS=%d", receipts))
	marked := 0
	for _, op := range disktest.RecordSyncs(t, program, dir, marks) {
		switch {
		case op.Kind == disktest.Mark:
			marked++
		case op.Kind == disktest.Sync && marked == 1:
			syncs++
		}
	}
	require.Equal(t, 2, marked)
	return syncs
}

// synced records receipts, and marks when it begins and ends.
func synced(t *testing.T, dir, marks string, callers, receipts int) {
	t.Helper()
	mark := func(what string) {
		f, err := os.OpenFile(marks, os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(what)
		require.NoError(t, errors.Join(err, f.Close()))
	}
	st := open(t, dir)
	office := recordtest.NewOffice(st)
	require.NoError(t, office.Open(t.Context(), 1, receipts))
	next := make(chan int, receipts)
	for n := range receipts {
		next <- n + 1
	}
	close(next)
	mark("begin")
	var wg sync.WaitGroup
	failed := make(chan error, callers)
	for range callers {
		wg.Go(func() {
			for n := range next {
				if err := office.Record(context.WithoutCancel(t.Context()), recordtest.Receipt(n)); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	mark("end")
	close(failed)
	require.NoError(t, <-failed)
	require.NoError(t, st.Close())
}
