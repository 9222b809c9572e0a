package xmlpull

import "io"

// NewWindow returns a reader of a stream that begins with a window of size bytes.
func NewWindow(in io.Reader, size int, limits Limits) *Reader {
	r := NewStream(in, limits)
	r.stream.size = size
	return r
}
