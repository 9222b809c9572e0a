// Package disktest finds out what a disk may hold after the power failed. Killing a
// program cannot show it: what the program wrote and never synced is still in the kernel.
//
// [Record] runs a program and writes down what it does to the files of a directory, and
// when it said what to whom, which it marks by writing to another file. [Recording.Crash]
// rebuilds the directory as it may be if the power fails after the n-th operation:
//
//   - what was synced is there;
//   - of what was not, any part may be there, as the [Loss] says;
//   - the name of a new file, or of a removed one, counts as written into its directory,
//     and is certain when the directory was synced. So POSIX has it; most file systems
//     give more.
//
// Writes into memory that is mapped are not seen. SQLite has such a file, FILE-shm, and
// makes it anew after a crash; files with that ending are left out.
package disktest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Kind is what an [Op] does.
type Kind string

// The kinds of operations.
const (
	Create   Kind = "create"   // a new, empty file gets the name Path
	Mkdir    Kind = "mkdir"    // a directory
	Link     Kind = "link"     // a file gets another name, Path
	Unlink   Kind = "unlink"   // Path is no name any more
	Write    Kind = "write"    // Data at Offset
	Truncate Kind = "truncate" // Offset is the size now
	Sync     Kind = "sync"     // of a file, or of the names in a directory
	Mark     Kind = "mark"     // Data was said
)

// Op is one thing that the program did.
type Op struct {
	Kind   Kind
	Path   string // within the directory; "." is the directory itself
	Offset int64
	Data   []byte

	file  int // which file or directory; its names may change
	began int // for a sync: how many operations were done when it began
}

// Recording is what a program did, in the order in which it was done. A mark stands where
// it began.
type Recording []Op

// Loss is what a disk makes of that which it was not yet told to keep.
type Loss struct {
	Name string
	// Keep is the share that it keeps, in percent; which, chance decides for each piece.
	Keep int
	// Sector is the size of the pieces, in bytes. Default: each write is one.
	Sector int64
	// Junk writes anything in the place of half the pieces that are not kept.
	Junk bool
}

// Losses are those to try.
var Losses = []Loss{
	{Name: "dropped"},
	{Name: "kept", Keep: 100},
	{Name: "reordered", Keep: 50},
	{Name: "torn", Keep: 50, Sector: 512},
	{Name: "torn a little", Keep: 95, Sector: 512},
	{Name: "torn pages", Keep: 60, Sector: 4096},
	{Name: "junk", Keep: 70, Sector: 512, Junk: true},
}

// Files is what a directory holds: content by path, nil for a directory.
type Files map[string][]byte

// Crash returns what may be there after the first n operations and a loss.
func (r Recording) Crash(n int, loss Loss, chance *rand.Rand) Files {
	keeps := func() bool { return chance.IntN(100) < loss.Keep }
	names, content, synced := map[string]int{".": 0}, r.empty(), r.synced(n)
	for i, op := range r[:n] {
		certain := i < synced[op.holder()]
		switch op.Kind {
		case Create, Mkdir, Link:
			if certain || keeps() {
				names[op.Path] = op.file
			}
		case Unlink:
			if certain || keeps() {
				delete(names, op.Path)
			}
		case Truncate:
			if certain || keeps() {
				content[op.file] = resized(content[op.file], op.Offset)
			}
		case Write:
			if certain {
				content[op.file] = written(content[op.file], op.Offset, op.Data)
				continue
			}
			for piece := range op.pieces(loss.Sector) {
				if !keeps() {
					if !loss.Junk || chance.IntN(2) == 0 {
						continue
					}
					piece.Data = slices.Clone(piece.Data)
					for i := range piece.Data {
						piece.Data[i] = byte(chance.Uint32())
					}
				}
				content[op.file] = written(content[op.file], piece.Offset, piece.Data)
			}
		default:
		}
	}
	return files(names, content, r.directories())
}

// holder is what must be synced for an operation to be certain: the file, or the
// directory that has its name.
func (op Op) holder() any {
	switch op.Kind {
	case Create, Mkdir, Link, Unlink:
		return path.Dir(op.Path)
	default:
		return op.file
	}
}

// synced returns how many operations on a file, or on the names in a directory, are
// certain after n.
func (r Recording) synced(n int) map[any]int {
	certain := map[any]int{}
	for _, op := range r[:n] {
		if op.Kind == Sync {
			certain[op.file] = max(certain[op.file], op.began)
			certain[op.Path] = max(certain[op.Path], op.began)
		}
	}
	return certain
}

// empty returns files without content, and with room for it.
func (r Recording) empty() map[int][]byte {
	sizes, content := map[int]int64{}, map[int][]byte{}
	for _, op := range r {
		sizes[op.file] = max(sizes[op.file], op.Offset+int64(len(op.Data)))
	}
	for file, size := range sizes {
		content[file] = make([]byte, 0, size)
	}
	return content
}

func (r Recording) directories() map[int]bool {
	all := map[int]bool{0: true}
	for _, op := range r {
		if op.Kind == Mkdir {
			all[op.file] = true
		}
	}
	return all
}

// pieces yields a write cut at the borders of sectors.
func (op Op) pieces(sector int64) func(yield func(Op) bool) {
	return func(yield func(Op) bool) {
		for len(op.Data) > 0 {
			size := int64(len(op.Data))
			if sector > 0 {
				size = min(size, sector-op.Offset%sector)
			}
			if !yield(Op{Offset: op.Offset, Data: op.Data[:size]}) {
				return
			}
			op.Offset, op.Data = op.Offset+size, op.Data[size:]
		}
	}
}

func written(content []byte, offset int64, data []byte) []byte {
	if end := offset + int64(len(data)); end > int64(len(content)) {
		content = resized(content, end)
	}
	copy(content[offset:], data)
	return content
}

// resized returns content with another size; where it has grown there are zeros.
func resized(content []byte, size int64) []byte {
	if more := size - int64(len(content)); more > 0 {
		return append(content, make([]byte, more)...)
	}
	return content[:size]
}

// files gives the files their names. What lies in a directory without a name is gone.
func files(names map[string]int, content map[int][]byte, directories map[int]bool) Files {
	all := Files{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		parent, there := all[path.Dir(name)]
		switch {
		case name == ".", !there && path.Dir(name) != ".", parent != nil:
		case directories[names[name]]:
			all[name] = nil
		default:
			all[name] = append([]byte{}, content[names[name]]...)
		}
	}
	return all
}

// Put writes the files into an empty directory.
func (f Files) Put(dir string) error {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		to := filepath.Join(dir, filepath.FromSlash(name))
		var err error
		if content := f[name]; content == nil {
			err = os.Mkdir(to, 0o700)
		} else {
			err = os.WriteFile(to, content, 0o600)
		}
		if err != nil {
			return fmt.Errorf("disktest: %w", err)
		}
	}
	return nil
}

// Without returns the recording as if the program had not done some of it: as if, for
// one, it had synced nothing.
func (r Recording) Without(left func(Op) bool) Recording {
	all := slices.Clone(r)
	for i, op := range all {
		if left(op) {
			all[i] = Op{}
		}
	}
	return all
}

// Marks returns what the program had said when n operations were done.
func (r Recording) Marks(n int) (said [][]byte) {
	for _, op := range r[:n] {
		if op.Kind == Mark {
			said = append(said, op.Data)
		}
	}
	return said
}
