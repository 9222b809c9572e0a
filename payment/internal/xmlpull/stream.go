package xmlpull

import (
	"errors"
	"io"
	"unicode/utf8"
)

// stream is where the document comes from, if it is not in memory.
type stream struct {
	in     io.Reader
	ended  bool
	window []byte // src is its beginning; after that there may be half a character
	size   int    // of the window
	before int    // bytes of the document before src
}

// firstWindow is the window's size at the start.
const firstWindow = 64 << 10

// nextOfStream reads a token; where it looked beyond the window, it is read anew with
// more in it.
func (r *Reader) nextOfStream() (Kind, error) {
	for {
		pos, nodes, begun, rooted, empty := r.pos, r.nodes, r.begun, r.rooted, r.empty
		open, bindings, names := len(r.open), len(r.bindings), len(r.names)
		kind := r.next()
		if r.stream.ended || !r.short && r.pos < len(r.src) {
			return kind, r.err
		}
		r.pos, r.nodes, r.begun, r.rooted, r.empty = pos, nodes, begun, rooted, empty
		r.open, r.bindings, r.names, r.err = r.open[:open], r.bindings[:bindings], r.names[:names], nil
		if r.more(); r.err != nil {
			return 0, r.err
		}
	}
}

// more drops what was read from the window and fills it; if a single token takes up
// half of it, it is doubled. So a token is read anew as often as its length can be
// doubled, and all of that is linear.
func (r *Reader) more() {
	s := &r.stream
	checked, rest := len(r.src)-r.pos, s.window[r.pos:]
	if len(rest) > s.size/2 {
		s.size *= 2
	}
	if s.size > cap(s.window) {
		s.window = make([]byte, s.size)
	}
	s.window = s.window[:copy(s.window[:s.size], rest)]
	s.before, r.pos = s.before+r.pos, 0
	n, err := io.ReadFull(s.in, s.window[len(rest):s.size])
	s.window = s.window[:len(rest)+n]
	s.ended = errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	whole := len(s.window)
	if !s.ended {
		whole -= halfRune(s.window)
	}
	r.src = s.window[:whole]
	switch bad := notCharacters(r.src[checked:]); {
	case err != nil && !s.ended:
		r.err = err
	case s.before+len(s.window) > r.limits.Total:
		r.fail("document too large")
	case bad >= 0:
		r.pos = checked + bad
		r.fail("not characters in UTF-8")
	}
}

// halfRune returns how many bytes of a character that is not complete b ends with.
func halfRune(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
