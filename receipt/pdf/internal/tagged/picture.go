package tagged

import (
	"fmt"
	"image"
)

// Picture is an image, prepared once: sRGB, on white.
type Picture struct {
	Width, Height int // in dots
	data          []byte
}

// NewPicture prepares an image; what is transparent becomes white.
func NewPicture(img image.Image) *Picture {
	size := img.Bounds().Size()
	dots := make([]byte, 0, 3*size.X*size.Y)
	for y := range size.Y {
		for x := range size.X {
			r, g, b, a := img.At(img.Bounds().Min.X+x, img.Bounds().Min.Y+y).RGBA() // premultiplied
			white := 0xffff - a
			dots = append(dots, byte((r+white)>>8), byte((g+white)>>8), byte((b+white)>>8))
		}
	}
	return &Picture{size.X, size.Y, deflate(dots)}
}

// Draw draws a picture into box. It must be an artifact or of a figure.
func (d *Document) Draw(p *Picture, box Box) {
	d.mark()
	at := -1
	for i, known := range d.pictures {
		if known == p {
			at = i
		}
	}
	if at < 0 {
		at = len(d.pictures)
		d.pictures = append(d.pictures, p)
	}
	b := append(appendUnit(append(d.content, "q "...), box.W), " 0 0 "...)
	b = append(appendUnit(b, box.H), ' ')
	b = append(appendY(append(appendUnit(b, box.X), ' '), box.Y+box.H), " cm"...)
	b = fmt.Appendf(b, "/I%d Do Q\n", at)
	d.content = b
}

func (d *Document) writePictures(at layout) {
	for i, p := range d.pictures {
		d.stream(at.pictures+i, fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode", p.Width, p.Height), p.data)
	}
}
