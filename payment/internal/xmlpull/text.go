package xmlpull

import (
	"bytes"
	"slices"
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
	src, end := r.src, r.plain(r.pos)
	if end+1 < len(src) && src[end] == '<' && src[end+1] != '!' { // the usual case
		if r.text, r.pos = src[r.pos:end], end; len(r.text) > r.limits.Text {
			return r.fail("text too long")
		}
		return Text
	}
	return r.pieces()
}

// plain returns where the text that begins at from has something else than characters
// that stand for themselves.
func (r *Reader) plain(from int) int {
	src, i := r.src, from
	for i < len(src) && classes[src[i]]&textChar != 0 {
		i++
	}
	return i
}

// pieces reads a text that may consist of several pieces.
func (r *Reader) pieces() Kind {
	r.text = nil
	for pieces := 0; r.pos < len(r.src); pieces++ {
		var piece []byte
		switch {
		case r.skip("<![CDATA["):
			n := r.index("]]>")
			if n < 0 {
				return r.fail("CDATA section not closed")
			}
			if !r.node() {
				return 0
			}
			piece = r.newlines(r.src[r.pos : r.pos+n])
			r.pos += n + 3
		case r.src[r.pos] == '<':
			return Text
		default:
			n := r.index("<")
			if n < 0 {
				return r.fail("document ends in text")
			}
			var ok bool
			if piece, ok = r.decode(r.src[r.pos:r.pos+n], textChar|bracket); !ok {
				return 0
			}
		}
		if r.text = r.join(r.text, piece, pieces); len(r.text) > r.limits.Text {
			return r.fail("text too long")
		}
	}
	return r.fail("document ends in text")
}

// index returns how far off what is, -1 if it is not there.
func (r *Reader) index(what string) int {
	n := bytes.Index(r.src[r.pos:], []byte(what))
	r.short = r.short || n < 0
	return n
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
	value, ok = r.decode(raw, valueChar)
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
	quote := `"`
	if !r.skip(quote) {
		if quote = `'`; !r.skip(quote) {
			return nil, false
		}
	}
	n := r.index(quote)
	if n < 0 {
		return nil, false
	}
	raw = r.src[r.pos : r.pos+n]
	r.pos += n + 1
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
// past it; itself says which characters stand for themselves. In attributes white space
// becomes blanks (§3.3.3); elsewhere "]]>" is an error (§2.4).
func (r *Reader) decode(raw []byte, itself class) (decoded []byte, ok bool) {
	begin := r.pos
	if n := bytes.Index(raw, []byte("]]>")); n >= 0 && itself != valueChar {
		r.pos += n
		r.fail("]]> outside a CDATA section")
		return nil, false
	}
	i := 0
	for i < len(raw) && classes[raw[i]]&itself != 0 {
		i++
	}
	if i == len(raw) {
		r.pos += i
		return raw, true
	}
	from := len(r.scratch)
	r.scratch = slices.Grow(r.scratch, len(raw))
	out, n := r.scratch[from:from+len(raw)], copy(r.scratch[from:from+i], raw) // nothing becomes longer
	for ; i < len(raw); i++ {
		c := raw[i]
		switch {
		case classes[c]&itself != 0:
			out[n] = c
		case c == '&':
			char, size := reference(raw[i:])
			if r.pos = begin + i; size == 0 {
				r.fail("reference")
				return nil, false
			}
			n += utf8.EncodeRune(out[n:], char) - 1
			i += size - 1
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
			n-- // the line feed that follows stands for both
		case itself == valueChar: // other white space
			out[n] = ' '
		default:
			out[n] = '\n'
		}
		n++
	}
	r.pos = begin + len(raw)
	r.scratch = r.scratch[:from+n]
	return out[:n], true
}

// maxReference bounds a reference, which may have zeros before its number.
const maxReference = 64

// reference reads &name; or &#number; and returns its character and length, 0 if it is
// none that may be.
func reference(s []byte) (r rune, size int) {
	end := bytes.IndexByte(s[:min(len(s), maxReference)], ';')
	switch {
	case end > 3 && s[1] == '#' && s[2] == 'x':
		r = number(s[3:end], 16)
	case end > 2 && s[1] == '#':
		r = number(s[2:end], 10)
	case end > 0:
		r = entity(s[1:end])
	}
	if !isChar(r) {
		return 0, 0
	}
	return r, end + 1
}

// entity returns a predefined entity, 0 if there is none of this name.
func entity(name []byte) rune {
	switch string(name) {
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "amp":
		return '&'
	case "apos":
		return '\''
	case "quot":
		return '"'
	default:
		return 0
	}
}

// number reads a number, 0 if it is none or beyond Unicode.
func number(s []byte, base rune) (n rune) {
	for _, c := range s {
		digit := base
		switch {
		case '0' <= c && c <= '9':
			digit = rune(c - '0')
		case 'a' <= c && c <= 'f':
			digit = rune(c-'a') + 10
		case 'A' <= c && c <= 'F':
			digit = rune(c-'A') + 10
		}
		if n = n*base + digit; digit >= base || n > utf8.MaxRune {
			return 0
		}
	}
	return n
}

// comment reads <!-- … -->.
func (r *Reader) comment() Kind {
	if !r.node() {
		return 0
	}
	r.pos += 4
	n := r.index("--")
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
	if !r.node() {
		return 0
	}
	r.pos += 2
	target, prefix, ok := r.readName()
	if !ok {
		return 0
	}
	if bytes.EqualFold(target, []byte("xml")) || prefix > 0 {
		return r.fail("processing instruction")
	}
	n := r.index("?>")
	if n < 0 || n > 0 && !isSpace(r.src[r.pos]) {
		return r.fail("processing instruction")
	}
	r.pos += n + 2
	return Instruction
}
