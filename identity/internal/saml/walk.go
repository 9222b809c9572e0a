package saml

import (
	"strings"

	"github.com/beevik/etree"
)

const (
	xmlNS   = "http://www.w3.org/XML/1998/namespace"
	xmlnsNS = "http://www.w3.org/2000/xmlns/"
)

// walk checks the names of a tree.
type walk struct {
	limits
	ids map[string]bool
}

func (w *walk) element(e *etree.Element) error {
	if !ncName(e.Tag) || e.Space != "" && !ncName(e.Space) || len(e.Attr) > w.attributes {
		return reason("name of an element, or too many attributes")
	}
	if err := w.attrs(e); err != nil {
		return err
	}
	space := e.NamespaceURI()
	if space == "" && (e.Space != "" || !w.loose) || e.Space == "xml" || e.Space == "xmlns" {
		return reason("element of no namespace")
	}
	for _, child := range e.ChildElements() {
		if err := w.element(child); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) attrs(e *etree.Element) error {
	for i, a := range e.Attr {
		if !ncName(a.Key) || a.Space != "" && !ncName(a.Space) {
			return reason("name of an attribute")
		}
		space := attrSpace(a)
		if a.Space != "" && space == "" {
			return reason("attribute of an undeclared namespace")
		}
		for _, b := range e.Attr[:i] {
			if a.Key == b.Key && space == attrSpace(b) {
				return reason("attribute twice")
			}
		}
		if space == xmlnsNS && (a.Value == xmlNS || a.Value == xmlnsNS || a.Key == "xml" || a.Value == "" && a.Space != "") {
			return reason("declaration of a reserved namespace")
		}
		if strings.EqualFold(a.Key, "id") && (space == "" || space == xmlNS) && a.Value != "" {
			// By case too: there are readers that look an ID up without regard to it.
			id := strings.ToLower(a.Value)
			if w.ids[id] {
				return reason("ID twice")
			}
			w.ids[id] = true
		}
	}
	return nil
}

// attrSpace returns the namespace of an attribute.
func attrSpace(a etree.Attr) string {
	switch {
	case a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns":
		return xmlnsNS
	case a.Space == "xml":
		return xmlNS
	case a.Space == "":
		return ""
	default:
		return a.NamespaceURI()
	}
}

// ncName reports whether s is a name without a colon, or an ID. Here they are ASCII.
func ncName(s string) bool {
	if len(s) > 256 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
		if !letter && (i == 0 || c != '-' && c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != ""
}
