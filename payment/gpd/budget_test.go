package gpd_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// TestBudgetAfter429: what pagoPA says of the budget counts beside what the store has
// counted.
func TestBudgetAfter429(t *testing.T) {
	l := newLossy(t)
	receipts, err := gpd.NewReceipts("key", l.cfg)
	require.NoError(t, err)
	l.broken = http.StatusTooManyRequests
	for range 3 {
		_, err = receipts.Receipt(t.Context(), creditor, "iur", "")
		var failed *gpd.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, l.now.Add(time.Hour), failed.RetryAt())
	}
	require.Len(t, l.asked, 1)
	l.now = l.now.Add(time.Hour)
	_, err = receipts.Receipt(t.Context(), creditor, "iur", "")
	require.Error(t, err)
	require.Len(t, l.asked, 2)
}

// FuzzBudget: counted in the store or not, in one process or two, a call is made if and
// only if there were fewer than ten in the hour before it.
func FuzzBudget(f *testing.F) {
	f.Add(bytes.Repeat([]byte{0}, 25))
	f.Add(bytes.Repeat([]byte{6}, 25))
	f.Add([]byte("\x00\x3b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, minutes []byte) {
		for _, calls := range []gpd.Counter{nil, (&memory.Store{}).Counters()} {
			now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
			var made []time.Time
			cfg := gpd.Config{
				BaseURL: "https://pagopa.example", Now: func() time.Time { return now }, Calls: calls,
				HTTPClient: &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
					made = append(made, now)
					return httptest.NewRecorder().Result(), nil
				})},
			}
			var processes []*gpd.Receipts
			for range 2 {
				r, err := gpd.NewReceipts("key", cfg)
				require.NoError(t, err)
				processes = append(processes, r)
			}
			for i, wait := range minutes {
				now = now.Add(time.Duration(wait) * time.Minute)
				n := len(made)
				if calls == nil {
					i = 0 // it counts its own
				}
				_, _ = processes[i%2].Receipt(t.Context(), creditor, "iur", "")
				free := n < 10 || !now.Before(made[n-10].Add(time.Hour))
				if called := len(made) > n; called != free {
					t.Fatalf("call %d: %t, want %t", i, called, free)
				}
			}
		}
	})
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
