package saml

import (
	"bytes"
	"regexp"
	"unicode/utf8"

	"github.com/beevik/etree"
)

// limits bound a document, and say what may be in it.
type limits struct {
	bytes, elements, depth, attributes int
	// loose documents are metadata, which people write: they may have comments, and
	// elements of no namespace.
	loose bool
}

// What documents may have at most. A signed answer has 8 kB, 60 elements and a depth of
// 8; the SPID registry, 12 identity providers in 140 kB.
var (
	messageLimits  = limits{bytes: 256 << 10, elements: 500, depth: 16, attributes: 24}
	metadataLimits = limits{bytes: 8 << 20, elements: 100_000, depth: 32, attributes: 64, loose: true}
)

// prolog is the XML declaration; it is the only instruction that may stand there.
var prolog = regexp.MustCompile(`^<\?xml\s+version\s*=\s*["']1\.0["'](\s+encoding\s*=\s*["'](?i:utf-8)["'])?(\s+standalone\s*=\s*["'](yes|no)["'])?\s*\?>`)

// parse reads a document of which all readers of XML make the same. Comments,
// instructions, CDATA sections and document types all begin with a mark that stands
// nowhere else in XML.
func parse(doc []byte, l limits) (*etree.Element, error) {
	if len(doc) > l.bytes {
		return nil, reason("document too long")
	}
	doc = bytes.TrimPrefix(doc, []byte("\ufeff"))
	if !utf8.Valid(doc) {
		return nil, reason("not UTF-8")
	}
	doc = doc[len(prolog.Find(doc)):]
	marks := bytes.Count(doc, []byte("<!"))
	if l.loose {
		marks -= bytes.Count(doc, []byte("<!--"))
	}
	switch {
	case marks > 0 || bytes.Contains(doc, []byte("<?")):
		return nil, reason("comment, instruction, CDATA or document type")
	case bytes.Count(doc, []byte("<")) > 2*l.elements:
		return nil, reason("too many elements")
	}
	tree := etree.NewDocument()
	tree.ReadSettings.MaxDepth = l.depth
	tree.ReadSettings.PreserveDuplicateAttrs = true // so that they are found
	if err := tree.ReadFromBytes(doc); err != nil {
		return nil, reason("not well-formed XML, or too deep")
	}
	var root *etree.Element
	for _, token := range tree.Child {
		switch token := token.(type) {
		case *etree.Element:
			if root != nil {
				return nil, reason("more than one document")
			}
			root = token
		case *etree.CharData:
			if !token.IsWhitespace() {
				return nil, reason("text outside the document")
			}
		}
	}
	if root == nil {
		return nil, reason("no document")
	}
	if err := (&walk{limits: l, ids: map[string]bool{}}).element(root); err != nil {
		return nil, err
	}
	return root, stable(doc)
}
