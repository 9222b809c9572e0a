package tagged_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

func set(t *testing.T) *tagged.Set {
	t.Helper()
	s, err := tagged.NewSet(liberationsansregular.TTF)
	require.NoError(t, err)
	return s
}

func TestMM(t *testing.T) {
	require.Equal(t, tagged.Width, tagged.MM(21000))
	require.Equal(t, tagged.Height, tagged.MM(29700))
	require.Equal(t, 28_346*tagged.Point/1000, tagged.MM(1000))
}

// TestOrder makes the mistakes that Bytes reports, and uses the room of each again.
func TestOrder(t *testing.T) {
	s := set(t)
	for name, draw := range map[string]func(d *tagged.Document){
		"no page":            func(*tagged.Document) {},
		"text of no element": func(d *tagged.Document) { d.Page(); d.Text(0, 0, 0, tagged.Point, "x") },
		"text of no page":    func(d *tagged.Document) { d.Open(tagged.H1); d.Text(0, 0, 0, tagged.Point, "x"); d.Close() },
		"not closed":         func(d *tagged.Document) { d.Page(); d.Open(tagged.H1) },
		"closed twice":       func(d *tagged.Document) { d.Page(); d.Close() },
		"artifact in itself": func(d *tagged.Document) { d.Page(); d.Artifact("", func() { d.Artifact("", func() {}) }) },
		"a character more":   func(d *tagged.Document) { d.Page(); d.Open(tagged.H1); d.Text(0, 0, 0, tagged.Point, "漢"); d.Close() },
	} {
		d := s.New(tagged.Info{Title: "t", Lang: "it"})
		draw(d)
		_, err := d.Bytes()
		require.Error(t, err, name)
	}
	d := s.New(tagged.Info{Title: "t", Lang: "it"})
	d.Page()
	d.Open(tagged.H1)
	d.Text(0, 0, 0, tagged.Point, "x")
	d.Close()
	_, err := d.Bytes()
	require.NoError(t, err)
}

func TestWrap(t *testing.T) {
	f := set(t).Face(0)
	size := 10 * tagged.Point
	text := "parole di varia misura e " + strings.Repeat("lunghissima", 10) + " fine"
	lines := f.Wrap(text, size, tagged.MM(3000))
	require.Greater(t, len(lines), 5)
	require.Equal(t, text, strings.Join(lines, ""))
	for _, line := range lines {
		require.LessOrEqual(t, f.Width(strings.TrimRight(line, " "), size), tagged.MM(3000))
	}
	require.Equal(t, []string{""}, f.Wrap("", size, 10))
	require.Len(t, f.Wrap("abc", size, 0), 3, "a line has one character at least")
}

// FuzzFace says: no file makes the reader of fonts fail.
func FuzzFace(f *testing.F) {
	f.Add(liberationsansregular.TTF[:2000])
	f.Add([]byte("\x00\x01\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, file []byte) {
		face, err := tagged.NewFace(file)
		require.Equal(t, err != nil, face == nil)
	})
}

// FuzzFit says: what fits is drawn, and fits again as it is.
func FuzzFit(f *testing.F) {
	s, err := tagged.NewSet(liberationsansregular.TTF)
	require.NoError(f, err)
	f.Add("Mario  Rossi")
	f.Add("e\u0301 \u2011 \u00ad")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, text string) {
		fitted, r, ok := s.Fit(text)
		if !ok {
			require.NotZero(t, r)
			return
		}
		again, _, ok := s.Fit(fitted)
		require.True(t, ok)
		require.Equal(t, fitted, again)
		d := s.New(tagged.Info{Title: "t", Lang: "it"})
		d.Page()
		d.Open(tagged.H1)
		d.Text(0, 0, 0, tagged.Point, fitted)
		d.Close()
		file, err := d.Bytes()
		require.NoError(t, err)
		plain, ok := tagged.Unpacked(file)
		require.True(t, ok)
		require.True(t, bytes.HasPrefix(plain, []byte("%PDF-1.7")))
	})
}
