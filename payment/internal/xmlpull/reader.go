// Package xmlpull reads XML strictly, one token after the other: UTF-8 only, no
// document type, the five predefined entities and character references, namespaces
// resolved, one root and nothing after it, everything bounded. It says where text was
// interrupted by a comment, so that nobody splices "1<!-- -->00" into 100.
//
// It allocates nothing per token: what a token holds points into the document, or into
// a buffer that the next token uses again.
package xmlpull

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Kind is the kind of a token.
type Kind uint8

// The kinds of tokens. An empty element gives a Start and an End.
const (
	Start       Kind = iota + 1 // Space, Local, Attrs
	End                         // Space, Local
	Text                        // Text: all up to the next token, CDATA included
	Comment                     // its content is not told
	Instruction                 // nor is that of a processing instruction
	EOF                         // the document ended as it should
)

// Limits bound a document. Each field has a default, which fits every message of
// pagoPA.
type Limits struct {
	Total      int // bytes of the document; default 1 MiB
	Depth      int // elements inside each other; default 16
	Attributes int // of one element, declarations of namespaces included; default 32
	Name       int // bytes of a name; default 256
	Text       int // bytes of one text or attribute; default the document's
}

func (l Limits) withDefaults() Limits {
	for _, f := range []struct {
		field *int
		value int
	}{{&l.Total, 1 << 20}, {&l.Depth, 16}, {&l.Attributes, 32}, {&l.Name, 256}} {
		if *f.field == 0 {
			*f.field = f.value
		}
	}
	if l.Text == 0 {
		l.Text = l.Total
	}
	return l
}

// SyntaxError says why a document is not well-formed, or not within the limits.
type SyntaxError struct {
	Offset int // bytes from the start
	Reason string
}

// Error never repeats what the document says.
func (e *SyntaxError) Error() string { return fmt.Sprintf("xml: %s at byte %d", e.Reason, e.Offset) }

// Reader reads one document. It is not safe for concurrent use.
type Reader struct {
	src    []byte
	pos    int
	limits Limits
	err    error

	kind    Kind
	name    name   // of the token
	attrs   []Attr // of a Start
	text    []byte // of a Text
	scratch []byte // decoded texts of the token
	joined  []byte // a text of several pieces

	open     []element // from the root to the innermost
	empty    bool      // a Start of an empty element: its End comes next
	rooted   bool      // the root was there
	bindings []binding // of prefixes, the innermost last
	outside  int       // how many of them are not of the element that starts
}

// name is a qualified name and what it stands for.
type name struct {
	raw, local []byte
	space      []byte // of the namespace, "" for none
}

type element struct {
	name     name
	bindings int // how many there were outside
}

// New returns a reader of src, which must not change while it reads.
func New(src []byte, limits Limits) *Reader {
	r := &Reader{src: src, limits: limits.withDefaults()}
	r.prolog()
	return r
}

// prolog checks the characters and reads the XML declaration.
func (r *Reader) prolog() {
	if len(r.src) > r.limits.Total {
		r.fail("document too large")
		return
	}
	r.src = bytes.TrimPrefix(r.src, []byte("\ufeff"))
	if !utf8.Valid(r.src) {
		r.fail("not UTF-8")
		return
	}
	for i, c := range r.src {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			r.pos = i
			r.fail("character not allowed")
			return
		}
	}
	if bytes.Contains(r.src, []byte("\uffff")) || bytes.Contains(r.src, []byte("\ufffe")) {
		r.fail("character not allowed")
		return
	}
	r.declaration()
}

// declaration reads <?xml version="1.0" encoding="UTF-8" standalone="yes"?>.
func (r *Reader) declaration() {
	if !r.has("<?xml") || len(r.src) < 6 || !isSpace(r.src[5]) {
		return
	}
	r.pos = 5
	for i, want := range []string{"version", "encoding", "standalone"} {
		before := r.pos
		spaced := r.spaces()
		if !r.has(want) {
			if i == 0 {
				r.fail("XML declaration without a version")
				return
			}
			r.pos = before // the blank stands before what comes instead
			continue
		}
		r.pos += len(want)
		value, ok := r.quoted()
		if !spaced || !ok || !allowed(want, value) {
			r.fail("XML declaration")
			return
		}
	}
	r.spaces()
	if !r.skip("?>") {
		r.fail("XML declaration")
	}
}

// allowed reports whether an XML declaration may say so.
func allowed(what string, value []byte) bool {
	switch what {
	case "version":
		return string(value) == "1.0"
	case "encoding":
		return bytes.EqualFold(value, []byte("UTF-8"))
	default:
		return string(value) == "yes" || string(value) == "no"
	}
}

// Next moves to the next token. Its error is a [*SyntaxError], and stays.
func (r *Reader) Next() (Kind, error) {
	if r.err == nil {
		r.kind = r.next()
	}
	if r.err != nil {
		return 0, r.err
	}
	return r.kind, nil
}

func (r *Reader) next() Kind {
	r.scratch = r.scratch[:0]
	switch {
	case r.empty:
		r.empty = false
		return r.close()
	case r.pos == len(r.src):
		return r.end()
	case r.src[r.pos] != '<' || r.has("<![CDATA["):
		return r.characters()
	case r.has("<!--"):
		return r.comment()
	case r.has("<?"):
		return r.instruction()
	case r.has("</"):
		return r.endTag()
	case r.has("<!"):
		return r.fail("document type, or declaration, not allowed")
	default:
		return r.startTag()
	}
}

// end is what there is when the document is over.
func (r *Reader) end() Kind {
	if len(r.open) > 0 || !r.rooted {
		return r.fail("document ends too early")
	}
	return EOF
}

// Space returns the namespace of the element that starts or ends, "" for none.
func (r *Reader) Space() []byte { return r.name.space }

// Local returns its name, without prefix.
func (r *Reader) Local() []byte { return r.name.local }

// Is reports whether the element that starts or ends has this name.
func (r *Reader) Is(space, local string) bool {
	return string(r.name.local) == local && string(r.name.space) == space
}

// Attrs returns the attributes of the element that starts, without the declarations
// of namespaces.
func (r *Reader) Attrs() []Attr { return r.attrs }

// Text returns the text, decoded.
func (r *Reader) Text() []byte { return r.text }

// Depth returns how many elements are open; the one that starts is, the one that ends
// is not.
func (r *Reader) Depth() int { return len(r.open) }

// Offset returns how many bytes were read, a byte order mark not counted.
func (r *Reader) Offset() int { return r.pos }

func (r *Reader) fail(reason string) Kind {
	r.err = &SyntaxError{Offset: r.pos, Reason: reason}
	return 0
}

func (r *Reader) has(prefix string) bool {
	return len(r.src)-r.pos >= len(prefix) && string(r.src[r.pos:r.pos+len(prefix)]) == prefix
}

func (r *Reader) skip(prefix string) bool {
	if !r.has(prefix) {
		return false
	}
	r.pos += len(prefix)
	return true
}

// spaces skips white space and reports whether there was any.
func (r *Reader) spaces() bool {
	from := r.pos
	for r.pos < len(r.src) && isSpace(r.src[r.pos]) {
		r.pos++
	}
	return r.pos > from
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
