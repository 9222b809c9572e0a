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
	// Drawing says that it is a path or a picture, and no text.
	Drawing bool
	// Missing says that a glyph of the text has no character.
	Missing bool
}

// Content reads what a page shows, in the order in which it is drawn. Ok is false if a
// part of it cannot be read.
func (f *File) Content(page Dict) (pieces []Piece, ok bool) {
	var data []byte
	for _, c := range f.Array(page["Contents"]) {
		part, ok := f.Data(c)
		if !ok {
			return nil, false
		}
		data = append(append(data, part...), '\n')
	}
	fonts := f.Dict(f.Dict(page["Resources"])["Font"])
	maps := map[Name]unicodeMap{}
	var current unicodeMap
	marks, operands := []Mark{{MCID: -1}}, []Value{}
	for s := (&scanner{b: data}); ; {
		v, more := s.value(0)
		if !more {
			return pieces, true
		}
		op, isOperator := v.(Operator)
		if !isOperator {
			if len(operands) < 1000 {
				operands = append(operands, v)
			}
			continue
		}
		last := marks[len(marks)-1]
		switch op {
		case "BMC", "BDC":
			m := f.mark(operands, last)
			if len(marks) < 1000 {
				marks = append(marks, m)
			}
		case "EMC":
			if len(marks) > 1 {
				marks = marks[:len(marks)-1]
			}
		case "Tf":
			if len(operands) > 0 {
				name, _ := operands[0].(Name)
				if _, known := maps[name]; !known {
					maps[name] = f.unicodeMap(f.Dict(fonts[name]))
				}
				current = maps[name]
			}
		case "Tj", "TJ", "'", "\"":
			var shown []byte
			for _, o := range operands {
				for _, part := range f.Array(o) {
					if t, isString := part.(String); isString {
						shown = append(shown, t...)
					}
				}
			}
			text, whole := current.text(shown)
			pieces = append(pieces, Piece{Mark: last, Text: text, Missing: !whole})
		case "f", "F", "f*", "S", "s", "B", "b", "B*", "b*", "sh", "Do":
			pieces = append(pieces, Piece{Mark: last, Drawing: true})
		}
		operands = operands[:0]
	}
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
	for s := (&scanner{b: data}); ; {
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
	if ok1 && ok2 && len(m.texts) < 70_000 {
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
