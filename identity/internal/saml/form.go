package saml

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// What a signature may use (XML Signature 1.1; RFC 4051, RFC 6931).
const (
	enveloped = dsigNS + "enveloped-signature"
	exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
)

var digests = []string{
	"http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384",
	"http://www.w3.org/2001/04/xmlenc#sha512",
}

// formOf checks the form of the signature of e and its algorithms, before anything is
// computed.
func formOf(sig, e *etree.Element) (method string, value []byte, err error) {
	parts, ok := children(sig, "SignedInfo", "SignatureValue", "KeyInfo")
	if !ok {
		if parts, ok = children(sig, "SignedInfo", "SignatureValue"); !ok {
			return "", nil, reason("form of the signature")
		}
	}
	info, ok := children(parts[0], "CanonicalizationMethod", "SignatureMethod", "Reference")
	if !ok || !plain(sig, "Id") || !plain(parts[0], "Id") || !plain(parts[1], "Id") {
		return "", nil, reason("form of the signature")
	}
	method = attr(info[1], "Algorithm")
	switch {
	case !algorithm(info[0], []string{exclusive}):
		return "", nil, reason("canonicalisation of the signature")
	case methods[method] == 0 || !algorithm(info[1], []string{method}):
		return "", nil, reason("signature method")
	}
	encoded, ok := text(parts[1])
	if value, err = base64.StdEncoding.Strict().DecodeString(unblank(encoded)); !ok || err != nil {
		return "", nil, reason("signature value")
	}
	return method, value, reference(info[2], e)
}

// reference checks that the signature is over e, whole, and nothing else.
func reference(ref, e *etree.Element) error {
	id, uri := attr(e, "ID"), attr(ref, "URI")
	parts, ok := children(ref, "Transforms", "DigestMethod", "DigestValue")
	if !ok || !plain(ref, "Id", "URI") || !plain(parts[0]) || !plain(parts[2]) {
		return reason("form of the reference")
	}
	// The empty reference is to the whole document. Metadata use it.
	whole := isRoot(e) && e.NamespaceURI() == metadataNS && uri == ""
	if !whole && (!ncName(id) || uri != "#"+id) {
		return reason("reference to something else")
	}
	if !algorithm(parts[1], digests) {
		return reason("digest method")
	}
	transforms, ok := children(parts[0], "Transform", "Transform")
	if !ok || !algorithm(transforms[0], []string{enveloped}) || !canonical(transforms[1]) {
		return reason("transforms")
	}
	return nil
}

// canonical reports whether the transform is the exclusive canonicalisation. It may have
// a list of prefixes whose declarations are covered where no name shows them, as the
// library of many identity providers writes it for the types of attributes: that way more
// is signed, not less. The default namespace cannot be in it.
func canonical(transform *etree.Element) bool {
	inner := transform.ChildElements()
	if len(inner) == 0 {
		return algorithm(transform, []string{exclusive})
	}
	prefixes := strings.Fields(attr(inner[0], "PrefixList"))
	return len(inner) == 1 && attr(transform, "Algorithm") == exclusive && plain(transform, "Algorithm") &&
		is(inner[0], exclusive, "InclusiveNamespaces") && plain(inner[0], "PrefixList") && len(inner[0].ChildElements()) == 0 &&
		len(prefixes) <= 8 && !slices.ContainsFunc(prefixes, func(p string) bool { return !ncName(p) || p == "xmlns" })
}

// children returns those of e, if they have exactly these names, in this order, all of
// them of XML signatures.
func children(e *etree.Element, names ...string) ([]*etree.Element, bool) {
	found := e.ChildElements()
	if len(found) != len(names) {
		return nil, false
	}
	for i, name := range names {
		if !is(found[i], dsigNS, name) {
			return nil, false
		}
	}
	return found, true
}

// plain reports whether e has no attributes but some of these, and declarations.
func plain(e *etree.Element, names ...string) bool {
	return !slices.ContainsFunc(e.Attr, func(a etree.Attr) bool {
		declares := a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns"
		return !declares && (a.Space != "" || !slices.Contains(names, a.Key))
	})
}

// algorithm reports whether e names one of these, without parameters.
func algorithm(e *etree.Element, names []string) bool {
	t, ok := text(e)
	return ok && t == "" && plain(e, "Algorithm") && slices.Contains(names, attr(e, "Algorithm"))
}

// unblank takes the line breaks and blanks out of base64 in XML.
func unblank(s string) string { return strings.Join(strings.Fields(s), "") }
