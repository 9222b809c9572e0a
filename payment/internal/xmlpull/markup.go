package xmlpull

import (
	"bytes"
	"unicode/utf8"
)

// Attr is an attribute; an unprefixed one has no namespace.
type Attr struct {
	Space, Local, Value []byte
}

var (
	xmlPrefix  = []byte("xml")
	xmlSpace   = []byte("http://www.w3.org/XML/1998/namespace")
	xmlnsSpace = []byte("http://www.w3.org/2000/xmlns/")
)

// startTag reads <name attributes> or <name attributes/>.
func (r *Reader) startTag() Kind {
	switch {
	case len(r.open) == 0 && r.rooted:
		return r.fail("second root")
	case len(r.open) == r.limits.Depth:
		return r.fail("nested too deeply")
	case !r.node():
		return 0
	}
	r.pos++
	e := element{bindings: int32(len(r.bindings)), names: int32(len(r.names))}
	raw, prefix, ok := r.readName()
	if !ok {
		return 0
	}
	r.attrs = r.attrs[:0]
	if r.empty = false; r.pos < len(r.src) && r.src[r.pos] == '>' {
		r.pos++
	} else if !r.attributes(int(e.bindings)) {
		return 0
	}
	// Prefixes have a meaning only now that all declarations are known.
	if e.space, ok = r.resolve(raw, prefix); !ok || len(r.attrs) > 0 && !r.resolveAttrs() {
		return 0
	}
	e.raw = int32(len(r.names))
	r.names = append(r.names, raw...)
	e.local = piece{e.raw + int32(prefix), int32(len(r.names))}
	r.open, r.rooted, r.name = append(r.open, e), true, e.name
	return Start
}

// endTag reads </name>.
func (r *Reader) endTag() Kind {
	r.pos += 2
	if len(r.open) == 0 {
		return r.fail("end tag")
	}
	raw := r.names[r.open[len(r.open)-1].raw:] // nothing was put there since
	end := r.pos + len(raw)
	if end >= len(r.src) || string(r.src[r.pos:end]) != string(raw) {
		r.short = end >= len(r.src)
		return r.fail("end tag")
	}
	r.pos = end
	if r.src[end] != '>' {
		r.spaces()
	}
	if !r.skip(">") {
		return r.fail("end tag")
	}
	return r.close()
}

// close ends the innermost element.
func (r *Reader) close() Kind {
	e := &r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	r.bindings, r.names, r.name = r.bindings[:e.bindings], r.names[:e.names], e.name
	return End
}

// readName reads a qualified name; prefix is how many bytes come before the local one.
func (r *Reader) readName() (raw []byte, prefix int, ok bool) {
	from := r.pos
	end := r.namePart(from)
	if ok = end > from; ok && end < len(r.src) && r.src[end] == ':' {
		prefix = end + 1 - from
		end = r.namePart(end + 1)
		ok = end > from+prefix
	}
	r.pos = end
	if !ok || end-from > r.limits.Name {
		r.fail("name")
		return nil, 0, false
	}
	return r.src[from:end], prefix, true
}

// namePart returns where the name without a colon that begins at from ends; at from, if
// there is none.
func (r *Reader) namePart(from int) int {
	src, i := r.src, from
	for i < len(src) {
		if c := src[i]; c < utf8.RuneSelf {
			if classes[c]&nameChar == 0 {
				break
			}
			i++
			continue
		}
		c, size := utf8.DecodeRune(src[i:])
		if !isNameChar(c) {
			break
		}
		i += size
	}
	if first, _ := utf8.DecodeRune(src[from:]); !isNameStart(first) {
		return from
	}
	return i
}

// attributes reads what comes after the name in a tag: the attributes, raw, and the
// declarations among them; and the tag's end.
func (r *Reader) attributes(outside int) bool {
	for n := 0; ; n++ {
		spaced := r.spaces()
		if r.pos == len(r.src) || r.src[r.pos] == '>' || r.src[r.pos] == '/' {
			break
		}
		switch {
		case !spaced:
			r.fail("attributes not set apart")
			return false
		case n == r.limits.Attributes:
			r.fail("too many attributes")
			return false
		case !r.node():
			return false
		}
		raw, prefix, ok := r.readName()
		if !ok {
			return false
		}
		value, ok := r.attrValue()
		if !ok {
			return false
		}
		if !isDeclaration(raw, prefix) {
			r.attrs = append(r.attrs, Attr{Space: raw[:prefix], Local: raw[prefix:], Value: value})
			continue
		}
		if prefix == 0 {
			raw = nil // the default namespace
		}
		if !r.bind(raw[prefix:], value, outside) {
			return false
		}
	}
	r.empty = r.skip("/")
	if !r.skip(">") {
		r.fail("start tag not closed")
		return false
	}
	return true
}

// isDeclaration reports whether an attribute of this name gives a prefix its meaning,
// or the default namespace.
func isDeclaration(raw []byte, prefix int) bool {
	return prefix == len("xmlns:") && string(raw[:prefix]) == "xmlns:" || string(raw) == "xmlns"
}

// bind gives prefix a meaning in the element that starts.
func (r *Reader) bind(prefix, space []byte, outside int) bool {
	if string(prefix) == "xmlns" || bytes.Equal(space, xmlnsSpace) || bytes.Equal(prefix, xmlPrefix) != bytes.Equal(space, xmlSpace) ||
		len(prefix) > 0 && len(space) == 0 || len(space) > r.limits.Name {
		r.fail("declaration of a namespace")
		return false
	}
	for _, b := range r.bindings[outside:] {
		if bytes.Equal(r.get(b.prefix), prefix) {
			r.fail("attribute given twice")
			return false
		}
	}
	if len(r.bindings) > r.limits.Namespaces { // that of xml does not count
		r.fail("too many namespaces")
		return false
	}
	r.bindings = append(r.bindings, binding{r.put(prefix), r.put(space)})
	return true
}

// resolve returns the namespace of an element's name, or of an attribute's that has a
// prefix; prefix counts its colon.
func (r *Reader) resolve(raw []byte, prefix int) (space piece, ok bool) {
	name := raw[:max(prefix-1, 0)]
	for i := len(r.bindings) - 1; i >= 0; i-- {
		if b := &r.bindings[i]; string(r.get(b.prefix)) == string(name) {
			return b.space, true
		}
	}
	if prefix > 0 {
		r.fail("prefix without a namespace")
	}
	return piece{}, prefix == 0
}

// resolveAttrs gives the attributes their namespaces and refuses any given twice.
func (r *Reader) resolveAttrs() bool {
	for i := range r.attrs {
		a := &r.attrs[i]
		if prefix := len(a.Space); prefix > 0 { // until now it holds the prefix
			space, ok := r.resolve(a.Space, prefix)
			if !ok {
				return false
			}
			a.Space = r.get(space)
		}
		for _, b := range r.attrs[:i] {
			if bytes.Equal(a.Local, b.Local) && bytes.Equal(a.Space, b.Space) {
				r.fail("attribute given twice")
				return false
			}
		}
	}
	return true
}
