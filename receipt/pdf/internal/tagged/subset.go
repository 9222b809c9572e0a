package tagged

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// The repertoires. What a western document needs is embedded by most; a document with
// letters of central Europe embeds latin; any other character makes a program of its own.
const (
	western = iota
	latin
	special
)

// punctuation stands in every repertoire beside Latin-1.
const punctuation = "–—‘’“”„•…€™−"

func repertoire(r rune) int {
	switch {
	case r < 0x100 || strings.ContainsRune(punctuation, r):
		return western
	case r < lowRunes, r >= 0x1e00 && r < 0x1f00:
		return latin
	default:
		return special
	}
}

// program is a font program cut down to some characters, with what a PDF says of it.
type program struct {
	tag       string // six letters that stand for its content
	file      []byte // TrueType, deflated
	length    int    // before
	toUnicode []byte // CMap, deflated
	widths    []byte // the array W
}

// program returns the prepared program of a repertoire, or one that holds the
// western one and extra.
func (f *Face) program(level int, extra []rune) program {
	if level == special {
		return f.cut(func(r rune) bool { return repertoire(r) == western || slices.Contains(extra, r) })
	}
	p := &f.prepared[level]
	p.once.Do(func() { p.program = f.cut(func(r rune) bool { return repertoire(r) <= level }) })
	return p.program
}

// cut makes a program of the characters that keep names. Glyphs keep their numbers,
// those that go are left empty; instructions go, since printers do not need them.
func (f *Face) cut(keep func(rune) bool) program {
	names := make(map[uint16]rune, 512) // of each glyph, the lowest of its characters
	for r, g := range f.glyphs {
		if old, twice := names[g]; keep(r) && (!twice || r < old) {
			names[g] = r
		}
	}
	used := map[uint16]bool{}
	f.use(0, used)
	for g := range names {
		f.use(g, used)
	}
	var p program
	ttf := f.build(used)
	p.length, p.file = len(ttf), deflate(ttf)
	sum := sha256.Sum256(ttf)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	p.tag = string(tag)
	sorted := make([]uint16, 0, len(names))
	for g := range names {
		sorted = append(sorted, g)
	}
	slices.Sort(sorted)
	p.toUnicode, p.widths = deflate(unicodeMap(sorted, names)), f.widthArray(sorted)
	return p
}

// use marks a glyph and those it is composed of.
func (f *Face) use(g uint16, used map[uint16]bool) {
	if used[g] || int(g) >= len(f.widths) {
		return
	}
	used[g] = true
	for _, part := range components(f.outline(g)) {
		f.use(be16(part, 2), used)
	}
}

func (f *Face) outline(g uint16) []byte {
	from, to := f.loca[g], f.loca[g+1]
	if to <= from {
		return nil
	}
	return f.tables["glyf"][from:to]
}

// components returns the records of a composed glyph; they hold flags and glyph number.
func components(outline []byte) [][]byte {
	if len(outline) < 10 || int16(be16(outline, 0)) >= 0 {
		return nil
	}
	var parts [][]byte
	for rest := outline[10:]; len(rest) >= 6; {
		flags, size := be16(rest, 0), 6
		if flags&0x1 != 0 { // words
			size += 2
		}
		switch {
		case flags&0x8 != 0: // one scale
			size += 2
		case flags&0x40 != 0: // two
			size += 4
		case flags&0x80 != 0: // a matrix
			size += 8
		}
		if size > len(rest) {
			break
		}
		parts = append(parts, rest[:size])
		if rest = rest[size:]; flags&0x20 == 0 { // the last
			break
		}
	}
	return parts
}

// bare returns an outline without its instructions.
func bare(outline []byte) []byte {
	if len(outline) < 10 {
		return nil
	}
	contours := int(int16(be16(outline, 0)))
	if contours >= 0 {
		at := 10 + 2*contours
		if at+2 > len(outline) {
			return outline
		}
		n := int(be16(outline, at))
		if at+2+n > len(outline) {
			return outline
		}
		return slices.Concat(outline[:at], []byte{0, 0}, outline[at+2+n:])
	}
	out := slices.Clone(outline[:10])
	for _, part := range components(outline) {
		from := len(out)
		out = append(out, part...)
		binary.BigEndian.PutUint16(out[from:], be16(part, 0)&^0x100)
	}
	return out
}

