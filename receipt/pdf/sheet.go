package pdf

import (
	"strconv"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/receipt/pdf/internal/tagged"
)

// sheet is a paper on which things stand below each other.
type sheet struct {
	paper
	lang string
	mark string      // what the foot of every page says
	y    tagged.Unit // the next baseline
	edge tagged.Unit // where lines end
}

// row is a label, and what stands beside it.
type row struct {
	field string
	label pagonline.Text
	value string
	face  int
}

// room goes to the next page where the height does not fit on this one.
func (s *sheet) room(height tagged.Unit) {
	if s.y+height <= bottomEdge {
		return
	}
	s.foot()
	s.page()
	s.y = tagged.MM(2000)
}

// foot draws what stands at the end of a page.
func (s *sheet) foot() {
	s.Artifact("Footer", func() {
		y := tagged.MM(28800)
		s.Ink(0x595959)
		s.Text(regular, leftEdge, y, 8*tagged.Point, s.fit("iur", s.mark))
		s.Right(regular, rightEdge, y, 8*tagged.Point, strconv.Itoa(s.Pages()))
		s.Ink(0)
	})
}

func (s *sheet) heading(text pagonline.Text) { s.headingAt(leftEdge, text) }

// headingAt draws a heading at x, and leaves room for what it heads.
func (s *sheet) headingAt(x tagged.Unit, text pagonline.Text) {
	s.room(tagged.MM(1500))
	s.line(tagged.H2, bold, x, s.y, 11*tagged.Point, text.In(s.lang))
	s.y += tagged.MM(600)
}

// table draws rows of a label and a value; those without a value are left out.
func (s *sheet) table(rows []row) {
	const size, pitch = 19 * tagged.Point / 2, 12 * tagged.Point
	s.Open(tagged.Table)
	for _, r := range rows {
		value := s.fit(r.field, r.value)
		if value == "" {
			continue
		}
		lines := s.set.Face(r.face).Wrap(value, size, s.edge-valueEdge)
		s.room(pitch * tagged.Unit(len(lines)))
		s.Open(tagged.Row)
		s.Open(tagged.Header, tagged.Attr{Scope: "Row"})
		s.Ink(0x404040)
		s.Text(regular, leftEdge, s.y, size, r.label.In(s.lang))
		s.Ink(0)
		s.Close()
		s.Open(tagged.Cell)
		for _, line := range lines {
			s.Text(r.face, valueEdge, s.y, size, line)
			s.y += pitch
		}
		s.Close()
		s.Close()
		s.y += tagged.MM(60)
	}
	s.Close()
}

// paragraph draws a text over the width of the page.
func (s *sheet) paragraph(text string) {
	const size, pitch = 9 * tagged.Point, 12 * tagged.Point
	lines := s.set.Face(regular).Wrap(text, size, rightEdge-leftEdge)
	s.room(pitch * tagged.Unit(len(lines)))
	s.Open(tagged.Paragraph)
	s.y = s.lines(regular, leftEdge, s.y, size, pitch, rightEdge-leftEdge, text)
	s.Close()
	s.y += tagged.MM(100)
}
