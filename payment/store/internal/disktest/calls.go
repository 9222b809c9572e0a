package disktest

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// reader follows the program: which file has which name, and holds what.
type reader struct {
	dir, marks string
	ops        Recording
	unfinished map[string]call // by process
	names      map[string]int
	content    map[int][]byte
	last       int              // file
	offsets    map[string]int64 // of open files, by descriptor
}

func (r *reader) add(op Op) { r.ops = append(r.ops, op) }

var errUnknown = errors.New("a call of which is not known what it does")

// call adds what a call did, if it did something to a file in the directory.
func (r *reader) call(c call) error {
	end := strings.LastIndex(c.text, ") ")
	name, rest, ok := strings.Cut(c.text, "(")
	if !ok || end < len(name) {
		return errUnknown
	}
	_, result, ok := strings.Cut(c.text[end:], "= ")
	if !ok || strings.HasPrefix(result, "-1") || result == "?" {
		return nil // it did nothing
	}
	args := strings.Split(rest[:end-len(name)-1], ", ")
	switch name {
	case "open":
		return r.open("", args[0], args[1], result)
	case "openat":
		return r.open(args[0], args[1], args[2], result)
	case "mkdirat", "unlinkat":
		return r.change(name, args[0], args[1])
	case "unlink", "mkdir", "rmdir":
		return r.change(name, "", args[0])
	case "linkat":
		return r.link(args)
	case "fsync", "fdatasync":
		if file, p, ok := r.file(args[0]); ok {
			r.add(Op{Kind: Sync, Path: p, file: file, began: c.began})
		}
		return nil
	case "pwrite64", "write", "ftruncate", "copy_file_range":
		return r.data(name, args, result)
	default:
		if strings.Contains(c.text, "<"+escaped(r.dir)) || strings.Contains(c.text, `"`+escaped(r.dir)) {
			return errUnknown
		}
		return nil
	}
}

// open follows what opens a file: a descriptor, and perhaps a new file.
func (r *reader) open(at, arg, how, result string) error {
	p, ok, err := r.path(at, arg)
	if err != nil || !ok {
		return err
	}
	descriptor, _, _ := strings.Cut(result, "<")
	r.offsets[descriptor] = 0
	file, there := r.names[p]
	flags := "|" + how + "|"
	switch {
	case there && strings.Contains(flags, "|O_TRUNC|"):
		r.add(Op{Kind: Truncate, Path: p, file: file})
		r.content[file] = nil
	case !there && strings.Contains(flags, "|O_CREAT|"):
		r.last++
		r.names[p] = r.last
		r.add(Op{Kind: Create, Path: p, file: r.last})
	case !there:
		return fmt.Errorf("%q is opened, and nobody has made it", p)
	}
	return nil
}

// change follows mkdir, unlink and rmdir.
func (r *reader) change(name, at, arg string) error {
	p, ok, err := r.path(at, arg)
	if err != nil || !ok {
		return err
	}
	if strings.HasPrefix(name, "mkdir") {
		r.last++
		r.names[p] = r.last
		r.add(Op{Kind: Mkdir, Path: p, file: r.last})
		return nil
	}
	r.add(Op{Kind: Unlink, Path: p, file: r.names[p]})
	delete(r.names, p)
	return nil
}

func (r *reader) link(args []string) error {
	from, known, err := r.path(args[0], args[1])
	if err != nil {
		return err
	}
	to, ok, err := r.path(args[2], args[3])
	if err != nil || !ok {
		return err
	}
	if !known {
		return errUnknown
	}
	r.names[to] = r.names[from]
	r.add(Op{Kind: Link, Path: to, file: r.names[from]})
	return nil
}

