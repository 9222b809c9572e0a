package pdf_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/receipt/pdf"
	"github.com/pagonline/pagonline/receipt/pdf/internal/check"
)

// logoFile returns a PNG: a blue disc on nothing.
func logoFile(w, h int) []byte {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			if dx, dy := 2*x-w, 2*y-h; dx*dx+dy*dy < h*h {
				img.Set(x, y, color.NRGBA{B: 180, A: 255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a mistake of the test
	}
	return b.Bytes()
}

func TestLogo(t *testing.T) {
	p := must(pdf.New(pdf.Config{}))
	for _, size := range [][2]int{{354, 354}, {354, 100}, {10, 300}} {
		n := testNotice(3, false)
		n.Creditor.Logo = must(pdf.NewLogo(logoFile(size[0], size[1])))
		file := must(p.Notice(n))
		require.Empty(t, check.File(file))
		require.True(t, bytes.Equal(file, must(p.Notice(n))))
	}
	for _, file := range [][]byte{nil, []byte("<svg/>"), logoFile(1201, 1), make([]byte, 1<<20+1), logoFile(300, 300)[:200]} {
		_, err := pdf.NewLogo(file)
		require.Error(t, err)
	}
}

// TestPagoPA draws the logo of pagoPA where there is one, its name where there is none.
func TestPagoPA(t *testing.T) {
	for _, size := range [][2]int{{354, 240}, {354, 100}, {10, 300}} {
		p := must(pdf.New(pdf.Config{PagoPA: must(pdf.NewLogo(logoFile(size[0], size[1])))}))
		file := must(p.Notice(testNotice(12, false)))
		require.Empty(t, check.File(file))
		require.Contains(t, string(file), fmt.Sprintf("/Width %d/Height %d", size[0], size[1]))
		require.Contains(t, string(file), "/Alt(pagoPA)")
	}
	require.NotContains(t, string(must(must(pdf.New(pdf.Config{})).Notice(testNotice(0, false)))), "/Subtype/Image")
}

func ExampleNewLogo() {
	_, err := pdf.NewLogo([]byte("<svg/>"))
	fmt.Println(err)
	// Output: pdf: logo: image: unknown format
}
