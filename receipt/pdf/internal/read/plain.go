package read

import "strings"

// state is what the operators so far have set.
type state struct {
	at    [2]Number
	ink   string
	depth int  // of q
	fresh bool // the last operator was q
	text  bool // between BT and ET
	set   bool // the place of the text is set
}

// plain reports whether an operator is used as the writer of this module uses it: each
// text is set at a place of its own, upright, filled, on the page as it is, and a drawing
// is a filled path. So what is read is what is seen, as far as the fonts do not lie.
func (s *state) plain(op Operator, operands []Value) bool {
	fresh := s.fresh
	s.fresh = op == "q"
	switch op {
	case "q":
		s.depth++
		return s.depth == 1 && !s.text
	case "Q":
		s.depth--
		return s.depth == 0 && !s.text
	case "cm":
		s.place(operands)
		return fresh && len(operands) == 6
	case "g", "rg":
		s.ink = join(operands)
		if level := join(operands[:min(len(operands), 1)]); s.ink == level+" "+level+" "+level {
			s.ink = level
		}
		return s.depth == 0 && !s.text && (op == "g" && len(operands) == 1 || op == "rg" && len(operands) == 3) && !strings.Contains(s.ink, "?")
	case "BT":
		was := s.text
		s.text, s.set = true, false
		return !was && s.depth == 0
	case "ET":
		was := s.text
		s.text = false
		return was
	case "Tf":
		return s.text && len(operands) == 2
	case "Tm":
		s.place(operands)
		s.set = true
		return s.text && len(operands) == 6 && join(operands[:4]) == "1 0 0 1"
	case "Tj":
		set := s.set
		s.set = false
		if len(operands) != 1 {
			return false
		}
		_, isString := operands[0].(String)
		return set && isString
	case "BMC", "BDC", "EMC":
		return !s.text && s.depth == 0
	case "m", "l", "c", "h", "re", "f":
		return !s.text
	}
	return false // annotations, pictures, forms, clips, other ways of showing text
}

func (s *state) place(operands []Value) {
	if len(operands) == 6 {
		s.at[0], _ = operands[4].(Number)
		s.at[1], _ = operands[5].(Number)
	}
}

// join writes numbers as they stand in the file; what is none is a question mark.
func join(operands []Value) string {
	words := make([]string, len(operands))
	for i, o := range operands {
		n, ok := o.(Number)
		if words[i] = string(n); !ok || len(n) > 20 {
			words[i] = "?"
		}
	}
	return strings.Join(words, " ")
}

// Plain reports whether the pages that were read so far hold nothing but texts and filled
// paths as the writer of this module draws them: no annotations, pictures, forms, clips,
// and no texts that are turned, scaled or not seen.
func (f *File) Plain() bool { return !f.odd }
