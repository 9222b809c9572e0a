package wire_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/hostile"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// TestHostileDocuments: each has its exact answer, and takes memory in proportion to
// its length, none at all beyond the bound. How long the slowest take is logged.
func TestHostileDocuments(t *testing.T) {
	const bound = 1 << 20
	type timed struct {
		name string
		took time.Duration
	}
	var slow []timed
	names := map[string]bool{}
	var before, after runtime.MemStats
	for _, d := range hostile.Documents() {
		require.False(t, names[d.Name], "two of the name %s", d.Name)
		names[d.Name] = true
		want := map[hostile.Outcome]string{hostile.OK: good, hostile.Field: "field " + d.Path, hostile.BadRequest: noMessage}[d.Want]

		runtime.ReadMemStats(&before)
		start := time.Now()
		_, err := wire.DecodeRequest(d.Body)
		took := time.Since(start)
		runtime.ReadMemStats(&after)
		for range 2 { // the machine has other things to do
			start = time.Now()
			_, _ = wire.DecodeRequest(d.Body)
			took = min(took, time.Since(start))
		}

		got := outcomeOf(err)
		if got == malformed {
			got = noMessage
		}
		if got != want {
			t.Errorf("%s: %s, want %s", d.Name, got, want)
		}
		most := uint64(16<<10 + 5*len(d.Body))
		if len(d.Body) > bound {
			most = 16 << 10
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > most {
			t.Errorf("%s: %d bytes of memory for %d", d.Name, used, len(d.Body))
		}
		if n := after.Mallocs - before.Mallocs; n > 200 {
			t.Errorf("%s: %d allocations", d.Name, n)
		}
		slow = append(slow, timed{d.Name, took})
	}
	slices.SortFunc(slow, func(a, b timed) int { return int(b.took - a.took) })
	t.Logf("%d documents; the slowest: %v", len(slow), slow[:8])
	require.GreaterOrEqual(t, len(slow), 400)
}
