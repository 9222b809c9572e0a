package xmlpull

// NextTag moves to the next tag, or to the end of the document. On its way there are
// white space and comments; if there is a text or an instruction, that is where it
// stops.
func (r *Reader) NextTag() (Kind, error) {
	for {
		if end := r.blanks(); end+1 < len(r.src) && r.src[end] == '<' && r.src[end+1] != '!' && len(r.open) > 0 && !r.empty {
			r.pos = end // not worth a token
		}
		kind, err := r.Next()
		if kind == Text && isBlank(r.text) || kind == Comment {
			continue
		}
		return kind, err
	}
}

// NextText reads the text of the element that has started, up to its End. If it stops
// at a token of another kind, the element has more in it than one text: an element, an
// instruction, or a second text after a comment.
func (r *Reader) NextText() (text []byte, stop Kind, err error) {
	for texts := 0; ; {
		kind, err := r.Next()
		switch {
		case kind == Text && texts == 0:
			texts, text = 1, r.text
		case kind != Comment:
			return text, kind, err
		}
	}
}

// Leaf reads <name>text</name> in one go, where an element of no namespace, without
// attributes, and with a text that stands for itself comes next, as it mostly does. If
// it reports false, it has read nothing: [Reader.Next] will say what comes.
func (r *Reader) Leaf(name string) (text []byte, ok bool) {
	src, i := r.src, r.blanks()
	from := i + len(name) + len("<>")
	if from > len(src) || src[i] != '<' || src[from-1] != '>' || string(src[i+1:from-1]) != name {
		return nil, false
	}
	end := r.plain(from)
	next := end + len(name) + len("</>")
	if next > len(src) || src[end] != '<' || src[end+1] != '/' || src[next-1] != '>' || string(src[end+2:next-1]) != name {
		return nil, false
	}
	if space, _ := r.resolve(nil, 0); space != (piece{}) || r.err != nil || r.empty || len(r.open) == 0 ||
		len(r.open) >= r.limits.Depth || r.nodes >= r.limits.Nodes || end-from > r.limits.Text || len(name) > r.limits.Name {
		return nil, false
	}
	r.nodes++
	r.pos = next
	return src[from:end], true
}
