package tagged

import (
	"fmt"
	"slices"
	"strconv"
)

// Color is a colour of sRGB, 0xRRGGBB.
type Color uint32

// Text draws one line: its baseline begins at x, y. The line belongs to the open
// element, or to the artifact. Lines of one element that follow each other are read as
// one text; a line that another follows must end with a blank.
func (d *Document) Text(face int, x, y, size Unit, s string) {
	d.mark()
	f := d.set.faces[face]
	d.used[face] = true
	b := d.content
	b = append(b, "BT/F"...)
	b = strconv.AppendInt(b, int64(face), 10)
	b = append(appendUnit(append(b, ' '), size), " Tf "...)
	b = append(appendY(append(appendUnit(append(b, "1 0 0 1 "...), x), ' '), y), " Tm<"...)
	const hex = "0123456789ABCDEF"
	for _, r := range s {
		g := f.Glyph(r)
		if g == 0 {
			d.fail(fmt.Errorf("tagged: the font has no %U", r))
			return
		}
		if r >= 0x100 {
			d.need(face, r)
		}
		b = append(b, hex[g>>12], hex[g>>8&15], hex[g>>4&15], hex[g&15])
	}
	b = append(b, ">Tj ET\n"...)
	d.content = b
}

// Right draws a line that ends at x.
func (d *Document) Right(face int, x, y, size Unit, s string) {
	d.Text(face, x-d.set.faces[face].Width(s, size), y, size, s)
}

// need notes the repertoire of a character.
func (d *Document) need(face int, r rune) {
	d.level[face] = max(d.level[face], repertoire(r))
	if repertoire(r) > western && !slices.Contains(d.special[face], r) {
		d.special[face] = append(d.special[face], r)
	}
}

// Fill draws a box in a colour, and leaves black behind.
func (d *Document) Fill(c Color, boxes ...Box) {
	d.mark()
	d.content = append(d.color(c), '\n')
	for _, box := range boxes {
		for _, v := range []Unit{box.X, Height - box.Y - box.H, box.W, box.H} {
			d.content = append(appendUnit(d.content, v), ' ')
		}
		d.content = append(d.content, "re "...)
	}
	d.content = append(d.content, "f 0 g\n"...)
}

// Ink sets the colour of the texts that follow on the page; a page begins in black.
func (d *Document) Ink(c Color) {
	d.content = append(d.color(c), '\n')
}

func (d *Document) color(c Color) []byte {
	b := d.content
	for _, v := range []Color{c >> 16 & 255, c >> 8 & 255, c & 255} {
		b = append(appendUnit(b, Unit((int(v)*1000+127)/255)), ' ')
	}
	return append(b, "rg"...)
}

// Shape fills a path in a colour, by the even-odd rule, and leaves black behind. The
// path is written in the operators of PDF; its numbers count from the upper left corner
// of box to the right and down, across of them are the width of box.
func (d *Document) Shape(c Color, box Box, across int, path string) {
	d.mark()
	b := append(d.color(c), " q "...)
	b = append(appendFine(b, box.W, across), " 0 0 -"...)
	b = append(appendFine(b, box.W, across), ' ')
	b = append(appendY(append(appendUnit(b, box.X), ' '), box.Y), " cm\n"...)
	d.content = append(append(b, path...), " f* Q 0 g\n"...)
}

// Modules draws the dark modules of a code, each row a bit set with the leftmost module
// highest, as one path in box, on white that is one module wider.
func (d *Document) Modules(box Box, rows []uint64) { d.modules(box, rows, 1, 0) }

// LeanModules draws them with 6 % of a module less black at the left and the right, which
// is what renderers and printers add; so narrow gaps stay open.
func (d *Document) LeanModules(box Box, rows []uint64) { d.modules(box, rows, 100, 6) }

// modules draws each module as grid units wide and high.
func (d *Document) modules(box Box, rows []uint64, grid, lean int) {
	n := len(rows)
	quiet := box.W / Unit(n)
	d.Fill(0xffffff, Box{box.X - quiet, box.Y - quiet, box.W + 2*quiet, box.H + 2*quiet})
	b := d.content
	b = append(b, "q "...)
	b = append(appendFine(b, box.W, n*grid), " 0 0 -"...)
	b = append(appendFine(b, box.H, n*grid), ' ')
	b = append(appendY(append(appendUnit(b, box.X), ' '), box.Y), " cm\n"...)
	for y, row := range rows {
		for x := 0; x < n; {
			if row>>(n-1-x)&1 == 0 {
				x++
				continue
			}
			from := x
			for x < n && row>>(n-1-x)&1 == 1 {
				x++
			}
			for _, v := range [4]int{from*grid + lean, y * grid, (x-from)*grid - 2*lean, grid} {
				b = append(strconv.AppendInt(b, int64(v), 10), ' ')
			}
			b = append(b, "re\n"...)
		}
	}
	b = append(b, "f Q\n"...)
	d.content = b
}

// appendFine writes u/n in points with six decimals.
func appendFine(b []byte, u Unit, n int) []byte {
	v := int64(u) * 1000 / int64(n)
	b = append(strconv.AppendInt(b, v/1_000_000, 10), '.')
	rest := strconv.FormatInt(1_000_000+v%1_000_000, 10)
	return append(b, rest[1:]...)
}
