package station_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/station"
)

// FuzzStation: whatever comes, there is an answer that the node understands, or none: an
// OK or KO to a message, HTTP 400 to everything else.
func FuzzStation(f *testing.F) {
	seed := newOffice(f, station.Config{})
	p := seed.open()
	for _, operation := range append(append([]wire.Operation(nil), asking...), receipts...) {
		r := receipt(p, "iur")
		r.Operation, r.FiscalCode, r.Service, r.ServiceSubject, r.Data = operation, creditor, "00001", "00002", []byte("x")
		f.Add(r.Append(nil))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		o := newOffice(t, station.Config{})
		o.open()
		status, answer := o.post(body)
		r, err := wire.DecodeRequest(body)
		if r.Operation == "" || status == http.StatusBadRequest {
			require.Equal(t, http.StatusBadRequest, status)
			require.Error(t, err)
			return
		}
		require.Equal(t, http.StatusOK, status)
		got, err := wire.DecodeResponse(answer, r.Operation)
		require.NoError(t, err, "%s", answer)
		_, again := o.post(body)
		if r.Operation == wire.SendRT || r.Operation == wire.SendRTV1 {
			require.Equal(t, string(answer), string(again), "the same receipt, the same bytes")
			require.Equal(t, got.Fault != nil, len(o.messages()) == 1, "refused and kept, or stored")
		}
	})
}
