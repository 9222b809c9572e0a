package idptest

import (
	"strings"

	"github.com/beevik/etree"
)

// at returns the element at a path of local names under e, as in "Subject/NameID"; "" is
// e itself, nil means that there is none.
func at(e *etree.Element, path string) *etree.Element {
	for name := range strings.SplitSeq(path, "/") {
		if e == nil || name == "" {
			return e
		}
		e = e.SelectElement(name)
	}
	return e
}

// textAt returns the trimmed text at a path, "" if there is none.
func textAt(e *etree.Element, path string) string {
	if e = at(e, path); e == nil {
		return ""
	}
	return strings.TrimSpace(e.Text())
}

// attrAt returns an attribute at a path, "" if there is none.
func attrAt(e *etree.Element, path, name string) string {
	if e = at(e, path); e == nil {
		return ""
	}
	return e.SelectAttrValue(name, "")
}

// parse returns the root of a document.
func parse(doc []byte) (*etree.Element, error) {
	d := etree.NewDocument()
	if err := d.ReadFromBytes(doc); err != nil {
		return nil, err
	}
	if d.Root() == nil {
		return nil, etree.ErrXML
	}
	return d.Root(), nil
}

// written returns e as a document of its own.
func written(e *etree.Element) []byte {
	d := etree.NewDocument()
	d.SetRoot(e)
	b, err := d.WriteToBytes()
	if err != nil {
		return nil
	}
	return b
}
