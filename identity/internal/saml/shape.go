package saml

import (
	"slices"

	"github.com/beevik/etree"
)

// xencNS has the names of XML encryption, which nobody here uses.
const xencNS = "http://www.w3.org/2001/04/xmlenc#"

// sequence checks that the children of e are these, in this order. A name that ends in
// "?" may be missing. Those that are there once only, so that no two readers look at
// two of them.
func sequence(e *etree.Element, names ...child) error {
	found := e.ChildElements()
	for _, name := range names {
		if len(found) > 0 && is(found[0], name.space, name.local) {
			found = found[1:]
		} else if !name.optional {
			return reason("missing, double or misplaced in " + e.Tag)
		}
	}
	if len(found) > 0 {
		return reason("unknown, double or misplaced element")
	}
	return nil
}

// child is an element that another has.
type child struct {
	space, local string
	optional     bool
}

// placed checks that nothing that could be taken for the signed part of a message stands
// where it does not belong: signatures under the message and its assertion, the assertion
// under the message, nothing encrypted.
func placed(root *etree.Element) error {
	assertion := one(root, assertionNS, "Assertion")
	signed := []*etree.Element{root}
	if assertion != nil {
		signed = append(signed, assertion)
	}
	var look func(e *etree.Element) error
	look = func(e *etree.Element) error {
		for _, c := range e.ChildElements() {
			space := c.NamespaceURI()
			switch {
			case space == dsigNS && c.Tag == "Signature" && !slices.Contains(signed, e),
				space == assertionNS && c.Tag == "Assertion" && c != assertion,
				space == protocolNS && (c.Tag == root.Tag || c.Tag == "Response"),
				space == assertionNS && (c.Tag == "EncryptedAssertion" || c.Tag == "EncryptedID" || c.Tag == "EncryptedAttribute"),
				space == xencNS, space == metadataNS:
				return reason("assertion, signature or message where none belongs, or encryption")
			}
			if err := look(c); err != nil {
				return err
			}
		}
		return nil
	}
	return look(root)
}
