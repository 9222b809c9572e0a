package jobs_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// Where a process that is to be killed finds its data, and writes what it did.
const (
	envStore = "PAGONLINE_TEST_STORE" // a directory, or the DSN of a server
	envDiary = "PAGONLINE_TEST_DIARY"
)

// at opens a store and its queue by name.
func at(t *testing.T, name string) (jobs.Store, *jobs.Queue) {
	t.Helper()
	ctx := context.Background()
	if strings.HasPrefix(name, "postgres") {
		st, err := postgres.Open(ctx, name, postgres.Config{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, st.Close()) })
		q, err := jobs.OpenPostgres(ctx, name)
		require.NoError(t, err)
		return st, q
	}
	st, err := sqlite.Open(ctx, name, sqlite.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	return st, files(name)(t)
}

// engine returns one whose handlers write what they do into the diary, and fail now and
// then, before or after it.
func engine(t *testing.T, st jobs.Store, q *jobs.Queue, diary string) *jobs.Engine {
	t.Helper()
	f, err := os.OpenFile(diary, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	cfg := brisk()
	cfg.Timeout, cfg.SweepInterval = 2*time.Second, 300*time.Millisecond
	e := jobs.New(st, q, cfg)
	for _, name := range []string{"mail", "webhook"} {
		e.Register(name, func(_ context.Context, event payment.Event) error {
			luck := rand.IntN(6)
			if luck == 0 {
				return errTest
			}
			l := lineOf(name, event)
			if _, err := fmt.Fprintf(f, "%s|%s|%s|%d\n", name, l.order, l.position, event.ID); err != nil {
				return err
			}
			time.Sleep(time.Duration(luck) * time.Millisecond)
			if luck == 1 {
				return errTest
			}
			return nil
		})
	}
	return e
}

// TestDelivering is no test but the process that is killed.
func TestDelivering(t *testing.T) {
	name := os.Getenv(envStore)
	if name == "" {
		t.Skip("skipped: it is for a process of its own")
	}
	st, q := at(t, name)
	require.NoError(t, engine(t, st, q, os.Getenv(envDiary)).Start(t.Context()))
	fmt.Println("started")
	select {} // until it is killed
}

// child is a process that delivers; kill it.
type child struct {
	cmd *exec.Cmd
	out bytes.Buffer
}

func spawn(t *testing.T, store, diary string) *child {
	t.Helper()
	c := &child{cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDelivering$")}
	c.cmd.Env = append(os.Environ(), envStore+"="+store, envDiary+"="+diary)
	c.cmd.Stderr = &c.out
	out, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err, "%s", &c.out)
	require.Equal(t, "started\n", line)
	return c
}

func (c *child) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, c.cmd.Process.Kill())
	require.Error(t, c.cmd.Wait()) // killed
}

// TestKilled: a process is killed in the midst of its deliveries, again and again. What it
// had not done the next one does, in order; at most an event is repeated, at once.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	diary := filepath.Join(dir, "diary")
	st, q := at(t, dir)
	require.NoError(t, q.Close()) // it is the child's
	for range soaktest.Size(2, 20, 400) {
		happen(t, st, 21)
		c := spawn(t, dir, diary)
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		c.kill(t)
	}
	q = files(dir)(t)
	start(t, engine(t, st, q, diary), q)
	drained(t, st)
	inOrder(t, st, diary)
	disk, ok := st.(*sqlite.Store)
	require.True(t, ok)
	report, err := disk.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, report)
}

// TestOneKilled: of two processes on one server one is killed, and another comes.
func TestOneKilled(t *testing.T) {
	t.Parallel()
	dsn := postgrestest.Schema(t)
	diary := filepath.Join(t.TempDir(), "diary")
	st, q := at(t, dsn)
	require.NoError(t, q.Close())
	both := [2]*child{spawn(t, dsn, diary), spawn(t, dsn, diary)}
	for i := range soaktest.Size(2, 8, 100) {
		happen(t, st, 28)
		time.Sleep(time.Duration(50+rand.IntN(150)) * time.Millisecond)
		both[i%2].kill(t)
		both[i%2] = spawn(t, dsn, diary)
	}
	drained(t, st)
	both[0].kill(t)
	both[1].kill(t)
	inOrder(t, st, diary)
}

// inOrder reads what was done, and compares it with what happened.
func inOrder(t *testing.T, st jobs.Store, diary string) {
	t.Helper()
	want := map[string][]string{}
	for e, err := range st.Outbox().List(t.Context(), payment.EventFilter{}) {
		require.NoError(t, err)
		for _, name := range []string{"mail", "webhook"} {
			l := lineOf(name, e)
			k := fmt.Sprintf("%s|%s|%s", name, l.order, l.position)
			want[k] = append(want[k], strconv.FormatInt(e.ID, 10))
		}
	}
	all, err := os.ReadFile(diary)
	require.NoError(t, err)
	got := map[string][]string{}
	for entry := range strings.Lines(string(all)) {
		k, id := entry[:strings.LastIndex(entry, "|")], strings.TrimSpace(entry[strings.LastIndex(entry, "|")+1:])
		if done := got[k]; len(done) == 0 || done[len(done)-1] != id { // a repeat follows at once
			got[k] = append(done, id)
		}
	}
	require.Equal(t, want, got)
}
