package sqlite_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/internal/crashtest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// program is one that is to be killed: this test again, told by its environment what to
// do.
type program struct {
	*exec.Cmd
	url    chan string
	ended  chan struct{}
	step   func(*program) // a backup is made, or a database of it
	output bytes.Buffer
	line   []byte
}

// start starts the program that serves the database in dir, as [served] does.
func start(t *testing.T, dir string, backups bool, step func(*program)) *program {
	t.Helper()
	p := &program{
		Cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$"),
		url: make(chan string, 1), ended: make(chan struct{}), step: step,
	}
	p.Env = append(os.Environ(), "PAGONLINE_TEST_KILL="+dir, fmt.Sprintf("PAGONLINE_TEST_KILL_BACKUPS=%t", backups))
	p.Stdout, p.Stderr = p, p
	_, err := p.StdinPipe() // which ends with us, and the program with it
	require.NoError(t, err)
	require.NoError(t, p.Start())
	go func() {
		_ = p.Wait()
		close(p.ended)
	}()
	return p
}

// Write hears what the program says.
func (p *program) Write(b []byte) (int, error) {
	p.line = append(p.line, b...)
	for {
		line, rest, whole := bytes.Cut(p.line, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		p.line = rest
		switch {
		case bytes.HasPrefix(line, []byte("http://")):
			p.url <- string(line)
		case string(line) == "step":
			p.step(p)
		default:
			p.output.Write(append(line, '\n'))
		}
	}
}

// kill kills it, and waits until it is dead.
func (p *program) kill(t *testing.T) {
	t.Helper()
	_ = p.Process.Kill()
	<-p.ended
	require.Empty(t, p.output.String())
	require.Equal(t, -1, p.ProcessState.ExitCode(), "it has not ended by itself")
}

// served is the program: it serves the database in dir/data to callers until it is
// killed. With backups, it makes one after the other meanwhile, and a database of each.
func served(t *testing.T, dir string, backups bool) {
	t.Helper()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	st := open(t, filepath.Join(dir, "data"))
	if backups {
		go func() {
			for n := 0; ; n++ {
				backup := filepath.Join(dir, fmt.Sprintf("backup-%d.db", n))
				err := st.Backup(t.Context(), backup)
				fmt.Println("step")
				if err == nil {
					_, err = sqlite.Restore(t.Context(), backup, filepath.Join(dir, fmt.Sprintf("restored-%d", n)), sqlite.Config{})
				}
				fmt.Println("step")
				if err != nil {
					fmt.Println("backup:", err)
					os.Exit(1)
				}
			}
		}()
	}
	require.NoError(t, crashtest.Serve(t.Context(), st, func(url string) { fmt.Println(url) }))
}

// TestKill kills a program under sixteen callers, at any moment: while it opens the
// database, while it serves, sometimes several times before anybody looks. What it
// acknowledged is there, and all fits together.
func TestKill(t *testing.T) {
	if dir := os.Getenv("PAGONLINE_TEST_KILL"); dir != "" {
		served(t, dir, os.Getenv("PAGONLINE_TEST_KILL_BACKUPS") == "true")
		return
	}
	t.Parallel()
	k := kills{t: t, rand: rand.New(rand.NewPCG(1, 2)), callers: 16}
	for range soaktest.Size(3, 220, 1500) {
		k.loop(false)
	}
	k.report()
}

// TestKillBackups: whatever the moment, backups and the databases that were made of them
// are there whole or not at all.
func TestKillBackups(t *testing.T) {
	t.Parallel()
	k := kills{t: t, rand: rand.New(rand.NewPCG(3, 4)), callers: 4}
	for range soaktest.Size(3, 100, 400) {
		k.loop(true)
	}
	k.report()
	require.Positive(t, k.copies)
}

// kills is a series of programs that are killed.
type kills struct {
	t       *testing.T
	rand    *rand.Rand
	callers int

	n, copies, partial int
	acked              int
	tries              int64
	dir                string
	ledger             *crashtest.Ledger
	all                *crashtest.Callers
	reopened           []time.Duration
}

// each is how many programs one database sees.
const each = 10

// loop runs one program until it is killed: after some facts, or some steps of its
// backups, or while it begins.
func (k *kills) loop(backups bool) {
	if k.n%each == 0 {
		k.close()
		k.dir, k.ledger = k.t.TempDir(), &crashtest.Ledger{}
		if k.n/each%2 == 1 { // where a sync takes no time, death comes elsewhere
			k.dir = inMemory(k.t)
		}
		k.all = crashtest.NewCallers(k.ledger, "a", k.callers)
	}
	k.n++
	before := len(k.ledger.Facts())
	last, pause := k.rand.Int64N(100), k.pause(3)
	if backups {
		last, pause = k.rand.Int64N(4), k.pause(40)
	}
	var heard atomic.Int64
	hear := func(p *program) {
		if heard.Add(1) == last+1 {
			time.AfterFunc(pause, func() { _ = p.Process.Kill() })
		}
	}
	p := start(k.t, k.dir, backups, hear)
	if !backups {
		k.ledger.Note = func(crashtest.Fact) { hear(p) }
	}
	if k.rand.IntN(5) > 0 {
		select {
		case url := <-p.url:
			require.NoError(k.t, k.all.Run(k.t.Context(), url))
			select {
			case <-p.ended:
			case <-time.After(10 * time.Second):
				require.Fail(k.t, "it lives, and does not answer")
			}
		case <-p.ended:
		}
	} else { // it may not have come to serve anybody
		time.Sleep(k.pause(40))
	}
	p.kill(k.t)
	if backups {
		k.checkCopies(before)
	}
	if k.n%each != 0 && k.rand.IntN(4) == 0 {
		return // the next program finds what this one has left
	}
	began := time.Now()
	st := open(k.t, filepath.Join(k.dir, "data"))
	k.reopened = append(k.reopened, time.Since(began))
	require.NoError(k.t, st.Close())
	require.NoError(k.t, intact(k.t.Context(), filepath.Join(k.dir, "data"), k.ledger, len(k.ledger.Facts())))
}

// inMemory returns a new directory on a disk in memory, if there is one.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "pagonline-") //nolint:usetesting // not on the disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// pause is up to n milliseconds.
func (k *kills) pause(n int) time.Duration {
	return time.Duration(k.rand.IntN(n*1000)) * time.Microsecond
}

// checkCopies looks at what the backups of a program have left, and removes it.
func (k *kills) checkCopies(facts int) {
	left := func(pattern string) []string {
		found, err := filepath.Glob(filepath.Join(k.dir, pattern))
		require.NoError(k.t, err)
		return found
	}
	for _, backup := range left("backup-*.db") {
		dir := filepath.Join(k.dir, "restored-of-"+filepath.Base(backup))
		_, err := sqlite.Restore(k.t.Context(), backup, dir, sqlite.Config{})
		require.NoError(k.t, err)
	}
	for _, partial := range left(".backup-*.tmp") {
		k.partial++
		dir := filepath.Join(k.dir, "restored-of-"+filepath.Base(partial))
		if _, err := sqlite.Restore(k.t.Context(), partial, dir, sqlite.Config{}); err != nil {
			require.NoFileExists(k.t, filepath.Join(dir, sqlite.FileName))
		}
	}
	for _, file := range left("restored-*/" + sqlite.FileName) {
		k.copies++
		require.NoError(k.t, intact(k.t.Context(), filepath.Dir(file), k.ledger, facts))
	}
	for _, name := range slices.Concat(left("backup-*"), left(".backup-*"), left("restored-*")) {
		require.NoError(k.t, os.RemoveAll(name))
	}
}

// close counts what the last database has seen.
func (k *kills) close() {
	if k.ledger == nil {
		return
	}
	k.acked += k.ledger.Count(crashtest.Paid)
	k.tries += k.all.Tries()
	k.ledger = nil
}

func (k *kills) report() {
	k.close()
	slices.Sort(k.reopened)
	at := func(percent int) time.Duration {
		return k.reopened[(len(k.reopened)-1)*percent/100].Round(100 * time.Microsecond)
	}
	k.t.Logf("%d programs killed, %d receipts acknowledged, none lost; reopened in %v, %v at most (p99 %v); %d copies checked, %d unfinished ones",
		k.n, k.acked, at(50), at(100), at(99), k.copies, k.partial)
	require.Zero(k.t, k.tries, "a program that lives answers")
	require.Positive(k.t, k.acked)
}
