package read

import (
	"bytes"
	"strings"
)

// Mark is what a piece of content belongs to.
type Mark struct {
	Tag      string
	MCID     int // -1 if it has none
	Artifact bool
	Open     bool // false outside of any
}

// Piece is text or a drawing on a page.
type Piece struct {
	Mark Mark
	Text string
	// Size is that of the text as it was set, in points.
	Size Number
	// At is where the text was set, or the origin of what a path was drawn in.
	At [2]Number
	// Ink is the colour of what is filled, as it was set: three numbers for RGB, one for
	// grey.
	Ink string
	// Drawing says that it is a path or a picture, and no text.
	Drawing bool
	// Boxes are the rectangles of a path that has nothing else, each with x, y, width and
	// height in the units of Scale, which tells how wide and high one is in points.
	Boxes [][4]Number
	Scale [2]Number
	// Missing says that a glyph of the text has no character.
	Missing bool
}

// Content reads what a page shows, in the order in which it is drawn. Ok is false if a
// part of it cannot be read. What is not as the writer of this module writes it, so that
// it may be seen otherwise than it is read, [File.Plain] remembers.
func (f *File) Content(page Dict) (pieces []Piece, ok bool) {
	var data []byte
	for _, c := range f.Array(page["Contents"]) {
		part, ok := f.Data(c)
		if !ok {
			return nil, false
		}
		data = append(append(data, part...), '\n')
	}
	f.odd = f.odd || page["Annots"] != nil
	state := state{ink: "0"}
	fonts := f.Dict(f.Dict(page["Resources"])["Font"])
	maps := map[Name]unicodeMap{}
	var current unicodeMap
	var size Number
	var path outline
	marks, operands := []Mark{{MCID: -1}}, []Value{}
	for s := f.scanner(data, 0); !s.ended(); {
		v, readable := s.value(0)
		if !readable {
			return nil, false
		}
		op, isOperator := v.(Operator)
		if !isOperator {
			if len(operands) == maxOperands {
				return nil, false
			}
			operands = append(operands, v)
			continue
		}
		last := marks[len(marks)-1]
		f.odd = !state.plain(op, operands) || f.odd
		switch op {
		case "BMC", "BDC":
			if len(marks) == maxMarks {
				return nil, false
			}
			marks = append(marks, f.mark(operands, last))
		case "EMC":
			if len(marks) > 1 {
				marks = marks[:len(marks)-1]
			}
		case "Tf":
			if len(operands) > 0 {
				name, _ := operands[0].(Name)
				size, _ = operands[len(operands)-1].(Number)
				if _, known := maps[name]; !known {
					maps[name] = f.unicodeMap(f.Dict(fonts[name]))
				}
				current = maps[name]
			}
		case "Tj", "TJ", "'", "\"":
			shown := strung(operands)
			if !f.left.spend(len(shown)*maxCodeText) || !f.left.count(pieceCost) {
				return nil, false
			}
			text, whole := current.text(shown)
			pieces = append(pieces, Piece{Mark: last, Text: text, Size: size, At: state.at, Ink: state.ink, Missing: !whole})
		case "f", "F", "f*", "S", "s", "B", "b", "B*", "b*", "sh", "Do":
			if !f.left.count(pieceCost) {
				return nil, false
			}
			drawn := path.piece(last)
			drawn.At, drawn.Ink = state.at, state.ink
			pieces = append(pieces, drawn)
		default:
			path.add(op, operands)
		}
		operands = operands[:0]
	}
	return pieces, f.Whole()
}

// Bounds of a content.
const (
	maxOperands = 1000
	maxMarks    = 1000
	maxCodeText = 32 // bytes of text that a code may mean
	pieceCost   = 10 // values that a piece counts for
)

// strung joins the strings among operands, and those of their lists.
func strung(operands []Value) (shown []byte) {
	for _, o := range operands {
		switch v := o.(type) {
		case String:
			shown = append(shown, v...)
		case Array:
			for _, part := range v {
				t, _ := part.(String)
				shown = append(shown, t...)
			}
		}
	}
	return shown
}

// outline is a path in the making.
type outline struct {
	boxes [][4]Number
	scale [2]Number
	other bool // it has lines or curves too
}

