package idptest

import (
	"maps"
	"slices"
	"strings"

	"github.com/beevik/etree"
)

// canonical returns e by the exclusive XML canonicalisation without comments (W3C,
// xml-exc-c14n), without the element skip and with the namespaces of the inclusive
// prefixes shown where they are in scope. It is an implementation of its own: what the
// service's library gets wrong is not got wrong here in the same way.
func canonical(e, skip *etree.Element, inclusive ...string) []byte {
	var b strings.Builder
	writeCanonical(&b, e, skip, inclusive, nil)
	return []byte(b.String())
}

// writeCanonical writes e, where shown holds the namespaces that its ancestors in the
// output declared.
func writeCanonical(b *strings.Builder, e, skip *etree.Element, inclusive []string, shown map[string]string) {
	b.WriteString("<" + e.FullTag())
	inner := map[string]string{}
	maps.Copy(inner, shown)
	for _, prefix := range shownPrefixes(e, inclusive) {
		uri := namespace(e, prefix)
		if inner[prefix] == uri {
			continue
		}
		inner[prefix] = uri
		name := "xmlns"
		if prefix != "" {
			name += ":" + prefix
		}
		b.WriteString(" " + name + `="` + attributeText.Replace(uri) + `"`)
	}
	for _, a := range sortedAttributes(e) {
		b.WriteString(" " + a.FullKey() + `="` + attributeText.Replace(a.Value) + `"`)
	}
	b.WriteString(">")
	for _, child := range e.Child {
		switch child := child.(type) {
		case *etree.Element:
			if child != skip {
				writeCanonical(b, child, skip, inclusive, inner)
			}
		case *etree.CharData:
			b.WriteString(contentText.Replace(child.Data))
		case *etree.ProcInst:
			b.WriteString("<?" + strings.TrimSpace(child.Target+" "+child.Inst) + "?>")
		}
	}
	b.WriteString("</" + e.FullTag() + ">")
}

var (
	attributeText = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\t", "&#x9;", "\n", "&#xA;", "\r", "&#xD;")
	contentText   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#xD;")
)

// shownPrefixes returns the prefixes that e's own name and attributes show, and the
// inclusive ones that are in scope, in order.
func shownPrefixes(e *etree.Element, inclusive []string) []string {
	used := []string{e.Space}
	for _, prefix := range inclusive {
		if namespace(e, prefix) != "" {
			used = append(used, prefix)
		}
	}
	for _, a := range e.Attr {
		if !declares(a) && a.Space != "" && a.Space != "xml" {
			used = append(used, a.Space)
		}
	}
	slices.Sort(used)
	return slices.Compact(used)
}

// sortedAttributes returns e's attributes by namespace and name; those that declare
// namespaces are none.
func sortedAttributes(e *etree.Element) []etree.Attr {
	var all []etree.Attr
	for _, a := range e.Attr {
		if !declares(a) {
			all = append(all, a)
		}
	}
	key := func(a etree.Attr) string {
		if a.Space == "" {
			return "\x00" + a.Key
		}
		return namespace(e, a.Space) + "\x00" + a.Key
	}
	slices.SortFunc(all, func(a, b etree.Attr) int { return strings.Compare(key(a), key(b)) })
	return all
}

func declares(a etree.Attr) bool { return a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns" }

// namespace returns what prefix stands for at e.
func namespace(e *etree.Element, prefix string) string {
	for ; e != nil; e = e.Parent() {
		for _, a := range e.Attr {
			if declares(a) && (prefix == "" && a.Space == "" || prefix != "" && a.Space == "xmlns" && a.Key == prefix) {
				return a.Value
			}
		}
	}
	return ""
}
