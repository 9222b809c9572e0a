package wire

import (
	"slices"
	"strings"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// codec reads or writes one message. A message describes its elements once, in their
// order, with leaf, group and list; only these know which of the two is going on.
type codec struct {
	in    *xmlpull.Reader // nil when writing
	kind  xmlpull.Kind    // of the tag that comes next, 0 before peek
	path  []string        // of the open elements of the payload
	err   error           // the first that happened
	texts texts

	schema schema // of the payload's root, when reading

	out []byte
}

// texts keeps the texts of a message, many in one piece of memory.
type texts struct {
	b    strings.Builder
	size int // of the first piece
}

// keep returns a copy of text. A long one is on its own, so that it is not held by
// short ones.
func (t *texts) keep(text []byte) string {
	const long = 512
	if len(text) > long {
		return string(text)
	}
	if t.b.Cap()-t.b.Len() < len(text) {
		t.b = strings.Builder{}
		t.b.Grow(max(t.size, long))
		t.size /= 2
	}
	from := t.b.Len()
	t.b.Write(text)
	return t.b.String()[from:]
}

// reading returns a codec that reads body; all it needs is in one piece of memory.
func reading(body []byte, in schema) *codec {
	all := &struct {
		codec
		reader xmlpull.Reader
		path   [8]string
	}{}
	all.reader.Reset(body, xmlpull.Limits{})
	c := &all.codec
	c.in, c.path, c.schema = &all.reader, all.path[:0], in
	c.texts.size = min(len(body)/3, 1<<13) // a third of a message is text
	return c
}

func (c *codec) reading() bool { return c.in != nil }

// need says how often an element occurs.
type need bool

const (
	required need = true
	optional need = false
)

// peek looks at the next tag, unless that was done already.
func (c *codec) peek() {
	if c.kind != 0 || c.err != nil {
		return
	}
	kind, err := c.in.NextTag()
	switch {
	case err != nil:
		c.err = err
	case kind == xmlpull.Instruction:
		c.err = ErrEnvelope // SOAP 1.1, section 3
	case kind == xmlpull.Text:
		c.fail("")
	default:
		c.kind = kind
	}
}

// pass moves past the tag that peek saw.
func (c *codec) pass() { c.kind = 0 }

// comes reports whether the next tag is of this kind.
func (c *codec) comes(kind xmlpull.Kind) bool {
	c.peek()
	return c.err == nil && c.kind == kind
}

// at reports whether the element that comes next has this name; the children of a
// payload have no namespace.
func (c *codec) at(name string) bool {
	return c.comes(xmlpull.Start) && c.in.Is("", name)
}

// fail notes that the element name, inside the open ones, is not as it must be.
func (c *codec) fail(name string) {
	if c.err == nil {
		path := c.path
		if name != "" {
			path = append(slices.Clip(path), name)
		}
		c.err = &FieldError{Path: strings.Join(path, ".")}
	}
}

// checkAttrs refuses attributes: the schemas have none, but for hints at themselves and
// at types, which some stacks write on every element. What they say is not looked at;
// xsi:nil is refused, for it would make an element mean nothing.
func (c *codec) checkAttrs(name string) {
	for _, a := range c.in.Attrs() {
		switch hint := string(a.Local); {
		case string(a.Space) != "http://www.w3.org/2001/XMLSchema-instance",
			hint != "type" && hint != "schemaLocation" && hint != "noNamespaceSchemaLocation":
			c.fail(name)
		}
	}
}

// end moves past the end of an element; nothing may be left in it.
func (c *codec) end() {
	if c.peek(); c.err == nil && c.kind != xmlpull.End {
		c.fail(string(c.in.Local()))
	}
	c.pass()
}

// group is an element with children. Present tells whether to write an optional one,
// and is set when it was read.
func group(c *codec, name string, n need, present *bool, children func()) {
	if c.reading() {
		if !c.at(name) {
			if n == required {
				c.fail(name)
			}
			return
		}
		if present != nil {
			*present = true
		}
		c.checkAttrs(name)
		c.path = append(c.path, name)
		c.pass()
		children()
		c.end()
		c.path = c.path[:len(c.path)-1]
		return
	}
	if n == optional && (present == nil || !*present) {
		return
	}
	c.tag("<", name)
	children()
	c.tag("</", name)
}

// list is an element that occurs from 1 to most times; none at all if it is optional.
func list[T any](c *codec, name string, most int, items *[]T, children func(*T)) {
	if !c.reading() {
		for i := range *items {
			c.tag("<", name)
			children(&(*items)[i])
			c.tag("</", name)
		}
		return
	}
	for n := 0; n == 0 || c.at(name); n++ {
		if n == most {
			c.fail(name)
			return
		}
		var item T
		*items = append(*items, item)
		group(c, name, required, nil, func() { children(&(*items)[n]) })
		if c.err != nil {
			*items = (*items)[:n]
			return
		}
	}
}

// leaf is an element with text. An optional one is absent where v is the zero value.
func leaf[T comparable](c *codec, name string, n need, f form[T], v *T) {
	var zero T
	if !c.reading() {
		if n == required || *v != zero {
			c.tag("<", name)
			c.out = f.append(c.out, *v)
			c.tag("</", name)
		}
		return
	}
	text, ok := c.content(name)
	if !ok {
		if n == required {
			c.fail(name)
		}
		return
	}
	read, ok := f.parse(c.texts.keep(text))
	if !ok {
		c.fail(name)
		return
	}
	*v = read
}

// content reads the element name, if it is there, and returns its text: one text, for a
// comment may stand beside it, but not inside.
func (c *codec) content(name string) (text []byte, ok bool) {
	if c.kind == 0 && c.err == nil {
		if text, ok = c.in.Leaf(name); ok {
			return text, true
		}
	}
	if !c.at(name) {
		return nil, false
	}
	c.checkAttrs(name)
	text, stop, err := c.in.NextText()
	switch {
	case c.err != nil:
	case err != nil:
		c.err = err
	case stop == xmlpull.Instruction:
		c.err = ErrEnvelope
	case stop != xmlpull.End:
		c.fail(name)
	}
	c.pass()
	return text, c.err == nil
}

func (c *codec) tag(open, name string) { c.put(open, name, ">") }

func (c *codec) put(parts ...string) {
	for _, p := range parts {
		c.out = append(c.out, p...)
	}
}
