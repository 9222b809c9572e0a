package catalog_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
)

// letters returns the letters of a text, small.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

// FuzzRecognise: whatever stands around it, the name of an institute is found, in
// capitals too, unless one as long is; and what is found stands in the text.
func FuzzRecognise(f *testing.F) {
	c, err := load.Sample()
	if err != nil {
		f.Fatal(err)
	}
	institutes := c.Institutes()
	f.Add("", " prot. 345/2024", uint8(0))
	f.Add("ARCHIVIO DI STATO DI", "- Sezione di Imola", uint8(1))
	f.Add("A.S. di Livorno, SabapAL, BU Padova", "", uint8(3))
	f.Add("\xff\u0300", "’", uint8(2))
	f.Fuzz(func(t *testing.T, before, after string, i uint8) {
		want := institutes[int(i)%len(institutes)].Name
		for _, name := range []string{want, strings.ToUpper(want)} {
			in, ok := c.Recognise(before + " " + name + " " + after)
			require.True(t, ok, name)
			require.GreaterOrEqual(t, len(letters(in.Name)), len(letters(want)))
		}
		if in, ok := c.Recognise(before); ok && len(before) == len([]rune(before)) {
			require.True(t, slices.ContainsFunc(catalog.Called(in), func(name string) bool {
				return strings.Contains(letters(before), letters(name))
			}))
		}
	})
}

func BenchmarkRecognise(b *testing.B) {
	c, err := load.Sample()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.Recognise("ARCHIVIO DI STATO DI PISTOIA prot. 345/2024 riproduzione di 12 carte, busta 3")
	}
}
