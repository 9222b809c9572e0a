package receipt

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/pagonline/pagonline"
)

// maxJSON bounds the JSON of a receipt, in bytes: a thousand items.
const maxJSON = 1 << 20

// Canonical returns the JSON of r that is signed: the form of RFC 8785 (JCS), members
// sorted, no blanks, UTF-8, instants with the offset of Europe/Rome. A receipt has one
// such form, whatever the Go release: equal receipts have equal bytes, and
//
//	Parse(b).Canonical() is b, for every b that Canonical returned.
//
// Members may be added in later versions; schemaVersion rises when one of them changes
// its meaning or goes. Bytes that are no UTF-8 become U+FFFD, as in all JSON of Go. Its
// error has [pagonline.CodeInputSyntax].
func (r Receipt) Canonical() ([]byte, error) {
	if !r.PaidAt.IsZero() {
		r.PaidAt = r.PaidAt.In(pagonline.Rome())
	}
	if r.Items == nil {
		r.Items = []Item{}
	}
	b, err := json.Marshal(r)
	if err != nil || len(b) > maxJSON {
		return nil, unreadableJSON("ricevuta fuori misura", "receipt out of range")
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return nil, unreadableJSON("ricevuta fuori misura", "receipt out of range")
	}
	return appendJSON(make([]byte, 0, len(b)), v), nil
}

// Parse reads the JSON of a receipt, canonical or not; members that it does not know are
// of a later version and left out. It says nothing about who wrote it: see [Verify]. Its
// error has [pagonline.CodeInputSyntax] and repeats nothing of the text.
func Parse(b []byte) (Receipt, error) {
	if len(b) > maxJSON {
		return Receipt{}, unreadableJSON("ricevuta fuori misura", "receipt out of range")
	}
	var r Receipt
	dec := json.NewDecoder(bytes.NewReader(b))
	if err := dec.Decode(&r); err != nil { // its text may hold a name
		return Receipt{}, unreadableJSON("JSON della ricevuta", "JSON of the receipt")
	}
	if _, err := dec.Token(); err != io.EOF {
		return Receipt{}, unreadableJSON("testo dopo la ricevuta", "text after the receipt")
	}
	if r.SchemaVersion < 1 || r.SchemaVersion > schemaVersion {
		return Receipt{}, unreadableJSON("versione della ricevuta", "version of the receipt")
	}
	return r, nil
}

func unreadableJSON(it, en string) error {
	return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: it, En: en}).At("receipt")
}

// appendJSON writes what [json.Decoder] returned. Receipts hold whole numbers only, so
// numbers stay as they are; keys are ASCII, so the order of bytes is that of RFC 8785.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		b = append(b, '{')
		for i, key := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, key), ':')
			b = appendJSON(b, v[key])
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, e)
		}
		return append(b, ']')
	case string:
		return appendString(b, v)
	case json.Number:
		return append(b, v...)
	case bool:
		if v {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	default:
		return append(b, "null"...)
	}
}

// appendString escapes what RFC 8785 (section 3.2.2.2) says, and nothing else.
func appendString(b []byte, s string) []byte {
	const hexadecimal = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"', r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r < ' ':
			b = append(b, `\u00`...)
			b = append(b, hexadecimal[r>>4], hexadecimal[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
