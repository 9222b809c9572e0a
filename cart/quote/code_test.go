package quote_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/cart/quote"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func TestParseCode(t *testing.T) {
	for _, in := range []string{
		"CDF23456GH", "cdf23456gh", "CDF23-456GH", "C D F 2 3 4 5 6 G H", "\tcdf23\u00a0456gh\n", "CDF23–456GH",
		"cdfZ34s6GH", // as people write them
	} {
		c, err := quote.ParseCode(in)
		require.NoError(t, err, in)
		require.Equal(t, "CDF23456GH", c.String())
		require.Equal(t, "CDF23-456GH", c.Grouped())
	}
	for _, in := range []string{
		"", "CDF23456G", "CDF23456GHJ", "CDF23456G0", "CDF23456G1", "CDF23456GI", "CDF23456GL", "CDF23456GO",
		"CDF23456GA",           // no vowels
		"CDF23456GＨ",           // fullwidth
		"CDF2345٦GH",           // Arabic digit
		"CDF23456G\u200dH",     // joined by nothing
		"CDF23456G\u212a",      // the Kelvin sign
		"CDF23456G\xffH",       // no UTF-8
		"CDF23.456GH", "345/2", // other signs
		strings.Repeat(" ", 1<<20) + "CDF23456GH",
	} {
		c, err := quote.ParseCode(in)
		fails(t, err, pagonline.CodeInputSyntax, "code")
		require.True(t, c.IsZero(), in)
	}
	require.Empty(t, quote.Code{}.Grouped())
}

// TestCodesDiffer: codes are drawn from their whole alphabet.
func TestCodesDiffer(t *testing.T) {
	o := newOffice(&memory.Store{})
	seen, characters := map[string]bool{}, map[rune]int{}
	const n = 500
	for i := range n {
		code := o.issue(t, protocol(fmt.Sprintf("%d/2024", i))).Code
		seen[code.String()] = true
		for _, r := range code.String() {
			characters[r]++
		}
		read, err := quote.ParseCode(code.Grouped())
		require.NoError(t, err)
		require.Equal(t, code, read)
	}
	require.Len(t, seen, n)
	require.Len(t, characters, 25)
	for r, times := range characters {
		require.InDelta(t, n*10/25, times, 100, "%c", r) // seven times the standard deviation
	}
}

func TestCodeText(t *testing.T) {
	var c quote.Code
	require.NoError(t, c.UnmarshalText([]byte("cdf23-456gh")))
	b, err := c.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "CDF23456GH", string(b))
	require.Error(t, c.UnmarshalText([]byte("x")))
	require.NoError(t, c.UnmarshalText(nil))
	require.True(t, c.IsZero())
}

// FuzzParseCode: what is read is written in one way, and reads again.
func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"CDF23456GH", "cdf23-456gh", "", "0", "CDF23456GH\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := quote.ParseCode(s)
		if err != nil {
			require.ErrorIs(t, err, pagonline.ErrInvalid)
			require.True(t, c.IsZero())
			return
		}
		require.Len(t, c.String(), 10)
		for _, again := range []string{c.String(), c.Grouped(), strings.ToLower(c.String())} {
			read, err := quote.ParseCode(again)
			require.NoError(t, err)
			require.Equal(t, c, read)
		}
	})
}
