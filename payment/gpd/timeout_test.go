package gpd_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment/gpd"
)

// TestTimeout: a service that is silent is left in the end, also where the caller's client
// has no time limit of its own.
func TestTimeout(t *testing.T) {
	for _, c := range []struct{ timeout, want time.Duration }{{0, 30 * time.Second}, {time.Minute, time.Minute}} {
		cfg, mock := mocked(nil)
		cfg.Timeout = c.timeout
		asked := 0
		mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
			asked++
			deadline, ok := r.Context().Deadline()
			require.True(t, ok)
			require.InDelta(t, c.want, time.Until(deadline), float64(5*time.Second))
			return nil, context.DeadlineExceeded
		})
		client, err := gpd.New("key", cfg)
		require.NoError(t, err)
		_, err = client.Get(t.Context(), "99999000013", "01000000000000144")
		require.ErrorIs(t, err, pagonline.ErrUnavailable)
		require.Equal(t, 3, asked, "each request has its time")
	}
}
