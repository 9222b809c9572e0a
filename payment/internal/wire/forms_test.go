package wire_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/wire"
)

// TestEmail: reading and opening a position agree on what an address is.
func TestEmail(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2026, 11))
	const alphabet = "ab1.@@-_+ \u00e8"
	letters := []rune(alphabet)
	for range 50_000 {
		s := make([]rune, rnd.IntN(9))
		for i := range s {
			s[i] = letters[rnd.IntN(len(letters))]
		}
		if payment.ValidEmail(string(s)) != wire.IsEmail(string(s)) {
			t.Fatalf("%q", string(s))
		}
	}
	for _, s := range values {
		require.Equal(t, payment.ValidEmail(s), wire.IsEmail(s), "%q", s)
	}
}

// TestAllocations: what a message takes beside the texts that are kept, which share one
// piece of memory.
func TestAllocations(t *testing.T) {
	for _, c := range []struct {
		message string
		most    float64
	}{
		{receiptV2, 9}, // reader, texts, list of transfers twice, two lists of metadata, payer, two amounts
		{question, 2},
	} {
		body := []byte(c.message)
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _, _ = wire.DecodeRequest(body) }), c.most)
	}
	requests, responses := full()
	out := make([]byte, 0, 1<<14)
	for _, r := range requests {
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() { r.Append(out) }), 5.0, r.Operation)
	}
	for _, r := range responses {
		require.LessOrEqual(t, testing.AllocsPerRun(100, func() { r.Append(out) }), 5.0, r.Operation)
	}
}
