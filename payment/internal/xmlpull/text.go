package xmlpull

import (
	"bytes"
	"unicode/utf8"
)

// characters reads text, CDATA sections and references as one text.
func (r *Reader) characters() Kind {
	if len(r.open) == 0 {
		r.spaces()
		if r.pos < len(r.src) && (r.src[r.pos] != '<' || r.has("<![CDATA[")) {
			return r.fail("text outside the root")
		}
		return r.next()
	}
	r.text = nil
	for pieces := 0; r.pos < len(r.src); pieces++ {
		var piece []byte
		switch {
		case r.skip("<![CDATA["):
			n := bytes.Index(r.src[r.pos:], []byte("]]>"))
			if n < 0 {
				return r.fail("CDATA section not closed")
			}
			piece = r.newlines(r.src[r.pos : r.pos+n])
			r.pos += n + 3
		case r.src[r.pos] == '<':
			return Text
		default:
			n := bytes.IndexByte(r.src[r.pos:], '<')
			if n < 0 {
				return r.fail("document ends in text")
			}
			var ok bool
			if piece, ok = r.decode(r.src[r.pos:r.pos+n], false); !ok {
				return 0
			}
		}
		if r.text = r.join(r.text, piece, pieces); len(r.text) > r.limits.Text {
			return r.fail("text too long")
		}
	}
	return r.fail("document ends in text")
}

// join appends a piece to the text before it. The first one is taken as it is; from
// the second on they are put together in a buffer of their own.
func (r *Reader) join(text, piece []byte, pieces int) []byte {
	switch pieces {
	case 0:
		return piece
	case 1:
		r.joined = append(r.joined[:0], text...)
	}
	r.joined = append(r.joined, piece...)
	r.scratch = r.scratch[:0]
	return r.joined
}

// attrValue reads ="value", decoded.
func (r *Reader) attrValue() (value []byte, ok bool) {
	raw, ok := r.quoted()
	if !ok {
		r.fail("attribute without a value")
		return nil, false
	}
	end := r.pos
	r.pos -= len(raw) + 1
	if len(raw) > r.limits.Text || bytes.IndexByte(raw, '<') >= 0 {
		r.fail("attribute")
		return nil, false
	}
	value, ok = r.decode(raw, true)
	r.pos = end
	return value, ok
}

// quoted reads = and a literal in quotes, raw.
func (r *Reader) quoted() (raw []byte, ok bool) {
	r.spaces()
	if !r.skip("=") {
		return nil, false
	}
	r.spaces()
	if r.pos == len(r.src) || r.src[r.pos] != '"' && r.src[r.pos] != '\'' {
		return nil, false
	}
	n := bytes.IndexByte(r.src[r.pos+1:], r.src[r.pos])
	if n < 0 {
		return nil, false
	}
	raw = r.src[r.pos+1 : r.pos+1+n]
	r.pos += n + 2
	return raw, true
}

// newlines makes one line feed of each line end (XML 1.0, §2.11).
func (r *Reader) newlines(raw []byte) []byte {
	if bytes.IndexByte(raw, '\r') < 0 {
		return raw
	}
	from := len(r.scratch)
	for i, c := range raw {
		switch {
		case c != '\r':
			r.scratch = append(r.scratch, c)
		case i+1 == len(raw) || raw[i+1] != '\n':
			r.scratch = append(r.scratch, '\n')
		}
	}
	return r.scratch[from:]
}

// decode resolves the references in raw, which begins at the reader's place, and moves
// past it. In attributes white space becomes blanks (§3.3.3); elsewhere "]]>" is an
// error (§2.4).
func (r *Reader) decode(raw []byte, attribute bool) (decoded []byte, ok bool) {
	if !attribute && bytes.Contains(raw, []byte("]]>")) {
		r.fail("]]> outside a CDATA section")
		return nil, false
	}
	special := "&\r"
	if attribute {
		special = "&\r\n\t"
	}
	if !bytes.ContainsAny(raw, special) {
		r.pos += len(raw)
		return raw, true
	}
	from, begin := len(r.scratch), r.pos
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c == '&':
			r.pos = begin + i
			n, size := reference(raw[i:])
			if size == 0 {
				r.fail("reference")
				return nil, false
			}
			r.scratch = utf8.AppendRune(r.scratch, n)
			i += size
			continue
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
			// the line feed that follows stands for both
		case attribute && isSpace(c):
			r.scratch = append(r.scratch, ' ')
		case c == '\r':
			r.scratch = append(r.scratch, '\n')
		default:
			r.scratch = append(r.scratch, c)
		}
		i++
	}
	r.pos = begin + len(raw)
	return r.scratch[from:], true
}

// maxReference bounds a reference, which may have zeros before its number.
const maxReference = 64

// reference reads &name; or &#number; and returns its character and length, 0 if it is
// none that may be.
func reference(s []byte) (r rune, size int) {
	end := bytes.IndexByte(s[:min(len(s), maxReference)], ';')
	if end < 0 {
		return 0, 0
	}
	switch string(s[1:end]) {
	case "lt":
		return '<', 4
	case "gt":
		return '>', 4
	case "amp":
		return '&', 5
	case "apos":
		return '\'', 6
	case "quot":
		return '"', 6
	}
	number, base := s[1:end], rune(10)
	if number, _ = bytes.CutPrefix(number, []byte("#")); len(number) != end-2 || len(number) == 0 {
		return 0, 0
	}
	if number[0] == 'x' {
		number, base = number[1:], 16
	}
	for _, c := range number {
		digit := rune(99)
		switch {
		case '0' <= c && c <= '9':
			digit = rune(c - '0')
		case base == 16 && 'a' <= c && c <= 'f':
			digit = rune(c-'a') + 10
		case base == 16 && 'A' <= c && c <= 'F':
			digit = rune(c-'A') + 10
		}
		if r = r*base + digit; digit == 99 || r > utf8.MaxRune {
			return 0, 0
		}
	}
	if len(number) == 0 || !isChar(r) {
		return 0, 0
	}
	return r, end + 1
}

// isChar is the production Char of XML 1.0.
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000
}

// comment reads <!-- … -->.
func (r *Reader) comment() Kind {
	r.pos += 4
	n := bytes.Index(r.src[r.pos:], []byte("--"))
	if n < 0 {
		return r.fail("comment not closed")
	}
	r.pos += n + 2
	if !r.skip(">") {
		return r.fail("-- inside a comment")
	}
	return Comment
}

// instruction reads <?target …?>.
func (r *Reader) instruction() Kind {
	r.pos += 2
	target, ok := r.readName()
	if !ok {
		return 0
	}
	if bytes.EqualFold(target, []byte("xml")) || bytes.IndexByte(target, ':') >= 0 {
		return r.fail("processing instruction")
	}
	n := bytes.Index(r.src[r.pos:], []byte("?>"))
	if n < 0 || n > 0 && !isSpace(r.src[r.pos]) {
		return r.fail("processing instruction")
	}
	r.pos += n + 2
	return Instruction
}
