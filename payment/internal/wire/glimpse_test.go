package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/wire"
)

// TestGlimpse: what the node writes is known at first sight, and is what reading finds.
func TestGlimpse(t *testing.T) {
	requests, _ := full()
	for _, r := range requests {
		operation, creditor, ok := wire.Glimpse(r.Append(nil))
		require.True(t, ok, r.Operation)
		require.Equal(t, r.Operation, operation)
		require.Equal(t, r.PA, creditor)
	}
	_, _, ok := wire.Glimpse([]byte(receiptV2))
	require.True(t, ok)
	text := string(requests[0].Append(nil))
	for what, other := range map[string]string{
		"nothing": "", "no XML": "Envelope", "an unknown message": strings.ReplaceAll(text, "pa:pa", "pa:pb"),
		"no creditor": strings.ReplaceAll(text, "idPA", "idPB"), "too far away": strings.Repeat(" ", 3000) + text,
		"cut off": text[:len(text)/3],
	} {
		_, _, ok := wire.Glimpse([]byte(other))
		require.False(t, ok, what)
	}
}

// FuzzGlimpse: whatever it says it knows stands there.
func FuzzGlimpse(f *testing.F) {
	requests, _ := full()
	for _, r := range requests {
		f.Add(r.Append(nil))
	}
	f.Add([]byte("<Envelope><Body><paSendRTReq/><idPA>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		operation, creditor, ok := wire.Glimpse(body)
		if !ok {
			return
		}
		require.Contains(t, string(body), "<idPA>"+creditor+"</idPA>")
		require.NotEmpty(t, operation)
	})
}
