package pdf

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/pagonline/pagonline/receipt"
	"github.com/pagonline/pagonline/receipt/pdf/internal/qr"
	"github.com/pagonline/pagonline/receipt/pdf/internal/read"
)

// shown is what the pages of a file show.
type shown struct {
	text     string       // all of it without blanks, in the order in which it is drawn
	entries  []entry      // the texts that are content, in that order
	drawings []read.Piece // those that are content
	margins  [][]mark     // what is an artifact, by page
	codes    [][]uint64   // the modules of the codes among the drawings
	whole    bool         // false if a part of it cannot be read
}

// entry is the text of an element on a page.
type entry struct {
	tag   string
	text  string
	lines []mark
}

// mark is a line of text, or a drawing.
type mark struct {
	page, at int // its page, and its place among what is drawn there
	read.Piece
}

func shownBy(f *read.File) shown {
	var b strings.Builder
	pages := f.Pages()
	s := shown{whole: f.Whole(), margins: make([][]mark, len(pages))}
	for i, page := range pages {
		pieces, ok := f.Content(page)
		if !ok {
			s.whole = false
			break
		}
		for at, piece := range pieces {
			s.whole = s.whole && !piece.Missing
			s.add(mark{i, at, piece})
			b.WriteString(squeeze(piece.Text))
		}
	}
	s.text = b.String()
	return s
}

func (s *shown) add(m mark) {
	if len(m.Boxes) >= fewestBoxes {
		s.codes = append(s.codes, modules(m.Piece))
	}
	switch {
	case m.Mark.Artifact:
		s.margins[m.page] = append(s.margins[m.page], m)
	case m.Drawing:
		s.drawings = append(s.drawings, m.Piece)
	default:
		if last := len(s.entries) - 1; last >= 0 {
			if line := s.entries[last].lines[0]; line.page == m.page && line.Mark == m.Mark {
				s.entries[last].text += m.Text
				s.entries[last].lines = append(s.entries[last].lines, m)
				return
			}
		}
		s.entries = append(s.entries, entry{m.Mark.Tag, m.Text, []mark{m}})
	}
}

// A code has more boxes than other drawings do, no more modules in a row than a word has
// bits, and modules of a size that can be seen, in points.
const (
	fewestBoxes  = 100
	mostModules  = 64
	leastModule  = 1
	moduleHeight = read.Number("1")
)

// modules reads a code as every landed version draws it: on a grid of modules, each box
// one high and as wide as the dark modules beside each other. What is drawn otherwise
// has no rows.
func modules(piece read.Piece) []uint64 {
	wide, err1 := strconv.ParseFloat(string(piece.Scale[0]), 64)
	high, err2 := strconv.ParseFloat(string(piece.Scale[1]), 64)
	if err1 != nil || err2 != nil || wide < leastModule || high > -leastModule {
		return nil
	}
	var rows [mostModules]uint64
	n := 0
	for _, box := range piece.Boxes {
		x, y, w := read.Int(box[0]), read.Int(box[1]), read.Int(box[2])
		if x < 0 || y < 0 || w < 1 || x+w > mostModules || y >= mostModules || box[3] != moduleHeight {
			return nil
		}
		rows[y] |= (1<<w - 1) << (mostModules - x - w)
		n = max(n, x+w, y+1)
	}
	for y := range n {
		rows[y] >>= mostModules - n
	}
	return slices.Clone(rows[:n])
}

// holdsCode reports whether the one code is that of the proof.
func (s shown) holdsCode(proof receipt.Proof) bool {
	want, err := qr.Encode(proof.QR, 0)
	return err == nil && len(s.codes) == 1 && slices.Equal(s.codes[0], want)
}

// own is what a file that this module drew shows.
func own(file []byte) shown {
	f, err := read.Open(file)
	if err != nil {
		return shown{}
	}
	return shownBy(f)
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
