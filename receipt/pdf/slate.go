package pdf

import (
	"strings"

	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// slate is a notice in the making: a paper on which everything has its place.
type slate struct {
	paper
	first  *words
	second *words // nil for one language
	n      Notice
}

// The greys of the notice. The official one of second texts is #7C7C7B; this one is a
// shade darker, so that small letters have the contrast that WCAG asks for (4.5 to 1).
const (
	bandGrey   tagged.Color = 0xececec
	secondGrey tagged.Color = 0x767676
	pagopaBlue tagged.Color = 0x0066cc
)

const pt = tagged.Point

// mm are hundredths of a millimetre, as the official geometry is measured.
func mm(n int) tagged.Unit { return tagged.MM(n) }

// base returns the baseline of a text whose box begins at the height top. The official
// geometry gives boxes; they begin higher than the letters by the ascent of its fonts.
func base(face, top int, size tagged.Unit) tagged.Unit {
	ascent := 936 * size / 1000 // Titillium
	if face == mono || face == monoBold {
		ascent = 1048 * size / 1000 // Roboto Mono
	}
	return mm(top) + ascent
}

// put draws a text in an element of its own; it gets smaller until it fits the width.
func (s *slate) put(tag tagged.Tag, face, x, top int, size tagged.Unit, width int, text string) {
	if text == "" {
		return
	}
	y := base(face, top, size)
	s.line(tag, face, mm(x), y, s.set.Face(face).Shrink(text, size, 4*pt, mm(width)), text)
}

// putRight does so for a text that ends at x.
func (s *slate) putRight(tag tagged.Tag, face, x, top int, size tagged.Unit, width int, text string) {
	if text == "" {
		return
	}
	y := base(face, top, size)
	s.Open(tag)
	s.Right(face, mm(x), y, s.set.Face(face).Shrink(text, size, 4*pt, mm(width)), text)
	s.Close()
}

// say draws a fixed text in an element of its own, in one language or in two.
func (s *slate) say(tag tagged.Tag, attr tagged.Attr, face, x, top int, size tagged.Unit, width int, get func(*words) string) {
	s.Open(tag, attr)
	s.both(face, x, top, size, width, false, get)
	s.Close()
}

// sayRight does so for a text that ends at x.
func (s *slate) sayRight(tag tagged.Tag, face, x, top int, size tagged.Unit, width int, get func(*words) string) {
	s.Open(tag)
	s.both(face, x, top, size, width, true, get)
	s.Close()
}

func (s *slate) both(face, x, top int, size tagged.Unit, width int, right bool, get func(*words) string) {
	y, f := base(face, top, size), s.set.Face(face)
	one, other := get(s.first), ""
	if s.second != nil {
		if other = get(s.second); other != one && other != "" {
			one += " / "
		} else {
			other = ""
		}
	}
	if size = f.Shrink(one+other, size, 4*pt, mm(width)); size < 6*pt && other != "" {
		s.stacked(face, x, y, width, right, strings.TrimSuffix(one, "/ "), other)
		return
	}
	at := mm(x)
	if right {
		at -= f.Width(one, size) + f.Width(other, size)
	}
	s.Text(face, at, y, size, one)
	if other != "" {
		s.aside(face, at+f.Width(one, size), y, size, other)
	}
}

// stacked draws two languages above each other, around the line that one would have.
func (s *slate) stacked(face, x int, y tagged.Unit, width int, right bool, one, other string) {
	f := s.set.Face(face)
	place := func(text string) (at, size tagged.Unit) {
		size = f.Shrink(text, 6*pt, 4*pt, mm(width))
		if right {
			return mm(x) - f.Width(text, size), size
		}
		return mm(x), size
	}
	at, size := place(one)
	s.Text(face, at, y-mm(150), size, one)
	at, size = place(other)
	s.aside(face, at, y+mm(50), size, other)
}

// aside draws a text in the second language.
func (s *slate) aside(face int, x, y, size tagged.Unit, text string) {
	s.Open(tagged.Span, tagged.Attr{Lang: s.second.lang})
	s.Ink(secondGrey)
	s.Text(face, x, y, size, text)
	s.Ink(0)
	s.Close()
}

// paragraph is a text of a block.
type paragraph struct {
	tag    tagged.Tag
	face   int
	lang   string // "" for that of the notice
	grow   int    // how many percent of the block's size it has more
	before int    // hundredths of a millimetre above it
	text   string
}

// paragraphs returns a text in one language or in two.
func (s *slate) paragraphs(tag tagged.Tag, face, grow, before int, get func(*words) string) []paragraph {
	all := []paragraph{{tag, face, "", grow, before, get(s.first)}}
	if s.second != nil {
		all = append(all, paragraph{tag, face, s.second.lang, grow, before / 3, get(s.second)})
		if tag != tagged.Paragraph { // a heading in two languages is one heading
			all[1].tag = tagged.Paragraph
		}
	}
	return all
}

// block draws paragraphs one below the other from the height top, as large as the
// height lets them be, at most at size.
func (s *slate) block(x, top, width, height int, size tagged.Unit, all []paragraph) {
	var lines [][]string
	for ; ; size -= pt / 4 {
		var used tagged.Unit
		lines = lines[:0]
		for i, p := range all {
			own := size * tagged.Unit(100+p.grow) / 100
			lines = append(lines, s.set.Face(p.face).Wrap(p.text, own, mm(width)))
			used += tagged.Unit(len(lines[i])) * pitch(own)
			if i > 0 {
				used += mm(p.before)
			}
		}
		if used <= mm(height) || size <= 4*pt {
			break
		}
	}
	y := mm(top)
	for i, p := range all {
		if p.text == "" {
			continue
		}
		own := size * tagged.Unit(100+p.grow) / 100
		if i > 0 {
			y += mm(p.before)
		}
		s.Open(p.tag, tagged.Attr{Lang: p.lang})
		if p.lang != "" {
			s.Ink(secondGrey)
		}
		for _, line := range lines[i] {
			s.Text(p.face, mm(x), y+936*own/1000, own, line)
			y += pitch(own)
		}
		if p.lang != "" {
			s.Ink(0)
		}
		s.Close()
	}
}

// pitch is the distance of lines: 3.75 mm at 8 points.
func pitch(size tagged.Unit) tagged.Unit { return size * 1329 / 1000 }

// pair draws a label and its value as a row of a table.
func (s *slate) pair(label, value func()) {
	s.Open(tagged.Row)
	label()
	s.Open(tagged.Cell)
	value()
	s.Close()
	s.Close()
}

// field is a pair whose value stands below its label.
func (s *slate) field(x, top, face, valueTop int, valueSize tagged.Unit, width int, get func(*words) string, value string) {
	if value == "" {
		return
	}
	s.pair(func() {
		s.say(tagged.Header, tagged.Attr{Scope: "Row"}, regular, x, top, 8*pt, width, get)
	}, func() { s.put(tagged.Span, face, x, valueTop, valueSize, width, value) })
}

// bands draws grey bands over the whole width of the page, with white gaps of 2 mm at
// the places given.
func (s *slate) bands(top, bottom int, gaps ...int) {
	s.Artifact("Layout", func() {
		boxes, from := make([]tagged.Box, 0, 4), 0
		for _, gap := range gaps {
			boxes = append(boxes, tagged.Box{X: mm(from), Y: mm(top), W: mm(gap - 101 - from), H: mm(bottom - top)})
			from = gap + 101
		}
		boxes = append(boxes, tagged.Box{X: mm(from), Y: mm(top), W: tagged.Width - mm(from), H: mm(bottom - top)})
		s.Fill(bandGrey, boxes...)
	})
}

// upper writes a head as the notice does, in capitals.
func upper(get func(*words) string) func(*words) string {
	return func(w *words) string { return strings.ToUpper(get(w)) }
}

// filled sets the value into a fixed text.
func filled(text, value string) string { return strings.Replace(text, "{}", value, 1) }
