package quote_test

import (
	"bytes"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart/quote"
)

// TestRowInTheLog: it names nobody.
func TestRowInTheLog(t *testing.T) {
	row := quote.Row{Line: 7, Request: request(func(r *quote.Request) { r.Detail, r.Shelfmark = "Mario Rossi", "Mario Rossi" })}
	var out bytes.Buffer
	for _, log := range []*slog.Logger{slog.New(slog.NewTextHandler(&out, nil)), slog.New(slog.NewJSONHandler(&out, nil))} {
		log.Info("row", "value", row, "pointer", &row)
	}
	require.NotContains(t, out.String(), "Rossi")
	require.Contains(t, out.String(), `"value":{"line":7,"request":{"institute":"AS-LI","service":"fotocopie"}}`)
}
