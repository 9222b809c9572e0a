package saml

import (
	"regexp"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// is reports whether e has this name.
func is(e *etree.Element, space, local string) bool {
	return e.Tag == local && e.NamespaceURI() == space
}

// all returns the children of e with this name.
func all(e *etree.Element, space, local string) []*etree.Element {
	var found []*etree.Element
	for _, child := range e.ChildElements() {
		if is(child, space, local) {
			found = append(found, child)
		}
	}
	return found
}

// one returns the only child of e with this name, nil if there is none or another.
func one(e *etree.Element, space, local string) *etree.Element {
	if found := all(e, space, local); len(found) == 1 {
		return found[0]
	}
	return nil
}

// attr returns the value of an attribute of no namespace, "" if e has none.
func attr(e *etree.Element, name string) string {
	for _, a := range e.Attr {
		if a.Space == "" && a.Key == name {
			return a.Value
		}
	}
	return ""
}

// text returns the trimmed text of e, if there is nothing but text in it.
func text(e *etree.Element) (string, bool) {
	var b strings.Builder
	for _, token := range e.Child {
		data, ok := token.(*etree.CharData)
		if !ok {
			return "", false
		}
		b.WriteString(data.Data)
	}
	return strings.TrimSpace(b.String()), true
}

// instants is the form of xs:dateTime with a time zone: what SAML wants (core, 1.3.3) but
// for the zone, which should be Z.
var instants = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$`)

// instant reads an xs:dateTime.
func instant(s string) (time.Time, bool) {
	if !instants.MatchString(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.UTC(), err == nil
}
