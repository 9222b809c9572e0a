package sqlite_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// TestTwoProcesses: two programs open, pay, seal and read in one file, a third makes
// backups of it. The programs are this test again, told by their environment what to do.
func TestTwoProcesses(t *testing.T) {
	const rounds = 40
	if dir := os.Getenv("PAGONLINE_TEST_PAY"); dir != "" {
		first, err := strconv.Atoi(os.Getenv("PAGONLINE_TEST_FIRST"))
		require.NoError(t, err)
		st := open(t, dir)
		cashier := payment.NewCashier(st, payment.Config{})
		for n := range rounds {
			p, err := pay(t.Context(), cashier, first+n)
			require.NoError(t, err)
			require.NoError(t, cashier.AppendJournal(t.Context(), storetest.Entry(n)))
			_, err = cashier.SealJournal(t.Context())
			require.NoError(t, err)
			paid, err := st.Positions().Get(t.Context(), p.Key)
			require.NoError(t, err)
			require.Equal(t, payment.Paid, paid.Status)
		}
		require.NoError(t, st.Close())
		return
	}
	dir := t.TempDir()
	st := open(t, dir)
	defer st.Close()
	var children [2]*exec.Cmd
	var outputs [2]bytes.Buffer
	ended := make(chan error, len(children))
	for i := range children {
		children[i] = exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestTwoProcesses$")
		children[i].Env = append(os.Environ(), "PAGONLINE_TEST_PAY="+dir, "PAGONLINE_TEST_FIRST="+strconv.Itoa(1000*i))
		children[i].Stdout, children[i].Stderr = &outputs[i], &outputs[i]
		require.NoError(t, children[i].Start())
		go func() { ended <- children[i].Wait() }()
	}
	var failed error
	for running := len(children); running > 0; {
		select {
		case err := <-ended:
			failed, running = errors.Join(failed, err), running-1
		default:
			backup, other := filepath.Join(t.TempDir(), "backup.db"), t.TempDir()
			require.NoError(t, st.Backup(t.Context(), backup))
			_, err := sqlite.Restore(t.Context(), backup, other, sqlite.Config{})
			require.NoError(t, err)
		}
	}
	require.NoError(t, failed, "%s%s", &outputs[0], &outputs[1])
	numbers := map[payment.Key]bool{}
	for p, err := range st.Positions().List(t.Context(), payment.PositionFilter{}) {
		require.NoError(t, err)
		numbers[p.Key] = true
	}
	require.Len(t, numbers, rounds*len(children))
	findings, err := st.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, findings)
	report, err := payment.NewCashier(st, payment.Config{}).VerifyJournal(t.Context())
	require.NoError(t, err)
	require.True(t, report.OK(), "%+v", report)
	require.Equal(t, rounds*len(children), report.Entries)
}
