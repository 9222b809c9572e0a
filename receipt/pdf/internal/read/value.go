// Package read reads PDF files: those of this module, and what other programs made of
// them when they saved them again. It knows objects, object streams, the Flate filter,
// the filters that write Flate in letters, and the operators that show text. It repairs
// nothing and follows no table of offsets: objects are found where they stand, and the
// last one of a number counts. Other readers follow the table; where it matters that they
// see the same, ask for [File.Single].
//
// Files are untrusted: sizes, depths and counts are bounded, and reading takes time and
// memory in proportion to the file's size, up to a few hundred megabytes for the worst.
package read

import (
	"bytes"
	"strconv"
	"unicode/utf16"
)

// Value is an object: nil, bool, Number, Name, String, Array, Dict, Ref, or *Stream.
type Value any

// The kinds of objects that Go has no type for.
type (
	// Number is written as it stands in the file.
	Number string
	// Name is without its slash.
	Name string
	// String holds the bytes.
	String string
	// Array is a list of objects.
	Array []Value
	// Dict is a dictionary.
	Dict map[Name]Value
	// Ref is a reference to the object of that number.
	Ref int
	// Stream has a dictionary and data, which Data decodes.
	Stream struct {
		Dict Dict
		raw  []byte
		rest []byte // of the file, from where the data begin
	}
	// Operator is a word of a content stream.
	Operator string
)

// Int returns a whole number, 0 for anything else.
func Int(v Value) int {
	n, ok := v.(Number)
	if !ok {
		return 0
	}
	i, err := strconv.Atoi(string(n))
	if err != nil {
		return 0
	}
	return i
}

// Text returns a text string in Unicode.
func Text(v Value) string {
	s, ok := v.(String)
	if !ok {
		return ""
	}
	if b := []byte(s); bytes.HasPrefix(b, []byte{0xfe, 0xff}) {
		return utf16Text(b[2:])
	}
	return string(s)
}

func utf16Text(b []byte) string {
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units))
}

const maxDepth = 32

// scanner reads objects one after the other.
type scanner struct {
	b    []byte
	at   int
	left *budget
}

// scanner reads b from at, on what the file may cost.
func (f *File) scanner(b []byte, at int) *scanner { return &scanner{b, at, &f.left} }

// ended reports whether nothing is left to read.
func (s *scanner) ended() bool {
	s.space()
	return s.at >= len(s.b)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (s *scanner) space() {
	for s.at < len(s.b) {
		switch c := s.b[s.at]; {
		case c == '%':
			for s.at < len(s.b) && s.b[s.at] != '\n' && s.b[s.at] != '\r' {
				s.at++
			}
		case isSpace(c):
			s.at++
		default:
			return
		}
	}
}

func (s *scanner) peek(text string) bool { return bytes.HasPrefix(s.b[s.at:], []byte(text)) }

// value reads the next object; end is what ends the file or a list.
func (s *scanner) value(depth int) (v Value, ok bool) {
	s.space()
	if s.at >= len(s.b) || depth > maxDepth || !s.left.count(1) {
		return nil, false
	}
	switch c := s.b[s.at]; {
	case c == '/':
		s.at++
		return s.name(), true
	case s.peek("<<"):
		s.at += 2
		return s.dict(depth)
	case c == '<':
		return s.hex(), true
	case c == '(':
		return s.literal(), true
	case c == '[':
		s.at++
		var list Array
		for {
			if s.space(); s.at < len(s.b) && s.b[s.at] == ']' {
				s.at++
				return list, true
			}
			item, ok := s.value(depth + 1)
			if !ok {
				return nil, false
			}
			list = append(list, item)
		}
	case isDelimiter(c):
		s.at++
		return Operator(string(c)), true
	}
	return s.word(), true
}

func (s *scanner) dict(depth int) (Value, bool) {
	d := Dict{}
	for {
		s.space()
		if s.peek(">>") {
			s.at += 2
			return d, true
		}
		key, ok := s.value(depth + 1)
		name, isName := key.(Name)
		if !ok || !isName {
			return nil, false
		}
		if d[name], ok = s.value(depth + 1); !ok {
			return nil, false
		}
	}
}

func (s *scanner) name() Name {
	var b []byte
	for s.at < len(s.b) && !isSpace(s.b[s.at]) && !isDelimiter(s.b[s.at]) {
		c := s.b[s.at]
		if c == '#' && s.at+2 < len(s.b) {
			if v, err := strconv.ParseUint(string(s.b[s.at+1:s.at+3]), 16, 8); err == nil {
				c, s.at = byte(v), s.at+2
			}
		}
		b = append(b, c)
		s.at++
	}
	return Name(b)
}

// word reads a number, a reference, a constant, or an operator.
func (s *scanner) word() Value {
	from := s.at
	for s.at < len(s.b) && !isSpace(s.b[s.at]) && !isDelimiter(s.b[s.at]) {
		s.at++
	}
	text := string(s.b[from:s.at])
	switch text {
	case "true", "false":
		return text == "true"
	case "null":
		return nil
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		return Operator(text)
	}
	// "12 0 R" is one object.
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		back := s.at
		s.space()
		digits := s.at
		for s.at < len(s.b) && '0' <= s.b[s.at] && s.b[s.at] <= '9' {
			s.at++
		}
		if s.at > digits {
			if s.space(); s.at < len(s.b) && s.b[s.at] == 'R' && (s.at+1 == len(s.b) || isSpace(s.b[s.at+1]) || isDelimiter(s.b[s.at+1])) {
				s.at++
				return Ref(n)
			}
		}
		s.at = back
	}
	return Number(text)
}

func (s *scanner) hex() String {
	var out []byte
	half, n := byte(0), 0
	for s.at++; s.at < len(s.b) && s.b[s.at] != '>'; s.at++ {
		v, ok := digit(s.b[s.at])
		if !ok {
			continue
		}
		if half = half<<4 | v; n%2 == 1 {
			out = append(out, half)
		}
		n++
	}
	if n%2 == 1 {
		out = append(out, half<<4)
	}
	s.at = min(s.at+1, len(s.b)) // it may not be closed
	return String(out)
}

// digit reads one of the sixteen.
func digit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return (c | 0x20) - 'a' + 10, true
	}
	return 0, false
}

func (s *scanner) literal() String {
	var out []byte
	depth := 0
	for ; s.at < len(s.b); s.at++ {
		switch c := s.b[s.at]; c {
		case '(':
			if depth++; depth > 1 {
				out = append(out, c)
			}
		case ')':
			if depth--; depth == 0 {
				s.at++
				return String(out)
			}
			out = append(out, c)
		case '\\':
			out = s.escape(out)
		default:
			out = append(out, c)
		}
	}
	s.at = len(s.b) // it is not closed
	return String(out)
}

// escape reads what follows a backslash, and stays on its last byte.
func (s *scanner) escape(out []byte) []byte {
	if s.at++; s.at >= len(s.b) {
		return out
	}
	c := s.b[s.at]
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return append(out, "\n\r\t\b\f"[i])
	}
	if c < '0' || c > '7' {
		if c == '\n' || c == '\r' {
			return out
		}
		return append(out, c)
	}
	v := 0
	for n := 0; n < 3 && s.at < len(s.b) && '0' <= s.b[s.at] && s.b[s.at] <= '7'; n++ {
		v = v*8 + int(s.b[s.at]-'0')
		s.at++
	}
	s.at--
	return append(out, byte(v))
}
