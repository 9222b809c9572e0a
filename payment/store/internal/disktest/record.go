package disktest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// calls are what is looked at; those that write data come first.
const (
	dataCalls  = "pwrite64,pwritev,pwritev2,writev,ftruncate,truncate,fallocate,copy_file_range,sendfile,splice,"
	otherCalls = "write,open,openat,openat2,creat,fsync,fdatasync,sync_file_range,unlink,unlinkat,rmdir," +
		"rename,renameat,renameat2,link,linkat,mkdir,mkdirat"
)

// Record runs a program, which must end by itself, and returns what it did to the files
// in dir, which is empty. What it appends to the file marks, which is there, is what it said. The test is skipped where
// there is no strace, or where it may not look at a program.
func Record(tb testing.TB, program *exec.Cmd, dir, marks string) Recording {
	tb.Helper()
	r := record(tb, program, dir, marks, dataCalls+otherCalls)
	if err := r.faithful(dir); err != nil {
		tb.Fatal(err)
	}
	return r
}

// RecordSyncs is [Record] for the syncs and the marks, and no data: it slows the program
// down less.
func RecordSyncs(tb testing.TB, program *exec.Cmd, dir, marks string) Recording {
	tb.Helper()
	return record(tb, program, dir, marks, otherCalls)
}

func record(tb testing.TB, program *exec.Cmd, dir, marks, names string) Recording {
	tb.Helper()
	strace, err := exec.LookPath("strace")
	if err != nil {
		tb.Skip("skipped: strace is not installed")
	}
	if said, err := exec.CommandContext(tb.Context(), strace, "-f", "--seccomp-bpf", "-e", "trace=openat", "true").CombinedOutput(); err != nil {
		tb.Skipf("skipped: strace may not look at a program here: %s", bytes.TrimSpace(said))
	}
	for _, path := range []*string{&dir, &marks} { // strace shows what links lead to
		if *path, err = filepath.EvalSymlinks(*path); err != nil {
			tb.Fatal(err)
		}
	}
	trace := filepath.Join(tb.TempDir(), "trace")
	args := []string{strace, "-f", "--seccomp-bpf", "-y", "-xx", "-s", "100000000", "-e", "trace=" + names, "-o", trace, "--"}
	program.Args = append(append(args, program.Path), program.Args[1:]...)
	program.Path = strace
	if said, err := program.CombinedOutput(); err != nil {
		tb.Fatalf("disktest: %v: %s", err, said)
	}
	f, err := os.Open(trace)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	ops, err := read(f, dir, marks)
	if err != nil {
		tb.Fatal(err)
	}
	return ops
}

// read reads what strace wrote.
func read(from io.Reader, dir, marks string) (Recording, error) {
	r := reader{
		dir: dir, marks: marks, unfinished: map[string]call{},
		names: map[string]int{".": 0}, content: map[int][]byte{}, offsets: map[string]int64{},
	}
	lines := bufio.NewReaderSize(from, 1<<20)
	for {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return r.ops, nil
		}
		if err == nil {
			err = r.line(strings.TrimSuffix(line, "\n"))
		}
		if err != nil {
			return nil, fmt.Errorf("disktest: %.300s: %w", line, err)
		}
	}
}

// call is one system call as strace shows it.
type call struct {
	text  string // as in "fsync(3</dir/file>) = 0", all paths and data in hexadecimal
	began int    // how many operations were done
}

// line reads one line: a call, or its beginning, or its end.
func (r *reader) line(line string) error {
	process, text, _ := strings.Cut(line, " ")
	text = strings.TrimLeft(text, " ")
	switch {
	case strings.HasPrefix(text, "---"), strings.HasPrefix(text, "+++"): // a signal, an end
		return nil
	case strings.HasSuffix(text, " <unfinished ...>"):
		c := call{strings.TrimSuffix(text, " <unfinished ...>"), len(r.ops)}
		if said, ok := r.mark(c.text); ok { // others may hear of it from here on
			r.add(Op{Kind: Mark, Data: said})
			return nil
		}
		r.unfinished[process] = c
		return nil
	case strings.HasPrefix(text, "<... "):
		c, ok := r.unfinished[process]
		delete(r.unfinished, process)
		if !ok { // of a mark
			return nil
		}
		_, rest, _ := strings.Cut(text, " resumed>")
		c.text += rest
		return r.call(c)
	default:
		if said, ok := r.mark(text); ok {
			r.add(Op{Kind: Mark, Data: said})
			return nil
		}
		return r.call(call{text, len(r.ops)})
	}
}

// faithful compares what a recording says with the files.
func (r Recording) faithful(dir string) error {
	recorded := r.Crash(len(r), Loss{Keep: 100}, rand.New(rand.NewPCG(0, 0)))
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == "." || mapped(name) {
			return err
		}
		content, there := recorded[name]
		delete(recorded, name)
		if entry.IsDir() {
			return nil
		}
		found, err := fs.ReadFile(os.DirFS(dir), name)
		if err == nil && (!there || !bytes.Equal(found, content)) {
			err = fmt.Errorf("disktest: %s has %d bytes, and %d in the recording", name, len(found), len(content))
		}
		return err
	})
	if err == nil && len(recorded) > 0 {
		err = fmt.Errorf("disktest: not on the disk: %v", slices.Collect(maps.Keys(recorded)))
	}
	return err
}
