package receipt_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

// TestLanded: what was ever issued stays authentic. The files are never written anew; a
// new version of the payload or of the schema adds its own (-update writes those that
// are not there).
func TestLanded(t *testing.T) {
	keyFile := filepath.Join("testdata", "landed", "keys.pub")
	for name, edit := range map[string]func(*receipt.Receipt){
		"r1-production.json": func(r *receipt.Receipt) { r.Environment = payment.Production },
		"r1-trial.json":      func(r *receipt.Receipt) { r.Payer, r.Fee, r.Difference = nil, nil, r.Amount.Minus(r.Amount) },
		"r1-rendered.json": func(r *receipt.Receipt) {
			r.Rendering = &receipt.Rendering{Renderer: "test 1", Language: "it", Fonts: []string{"Test"}}
		},
	} {
		file := filepath.Join("testdata", "landed", name)
		if _, err := os.Stat(file); os.IsNotExist(err) && *update {
			r := exampleReceipt()
			edit(&r)
			p, err := testRing("a").Sign(r)
			require.NoError(t, err)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
			require.NoError(t, os.WriteFile(file, p.SignedJSON(), 0o600))
			require.NoError(t, os.WriteFile(keyFile, testRing("a").PEM(), 0o600))
		}
	}
	public, err := os.ReadFile(keyFile)
	require.NoError(t, err)
	keys, err := receipt.ParseKeyRing(public)
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join("testdata", "landed", "*.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 3)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		v := receipt.VerifySignedJSON(b, keys, receipt.Expectations{})
		require.NoError(t, v.Err(), file)
		require.Equal(t, receipt.Authentic, v.Word, file)
		require.NotNil(t, v.Receipt, file)

		p, err := receipt.ParseSignedJSON(b)
		require.NoError(t, err)
		again, err := v.Receipt.Canonical()
		require.NoError(t, err)
		require.Equal(t, string(p.JSON), string(again), "%s: the canonical form is what it was", file)
		fresh, err := testRing("a").Sign(*v.Receipt)
		require.NoError(t, err)
		require.Equal(t, p, fresh, file)
	}
}
