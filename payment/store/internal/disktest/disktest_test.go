package disktest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func chance() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// small is a directory of which nothing is synced but what says so.
var small = Recording{
	{Kind: Create, Path: "a", file: 1},                                       // 0
	{Kind: Write, Path: "a", file: 1, Data: bytes.Repeat([]byte("a"), 2000)}, // 1
	{Kind: Sync, Path: "a", file: 1, began: 1},                               // 2: the write ended after it began
	{Kind: Mkdir, Path: "d", file: 2},                                        // 3
	{Kind: Create, Path: "d/b", file: 3},                                     // 4
	{Kind: Sync, Path: "d", file: 2, began: 5},                               // 5
	{Kind: Sync, Path: ".", file: 0, began: 6},                               // 6
	{Kind: Write, Path: "a", file: 1, Offset: 1000, Data: []byte("bbbb")},    // 7
	{Kind: Sync, Path: "a", file: 1, began: 8},                               // 8
	{Kind: Truncate, Path: "a", file: 1, Offset: 1},                          // 9
	{Kind: Link, Path: "d/c", file: 1},                                       // 10
	{Kind: Unlink, Path: "a", file: 1},                                       // 11
}

func TestCrash(t *testing.T) {
	written := append(bytes.Repeat([]byte("a"), 1000), "bbbb"...)
	written = append(written, bytes.Repeat([]byte("a"), 996)...)
	drop, keep := Loss{}, Loss{Keep: 100}
	for name, c := range map[string]struct {
		after int
		loss  Loss
		want  Files
	}{
		"nothing done":                 {0, keep, Files{}},
		"its name is lost":             {3, drop, Files{}},
		"kept":                         {2, keep, Files{"a": bytes.Repeat([]byte("a"), 2000)}},
		"its directory's name is lost": {6, drop, Files{}},
		"a name without content":       {7, drop, Files{"a": {}, "d": nil, "d/b": {}}},
		"synced":                       {9, drop, Files{"a": written, "d": nil, "d/b": {}}},
		"neither cut off nor moved":    {12, drop, Files{"a": written, "d": nil, "d/b": {}}},
		"all":                          {12, keep, Files{"d": nil, "d/b": {}, "d/c": []byte("a")}},
	} {
		t.Run(name, func(t *testing.T) {
			files := small.Crash(c.after, c.loss, chance())
			require.Equal(t, c.want, files)
			dir := t.TempDir()
			require.NoError(t, files.Put(dir))
			for path, content := range files {
				if content != nil {
					found, err := os.ReadFile(filepath.Join(dir, path))
					require.NoError(t, err)
					require.Equal(t, content, found)
				}
			}
		})
	}
	unsynced := small.Without(func(op Op) bool { return op.Kind == Sync })
	require.Empty(t, unsynced.Crash(12, drop, chance()))
}

// TestTorn: pieces end at the borders of sectors, and every mixture of them comes.
func TestTorn(t *testing.T) {
	r := Recording{
		{Kind: Create, Path: "a", file: 1},
		{Kind: Write, Path: "a", file: 1, Data: bytes.Repeat([]byte("o"), 1536)},
		{Kind: Sync, Path: "a", file: 1, began: 2},
		{Kind: Sync, Path: ".", began: 3},
		{Kind: Write, Path: "a", file: 1, Offset: 500, Data: bytes.Repeat([]byte("n"), 1036)}, // 12, 512, 512 bytes
	}
	seen := map[string]int{}
	rnd := chance()
	for range 200 {
		content := r.Crash(len(r), Loss{Keep: 50, Sector: 512}, rnd)["a"]
		require.Len(t, content, 1536)
		var mixture strings.Builder
		for _, piece := range [][]byte{content[:500], content[500:512], content[512:1024], content[1024:]} {
			require.Empty(t, bytes.Trim(piece, string(piece[:1])), "one sector holds both")
			mixture.WriteByte(piece[0])
		}
		seen[mixture.String()]++
	}
	require.Len(t, seen, 8)
	require.NotContains(t, seen, "nnnn")
	content := r.Crash(len(r), Loss{Sector: 512, Junk: true}, rnd)["a"]
	require.Equal(t, bytes.Repeat([]byte("o"), 500), content[:500], "what was synced is no junk")
	require.NotEmpty(t, bytes.Trim(content, "on"))
}

// TestRecord records a program, which is this test again, and finds all that it did.
func TestRecord(t *testing.T) {
	if dir := os.Getenv("PAGONLINE_TEST_RECORDED"); dir != "" {
		recorded(t, dir, os.Getenv("PAGONLINE_TEST_MARKS"))
		return
	}
	for name, record := range map[string]func(testing.TB, *exec.Cmd, string, string) Recording{"all": Record, "syncs": RecordSyncs} {
		t.Run(name, func(t *testing.T) {
			dir, marks := t.TempDir(), filepath.Join(t.TempDir(), "marks")
			require.NoError(t, os.WriteFile(marks, nil, 0o600))
			program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRecord$")
			program.Env = append(os.Environ(), "PAGONLINE_TEST_RECORDED="+dir, "PAGONLINE_TEST_MARKS="+marks)
			r := record(t, program, dir, marks)
			require.Equal(t, [][]byte{[]byte("half"), []byte("all")}, r.Marks(len(r)))
			var kinds []Kind
			for _, op := range r {
				if op.Kind != Write && op.Kind != Truncate {
					kinds = append(kinds, op.Kind)
				}
			}
			require.Equal(t, []Kind{Mkdir, Create, Sync, Mark, Create, Link, Sync, Unlink, Mark}, kinds)
			if name == "all" {
				require.Equal(t, Files{"d": nil, "d/a": []byte("a12"), "d/c": []byte("bba12")}, r.Crash(len(r), Loss{Keep: 100}, chance()))
			}
		})
	}
}

// recorded is the program.
func recorded(t *testing.T, dir, marks string) {
	t.Helper()
	said, err := os.OpenFile(marks, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	path := filepath.Join(dir, "d")
	require.NoError(t, os.Mkdir(path, 0o700))
	a, err := os.Create(filepath.Join(path, "a"))
	require.NoError(t, err)
	_, err = a.WriteString("a")
	require.NoError(t, err)
	_, err = a.WriteAt([]byte("123"), 1)
	require.NoError(t, errors.Join(err, a.Sync(), a.Truncate(3)))
	_, err = said.WriteString("half")
	require.NoError(t, err)

	b, err := os.Create(filepath.Join(path, "b"))
	require.NoError(t, err)
	_, err = b.WriteString("bb")
	require.NoError(t, err)
	from, err := os.Open(filepath.Join(path, "a"))
	require.NoError(t, err)
	_, err = io.Copy(b, from)
	require.NoError(t, err)
	d, err := os.Open(path)
	require.NoError(t, err)
	require.NoError(t, errors.Join(os.Link(b.Name(), filepath.Join(path, "c")), d.Sync(), os.Remove(b.Name())))
	_, err = said.WriteString("all")
	require.NoError(t, err)
}
