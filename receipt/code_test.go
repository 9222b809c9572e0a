package receipt_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt"
)

func TestCode(t *testing.T) {
	c := signed(t, nil).Code
	require.Len(t, c.String(), 17)
	require.Len(t, c.Grouped(), 21)
	for _, s := range []string{
		c.String(), c.Grouped(), strings.ToLower(c.String()), " " + strings.Join(strings.Split(c.String(), ""), " – ") + "\n",
		strings.NewReplacer("0", "o", "1", "l").Replace(c.String()), strings.NewReplacer("0", "O", "1", "I").Replace(c.String()),
	} {
		got, err := receipt.ParseCode(s)
		require.NoError(t, err, s)
		require.Equal(t, c, got)
	}
	b, err := json.Marshal(c)
	require.NoError(t, err)
	var back receipt.Code
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, c, back)
	require.NoError(t, json.Unmarshal([]byte(`""`), &back))
	require.True(t, back.IsZero())
	require.Empty(t, back.Grouped())
	require.Error(t, json.Unmarshal([]byte(`"x"`), &back))
}

// TestEveryByteOfTheCode: no other byte in any place, and no two that changed places,
// give a code, save other ways to write the same one.
func TestEveryByteOfTheCode(t *testing.T) {
	for _, name := range []string{"a", "b", "c", "d"} {
		p, err := testRing(name).Sign(exampleReceipt())
		require.NoError(t, err)
		code := p.Code.String()
		for i := range len(code) {
			for c := range 256 {
				b := []byte(code)
				b[i] = byte(c)
				got, err := receipt.ParseCode(string(b))
				if err == nil {
					require.Equal(t, p.Code, got, "%q", b)
				} else {
					require.Equal(t, pagonline.CodeInputSyntax, pagonline.CodeOf(err))
				}
			}
			for j := range i {
				b := []byte(code)
				b[i], b[j] = b[j], b[i]
				if b[i] != b[j] {
					_, err := receipt.ParseCode(string(b))
					require.Error(t, err, "%q", b)
				}
			}
			_, err := receipt.ParseCode(code[:i] + code[i+1:])
			require.Error(t, err)
		}
	}
	for _, s := range []string{"", "-", strings.Repeat("0", 200), strings.Repeat("0", 18), strings.Repeat("U", 17)} {
		_, err := receipt.ParseCode(s)
		require.Error(t, err)
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"", "00000000000000000", "ABCD-EFGH-JKMN-PQRS-T", "ｏ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := receipt.ParseCode(s)
		if err != nil {
			if pagonline.CodeOf(err) != pagonline.CodeInputSyntax || !c.IsZero() {
				t.Errorf("ParseCode(%q) = %v, %v", s, c, err)
			}
			return
		}
		for _, form := range []string{c.String(), c.Grouped()} {
			if back, err := receipt.ParseCode(form); err != nil || back != c {
				t.Errorf("ParseCode(%q) = %v, %v", form, back, err)
			}
		}
	})
}
