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
	logo   *Logo // of pagoPA; nil for its name
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
			one += " · "
		} else {
			other = ""
		}
	}
	full := size
	if size = f.Shrink(one+other, size, 4*pt, mm(width)); size < least && other != "" {
		rise, apart := mm(170), mm(240) // around the line, above what stands below it
		if full > 8*pt {
			rise, apart = mm(165), mm(300) // in a band there is room
		}
		s.stacked(face, x, y-rise, apart, width, right, strings.TrimSuffix(one, " · "), other)
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

// stacked draws two languages above each other; the first has its baseline at y, and a
// blank behind it, since the other is another word.
func (s *slate) stacked(face, x int, y, apart tagged.Unit, width int, right bool, one, other string) {
	f := s.set.Face(face)
	place := func(text string) (at, size tagged.Unit) {
		size = f.Shrink(text, 7*pt, 4*pt, mm(width))
		if right {
			return mm(x) - f.Width(text, size), size
		}
		return mm(x), size
	}
	at, size := place(one)
	s.Text(face, at, y, size, one+" ")
	at, size = place(other)
	s.aside(face, at, y+apart, size, other)
}

// aside draws a text in the second language.
func (s *slate) aside(face int, x, y, size tagged.Unit, text string) {
	s.Open(tagged.Span, tagged.Attr{Lang: s.second.lang})
	s.Ink(secondGrey)
	s.Text(face, x, y, size, text)
	s.Ink(0)
	s.Close()
}

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

// prose is a pair whose value stands below its label, on two lines where it must.
func (s *slate) prose(x, top, valueTop, width int, get func(*words) string, value string) {
	s.pair(func() {
		s.say(tagged.Header, tagged.Attr{Scope: "Row"}, regular, x, top, 8*pt, width, get)
	}, func() {
		s.block(x, valueTop, width, 530, 8*pt, []paragraph{{tag: tagged.Paragraph, face: bold, text: value}})
	})
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
