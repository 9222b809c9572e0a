// Package databases_test lives the simulation on the databases.
package databases_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/faulty"
	"github.com/pagonline/pagonline/payment/internal/simulation"
	"github.com/pagonline/pagonline/payment/internal/simulation/stationtest"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/memory"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// live runs a seed on a store, with all that goes wrong.
func live(t *testing.T, seed uint64, ops int, store faulty.Inner) {
	t.Helper()
	_, err := simulation.Run(simulation.Config{Seed: seed, Ops: ops, Store: store, Open: stationtest.Open})
	require.NoError(t, err)
}

// same wants of a seed the same trace, to the byte, as in memory. Where a store works
// soundly, that is: a database may run a unit of work twice, and so make its N-th call
// in another place.
func same(t *testing.T, seed uint64, ops int, store faulty.Inner) {
	t.Helper()
	traces := make([]bytes.Buffer, 2)
	for i, st := range []faulty.Inner{&memory.Store{}, store} {
		_, err := simulation.Run(simulation.Config{Seed: seed, Ops: ops, Sound: true, Store: st, Open: stationtest.Open, Trace: &traces[i]})
		require.NoError(t, err)
	}
	want, got := strings.Split(traces[0].String(), "\n"), strings.Split(traces[1].String(), "\n")
	for i := range min(len(want), len(got)) {
		require.Equal(t, want[i], got[i], "seed %d, line %d, after %q", seed, i, want[max(i-3, 0):i])
	}
	require.Len(t, got, len(want))
}

// seeds is ten times as many where there is time.
func seeds(few uint64) uint64 {
	if soaktest.Large() {
		return 10 * few
	}
	return few
}

func TestSQLite(t *testing.T) {
	for seed := range seeds(2) {
		for _, run := range []func(*testing.T, uint64, int, faulty.Inner){live, same} {
			store, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Config{})
			require.NoError(t, err)
			run(t, seed, 200, store)
			findings, err := store.Check(t.Context())
			require.NoError(t, err)
			require.Empty(t, findings)
			require.NoError(t, store.Close())
		}
	}
}

func TestPostgres(t *testing.T) {
	postgrestest.Server(t)
	for seed := range seeds(1) {
		for _, run := range []func(*testing.T, uint64, int, faulty.Inner){live, same} {
			store, err := postgres.Open(t.Context(), postgrestest.Schema(t), postgres.Config{})
			require.NoError(t, err)
			run(t, seed, 80, store)
			require.NoError(t, store.Close())
		}
	}
}