// maxBoxes bounds the rectangles of a path that are kept.
const maxBoxes = 5000

func (p *outline) add(op Operator, operands []Value) {
	switch op {
	case "q", "Q":
		p.scale = [2]Number{}
	case "cm":
		if len(operands) == 6 {
			p.scale[0], _ = operands[0].(Number)
			p.scale[1], _ = operands[3].(Number)
		}
	case "n":
		p.boxes, p.other = nil, false
	case "m", "l", "c", "v", "y", "h":
		p.other = true
	case "re":
		if len(operands) != 4 || len(p.boxes) >= maxBoxes {
			p.other = true
			return
		}
		var box [4]Number
		for i, o := range operands {
			box[i], _ = o.(Number)
		}
		p.boxes = append(p.boxes, box)
	}
}

// piece ends the path.
func (p *outline) piece(m Mark) Piece {
	drawn := Piece{Mark: m, Drawing: true}
	if !p.other {
		drawn.Boxes, drawn.Scale = p.boxes, p.scale
	}
	p.boxes, p.other = nil, false
	return drawn
}

func (f *File) mark(operands []Value, outer Mark) Mark {
	m := Mark{MCID: -1, Open: true, Artifact: outer.Artifact}
	for _, o := range operands {
		switch v := o.(type) {
		case Name:
			m.Tag = string(v)
			m.Artifact = m.Artifact || v == "Artifact"
		case Dict:
			if v["MCID"] != nil {
				m.MCID = Int(v["MCID"])
			}
		}
	}
	return m
}

// unicodeMap tells the text of codes, which are size bytes long.
type unicodeMap struct {
	size  int
	texts map[string]string
}

// text writes shown bytes as text; whole is false if a code has no text.
func (m unicodeMap) text(shown []byte) (text string, whole bool) {
	var b strings.Builder
	size := max(m.size, 1)
	whole = true
	for ; len(shown) >= size; shown = shown[size:] {
		t, ok := m.texts[string(shown[:size])]
		whole = whole && ok && t != ""
		b.WriteString(t)
	}
	return b.String(), whole
}

// unicodeMap reads the ToUnicode map of a font.
func (f *File) unicodeMap(font Dict) unicodeMap {
	m := unicodeMap{size: 1, texts: map[string]string{}}
	if font["Subtype"] == Name("Type0") {
		m.size = 2
	}
	data, ok := f.Data(font["ToUnicode"])
	if !ok {
		return m
	}
	var operands []Value
	for s := f.scanner(data, 0); ; {
		v, more := s.value(0)
		if !more {
			return m
		}
		op, isOperator := v.(Operator)
		if !isOperator {
			operands = append(operands, v)
			continue
		}
		switch op {
		case "endbfchar":
			for i := 0; i+1 < len(operands); i += 2 {
				m.put(operands[i], operands[i+1])
			}
		case "endbfrange":
			for i := 0; i+2 < len(operands); i += 3 {
				m.ranged(operands[i], operands[i+1], operands[i+2])
			}
		}
		operands = operands[:0]
	}
}

func (m unicodeMap) put(code, text Value) {
	c, ok1 := code.(String)
	t, ok2 := text.(String)
	if ok1 && ok2 && len(m.texts) < 70_000 && 2*len(t) <= maxCodeText {
		m.texts[string(c)] = utf16Text([]byte(t))
	}
}

func (m unicodeMap) ranged(first, last, text Value) {
	c, ok1 := first.(String)
	end, ok2 := last.(String)
	if !ok1 || !ok2 || len(c) == 0 || len(c) != len(end) {
		return
	}
	code := []byte(c)
	list, isList := text.(Array)
	t, _ := text.(String)
	to := []byte(t)
	if len(to) > maxCodeText {
		return
	}
	for i := range 256 {
		switch {
		case isList && i < len(list):
			m.put(String(code), list[i])
		case !isList && len(to) > 0:
			m.put(String(code), String(to))
			to = bytes.Clone(to)
			to[len(to)-1]++
		}
		if string(code) >= string(end) || code[len(code)-1] == 255 {
			return
		}
		code[len(code)-1]++
	}
}
