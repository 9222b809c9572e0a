package catalog_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart/catalog"
)

// TestFillInTheLog: it names nobody.
func TestFillInTheLog(t *testing.T) {
	const name = "Mario Rossi"
	fill := catalog.Fill{Protocol: name, Amount: name, Causale: name, Payer: name, Subject: name, Years: name, Shelfmark: name}
	var out bytes.Buffer
	for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		log.Info("page", "value", fill, "pointer", &fill)
	}
	require.NotContains(t, out.String(), "Rossi")
}
