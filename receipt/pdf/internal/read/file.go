package read

import (
	"bytes"
	"errors"
	"slices"
)

// Bounds of a file, and of what is read from it.
const (
	MaxFile   = 16 << 20
	maxStream = 16 << 20  // bytes of one stream, decoded
	maxBytes  = 32 << 20  // of all, each as often as it is asked for
	maxValues = 1_000_000 // objects within objects, and those of contents
	maxNodes  = 10_000    // of a tree
	maxPages  = 2000
)

// Errors of [Open].
var (
	// ErrFile says that a file cannot be read.
	ErrFile = errors.New("read: not a PDF file that can be read")
	// ErrEncrypted says that it is encrypted, be it with the empty password.
	ErrEncrypted = errors.New("read: the PDF file is encrypted")
)

// File holds the objects of a file. It is for one goroutine: reading spends what the file
// may cost. What costs more is not there, and Whole says so.
type File struct {
	Objects map[int]Value
	Catalog Dict
	Trailer Dict
	// Single says that each object and the trailer stand in the file once: nothing was
	// added to it later, and no other reader can find another object of that number.
	Single bool
	left   budget
	odd    bool // see Plain
}

// budget is what may still be read.
type budget struct {
	bytes, values int
	short         bool // something was left out
}

// spend takes n bytes; ok is false if there are not so many.
func (b *budget) spend(n int) (ok bool) {
	b.short = b.short || n > b.bytes
	b.bytes = max(b.bytes-n, 0)
	return !b.short
}

// count takes n values.
func (b *budget) count(n int) (ok bool) {
	b.short = b.short || n > b.values
	b.values = max(b.values-n, 0)
	return !b.short
}

// Open reads the objects of a file. Its error is [ErrFile] or [ErrEncrypted].
func Open(b []byte) (*File, error) {
	if len(b) > MaxFile || !bytes.Contains(b[:min(len(b), 1024)], []byte("%PDF-")) {
		return nil, ErrFile
	}
	f := &File{Objects: map[int]Value{}, Trailer: Dict{}, Single: true, left: budget{bytes: maxBytes, values: maxValues}}
	f.scan(b)
	if f.Trailer["Encrypt"] != nil {
		return nil, ErrEncrypted
	}
	for _, n := range f.numbers() {
		if s, ok := f.Objects[n].(*Stream); ok && s.Dict["Type"] == Name("ObjStm") {
			f.unpack(s)
		}
	}
	if f.Catalog, _ = f.Get(f.Trailer["Root"]).(Dict); f.Catalog == nil || f.left.short {
		return nil, ErrFile
	}
	return f, nil
}

// Whole reports whether all that was asked for so far was read: false if a bound of the
// file cut it short.
func (f *File) Whole() bool { return !f.left.short }

// put keeps an object. The last one of a number counts.
func (f *File) put(number int, v Value) {
	if _, twice := f.Objects[number]; twice {
		f.Single = false
	}
	f.Objects[number] = v
}

func (f *File) trailer(v Value) {
	if d, ok := v.(Dict); ok && d["Root"] != nil {
		f.Single = f.Single && len(f.Trailer) == 0
		f.Trailer = d
	}
}

// unpack reads the objects inside an object stream.
func (f *File) unpack(stream *Stream) {
	data, ok := f.Data(stream)
	if !ok {
		return
	}
	head, first := f.scanner(data, 0), Int(stream.Dict["First"])
	for range Int(stream.Dict["N"]) {
		n, ok1 := head.value(0)
		at, ok2 := head.value(0)
		offset := first + Int(at)
		if !ok1 || !ok2 || offset < 0 || offset > len(data) || Int(n) <= 0 {
			return
		}
		s := f.scanner(data, offset)
		v, ok := s.value(0)
		if !f.left.spend(s.at - offset) { // they may overlap
			return
		}
		if ok {
			f.put(Int(n), v)
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

// Pages returns the pages in order.
func (f *File) Pages() (pages []Dict) {
	f.walk(f.Catalog["Pages"], func(d Dict, _ *int) bool {
		if d["Kids"] != nil {
			return true
		}
		if len(pages) == maxPages {
			f.left.short = true
			return false
		}
		pages = append(pages, d)
		return true
	})
	return pages
}

// Attachment returns the data of an embedded file of that name.
func (f *File) Attachment(name string) (data []byte, ok bool) {
	f.walk(f.Dict(f.Catalog["Names"])["EmbeddedFiles"], func(d Dict, nodes *int) bool {
		names := f.Array(d["Names"])
		for i := 0; i+1 < len(names) && !ok; i += 2 {
			if *nodes--; *nodes < 0 {
				break
			}
			spec := f.Dict(names[i+1])
			if Text(f.Get(spec["UF"])) == name || Text(f.Get(spec["F"])) == name {
				data, ok = f.Data(f.Dict(spec["EF"])["F"])
			}
		}
		return !ok
	})
	return data, ok
}

// walk visits the nodes of a tree from left to right, until visit says false. A node that
// comes a second time is passed over, as is what is too deep; nodes is how many may follow.
func (f *File) walk(root Value, visit func(d Dict, nodes *int) bool) {
	seen, nodes := map[Ref]bool{}, maxNodes
	var walk func(v Value, depth int) bool
	walk = func(v Value, depth int) bool {
		if nodes--; nodes < 0 || depth > maxDepth {
			f.left.short = true
			return false
		}
		if r, ok := v.(Ref); ok {
			if seen[r] {
				return true
			}
			seen[r] = true
		}
		d := f.Dict(v)
		if d == nil {
			return true
		}
		if !visit(d, &nodes) {
			return false
		}
		for _, kid := range f.Array(d["Kids"]) {
			if !walk(kid, depth+1) {
				return false
			}
		}
		return true
	}
	walk(root, 0)
}
