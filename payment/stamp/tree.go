package stamp

import (
	"bytes"
	"errors"

	"github.com/pagonline/pagonline/payment/internal/xmlpull"
)

// What a stamp may have at most. Those that PSPs sell have 6 kB, 25 elements and a depth
// of 7; a revocation list in KeyInfo may make them longer.
const (
	maxBytes    = 128 << 10
	maxDepth    = 12
	maxElements = 200
)

// node is an element of a stamp: either children, with nothing but white space between
// them, or text.
type node struct {
	space, local string
	attrs        []attr
	kids         []*node
	text         string
}

// attr is an attribute without a namespace.
type attr struct{ name, value string }

var (
	errMarkup   = errors.New("stamp: comment, instruction, CDATA or document type")
	errMixed    = errors.New("stamp: text between elements")
	errElements = errors.New("stamp: too many elements")
	errAttr     = errors.New("stamp: attribute with a namespace")
)

// read reads a document into a tree. Comments, instructions, CDATA sections and document
// types all begin with a mark that stands nowhere else in XML, so that none is left
// about which two readers might disagree.
func read(doc []byte) (*node, error) {
	r := xmlpull.New(doc, xmlpull.Limits{Total: maxBytes, Depth: maxDepth, Attributes: 16})
	root := &node{} // the document; its only child is the root
	open := []*node{root}
	for n := 0; ; {
		kind, err := r.Next()
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch kind {
		case xmlpull.Start:
			if n++; n > maxElements {
				return nil, errElements
			}
			kid := &node{space: string(r.Space()), local: string(r.Local())}
			for _, a := range r.Attrs() {
				if len(a.Space) > 0 {
					return nil, errAttr
				}
				kid.attrs = append(kid.attrs, attr{string(a.Local), string(a.Value)})
			}
			top.kids, open = append(top.kids, kid), append(open, kid)
		case xmlpull.End:
			if len(top.kids) > 0 {
				if collapse(top.text) != "" {
					return nil, errMixed
				}
				top.text = ""
			}
			open = open[:len(open)-1]
		case xmlpull.Text:
			top.text += string(r.Text())
		case xmlpull.EOF:
			if bytes.Contains(doc, []byte("<!")) {
				return nil, errMarkup
			}
			return root.kids[0], nil
		default:
			return nil, errMarkup
		}
	}
}

// is reports whether n has this name.
func (n *node) is(space, local string) bool { return n.space == space && n.local == local }

// children returns the children of n, if they have exactly these local names, in this
// order.
func (n *node) children(names ...string) ([]*node, bool) {
	if len(n.kids) != len(names) {
		return nil, false
	}
	for i, name := range names {
		if n.kids[i].local != name {
			return nil, false
		}
	}
	return n.kids, true
}

// only reports whether n has exactly these attributes and no children.
func (n *node) only(attrs ...attr) bool {
	if len(n.kids) > 0 || len(n.attrs) != len(attrs) {
		return false
	}
	for i, a := range attrs {
		if n.attrs[i] != a {
			return false
		}
	}
	return true
}

// attr returns the value of an attribute.
func (n *node) attr(name string) (value string, ok bool) {
	for _, a := range n.attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}