func (f *Face) build(used map[uint16]bool) []byte {
	var glyf []byte
	loca := make([]byte, 0, 4*len(f.loca))
	hmtx := make([]byte, 4*len(f.widths))
	long := int(be16(f.tables["hhea"], 34))
	for g := range len(f.widths) {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if !used[uint16(g)] {
			continue
		}
		glyf = append(glyf, bare(f.outline(uint16(g)))...)
		glyf = append(glyf, make([]byte, -len(glyf)&3)...)
		copy(hmtx[4*g:], f.tables["hmtx"][4*min(g, long-1):][:2])
		if g < long {
			copy(hmtx[4*g+2:], f.tables["hmtx"][4*g+2:][:2])
		} else if at := 4*long + 2*(g-long); at+2 <= len(f.tables["hmtx"]) {
			copy(hmtx[4*g+2:], f.tables["hmtx"][at:][:2])
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head, hhea, maxp := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"]), slices.Clone(f.tables["maxp"])
	binary.BigEndian.PutUint32(head[8:], 0)                      // checkSumAdjustment, below
	binary.BigEndian.PutUint16(head[50:], 1)                     // long offsets
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(f.widths))) // all widths are long
	return sfnt([]string{"glyf", "head", "hhea", "hmtx", "loca", "maxp"}, [][]byte{glyf, head, hhea, hmtx, loca, maxp})
}

// sfnt puts tables together, in the order of their names.
func sfnt(names []string, tables [][]byte) []byte {
	n := len(names)
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{n, 64, 2, 16*n - 64} { // 64 = 16 times the power of two below 6 tables
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	at, head := 12+16*n, 0
	for i, t := range tables {
		out = append(out, names[i]...)
		for _, v := range []uint32{checksum(t), uint32(at), uint32(len(t))} {
			out = binary.BigEndian.AppendUint32(out, v)
		}
		if names[i] == "head" {
			head = at
		}
		at += (len(t) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t...)
		out = append(out, make([]byte, -len(t)&3)...)
	}
	binary.BigEndian.PutUint32(out[head+8:], 0xb1b0afba-checksum(out))
	return out
}

func checksum(b []byte) (sum uint32) {
	for len(b) >= 4 {
		sum, b = sum+be32(b, 0), b[4:]
	}
	var last [4]byte
	copy(last[:], b)
	return sum + be32(last[:], 0)
}

// unicodeMap writes the CMap that tells the character of each glyph.
func unicodeMap(glyphs []uint16, names map[uint16]rune) []byte {
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for chunk := range slices.Chunk(glyphs, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(chunk))
		for _, g := range chunk {
			fmt.Fprintf(&b, "<%04X> <", g)
			for _, u := range utf16be(string(names[g])) {
				fmt.Fprintf(&b, "%02X", u)
			}
			b.WriteString(">\n")
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\n% of the dictionary\nend\n")
	return b.Bytes()
}

// widthArray writes runs of glyphs that follow each other: [first [w w w] …].
func (f *Face) widthArray(glyphs []uint16) []byte {
	b := []byte{'['}
	for i, g := range glyphs {
		if i == 0 || g != glyphs[i-1]+1 {
			if i > 0 {
				b = append(b, ']')
			}
			b = fmt.Appendf(b, "%d[", g)
		}
		b = fmt.Appendf(b, "%d ", f.widths[g])
	}
	return append(b, "]]"...)
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w, _ := zlib.NewWriterLevel(&out, zlib.BestCompression) // the level exists
	_, _ = w.Write(b)                                       // a buffer takes all
	_ = w.Close()
	return out.Bytes()
}
