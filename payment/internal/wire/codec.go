package wire

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// codec reads or writes one message. A message describes its elements once, in their
// order, with leaf, group and list; only these know which of the two is going on.
type codec struct {
	in   *xmlpull.Reader // nil when writing
	kind xmlpull.Kind    // the token that comes next
	path []string        // of the open elements of the payload
	err  error           // the first that happened

	out []byte
}

func (c *codec) reading() bool { return c.in != nil }

// need says how often an element occurs.
type need bool

const (
	required need = true
	optional need = false
)

// advance moves to the next token that matters between elements.
func (c *codec) advance() {
	for c.err == nil {
		kind, err := c.in.Next()
		if err != nil {
			c.err = err
			return
		}
		switch {
		case kind == xmlpull.Comment, kind == xmlpull.Instruction:
		case kind == xmlpull.Text && len(bytes.TrimSpace(c.in.Text())) == 0:
		case kind == xmlpull.Text:
			c.fail("")
		default:
			c.kind = kind
			return
		}
	}
}

// at reports whether the element that comes next has this name; the children of a
// payload have no namespace.
func (c *codec) at(name string) bool {
	return c.err == nil && c.kind == xmlpull.Start && c.in.Is("", name)
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

// enter opens an element that is there.
func (c *codec) enter(name string) {
	c.path = append(c.path, name)
	c.checkAttrs()
}

// checkAttrs refuses attributes: the schemas have none, but for hints at themselves and
// at types, which some stacks write on every element. What they say is not looked at;
// xsi:nil is refused, for it would make an element mean nothing.
func (c *codec) checkAttrs() {
	for _, a := range c.in.Attrs() {
		if string(a.Space) != "http://www.w3.org/2001/XMLSchema-instance" || string(a.Local) == "nil" {
			c.fail("")
		}
	}
}

// leave closes the element that enter opened: nothing may be left in it.
func (c *codec) leave() {
	if c.err == nil && c.kind != xmlpull.End {
		c.fail(string(c.in.Local()))
	}
	c.path = c.path[:len(c.path)-1]
	c.advance()
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
		c.enter(name)
		c.advance()
		children()
		c.leave()
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
		}
		var item T
		group(c, name, required, nil, func() { children(&item) })
		if c.err != nil {
			return
		}
		*items = append(*items, item)
	}
}

// form is the text form of a simple type.
type form[T comparable] struct {
	parse  func(s string) (v T, ok bool)
	append func(b []byte, v T) []byte
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
	if !c.at(name) {
		if n == required {
			c.fail(name)
		}
		return
	}
	c.enter(name)
	text := c.content()
	read, ok := f.parse(text)
	if !ok {
		c.fail("")
	}
	*v = read
	c.leave()
}

// content reads the text of the open element. A comment inside would splice it, so it
// is refused; so are child elements.
func (c *codec) content() string {
	var text string
	for c.err == nil {
		kind, err := c.in.Next()
		switch {
		case err != nil:
			c.err = err
		case kind == xmlpull.Text:
			text = string(c.in.Text())
		case kind == xmlpull.End:
			c.kind = kind
			return text
		default:
			c.fail("")
		}
	}
	return text
}

func (c *codec) tag(open, name string) {
	c.out = append(append(append(c.out, open...), name...), '>')
}
