package xmlpull

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Attr is an attribute; an unprefixed one has no namespace.
type Attr struct {
	Space, Local, Value []byte
}

// binding gives a prefix ("" for the default namespace) its meaning.
type binding struct{ prefix, space []byte }

var (
	xmlSpace   = []byte("http://www.w3.org/XML/1998/namespace")
	xmlnsSpace = []byte("http://www.w3.org/2000/xmlns/")
)

// startTag reads <name attributes> or <name attributes/>.
func (r *Reader) startTag() Kind {
	if len(r.open) == 0 && r.rooted {
		return r.fail("second root")
	}
	if len(r.open) == r.limits.Depth {
		return r.fail("nested too deeply")
	}
	r.pos++
	r.outside = len(r.bindings)
	e := element{bindings: r.outside}
	var ok bool
	if e.name.raw, ok = r.readName(); !ok || !r.attributes() {
		return 0
	}
	r.empty = r.skip("/")
	if !r.skip(">") {
		return r.fail("start tag not closed")
	}
	// Prefixes have a meaning only now that all declarations are known.
	if e.name.space, e.name.local, ok = r.resolve(e.name.raw, true); !ok || !r.resolveAttrs() {
		return 0
	}
	r.open, r.rooted, r.name = append(r.open, e), true, e.name
	return Start
}

// endTag reads </name>.
func (r *Reader) endTag() Kind {
	r.pos += 2
	raw, ok := r.readName()
	if !ok {
		return 0
	}
	r.spaces()
	if len(r.open) == 0 || !bytes.Equal(raw, r.open[len(r.open)-1].name.raw) || !r.skip(">") {
		return r.fail("end tag")
	}
	return r.close()
}

// close ends the innermost element.
func (r *Reader) close() Kind {
	e := r.open[len(r.open)-1]
	r.open = r.open[:len(r.open)-1]
	r.bindings = r.bindings[:e.bindings]
	r.name = e.name
	return End
}

// readName reads a qualified name.
func (r *Reader) readName() (raw []byte, ok bool) {
	from, colons := r.pos, 0
	first := true // the next character begins a name
	for r.pos < len(r.src) {
		c, size := rune(r.src[r.pos]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(r.src[r.pos:])
		}
		switch {
		case c == ':' && !first:
			colons++
			first = true
		case first && isNameStart(c), !first && isNameChar(c):
			first = false
		default:
			size = 0
		}
		if size == 0 {
			break
		}
		r.pos += size
	}
	if first || colons > 1 || r.pos-from > r.limits.Name {
		r.fail("name")
		return nil, false
	}
	return r.src[from:r.pos], true
}

// isNameStart and isNameChar are the productions NameStartChar and NameChar of XML
// 1.0, fifth edition, without the colon.
func isNameStart(c rune) bool {
	switch {
	case c < utf8.RuneSelf:
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
	case c == 0xD7, c == 0xF7, c == 0x37E:
		return false
	default:
		return c >= 0xC0 && c <= 0x2FF || c >= 0x370 && c <= 0x1FFF || c == 0x200C || c == 0x200D ||
			c >= 0x2070 && c <= 0x218F || c >= 0x2C00 && c <= 0x2FEF || c >= 0x3001 && c <= 0xD7FF ||
			c >= 0xF900 && c <= 0xFDCF || c >= 0xFDF0 && c <= 0xFFFD || c >= 0x10000 && c <= 0xEFFFF
	}
}

func isNameChar(c rune) bool {
	return isNameStart(c) || '0' <= c && c <= '9' || c == '-' || c == '.' || c == 0xB7 ||
		c >= 0x300 && c <= 0x36F || c == 0x203F || c == 0x2040
}

// attributes reads the attributes of a tag, raw, and the declarations among them.
func (r *Reader) attributes() bool {
	r.attrs = r.attrs[:0]
	for declared := 0; ; {
		spaced := r.spaces()
		if r.pos == len(r.src) || r.src[r.pos] == '>' || r.src[r.pos] == '/' {
			return true
		}
		if !spaced {
			r.fail("attributes not set apart")
			return false
		}
		if len(r.attrs)+declared == r.limits.Attributes {
			r.fail("too many attributes")
			return false
		}
		raw, ok := r.readName()
		if !ok {
			return false
		}
		decoded := len(r.scratch)
		value, ok := r.attrValue()
		if !ok {
			return false
		}
		if prefix, is := declaration(raw); is {
			declared++
			if len(r.scratch) > decoded {
				value = bytes.Clone(value) // it outlives the token
			}
			if !r.bind(prefix, value) {
				return false
			}
			continue
		}
		r.attrs = append(r.attrs, Attr{Local: raw, Value: value})
	}
}

// declaration returns the prefix that an attribute of this name declares.
func declaration(raw []byte) (prefix []byte, is bool) {
	if string(raw) == "xmlns" {
		return nil, true
	}
	return bytes.CutPrefix(raw, []byte("xmlns:"))
}

// bind gives prefix a meaning in the element that starts.
func (r *Reader) bind(prefix, space []byte) bool {
	reserved := string(prefix) == "xmlns" || bytes.Equal(space, xmlnsSpace) ||
		(string(prefix) == "xml") != bytes.Equal(space, xmlSpace)
	if reserved || len(prefix) > 0 && len(space) == 0 {
		r.fail("declaration of a namespace")
		return false
	}
	for _, b := range r.bindings[r.outside:] {
		if bytes.Equal(b.prefix, prefix) {
			r.fail("attribute given twice")
			return false
		}
	}
	r.bindings = append(r.bindings, binding{prefix, space})
	return true
}

// resolve splits a name and looks its prefix up; only elements have a default
// namespace.
func (r *Reader) resolve(raw []byte, isElement bool) (space, local []byte, ok bool) {
	prefix, local, prefixed := bytes.Cut(raw, []byte(":"))
	switch {
	case !prefixed && !isElement:
		return nil, raw, true
	case !prefixed:
		prefix, local = nil, raw
	case string(prefix) == "xml":
		return xmlSpace, local, true
	}
	for _, v := range slices.Backward(r.bindings) {
		if bytes.Equal(v.prefix, prefix) {
			return v.space, local, true
		}
	}
	if prefixed {
		r.fail("prefix without a namespace")
	}
	return nil, local, !prefixed
}

// resolveAttrs gives the attributes their namespaces and refuses any given twice.
func (r *Reader) resolveAttrs() bool {
	for i := range r.attrs {
		a := &r.attrs[i]
		var ok bool
		if a.Space, a.Local, ok = r.resolve(a.Local, false); !ok {
			return false
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
