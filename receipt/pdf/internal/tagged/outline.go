package tagged

import (
	"fmt"
	"strconv"
)

// Watermark draws s as outlines, rising at 45 degrees from x, y: it is seen, and stays
// out of the text that readers and search programs find. It must be an artifact.
func (d *Document) Watermark(face int, x, y, size Unit, c Color, s string) {
	slope := Unit(int64(size) * 707107 / 1_000_000)
	d.outlines(face, [4]Unit{slope, slope, -slope, slope}, x, y, c, s)
}

// Outline draws s as outlines: a word that is a picture. It must be an artifact or of a
// figure.
func (d *Document) Outline(face int, x, y, size Unit, c Color, s string) {
	d.outlines(face, [4]Unit{size, 0, 0, size}, x, y, c, s)
}

func (d *Document) outlines(face int, matrix [4]Unit, x, y Unit, c Color, s string) {
	d.mark()
	f := d.set.faces[face]
	b := append(d.color(c), " q "...)
	for _, v := range matrix { // the units of outlines are thousandths of the size
		if v < 0 {
			b, v = append(b, '-'), -v
		}
		b = append(appendFine(b, v, 1000), ' ')
	}
	b = append(appendY(append(appendUnit(b, x), ' '), y), " cm\n"...)
	path, err := f.words(s)
	if err != nil {
		d.fail(err)
	}
	b = append(b, path...)
	b = append(b, "f Q 0 g\n"...)
	d.content = b
}

// words returns the path of a text. Papers draw a few words over and over: their paths
// are kept.
func (f *Face) words(s string) ([]byte, error) {
	if known, ok := f.paths.Load(s); ok {
		if path, ok := known.([]byte); ok {
			return path, nil
		}
	}
	var path []byte
	at := 0
	for _, r := range s {
		g := f.Glyph(r)
		if g == 0 {
			return nil, fmt.Errorf("tagged: the font has no %U", r)
		}
		path = f.appendOutline(path, g, at, 0, 0)
		at += int(f.widths[g])
	}
	f.paths.Store(s, path)
	return path, nil
}

// corner is a point of an outline, in thousandths of the size.
type corner struct {
	x, y  int
	curve bool // a control point, not on the line
}

// appendOutline writes the path of a glyph, moved to the right and up.
func (f *Face) appendOutline(b []byte, g uint16, dx, dy, depth int) []byte {
	outline := f.outline(g)
	if len(outline) < 10 || depth > 4 {
		return b
	}
	if int16(be16(outline, 0)) < 0 {
		for _, part := range components(outline) {
			px, py := 0, 0
			switch flags := be16(part, 0); {
			case flags&0x3 == 0x3: // words, and an offset
				px, py = int(int16(be16(part, 4))), int(int16(be16(part, 6)))
			case flags&0x2 != 0:
				px, py = int(int8(part[4])), int(int8(part[5]))
			}
			b = f.appendOutline(b, be16(part, 2), dx+f.milli(px), dy+f.milli(py), depth+1)
		}
		return b
	}
	for _, contour := range f.contours(outline) {
		b = appendContour(b, contour, dx, dy)
	}
	return b
}

// contours reads a simple glyph. What lies outside its bytes ends it.
func (f *Face) contours(outline []byte) (all [][]corner) {
	defer func() {
		if recover() != nil {
			all = nil
		}
	}()
	n := int(be16(outline, 0))
	total := int(be16(outline, 8+2*n)) + 1
	rest := outline[10+2*n:]
	rest = rest[2+int(be16(rest, 0)):]
	flags := make([]byte, 0, total)
	for len(flags) < total {
		flag := rest[0]
		rest = rest[1:]
		flags = append(flags, flag)
		if flag&0x8 != 0 {
			for range rest[0] {
				flags = append(flags, flag)
			}
			rest = rest[1:]
		}
	}
	points := make([]corner, total)
	read := func(short, same byte, put func(*corner, int)) {
		v := 0
		for i := range points {
			switch flag := flags[i]; {
			case flag&short != 0 && flag&same != 0:
				v, rest = v+int(rest[0]), rest[1:]
			case flag&short != 0:
				v, rest = v-int(rest[0]), rest[1:]
			case flag&same == 0:
				v, rest = v+int(int16(be16(rest, 0))), rest[2:]
			}
			put(&points[i], f.milli(v))
		}
	}
	read(0x2, 0x10, func(c *corner, v int) { c.x = v })
	read(0x4, 0x20, func(c *corner, v int) { c.y = v })
	for i := range points {
		points[i].curve = flags[i]&0x1 == 0
	}
	from := 0
	for i := range n {
		to := int(be16(outline, 10+2*i)) + 1
		all = append(all, points[from:to])
		from = to
	}
	return all
}

// appendContour writes a closed line. TrueType's curves have one control point, those
// of PDF two; between two control points lies a point that is not written.
func appendContour(b []byte, points []corner, dx, dy int) []byte {
	n := len(points)
	if n < 2 {
		return b
	}
	middle := func(p, q corner) corner { return corner{(p.x + q.x) / 2, (p.y + q.y) / 2, false} }
	start, first := points[0], 1
	if start.curve {
		if start, first = points[n-1], 0; start.curve {
			start = middle(start, points[0])
		}
	}
	put := func(operator string, corners ...corner) {
		for _, c := range corners {
			b = append(strconv.AppendInt(b, int64(c.x+dx), 10), ' ')
			b = append(strconv.AppendInt(b, int64(c.y+dy), 10), ' ')
		}
		b = append(b, operator...)
	}
	put("m\n", start)
	last := start
	for i := range n - first + 1 {
		p := start
		if i < n-first {
			p = points[first+i]
		}
		if !p.curve {
			put("l\n", p)
			last = p
			continue
		}
		next := start
		if first+i+1 < n {
			if next = points[first+i+1]; next.curve {
				next = middle(p, next)
			}
		}
		put("c\n", corner{(last.x + 2*p.x) / 3, (last.y + 2*p.y) / 3, false}, corner{(next.x + 2*p.x) / 3, (next.y + 2*p.y) / 3, false}, next)
		last = next
	}
	return append(b, "h\n"...)
}
