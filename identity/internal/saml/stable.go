package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	validator "github.com/mattermost/xml-roundtrip-validator"
)

// stable checks that the document means the same after it was written and read again,
// which is what canonicalisation does to it (CVE-2020-29509, -29510, -29511). The check of
// a token costs 5 kB. It is not made of what cannot change: an end, which has the name
// of its start; a start with the names of one before and plain values; a plain text.
func stable(doc []byte) error {
	seen := map[string]bool{}
	for dec := xml.NewDecoder(bytes.NewReader(doc)); ; {
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return reason("not well-formed XML")
		}
		switch t := token.(type) {
		case xml.EndElement:
			continue
		case xml.CharData:
			if !bytes.ContainsAny(t, "<>&\r") {
				continue
			}
		case xml.StartElement:
			names, plain := outline(t)
			if plain && seen[names] {
				continue
			}
			seen[names] = true
		}
		if validator.CheckToken(token) != nil {
			return reason("not the same once written and read again")
		}
	}
}

// special are the characters that may stand in a value as something else than themselves.
const special = "<>&\"'\r\n\t"

// outline returns the names of an element and its attributes, and whether all values are
// plain.
func outline(e xml.StartElement) (names string, plain bool) {
	var b strings.Builder
	b.WriteString(e.Name.Space + ":" + e.Name.Local)
	plain = true
	for _, a := range e.Attr {
		b.WriteString(" " + a.Name.Space + ":" + a.Name.Local)
		plain = plain && !strings.ContainsAny(a.Value, special)
	}
	return b.String(), plain
}
