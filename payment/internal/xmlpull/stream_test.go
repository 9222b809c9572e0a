package xmlpull_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// sameFromStream reads src from memory and, through windows of several sizes, from a
// stream; tokens and errors must be the same.
func sameFromStream(t *testing.T, src string) {
	t.Helper()
	want, wantErr := tokens(src, xmlpull.Limits{})
	for _, size := range []int{1, 2, 3, 7, 64} {
		got, err := lines(xmlpull.NewWindow(strings.NewReader(src), size, xmlpull.Limits{}))
		require.Equal(t, wantErr == nil, err == nil, "%q, window of %d: %v, %v", src, size, wantErr, err)
		if wantErr == nil {
			require.Equal(t, want, got, "%q, window of %d", src, size)
			continue
		}
		require.LessOrEqual(t, len(want), len(got), "what is good before an error is read: %q", src)
	}
}

// TestStream: where the window ends makes no difference.
func TestStream(t *testing.T) {
	for _, src := range append(wellFormed, malformed...) {
		sameFromStream(t, src)
	}
}

func FuzzStream(f *testing.F) {
	for _, src := range append(wellFormed, malformed...) {
		f.Add(src)
	}
	f.Fuzz(sameFromStream)
}

// longDocument is a document of many rows.
type longDocument struct {
	rows  int
	begun bool
	rest  string
}

func (e *longDocument) Read(p []byte) (int, error) {
	if e.rest == "" {
		switch {
		case !e.begun:
			e.begun, e.rest = true, `<r:rows xmlns:r="urn:rows">`
		case e.rows > 0:
			e.rows--
			e.rest = "<row n=\"1\">\n\t<amount>12.50</amount><text>à &amp; b</text></row>\n"
		case e.rows == 0:
			e.rows--
			e.rest = "</r:rows>"
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// TestStreamTakesNoMemory: a long document needs no more than a short one.
func TestStreamTakesNoMemory(t *testing.T) {
	read := func(rows int) func() {
		return func() {
			r := xmlpull.NewStream(&longDocument{rows: rows}, xmlpull.Limits{Total: 1 << 30, Nodes: 1 << 30})
			for kind := xmlpull.Start; kind != xmlpull.EOF; {
				var err error
				if kind, err = r.Next(); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	short, long := testing.AllocsPerRun(1, read(10)), testing.AllocsPerRun(1, read(50_000))
	require.Less(t, long, short+60_000*0.01, "some for each window, none for a row")
}

func TestStreamErrors(t *testing.T) {
	broken := errors.New("line dropped")
	_, err := lines(xmlpull.NewStream(io.MultiReader(strings.NewReader("<a>"), iotest.ErrReader(broken)), xmlpull.Limits{}))
	require.ErrorIs(t, err, broken)

	_, err = lines(xmlpull.NewWindow(strings.NewReader("<a>4567</a>"), 4, xmlpull.Limits{Total: 10}))
	require.ErrorContains(t, err, "too large")

	_, err = lines(xmlpull.NewWindow(strings.NewReader("<a>45\x01</a>"), 4, xmlpull.Limits{}))
	var syntax *xmlpull.SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.Equal(t, 5, syntax.Offset)
}

func TestReset(t *testing.T) {
	var r xmlpull.Reader
	for _, src := range append(malformed, wellFormed...) {
		r.Reset([]byte(src), xmlpull.Limits{})
		want, wantErr := tokens(src, xmlpull.Limits{})
		got, err := lines(&r)
		require.Equal(t, wantErr, err)
		require.Equal(t, want, got)
	}
	src := []byte(`<?xml version="1.0"?><p:a xmlns:p="u"><b c="1">x&amp;y</b></p:a>`)
	require.Zero(t, testing.AllocsPerRun(10, func() {
		r.Reset(src, xmlpull.Limits{})
		for kind := xmlpull.Start; kind != xmlpull.EOF; {
			kind, _ = r.Next()
		}
	}), "another document takes nothing")
}
