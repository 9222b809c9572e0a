package simulation_test

import (
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/simulation"
	"github.com/pagonline/pagonline/payment/internal/simulation/stationtest"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func run(seed uint64, trace io.Writer) (simulation.Result, error) {
	return simulation.Run(simulation.Config{Seed: seed, Store: &memory.Store{}, Open: stationtest.Open, Trace: trace})
}

// seeds is how many seeds a test takes.
func seeds() uint64 { return uint64(soaktest.Size(150, 5_000, 40_000)) }

// TestSeeds is the simulation. Each seed is alone with its store; two of them may run at
// the same time.
func TestSeeds(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // many worlds, all of them small
	var next atomic.Uint64
	var mu sync.Mutex
	var all simulation.Result
	begun := time.Now()
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for seed := next.Add(1); seed <= seeds() && !t.Failed(); seed = next.Add(1) {
				r, err := run(seed, nil)
				if err != nil {
					t.Errorf("%v\nto see how it came to that: PAGONLINE_SEED=%d go test -run Replay -v ./payment/internal/simulation", err, seed)
				}
				mu.Lock()
				all.Add(r)
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	took := time.Since(begun)
	t.Logf("%d seeds, %d operations, %d steps, %s of time, in %s: %.0f operations a second", seeds(), all.Ops, all.Steps, all.After, took, float64(all.Ops)/took.Seconds())
	if t.Failed() {
		return
	}
	faults := 0
	for f, n := range all.Faults {
		if f > 0 {
			t.Logf("%8d  %s", n, simulation.Fault(f))
			faults += n
			require.GreaterOrEqual(t, n, int(seeds()/25), "%s", simulation.Fault(f))
		}
	}
	t.Logf("%8d  faults", faults)
	for s, events := range all.Pairs {
		for e, n := range events {
			switch e := simulation.Event(e); {
			case !simulation.CanMeet(s, e):
				require.Zero(t, n, simulation.Pair(s, e))
			default:
				require.GreaterOrEqual(t, n, int(seeds()/100), simulation.Pair(s, e))
			}
		}
	}
}

// TestSameSeedSameTrace: maps, addresses and what ran before decide nothing.
func TestSameSeedSameTrace(t *testing.T) {
	for seed := range uint64(5) {
		first, err := run(seed, nil)
		require.NoError(t, err)
		again, err := run(seed, io.Discard)
		require.NoError(t, err)
		require.Equal(t, first, again)
		other, err := run(seed+1000, nil)
		require.NoError(t, err)
		require.NotEqual(t, first.Hash, other.Hash)
	}
}

// TestSameInAnotherProcess: nor does what is different in each process.
func TestSameInAnotherProcess(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	again := exec.CommandContext(t.Context(), program, "-test.run=^TestReplay$", "-test.v")
	again.Env = append(os.Environ(), "PAGONLINE_SEED=3", "GOMAXPROCS=1")
	out, err := again.CombinedOutput()
	require.NoError(t, err, "%s", out)
	here, err := run(3, nil)
	require.NoError(t, err)
	require.Contains(t, string(out), here.Hash)
}

// TestReplay runs one seed and tells what happens: PAGONLINE_SEED=7 go test -run Replay -v.
func TestReplay(t *testing.T) {
	seed, err := strconv.ParseUint(os.Getenv("PAGONLINE_SEED"), 10, 64)
	if err != nil {
		t.Skip("skipped: PAGONLINE_SEED names no seed")
	}
	r, err := run(seed, t.Output())
	t.Logf("%d operations, %d steps, trace %s", r.Ops, r.Steps, r.Hash)
	require.NoError(t, err)
}
