package receipt_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/receipt"
)

func TestCanonicalGolden(t *testing.T) {
	b, err := made(t, nil).Canonical()
	require.NoError(t, err)
	golden(t, "canonical.json", string(b))
	require.NotContains(t, string(b), "\n")
}

// TestCanonicalStrings: the string of RFC 8785, section 3.2.2, and what Go would escape.
func TestCanonicalStrings(t *testing.T) {
	r := made(t, nil)
	for in, want := range map[string]string{
		"€$\u000F\nA'B\"\\\\\"/":         `€$\u000f\nA'B\"\\\\\"/`,
		"<b>&\u2028\u2029\u007f\b\f\r\t": "<b>&\u2028\u2029\u007f" + `\b\f\r\t`,
		"\x00\x1f":                       `\u0000\u001f`,
		"\ufffd 𝒳":                       "\ufffd 𝒳",
		"\xff":                           "\ufffd", // not UTF-8
	} {
		r.PSP.Name = in
		b, err := r.Canonical()
		require.NoError(t, err)
		require.Contains(t, string(b), `"psp":{"name":"`+want+`"}`)
		require.True(t, json.Valid(b))
	}
}

func TestCanonicalIsOne(t *testing.T) {
	r := made(t, nil)
	want, err := r.Canonical()
	require.NoError(t, err)
	r.PaidAt = r.PaidAt.UTC()
	got, err := r.Canonical()
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "one instant, one text")

	r.Items = nil
	none, err := r.Canonical()
	require.NoError(t, err)
	r.Items = []receipt.Item{}
	empty, err := r.Canonical()
	require.NoError(t, err)
	require.Equal(t, string(none), string(empty))

	// Everything that the ordinary JSON has is signed.
	r = made(t, nil)
	r.Rendering = &receipt.Rendering{Renderer: "x 1", Language: "it", Fonts: []string{"f"}}
	plain, err := json.Marshal(r)
	require.NoError(t, err)
	b, err := r.Canonical()
	require.NoError(t, err)
	require.JSONEq(t, string(plain), string(b))
}

func TestParseRefuses(t *testing.T) {
	good, err := made(t, nil).Canonical()
	require.NoError(t, err)
	_, err = receipt.Parse(append(bytes.Clone(good), " \n"...))
	require.NoError(t, err)
	_, err = receipt.Parse(bytes.Replace(good, []byte("{"), []byte(`{"later":[1],`), 1))
	require.NoError(t, err, "a member of a later version")
	for _, in := range []string{
		"", "null", "{}", "[]", string(good) + "{}", string(good) + "x", string(good[:len(good)-1]),
		strings.Replace(string(good), `"schemaVersion":1`, `"schemaVersion":2`, 1),
		strings.Replace(string(good), `"amount":"12.50"`, `"amount":12.50`, 1),
		strings.Replace(string(good), `"quantity":1`, `"quantity":1e1000000000`, 1),
		strings.Repeat("[", 2<<20), `{"items":` + strings.Repeat("[", 100_000),
	} {
		_, err := receipt.Parse([]byte(in))
		require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
		require.Equal(t, "receipt", pagonline.AsError(err).Field)
	}
}

// FuzzCanonical holds that the canonical form of what was read from it is itself.
func FuzzCanonical(f *testing.F) {
	b, err := exampleReceipt().Canonical()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"schemaVersion":1,"items":null,"paidAt":"2026-11-23T10:00:00Z","payer":{"name":"<\u2028>"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := receipt.Parse(b)
		if err != nil {
			return
		}
		first, err := r.Canonical()
		if err != nil {
			return // an instant out of range
		}
		again, err := receipt.Parse(first)
		if err != nil {
			t.Fatalf("%s does not come back: %v", first, err)
		}
		second, err := again.Canonical()
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s became %s, %v", first, second, err)
		}
	})
}

func TestCanonicalOutOfRange(t *testing.T) {
	r := made(t, nil)
	r.PaidAt = time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := r.Canonical()
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
	r = made(t, func(rt *payment.RT) { rt.Transfers[0].Remittance = strings.Repeat("x", 2<<20) })
	_, err = r.Canonical()
	require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
}