// data follows what changes the content of a file.
func (r *reader) data(name string, args []string, result string) error {
	to := args[0]
	if name == "copy_file_range" {
		to = args[2]
	}
	file, p, ok := r.file(to)
	if !ok {
		return nil
	}
	op := Op{Kind: Write, Path: p, file: file}
	n, err := strconv.ParseInt(result, 10, 64)
	if err != nil {
		return err
	}
	switch name {
	case "ftruncate":
		op.Kind = Truncate
		if op.Offset, err = strconv.ParseInt(args[1], 10, 64); err != nil {
			return err
		}
		r.content[file] = resized(r.content[file], op.Offset)
		r.add(op)
		return nil
	case "copy_file_range":
		from, _, ok := r.file(args[0])
		if !ok || args[1] != "NULL" || args[3] != "NULL" {
			return errUnknown
		}
		at := r.advance(args[0], n)
		op.Offset = r.advance(to, n)
		op.Data = r.content[from][at : at+n]
	case "pwrite64":
		if op.Data, err = unescaped(args[1]); err == nil {
			op.Offset, err = strconv.ParseInt(args[3], 10, 64)
		}
	default:
		op.Data, err = unescaped(args[1])
		op.Offset = r.advance(to, n)
	}
	if err != nil || n > int64(len(op.Data)) {
		return errors.Join(err, errUnknown)
	}
	op.Data = append([]byte{}, op.Data[:n]...)
	r.content[file] = written(r.content[file], op.Offset, op.Data)
	r.add(op)
	return nil
}

// advance moves the offset of a descriptor on, and returns where it was.
func (r *reader) advance(arg string, n int64) int64 {
	descriptor, _, _ := strings.Cut(arg, "<")
	at := r.offsets[descriptor]
	r.offsets[descriptor] += n
	return at
}

// mark returns what a call said, if it is a write to the marks.
func (r *reader) mark(text string) ([]byte, bool) {
	args, ok := strings.CutPrefix(text, "write(")
	if !ok || r.marks == "" || !strings.Contains(args, "<"+escaped(r.marks)+">") {
		return nil, false
	}
	said, err := unescaped(strings.Split(args, ", ")[1])
	return said, err == nil
}

// file returns which file a descriptor, as in "3</dir/file>", stands for.
func (r *reader) file(arg string) (file int, p string, ok bool) {
	_, hexPath, ok := strings.Cut(arg, "<")
	if !ok || !strings.HasSuffix(hexPath, ">") {
		return 0, "", false
	}
	full, err := unescaped(`"` + strings.TrimSuffix(hexPath, ">") + `"`)
	if err != nil {
		return 0, "", false
	}
	if p, ok = r.within(string(full)); !ok {
		return 0, "", false
	}
	file, ok = r.names[p]
	return file, p, ok
}

// path returns a path that is an argument, within the directory.
func (r *reader) path(at, arg string) (p string, ok bool, err error) {
	name, err := unescaped(arg)
	if err != nil {
		return "", false, err
	}
	full := string(name)
	if !filepath.IsAbs(full) {
		_, hexPath, _ := strings.Cut(at, "<")
		parent, err := unescaped(`"` + strings.TrimSuffix(hexPath, ">") + `"`)
		if err != nil {
			return "", false, err
		}
		full = filepath.Join(string(parent), full)
	}
	p, ok = r.within(full)
	return p, ok, nil
}

// within returns the path in the directory.
func (r *reader) within(full string) (string, bool) {
	p, err := filepath.Rel(r.dir, full)
	if err != nil || p == ".." || strings.HasPrefix(p, "../") || mapped(p) {
		return "", false
	}
	return path.Clean(filepath.ToSlash(p)), true
}

// mapped reports whether a file is written by mapping it into memory.
func mapped(name string) bool { return strings.HasSuffix(name, "-shm") }

// escaped returns s as strace -xx shows it.
func escaped(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, `\x%02x`, s[i])
	}
	return b.String()
}

// unescaped is the inverse of escaped, for an argument in quotes.
func unescaped(arg string) ([]byte, error) {
	inner, ok := strings.CutPrefix(arg, `"`)
	inner, ok2 := strings.CutSuffix(inner, `"`)
	if !ok || !ok2 {
		return nil, fmt.Errorf("no string: %.20s", arg)
	}
	return hex.DecodeString(strings.ReplaceAll(inner, `\x`, ""))
}
