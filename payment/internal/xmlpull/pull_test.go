package xmlpull_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

var leaves = []string{
	`<a><b>1</b><b></b> <b>2</b><c/><b>3</b ><b>x&amp;</b><b>]</b></a>`, `<b>1</b>`, `<a><b/><b>1</b></a>`, `<a>x<b>1</b></a>`, `<a><!-- --><b>1</b></a>`,
	`<a xmlns="u"><b>1</b><c xmlns=""><b>1</b></c></a>`, `<p:a xmlns:p="u"><p:b>1</p:b><b>1</b></p:a>`, `<a><b>1<b>2</b></b></a>`, `<a><b>1</c></a>`, `<a><b>1</b`, `<a><b>1`,
	"<a>\n\t        <b>1\r\n</b>\n         </a>", `<a><b c="d">1</b></a>`, `<a><bb>1</bb><b>1</bb></a>`, `<a><b><![CDATA[1]]></b></a>`,
}

// FuzzLeaf: Leaf reads what NextTag and NextText would have read, and nothing else.
func FuzzLeaf(f *testing.F) {
	for _, src := range append(leaves, wellFormed...) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		limits := xmlpull.Limits{Depth: 3, Nodes: 12, Text: 20}
		fast, plain := xmlpull.New([]byte(src), limits), xmlpull.New([]byte(src), limits)
		for {
			text, ok := fast.Leaf("b")
			kind, err := plain.NextTag()
			if !ok {
				same, sameErr := fast.NextTag()
				require.Equal(t, kind, same, "%q", src)
				require.Equal(t, err, sameErr, "%q", src)
				if err != nil || kind == xmlpull.EOF {
					return
				}
				continue
			}
			require.NoError(t, err)
			require.Equal(t, xmlpull.Start, kind, "%q", src)
			require.True(t, plain.Is("", "b"), "%q", src)
			require.Empty(t, plain.Attrs())
			want, stop, err := plain.NextText()
			require.NoError(t, err)
			require.Equal(t, xmlpull.End, stop)
			require.Equal(t, string(want), string(text), "%q", src)
			require.Equal(t, plain.Offset(), fast.Offset())
		}
	})
}

func TestLeaf(t *testing.T) {
	r := xmlpull.New([]byte(leaves[0]), xmlpull.Limits{})
	_, ok := r.Leaf("a")
	require.False(t, ok, "not the root")
	_, err := r.NextTag()
	require.NoError(t, err)
	_, ok = r.Leaf("c")
	require.False(t, ok, "another comes")
	for _, want := range []string{"1", "", "2"} {
		text, ok := r.Leaf("b")
		require.True(t, ok)
		require.Equal(t, want, string(text))
	}
}
