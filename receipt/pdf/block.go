package pdf

import "github.com/pagonline/pagonline/receipt/pdf/internal/tagged"

// least is the smallest size that fixed texts get where the official places let them.
const least = 6 * pt

// paragraph is a text of a block.
type paragraph struct {
	tag    tagged.Tag
	face   int
	lang   string // "" for that of the notice
	grow   int    // how many percent of the block's size it has more
	before int    // hundredths of a millimetre above it
	text   string
	aside  string // in the second language, on the same line if it fits
	info   bool   // with a sign beside it
}

// paragraphs returns a text in one language or in two.
func (s *slate) paragraphs(before int, get func(*words) string) []paragraph {
	all := []paragraph{{tag: tagged.Paragraph, before: before, text: get(s.first)}}
	if s.second != nil {
		all = append(all, paragraph{tag: tagged.Paragraph, lang: s.second.lang, before: before / 3, text: get(s.second)})
	}
	return all
}

// heading returns a heading of the third level; in two languages it is one heading.
func (s *slate) heading(before int, get func(*words) string) []paragraph {
	p := paragraph{tag: tagged.H3, face: bold, grow: 25, before: before, text: get(s.first)}
	if s.second != nil && get(s.second) != p.text {
		p.aside = get(s.second)
	}
	return []paragraph{p}
}

// textLine is a line of a block.
type textLine struct {
	text, aside string
	size        tagged.Unit
}

// laid breaks paragraphs into lines, and returns how high they are.
func (s *slate) laid(all []paragraph, size tagged.Unit, lead, width int) (lines [][]textLine, height tagged.Unit) {
	lines = make([][]textLine, len(all))
	for i, p := range all {
		own, f := size*tagged.Unit(100+p.grow)/100, s.set.Face(p.face)
		if p.aside != "" {
			both := p.text + " · "
			if fit := f.Shrink(both+p.aside, own, least, mm(width)); f.Width(both+p.aside, fit) <= mm(width) {
				lines[i] = []textLine{{both, p.aside, fit}}
			} else {
				lines[i] = []textLine{{p.text + " ", "", own}, {"", p.aside, own}}
			}
		} else {
			for _, text := range f.Wrap(p.text, own, mm(width)) {
				lines[i] = append(lines[i], textLine{text, "", own})
			}
		}
		for _, l := range lines[i] {
			height += pitch(l.size, lead)
		}
		if i > 0 {
			height += mm(p.before)
		}
	}
	return lines, height
}

// block draws paragraphs one below the other from the height top, as large as the
// height lets them be, at most at size: first they get smaller, then their lines come
// closer, and only what is longer than it should be gets smaller still.
func (s *slate) block(x, top, width, height int, size tagged.Unit, all []paragraph) {
	lead := usualLead
	lines, used := s.laid(all, size, lead, width)
	for used > mm(height) && size > 4*pt {
		if size <= least && lead > closeLead {
			lead = max(lead-70, closeLead)
		} else {
			size -= pt / 4
		}
		lines, used = s.laid(all, size, lead, width)
	}
	y := mm(top)
	for i, p := range all {
		if p.text == "" {
			continue
		}
		if i > 0 {
			y += mm(p.before)
		}
		if p.info {
			s.info(x-592, y)
		}
		s.Open(p.tag, tagged.Attr{Lang: p.lang})
		if p.lang != "" {
			s.Ink(secondGrey)
		}
		for _, l := range lines[i] {
			at := y + 936*l.size/1000
			if l.text != "" {
				s.Text(p.face, mm(x), at, l.size, l.text)
			}
			if l.aside != "" {
				s.aside(p.face, mm(x)+s.set.Face(p.face).Width(l.text, l.size), at, l.size, l.aside)
			}
			y += pitch(l.size, lead)
		}
		if p.lang != "" {
			s.Ink(0)
		}
		s.Close()
	}
}

// The distances of lines, in thousandths of their size: 3.75 mm at 8 points, and where
// there is little room.
const usualLead, closeLead = 1329, 1119

func pitch(size tagged.Unit, lead int) tagged.Unit { return size * tagged.Unit(lead) / 1000 }
