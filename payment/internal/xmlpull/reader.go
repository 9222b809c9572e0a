// Package xmlpull reads XML strictly, one token after the other: UTF-8 only (a byte
// order mark may stand first), no document type, the five predefined entities and
// character references, CDATA, namespaces resolved, one root and nothing after it. It
// says where text was interrupted by a comment, so that nobody splices "1<!-- -->00"
// into 100.
//
// A document is in memory ([New], [Reader.Reset]) or comes from an [io.Reader]
// ([NewStream]); a stream is held in memory one token at a time, in a window that grows
// with the longest token.
//
// It allocates nothing per token: what a token holds points into the document, or into
// a buffer that the next token uses again. A Reader is its own working memory; read
// another document with the same one and even that is not allocated again.
//
// Time is linear in the length of a document. Where something is looked for in a list,
// as a prefix among the declarations or an attribute among those before it, [Limits]
// bound the list and how often that happens.
package xmlpull

import (
	"fmt"
	"io"
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
	Namespaces int // declared at any one place; default 64
	Nodes      int // elements, attributes, comments, instructions, CDATA sections; default 8192
	Name       int // bytes of a name, and of a namespace; default 256
	Text       int // bytes of one text or attribute; default the document's
}

func (l Limits) withDefaults() Limits {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&l.Total, 1<<20)
	set(&l.Depth, 16)
	set(&l.Attributes, 32)
	set(&l.Namespaces, 64)
	set(&l.Nodes, 8192)
	set(&l.Name, 256)
	set(&l.Text, l.Total)
	return l
}

// SyntaxError says why a document is not well-formed, or not within the limits.
type SyntaxError struct {
	Offset int // bytes from the start
	Reason string
}

// Error never repeats what the document says.
func (e *SyntaxError) Error() string { return fmt.Sprintf("xml: %s at byte %d", e.Reason, e.Offset) }

// Reader reads one document after the other. Its zero value is one that waits for
// [Reader.Reset]. It is not safe for concurrent use.
type Reader struct {
	src    []byte // what is there to read, checked to be characters
	pos    int
	limits Limits
	err    error
	stream stream

	name    name   // of a Start or End
	attrs   []Attr // of a Start
	text    []byte // of a Text
	scratch []byte // decoded texts of the token
	joined  []byte // a text of several pieces

	begun  bool // the XML declaration was looked for
	rooted bool // the root was there
	empty  bool // a Start of an empty element: its End comes next
	short  bool // the token looked beyond the end of src
	nodes  int  // as Limits.Nodes has them

	// The open elements, from the root to the innermost, and what prefixes mean in it.
	// Both point to names, where each element has put what it declares and its own
	// name. They hold no pointers, so that they are written fast.
	open     []element
	bindings []binding
	names    []byte

	// What these use as long as they fit.
	openArray     [12]element
	bindingsArray [8]binding
	namesArray    [400]byte
	attrsArray    [2]Attr
}

// piece is a part of Reader.names.
type piece struct{ from, to int32 }

// name is what the name of an element stands for.
type name struct{ space, local piece }

// element is an open element.
type element struct {
	name
	raw      int32 // where its name begins; it goes to the end of local
	bindings int32 // how many are not its own
	names    int32 // how much of Reader.names is not
}

// binding gives a prefix ("" for the default namespace) its meaning.
type binding struct{ prefix, space piece }

// New returns a reader of src, which must not change while it reads.
func New(src []byte, limits Limits) *Reader {
	r := &Reader{}
	r.Reset(src, limits)
	return r
}

// Reset makes r read src, which must not change while it reads. Nothing of what the
// reader returned before may be used afterwards.
func (r *Reader) Reset(src []byte, limits Limits) {
	r.reset(limits)
	if r.src = src; len(src) > r.limits.Total {
		r.fail("document too large")
	} else if n := notCharacters(src); n >= 0 {
		r.pos = n
		r.fail("not characters in UTF-8")
	}
}

func (r *Reader) reset(limits Limits) {
	if r.open == nil {
		r.open, r.bindings, r.names, r.attrs = r.openArray[:0], r.bindingsArray[:0], r.namesArray[:0], r.attrsArray[:0]
	}
	r.limits, r.err, r.stream = limits.withDefaults(), nil, stream{}
	r.src, r.pos, r.nodes = nil, 0, 0
	r.begun, r.rooted, r.empty, r.short = false, false, false, false
	r.open, r.bindings, r.names, r.attrs = r.open[:0], r.bindings[:0], r.names[:0], r.attrs[:0]
	r.bindings = append(r.bindings, binding{r.put(xmlPrefix), r.put(xmlSpace)})
	r.name, r.text = name{}, nil
}

