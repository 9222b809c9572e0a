package read

import (
	"bytes"
	"strconv"
)

// finder looks for a word from left to right. It passes over a file once, however often
// it is asked.
type finder struct {
	b    []byte
	word string
	at   int // of the last one found; -1 before the first search
}

// from returns where the next word stands, len(b) if none follows.
func (f *finder) from(at int) int {
	if f.at < at {
		if f.at = len(f.b); at < len(f.b) {
			if next := bytes.Index(f.b[at:], []byte(f.word)); next >= 0 {
				f.at = at + next
			}
		}
	}
	return f.at
}

// scan finds the objects, each "n g obj", and the trailers. It goes forward only: what
// cannot be read is passed over up to where it broke off.
func (f *File) scan(b []byte) {
	objects, trailers, ends := finder{b, "obj", -1}, finder{b, "trailer", -1}, finder{b, "endstream", -1}
	for at := 0; at < len(b) && !f.left.short; {
		next, trailer := objects.from(at), trailers.from(at)
		if trailer < next {
			s := f.scanner(b, trailer+len("trailer"))
			if d, ok := s.value(0); ok {
				f.trailer(d)
			}
			at = s.at
			continue
		}
		if next == len(b) {
			return
		}
		s := f.scanner(b, next+len("obj"))
		if at = s.at; !isSpaceOrDelimiter(b, at) {
			continue // a longer word
		}
		n, ok := numberBefore(b[:next])
		if !ok {
			continue // "endobj"
		}
		v, ok := s.value(0)
		if at = s.at; !ok {
			continue
		}
		if d, isDict := v.(Dict); isDict {
			if stream := f.stream(s, d, &ends); stream != nil {
				v, at = stream, s.at
			}
			if d["Type"] == Name("XRef") {
				f.trailer(d)
			}
		}
		f.put(n, v)
	}
}

func isSpaceOrDelimiter(b []byte, at int) bool {
	return at >= len(b) || isSpace(b[at]) || isDelimiter(b[at])
}

// numberBefore reads the number of "12 0 " at the end of b.
func numberBefore(b []byte) (int, bool) {
	b = b[max(0, len(b)-24):]
	words := bytes.Fields(b)
	if len(words) < 2 || len(bytes.Trim(words[len(words)-1], "0123456789")) > 0 {
		return 0, false // "endobj" is none
	}
	digits := words[len(words)-2]
	i := len(digits)
	for i > 0 && '0' <= digits[i-1] && digits[i-1] <= '9' {
		i--
	}
	n, err := strconv.Atoi(string(digits[i:]))
	return n, err == nil && n > 0
}

// stream reads the data behind a dictionary, nil if there are none.
func (f *File) stream(s *scanner, d Dict, ends *finder) *Stream {
	s.space()
	if !s.peek("stream") {
		return nil
	}
	from := s.at + len("stream")
	if from < len(s.b) && s.b[from] == '\r' {
		from++
	}
	if from < len(s.b) && s.b[from] == '\n' {
		from++
	}
	stream := &Stream{Dict: d, rest: s.b[from:]}
	if stream.raw = stream.rest[:max(f.length(stream), 0)]; len(stream.raw) > 0 {
		s.at = from + len(stream.raw)
		return stream
	}
	// The length is wrong, or stands in an object that is not read yet.
	end := ends.from(from)
	if end == len(s.b) {
		return nil
	}
	s.at = end
	stream.raw = cutEOL(s.b[from:end])
	return stream
}

// length returns the length of a stream, 0 if none is given or if it does not lead to the
// stream's end.
func (f *File) length(s *Stream) int {
	n := Int(f.Get(s.Dict["Length"]))
	if n <= 0 || n > len(s.rest) || !bytes.HasPrefix(bytes.TrimLeft(s.rest[n:min(n+20, len(s.rest))], "\r\n "), []byte("endstream")) {
		return 0
	}
	return n
}

// cutEOL takes off one end of line.
func cutEOL(b []byte) []byte {
	b, _ = bytes.CutSuffix(b, []byte("\n"))
	b, _ = bytes.CutSuffix(b, []byte("\r"))
	return b
}
