package postgres_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/store/internal/crashtest"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
)

// program is one that is to be killed: this test again, told by its environment which
// database to serve.
type program struct {
	*exec.Cmd
	url    string
	output strings.Builder
}

// start starts a program, and returns when it serves; see [served].
func start(t *testing.T, dsn string) *program {
	t.Helper()
	p := &program{Cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$")}
	p.Env = append(os.Environ(), "PAGONLINE_TEST_KILL="+dsn)
	_, err := p.StdinPipe() // which ends with us, and the program with it
	require.NoError(t, err)
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	p.Stderr = &p.output
	require.NoError(t, p.Start())
	lines := bufio.NewScanner(out)
	lines.Scan()
	p.url = lines.Text()
	require.True(t, strings.HasPrefix(p.url, "http://"), "%s%s", p.url, &p.output)
	return p
}

func (p *program) kill(t *testing.T) {
	t.Helper()
	_ = p.Process.Kill()
	require.Error(t, p.Wait())
	require.Empty(t, p.output.String())
}

// served is the program: it serves a database until it is killed.
func served(t *testing.T, dsn string) {
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	st := open(t, dsn, postgres.Config{})
	require.NoError(t, crashtest.Serve(t.Context(), st, func(url string) { fmt.Println(url) }))
}

// kills is a series of deaths.
type kills struct {
	t    *testing.T
	rand *rand.Rand
	*mortal

	n, acked int
	tries    int64
	schema   string
	ledger   *crashtest.Ledger
	callers  []*crashtest.Callers // each has a program
	programs []*program           // nil for one that is dead
}

// TestKill kills, under sixteen callers, the server, one of its processes, the program,
// or the program and the server. The callers go on as soon as they can. What was
// acknowledged is there, and all fits together.
func TestKill(t *testing.T) {
	if dsn := os.Getenv("PAGONLINE_TEST_KILL"); dsn != "" {
		served(t, dsn)
		return
	}
	postgrestest.Server(t)
	k := kills{t: t, rand: rand.New(rand.NewPCG(1, 2)), mortal: newMortal(t, shm())}
	deaths := []func(){
		func() { k.kill(); k.start() },
		func() { require.True(t, k.backend()) },
		func() { k.programs[0].kill(t); k.programs[0] = nil },
		func() { k.kill(); k.programs[0].kill(t); k.programs[0] = nil; k.start() },
	}
	for n := range soaktest.Size(4, 48, 500) {
		k.loop(1, 16, deaths[n%len(deaths)])
	}
	k.report()
}

// TestKillOneOfTwo kills one of two programs on one database; the other goes on.
func TestKillOneOfTwo(t *testing.T) {
	postgrestest.Server(t)
	k := kills{t: t, rand: rand.New(rand.NewPCG(3, 4)), mortal: newMortal(t, "")}
	for range soaktest.Size(2, 20, 200) {
		k.loop(2, 8, func() {
			one := k.rand.IntN(2)
			k.programs[one].kill(t)
			k.programs[one] = nil
		})
	}
	k.report()
}

// each is how many deaths one schema sees.
const each = 6

// loop lets so many callers work with each of the programs, has one of them or the server
// die in the middle, and looks at what is there.
func (k *kills) loop(programs, callers int, death func()) {
	k.t.Helper()
	if k.n%each == 0 {
		k.close()
		k.schema, k.ledger = fmt.Sprintf("kills_%d", k.n), &crashtest.Ledger{}
		postgrestest.Exec(k.t, k.dsn(""), "CREATE SCHEMA "+k.schema)
		k.programs = make([]*program, programs)
		for i := range programs {
			k.callers = append(k.callers, crashtest.NewCallers(k.ledger, string(rune('a'+i)), callers))
		}
	}
	k.n++
	ctx, stop := context.WithCancel(k.t.Context())
	defer stop()
	var working sync.WaitGroup
	for i, c := range k.callers {
		k.programs[i] = start(k.t, k.dsn(k.schema))
		url := k.programs[i].url
		working.Go(func() {
			if err := c.Run(ctx, url); err != nil {
				k.t.Error(err)
			}
		})
	}
	k.pause(50, 250)
	death()
	if k.rand.IntN(2) == 0 {
		k.pause(50, 250) // whoever lives goes on, or comes back
	}
	stop()
	working.Wait()
	require.False(k.t, k.t.Failed())
	for i, p := range k.programs { // what was under way would go on in those that live
		if p != nil {
			p.kill(k.t)
		}
		k.programs[i] = nil
	}
	k.quiet()
	st := open(k.t, k.dsn(k.schema), postgres.Config{})
	require.NoError(k.t, k.ledger.Check(k.t.Context(), st))
	require.NoError(k.t, st.Close())
}

// pause is between so many milliseconds.
func (k *kills) pause(least, most int) {
	time.Sleep(time.Duration(least*1000+k.rand.IntN((most-least)*1000)) * time.Microsecond)
}

// close counts what the last schema has seen, and ends its programs.
func (k *kills) close() {
	if k.ledger == nil {
		return
	}
	k.acked += k.ledger.Count(crashtest.Paid)
	for _, c := range k.callers {
		k.tries += c.Tries()
	}
	k.ledger, k.callers, k.programs = nil, nil, nil
}

func (k *kills) report() {
	k.close()
	k.t.Logf("%d deaths, %d receipts acknowledged, none lost; callers were told %d times to come again", k.n, k.acked, k.tries)
	require.Positive(k.t, k.acked)
}