// NewStream returns a reader of what in holds. Where in fails, so does the reader, with
// the error of in.
func NewStream(in io.Reader, limits Limits) *Reader {
	r := &Reader{}
	r.reset(limits)
	r.stream = stream{in: in, size: firstWindow}
	return r
}

// Next moves to the next token. Its error is a [*SyntaxError], or that of a stream, and
// stays.
func (r *Reader) Next() (Kind, error) {
	switch {
	case r.err != nil:
		return 0, r.err
	case r.stream.in != nil:
		return r.nextOfStream()
	default:
		kind := r.next()
		return kind, r.err
	}
}

// next reads a token.
func (r *Reader) next() Kind {
	r.short, r.scratch = false, r.scratch[:0]
	if !r.begun {
		if r.begun = true; !r.prolog() {
			return 0
		}
	}
	if r.empty {
		r.empty = false
		return r.close()
	}
	if r.pos == len(r.src) {
		r.short = true // for a stream, this is not yet the end
		if len(r.open) > 0 || !r.rooted {
			return r.fail("document ends too early")
		}
		return EOF
	}
	if r.src[r.pos] != '<' {
		return r.characters()
	}
	if r.pos+1 == len(r.src) {
		r.short = true
		return r.fail("document ends too early")
	}
	switch r.src[r.pos+1] {
	case '/':
		return r.endTag()
	case '?':
		return r.instruction()
	case '!':
		return r.declared()
	default:
		return r.startTag()
	}
}

// declared reads what begins with <!.
func (r *Reader) declared() Kind {
	switch {
	case r.has("<!--"):
		return r.comment()
	case r.has("<![CDATA["):
		return r.characters()
	default:
		return r.fail("document type, or declaration, not allowed")
	}
}

// Space returns the namespace of the element that starts or ends, "" for none.
func (r *Reader) Space() []byte { return r.get(r.name.space) }

// Local returns its name, without prefix.
func (r *Reader) Local() []byte { return r.get(r.name.local) }

// Is reports whether the element that starts or ends has this name.
func (r *Reader) Is(space, local string) bool {
	return string(r.get(r.name.local)) == local && string(r.get(r.name.space)) == space
}

// Attrs returns the attributes of the element that starts, without the declarations
// of namespaces.
func (r *Reader) Attrs() []Attr { return r.attrs }

// Text returns the text, decoded.
func (r *Reader) Text() []byte { return r.text }

// put adds to the names.
func (r *Reader) put(s []byte) piece {
	from := len(r.names)
	r.names = append(r.names, s...)
	return piece{int32(from), int32(len(r.names))}
}

// get returns a piece of the names, which may be of the element that ends and so of
// what is free again.
func (r *Reader) get(p piece) []byte { return r.names[:cap(r.names)][p.from:p.to] }

// Depth returns how many elements are open; the one that starts is, the one that ends
// is not.
func (r *Reader) Depth() int { return len(r.open) }

// Offset returns how many bytes were read.
func (r *Reader) Offset() int { return r.stream.before + r.pos }

func (r *Reader) fail(reason string) Kind {
	r.err = &SyntaxError{Offset: r.Offset(), Reason: reason}
	return 0
}

// node counts one more of what Limits.Nodes bounds.
func (r *Reader) node() bool {
	if r.nodes == r.limits.Nodes {
		r.fail("too many elements, attributes, comments, instructions or CDATA sections")
		return false
	}
	r.nodes++
	return true
}

// has reports whether prefix comes next.
func (r *Reader) has(prefix string) bool {
	if len(r.src)-r.pos < len(prefix) {
		r.short = true
		return false
	}
	return string(r.src[r.pos:r.pos+len(prefix)]) == prefix
}

// skip moves past prefix, if it comes next.
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
	r.pos = r.blanks()
	return r.pos > from
}

// blanks returns where the white space that comes next ends.
func (r *Reader) blanks() int {
	src, i := r.src, r.pos
	for i < len(src) && isSpace(src[i]) {
		for i++; i+8 <= len(src) && string(src[i:i+8]) == "        "; { // as lines begin
			i += 8
		}
	}
	return i
}
