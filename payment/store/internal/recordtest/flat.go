package recordtest

import (
	"os"
	"regexp"
	"runtime"
	"strconv"
	"testing"
)

// grows is by how much the heap may differ, in bytes: what a process happens to hold.
const grows = 4 << 20

// Flat records n receipts, each paying a notice that was opened before, and fails if the
// process then holds more than after a tenth of them. It logs what the process takes of the
// machine, beside the Go heap also what SQLite allocates and the machine keeps for it.
func Flat(t *testing.T, o Office, n int) {
	t.Helper()
	const callers, round = 64, 1000
	var early uint64
	for done := 0; done < n; done += round {
		if done >= n/10 && early == 0 {
			early = heap()
			t.Logf("after %d receipts: heap %.1f MiB, resident %.1f MiB", done, mib(early), mib(resident()))
		}
		if err := o.Open(t.Context(), 1+done, round); err != nil {
			t.Fatal(err)
		}
		for _, err := range together(callers, round, func(i int) error {
			return o.Record(t.Context(), Receipt(1+done+i))
		}) {
			t.Fatal(err)
		}
	}
	late := heap()
	t.Logf("after %d receipts: heap %.1f MiB, resident %.1f MiB", n, mib(late), mib(resident()))
	if late > early+grows {
		t.Errorf("the heap has grown from %.1f to %.1f MiB", mib(early), mib(late))
	}
}

// heap returns how many bytes are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what pools held until the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

var vmRSS = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// resident returns how many bytes of memory the process has, 0 where Linux does not say it.
func resident() uint64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := vmRSS.FindSubmatch(status)
	if found == nil {
		return 0
	}
	kilobytes, err := strconv.ParseUint(string(found[1]), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}

func mib(n uint64) float64 { return float64(n) / (1 << 20) }
