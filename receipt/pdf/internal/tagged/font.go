package tagged

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// errFont says that a font program is none that can be embedded.
var errFont = errors.New("pdf: not a TrueType font with outlines and a Unicode map")

// Face is a TrueType font, read once and used by many documents at the same time.
type Face struct {
	tables  map[string][]byte
	name    string
	glyphs  map[rune]uint16
	low     [lowRunes]uint16 // the same for the first runes, quicker
	widths  []uint16         // of each glyph, in thousandths of the size
	upem    int
	ascent  int
	descent int
	cap     int
	bbox    [4]int
	loca    []uint32
	paths   sync.Map // of words that were drawn as outlines: string to []byte

	prepared [2]struct { // programs of the repertoires western and latin
		once sync.Once
		program
	}
}

const lowRunes = 0x250

// NewFace reads a TrueType font. It must have outlines in its table glyf, a Unicode
// map of format 4 or 12, and allow itself to be embedded.
func NewFace(ttf []byte) (face *Face, err error) {
	f := &Face{tables: map[string][]byte{}, glyphs: map[rune]uint16{}}
	// Offsets in the file may point anywhere: what lies outside is an error, not a panic.
	defer func() {
		if recover() != nil {
			face, err = nil, errFont
		}
	}()
	for i := range int(be16(ttf, 4)) {
		e := ttf[12+16*i:]
		from, size := be32(e, 8), be32(e, 12)
		f.tables[string(e[:4])] = slices.Clip(ttf[from : uint64(from)+uint64(size)])
	}
	head, hhea, maxp, os2 := f.tables["head"], f.tables["hhea"], f.tables["maxp"], f.tables["OS/2"]
	if f.tables["glyf"] == nil || os2 == nil || be16(os2, 8)&0x2 != 0 { // fsType: restricted licence
		return nil, errFont
	}
	f.upem = int(be16(head, 18))
	f.ascent, f.descent = f.milli(int(int16(be16(hhea, 4)))), f.milli(int(int16(be16(hhea, 6))))
	f.cap = f.ascent * 7 / 10
	if be16(os2, 0) >= 2 {
		f.cap = f.milli(int(int16(be16(os2, 88))))
	}
	for i := range f.bbox {
		f.bbox[i] = f.milli(int(int16(be16(head, 36+2*i))))
	}
	n := int(be16(maxp, 4))
	f.readWidths(n, int(be16(hhea, 34)))
	f.readLoca(n, be16(head, 50) != 0)
	f.readNames()
	if !f.readMap() || f.Glyph(' ') == 0 {
		return nil, errFont
	}
	return f, nil
}

// milli turns units of the font into thousandths of its size.
func (f *Face) milli(v int) int { return v * 1000 / f.upem }

func (f *Face) readWidths(glyphs, long int) {
	f.widths = make([]uint16, glyphs)
	for g := range f.widths {
		f.widths[g] = uint16((int(be16(f.tables["hmtx"], 4*min(g, long-1)))*1000 + f.upem/2) / f.upem)
	}
}

func (f *Face) readLoca(glyphs int, long bool) {
	f.loca = make([]uint32, glyphs+1)
	for g := range f.loca {
		if long {
			f.loca[g] = be32(f.tables["loca"], 4*g)
		} else {
			f.loca[g] = 2 * uint32(be16(f.tables["loca"], 2*g))
		}
		_ = f.tables["glyf"][f.loca[g]:] // inside
	}
}

// Name returns the PostScript name of the font.
func (f *Face) Name() string { return f.name }

// readNames takes the PostScript name, in ASCII.
func (f *Face) readNames() {
	f.name = "Font"
	t := f.tables["name"]
	for i := range int(be16(t, 2)) {
		e := t[6+12*i:]
		if be16(e, 6) != 6 {
			continue
		}
		from := int(be16(t, 4)) + int(be16(e, 10))
		name := strings.Map(func(r rune) rune {
			if r > ' ' && r < 0x7f && !strings.ContainsRune("()<>[]{}/%#", r) {
				return r
			}
			return -1
		}, string(t[from:from+int(be16(e, 8))]))
		if name != "" {
			f.name = name
			return
		}
	}
}

// readMap reads the widest Unicode map.
func (f *Face) readMap() bool {
	t, best, offset := f.tables["cmap"], 0, 0
	for i := range int(be16(t, 2)) {
		e := t[4+8*i:]
		at := int(be32(e, 4))
		switch id, format := uint32(be16(e, 0))<<16|uint32(be16(e, 2)), be16(t, at); {
		case format == 12 && (id == 3<<16|10 || id>>16 == 0):
			best, offset = 12, at
		case format == 4 && best < 4 && (id == 3<<16|1 || id>>16 == 0):
			best, offset = 4, at
		}
	}
	switch sub := t[offset:]; best {
	case 12:
		var next uint32 // groups rise
		for i := range int(be32(sub, 12)) {
			first, last, g := be32(sub, 16+12*i), be32(sub, 20+12*i), be32(sub, 24+12*i)
			if first < next || last < first || last > unicode.MaxRune {
				return false
			}
			next = last + 1
			for r := first; r <= last; r++ {
				f.put(rune(r), uint16(g+r-first))
			}
		}
	case 4:
		f.readSegments(sub)
	}
	return best != 0
}

func (f *Face) readSegments(sub []byte) {
	n := int(be16(sub, 6)) // twice the segments
	for i := 0; i < n; i += 2 {
		last, first, delta, at := be16(sub, 14+i), be16(sub, 16+n+i), be16(sub, 16+2*n+i), 16+3*n+i
		for r := int(first); r <= int(last) && r < 0xffff; r++ {
			g := uint16(r) + delta
			if skip := int(be16(sub, at)); skip != 0 {
				if g = be16(sub, at+skip+2*(r-int(first))); g != 0 {
					g += delta
				}
			}
			f.put(rune(r), g)
		}
	}
}

func (f *Face) put(r rune, g uint16) {
	if g == 0 || int(g) >= len(f.widths) {
		return
	}
	f.glyphs[r] = g
	if r < lowRunes {
		f.low[r] = g
	}
}

// Glyph returns the glyph of r, 0 if the font has none.
func (f *Face) Glyph(r rune) uint16 {
	if r >= 0 && r < lowRunes {
		return f.low[r]
	}
	return f.glyphs[r]
}

// Width returns how wide s is at the size.
func (f *Face) Width(s string, size Unit) Unit {
	var w int
	for _, r := range s {
		w += int(f.widths[f.Glyph(r)])
	}
	return Unit((int64(w)*int64(size) + 500) / 1000)
}

func be16(b []byte, at int) uint16 { return binary.BigEndian.Uint16(b[at:]) }
func be32(b []byte, at int) uint32 { return binary.BigEndian.Uint32(b[at:]) }
