package station_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/hostile"
	"github.com/pagonline/pagonline/payment/internal/officialtest"
	"github.com/pagonline/pagonline/payment/station"
)

// TestHostileDocuments: each has its exact answer, soon, and what is refused of a receipt
// is kept.
func TestHostileDocuments(t *testing.T) {
	o := newOffice(t, station.Config{NoJournal: true})
	documents := hostile.Documents()
	require.Greater(t, len(documents), 400)
	const soon = 10 * time.Second // what is not linear takes minutes
	valid := map[string]bool{}    // the kinds of answers that the schema has been asked about
	for _, d := range documents {
		began := time.Now()
		status, body := o.post(d.Body)
		require.LessOrEqual(t, time.Since(began), soon, d.Name)
		if d.Want == hostile.BadRequest {
			require.Equal(t, http.StatusBadRequest, status, "%s: %s", d.Name, body)
			continue
		}
		require.Equal(t, http.StatusOK, status, "%s: %s", d.Name, body)
		require.Equal(t, d.Want == hostile.Field, strings.Contains(string(body), "PAA_SINTASSI_EXTRAXSD"), "%s: %s", d.Name, body)
		if d.Want == hostile.Field && d.Path != "" {
			require.Contains(t, string(body), "<description>"+d.Path+"</description>", d.Name)
		}
		kind, _, _ := strings.Cut(string(body), "<id>")
		if !valid[kind] {
			valid[kind] = true
			t.Run("schema", func(t *testing.T) {
				ok, report := officialtest.Valid(t, body)
				require.True(t, ok, "%s: %s", d.Name, report)
			})
		}
	}
	for _, m := range o.messages() {
		require.Contains(t, m.Operation, "paSendRT")
	}
	require.NotContains(t, o.log.String(), "Mario")
}
