package read

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"encoding/hex"
	"io"
)

// maxFilters bounds the filters of a stream: one for the data, one for the way they are
// written.
const maxFilters = 3

// streamCost is what beginning to decode a stream counts for, in bytes.
const streamCost = 4 << 10

// Data decodes a stream; ok is false for a filter other than Flate, ASCIIHex and ASCII85,
// for data that are damaged, and for too many of them. It counts each time.
func (f *File) Data(v Value) (data []byte, ok bool) {
	s, isStream := f.Get(v).(*Stream)
	if !isStream {
		return nil, false
	}
	filters := f.Array(s.Dict["Filter"])
	if len(filters) > maxFilters || f.parameters(s) || !f.left.spend(streamCost) {
		return nil, false
	}
	data = s.raw
	if n := f.length(s); n > 0 {
		data = s.rest[:n]
	}
	if len(filters) == 0 {
		return data, len(data) <= maxStream && f.left.spend(len(data))
	}
	for _, filter := range filters {
		name, _ := f.Get(filter).(Name)
		if data, ok = f.decode(name, data); !ok {
			return nil, false
		}
	}
	return data, true
}

// parameters reports whether a filter of the stream has some: a predictor, say.
func (f *File) parameters(s *Stream) bool {
	for _, p := range f.Array(s.Dict["DecodeParms"]) {
		if len(f.Dict(p)) > 0 {
			return true
		}
	}
	return false
}

// decode undoes one filter. Nothing is decoded beyond what may be.
func (f *File) decode(name Name, data []byte) ([]byte, bool) {
	var r io.Reader
	switch name {
	case "FlateDecode":
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, false
		}
		r = z
	case "ASCIIHexDecode":
		digits, _, _ := bytes.Cut(withoutSpace(data), []byte(">"))
		if len(digits)%2 == 1 {
			digits = append(digits, '0')
		}
		r = hex.NewDecoder(bytes.NewReader(digits))
	case "ASCII85Decode":
		digits, _, _ := bytes.Cut(withoutSpace(data), []byte("~>"))
		r = ascii85.NewDecoder(bytes.NewReader(digits))
	default:
		return nil, false
	}
	most := min(maxStream, f.left.bytes)
	data, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	return data, f.left.spend(len(data)) && err == nil && len(data) <= most
}

// withoutSpace returns a copy of b without blanks.
func withoutSpace(b []byte) []byte {
	out := make([]byte, 0, len(b)+1)
	for _, c := range b {
		if !isSpace(c) {
			out = append(out, c)
		}
	}
	return out
}
