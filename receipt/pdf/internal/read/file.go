package read

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"slices"
	"strconv"
)

// Bounds of a file, and of what its streams hold.
const (
	MaxFile   = 16 << 20
	maxStream = 16 << 20
	maxAll    = 64 << 20
	maxPages  = 2000
)

// ErrFile says that a file cannot be read.
var ErrFile = errors.New("read: not a PDF file that can be read")

// File holds the objects of a file.
type File struct {
	Objects map[int]Value
	Catalog Dict
	Trailer Dict
	decoded int
}

// Open reads the objects of a file. Its error is [ErrFile].
func Open(b []byte) (*File, error) {
	if len(b) > MaxFile || !bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) {
		return nil, ErrFile
	}
	f := &File{Objects: map[int]Value{}, Trailer: Dict{}}
	f.scan(b)
	for _, n := range f.numbers() {
		if s, ok := f.Objects[n].(*Stream); ok && s.Dict["Type"] == Name("ObjStm") {
			f.unpack(s)
		}
	}
	if f.Catalog, _ = f.Get(f.Trailer["Root"]).(Dict); f.Catalog == nil {
		return nil, ErrFile
	}
	return f, nil
}

// scan finds the objects, each "n g obj", and the trailers.
func (f *File) scan(b []byte) {
	for at := 0; at < len(b); {
		next := bytes.Index(b[at:], []byte("obj"))
		trailer := bytes.Index(b[at:], []byte("trailer"))
		if trailer >= 0 && (next < 0 || trailer < next) {
			s := &scanner{b, at + trailer + len("trailer")}
			if d, ok := s.value(0); ok {
				f.trailer(d)
			}
			at = max(s.at, at+trailer+1)
			continue
		}
		if next < 0 {
			return
		}
		n, ok := numberBefore(b[:at+next])
		s := &scanner{b, at + next + len("obj")}
		if at = s.at; !ok {
			continue
		}
		v, ok := s.value(0)
		if !ok {
			continue
		}
		at = s.at
		if d, isDict := v.(Dict); isDict {
			if stream := f.stream(s, d); stream != nil {
				v, at = stream, s.at
			}
			if d["Type"] == Name("XRef") {
				f.trailer(d)
			}
		}
		f.Objects[n] = v
	}
}

func (f *File) trailer(v Value) {
	if d, ok := v.(Dict); ok && d["Root"] != nil {
		f.Trailer = d
	}
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

// stream reads the data behind a dictionary.
func (f *File) stream(s *scanner, d Dict) *Stream {
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
	// The length may stand in an object that is not read yet; then the end is looked for.
	if to := from + Int(d["Length"]); to <= len(s.b) && to > from && bytes.HasPrefix(bytes.TrimLeft(s.b[to:min(to+20, len(s.b))], "\r\n "), []byte("endstream")) {
		s.at = to
		return &Stream{d, s.b[from:to]}
	}
	length := bytes.Index(s.b[from:], []byte("endstream"))
	if length < 0 {
		return nil
	}
	s.at = from + length
	return &Stream{d, s.b[from:s.at]}
}

// unpack reads the objects inside an object stream.
func (f *File) unpack(stream *Stream) {
	data, ok := f.Data(stream)
	if !ok {
		return
	}
	head, first := &scanner{b: data}, Int(stream.Dict["First"])
	for range min(Int(stream.Dict["N"]), 100_000) {
		n, ok1 := head.value(0)
		at, ok2 := head.value(0)
		offset := first + Int(at)
		if !ok1 || !ok2 || offset < 0 || offset > len(data) || Int(n) <= 0 {
			return
		}
		if v, ok := (&scanner{data, offset}).value(0); ok {
			f.Objects[Int(n)] = v
		}
	}
}

// numbers returns the numbers of the objects in rising order.
func (f *File) numbers() []int {
	all := make([]int, 0, len(f.Objects))
	for n := range f.Objects {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

// Get follows references.
func (f *File) Get(v Value) Value {
	for range maxDepth {
		r, ok := v.(Ref)
		if !ok {
			return v
		}
		v = f.Objects[int(r)]
	}
	return nil
}

// Dict returns the dictionary of a value or of its stream, nil if it has none.
func (f *File) Dict(v Value) Dict {
	switch d := f.Get(v).(type) {
	case Dict:
		return d
	case *Stream:
		return d.Dict
	}
	return nil
}

// Array returns a list; a single value is a list of one.
func (f *File) Array(v Value) Array {
	switch a := f.Get(v).(type) {
	case Array:
		return a
	case nil:
		return nil
	default:
		return Array{v}
	}
}

// Data decodes a stream; ok is false for a filter other than Flate, for data that are
// damaged, and for too many of them.
func (f *File) Data(v Value) (data []byte, ok bool) {
	s, isStream := f.Get(v).(*Stream)
	if !isStream {
		return nil, false
	}
	filters := f.Array(s.Dict["Filter"])
	if len(filters) == 0 {
		return s.raw, true
	}
	if len(filters) > 1 || f.Get(filters[0]) != Name("FlateDecode") || f.Get(s.Dict["DecodeParms"]) != nil {
		return nil, false
	}
	r, err := zlib.NewReader(bytes.NewReader(s.raw))
	if err != nil {
		return nil, false
	}
	data, err = io.ReadAll(io.LimitReader(r, maxStream+1))
	f.decoded += len(data)
	return data, err == nil && len(data) <= maxStream && f.decoded <= maxAll
}

// Pages returns the pages in order.
func (f *File) Pages() (pages []Dict) {
	var walk func(v Value, depth int)
	walk = func(v Value, depth int) {
		d := f.Dict(v)
		if d == nil || depth > maxDepth || len(pages) >= maxPages {
			return
		}
		if d["Kids"] == nil {
			pages = append(pages, d)
			return
		}
		for _, kid := range f.Array(d["Kids"]) {
			walk(kid, depth+1)
		}
	}
	walk(f.Catalog["Pages"], 0)
	return pages
}

// Attachment returns the data of an embedded file of that name.
func (f *File) Attachment(name string) (data []byte, ok bool) {
	var walk func(v Value, depth int)
	walk = func(v Value, depth int) {
		d := f.Dict(v)
		if d == nil || depth > maxDepth || ok {
			return
		}
		names := f.Array(d["Names"])
		for i := 0; i+1 < len(names) && !ok; i += 2 {
			spec := f.Dict(names[i+1])
			if Text(f.Get(spec["UF"])) == name || Text(f.Get(spec["F"])) == name {
				data, ok = f.Data(f.Dict(spec["EF"])["F"])
			}
		}
		for _, kid := range f.Array(d["Kids"]) {
			walk(kid, depth+1)
		}
	}
	walk(f.Dict(f.Catalog["Names"])["EmbeddedFiles"], 0)
	return data, ok
}
