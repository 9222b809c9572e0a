package hostile

import (
	"slices"
	"strings"
)

// structure takes every message apart: each element is left out, doubled, exchanged with
// the next, put into a namespace, given an attribute, and has a stranger before it.
func structure() []Document {
	var all []Document
	for _, m := range messages() {
		kind := strings.TrimPrefix(m.name, "p:")
		m.visit(nil, func(parent *element, path []string) {
			for i := range parent.children {
				all = append(all, around(m, parent, path, i, kind)...)
			}
		})
	}
	return all
}

// visit calls f for each group, with its path; the root has none.
func (e *element) visit(path []string, f func(parent *element, path []string)) {
	if len(e.children) == 0 {
		return
	}
	f(e, path)
	for _, c := range e.children {
		c.visit(append(slices.Clip(path), c.name), f)
	}
}

// around returns the documents in which child i of parent is not as it should be.
func around(message, parent *element, path []string, i int, kind string) []Document {
	right := parent.children
	defer func() { parent.children = right }()
	child := right[i]
	at := func(name string) string { return strings.Join(append(slices.Clip(path), name), ".") }
	document := func(what string, children []*element, want Outcome, where string) Document {
		parent.children = children
		defer func() { parent.children = right }()
		return Document{Name: kind + ": " + what + " " + at(child.name), Body: []byte(top + message.String() + bottom), Want: want, Path: where}
	}
	ordered := func(what string, children []*element) Document {
		changed := &element{children: children}
		if name, wrong := parent.misplaced(changed.names()); wrong {
			return document(what, children, Field, at(name))
		}
		return document(what, children, OK, "")
	}
	replaced := func(what string, edit func(*element)) Document {
		c := child.clone()
		edit(c)
		return document(what, slices.Concat(right[:i], []*element{c}, right[i+1:]), Field, at(child.name))
	}

	stranger := leaf("straniero", "x")
	docs := []Document{
		ordered("without", slices.Concat(right[:i], right[i+1:])),
		ordered("twice", slices.Concat(right[:i+1], []*element{child}, right[i+1:])),
		ordered("a stranger before", slices.Concat(right[:i], []*element{stranger}, right[i:])),
		replaced("an attribute on", func(e *element) { e.attrs = ` a="b"` }),
		replaced("nil", func(e *element) { e.attrs = ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"` }),
	}
	if i+1 < len(right) {
		swapped := slices.Clone(right)
		swapped[i], swapped[i+1] = right[i+1], right[i]
		docs = append(docs, ordered("after its time", swapped))
	}
	// In a namespace it is a stranger of the same name.
	foreign := child.clone()
	foreign.attrs = ` xmlns="urn:prova"`
	name, _ := parent.misplaced(slices.Concat(parent.names()[:i], []string{"another"}, parent.names()[i+1:]))
	if name == "another" {
		name = child.name
	}
	docs = append(docs, document("in a foreign namespace", slices.Concat(right[:i], []*element{foreign}, right[i+1:]), Field, at(name)))
	if child.children == nil {
		docs = append(docs,
			replaced("an element in", func(e *element) { e.text = "<b>" + e.text + "</b>" }),
			replaced("a comment splices", func(e *element) { e.text = e.text[:1] + "<!-- -->" + e.text }),
		)
	}
	return docs
}
