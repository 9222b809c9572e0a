package station_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/internal/soaktest"
	"github.com/pagonline/pagonline/payment/internal/wire"
	"github.com/pagonline/pagonline/payment/notice"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// sizes are those of the load tests. Large ones run with PAGONLINE_SOAK=1, on a machine
// that has nothing else to do; small ones say only that all calls are answered.
type sizes struct {
	rate             int           // calls a second, that a large town's archives do not see in a year
	duty, peak, over time.Duration // how long the duty lasts, how long capacity is measured, and the overload
	rounds           int           // of both
	pool             int           // notices that nobody has paid yet
}

func loadSizes() sizes {
	if soaktest.Large() {
		return sizes{rate: 350, duty: time.Minute, peak: 2 * time.Second, over: 6 * time.Second, rounds: 3, pool: 250_000}
	}
	return sizes{rate: 100, duty: time.Second, peak: 300 * time.Millisecond, over: 300 * time.Millisecond, rounds: 1, pool: 5000}
}

// serveDir tells a child of the tests to be a station on the database in a directory.
const serveDir = "PAGONLINE_TEST_STATION"

// TestStationProcess is the station of the load tests. It prints its address, makes one
// backup after the other if it is told to, and ends with its standard input.
func TestStationProcess(t *testing.T) {
	dir := os.Getenv(serveDir)
	if dir == "" {
		t.Skip("skipped: a part of the load tests")
	}
	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{})
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	cashier := payment.NewCashier(st, payment.Config{Now: func() time.Time { return loadDay }})
	server := station.Server(station.New(cashier, []station.Creditor{identifiers}, station.Config{}), nil)
	go func() { _ = server.Serve(l) }()
	fmt.Printf("http://%s\n", l.Addr())
	stop, stopped := context.WithCancel(t.Context())
	done := make(chan struct{})
	close(done)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if lines.Text() == "backup" {
			done = make(chan struct{})
			go func() {
				defer close(done)
				backups(stop, st, dir)
			}()
		}
	}
	stopped()
	<-done
	require.NoError(t, server.Close())
	require.NoError(t, st.Close())
}

// backups makes backups until ctx ends.
func backups(ctx context.Context, st *sqlite.Store, dir string) {
	path := filepath.Join(dir, "backup.db")
	for n := 1; ctx.Err() == nil; n++ {
		began := time.Now()
		if err := st.Backup(ctx, path); err != nil {
			if ctx.Err() == nil {
				fmt.Println("backup:", err)
			}
			return
		}
		info, err := os.Stat(path)
		if err != nil {
			fmt.Println("backup:", err)
			return
		}
		fmt.Printf("backup %d: %d MiB in %.1f s\n", n, info.Size()>>20, time.Since(began).Seconds())
		_ = os.Remove(path)
	}
}

// loadDay is the time of the station's clock.
var loadDay = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// process is a station in a process of its own, with what the node sends to it.
type process struct {
	address string // host and port
	stdin   io.WriteCloser
	output  *bytes.Buffer
	end     func()
	dir     string
	pid     int

	numbers []string
	next    int // the first that nobody has paid
	templates
}

// templates are messages around notice numbers.
type templates struct {
	verify, getPayment [2]string
	sendRT             [4]string // receipt's id, number, IUV
}

// startStation fills a database with notices and starts a station on it.
func startStation(t *testing.T, pool int) *process {
	t.Helper()
	p := &process{dir: t.TempDir(), output: new(bytes.Buffer)}
	p.fill(t, pool)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStationProcess$")
	cmd.Env = append(os.Environ(), serveDir+"="+p.dir)
	var err error
	p.stdin, err = cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	p.pid = cmd.Process.Pid
	lines := bufio.NewReader(stdout)
	address, err := lines.ReadString('\n')
	require.NoError(t, err)
	p.address = strings.TrimPrefix(strings.TrimSpace(address), "http://")
	read := make(chan struct{})
	go func() {
		defer close(read)
		_, _ = p.output.ReadFrom(lines)
	}()
	p.end = func() {
		require.NoError(t, p.stdin.Close())
		<-read
		require.NoError(t, cmd.Wait(), p.output)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return p
}

// cpu is the time of processors that the station has had, where the system tells.
func (p *process) cpu() time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // what is before may have blanks
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	const tick = 10 * time.Millisecond
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * tick
}

// fill writes the notices, many in one unit of work, and makes the messages.
func (p *process) fill(t *testing.T, pool int) {
	t.Helper()
	o := newOffice(t, station.Config{})
	model := o.open()
	p.verify = around(string(ask(wire.Verify, model.Number.String()).Append(nil)), model)
	p.getPayment = around(string(ask(wire.GetPayment, model.Number.String()).Append(nil)), model)
	sent := strings.NewReplacer(model.Number.String(), "#", ">"+model.Number.IUV().String()+"<", ">#<", ">iur<", ">#<").
		Replace(string(receipt(model, "iur").Append(nil)))
	require.Len(t, strings.Split(sent, "#"), len(p.sendRT))
	copy(p.sendRT[:], strings.Split(sent, "#"))

	st, err := sqlite.Open(t.Context(), p.dir, sqlite.Config{})
	require.NoError(t, err)
	for len(p.numbers) < pool {
		var some []notice.Number
		for range min(5000, pool-len(p.numbers)) {
			serial, err := st.Numbers().Next(t.Context(), creditor, 1)
			require.NoError(t, err)
			number, err := notice.Issue(1, serial)
			require.NoError(t, err)
			some = append(some, number)
		}
		require.NoError(t, st.Do(t.Context(), func(ctx context.Context) error {
			for _, number := range some {
				position := model
				position.Number, position.Debt = number, number.String()
				if err := st.Positions().Insert(ctx, position); err != nil {
					return err
				}
			}
			return nil
		}))
		for _, number := range some {
			p.numbers = append(p.numbers, number.String())
		}
	}
	require.NoError(t, st.Close())
}

// around parts a message at the notice number.
func around(message string, p payment.Position) (parts [2]string) {
	parts[0], parts[1], _ = strings.Cut(message, p.Number.String())
	return parts
}

// message is the n-th that the node sends: of four calls two verify, one asks what is to
// be paid, one brings a receipt, each of another notice.
func (p *process) message(b []byte, n int) ([]byte, wire.Operation) {
	number := p.numbers[(p.next+n)%len(p.numbers)]
	switch n % 4 {
	case 0, 2:
		return append(append(append(b, p.verify[0]...), number...), p.verify[1]...), wire.Verify
	case 1:
		return append(append(append(b, p.getPayment[0]...), number...), p.getPayment[1]...), wire.GetPayment
	default:
		for i, value := range []string{number, number, number[1:]} {
			b = append(append(b, p.sendRT[i]...), value...)
		}
		return append(b, p.sendRT[3]...), wire.SendRT
	}
}

// TestLoad: at a rate that the whole country's payments do not reach in a second, while
// the database is being backed up, every call is answered in time.
func TestLoad(t *testing.T) {
	s := loadSizes()
	p := startStation(t, min(s.pool, 60_000))
	_, err := io.WriteString(p.stdin, "backup\n")
	require.NoError(t, err)
	slowest := syncs(t, p.dir)
	got := p.open(t, s.rate, s.duty)
	sync := slowest()
	p.end()
	t.Log(got.report("duty"))
	t.Logf("slowest fdatasync beside it: %s\n%s", sync, p.output)
	require.Empty(t, got.wrong)
	require.NotContains(t, p.output.String(), "backup:")
	p.check(t, got)
	t.Logf("99%% were answered in %s (goal: 10 ms and the slowest sync, %s)", got.quantile(0.99), 10*time.Millisecond+sync)
	if !busy(t, got) {
		require.Equal(t, got.sent, got.ok)
	}
}

// busy reports whether the machine had no time for who calls either. How fast all was is
// told, and not asserted: it is not the same from one second to the next.
func busy(t *testing.T, got results) bool {
	t.Helper()
	late := quantile(got.late, 0.99)
	if late > 10*time.Millisecond {
		t.Logf("the machine is too busy to judge: calls were sent up to %s late", late)
		return true
	}
	return false
}

// TestOverload: at twice what it can do a station does nearly as much as it can, and tells
// the others at once: receipts to come again, who asks that it cannot answer. Capacity
// and overload take turns, for the machine is not the same all the time; who calls is on
// it too.
func TestOverload(t *testing.T) {
	s := loadSizes()
	p := startStation(t, s.pool)
	var all results
	var goodput []float64 // shares of capacity
	for range s.rounds {
		before := p.cpu()
		peak := p.closed(t, 64, s.peak)
		t.Log(peak.report("capacity"), "CPU", p.cpu()-before)
		require.Empty(t, peak.wrong)
		capacity := float64(peak.ok) / peak.took.Seconds()
		before = p.cpu()
		got := p.open(t, int(2*capacity), s.over)
		goodput = append(goodput, float64(got.inTime())/got.took.Seconds()/capacity)
		t.Log(got.report("overload"), "CPU", p.cpu()-before, "goodput", goodput[len(goodput)-1])
		all.add(&got)
	}
	calm := p.open(t, s.rate, time.Second)
	t.Log(calm.report("afterwards"))
	p.end()
	require.Empty(t, all.wrong)
	require.Empty(t, calm.wrong)
	p.check(t, all)
	slices.Sort(goodput)
	t.Logf("goodput %.2f of capacity (goal: 0.80), 99%% of the refusals within %s (goal: 50 ms)", goodput[len(goodput)/2], all.refusedWithin(0.99))
	if !busy(t, calm) {
		require.Zero(t, calm.refused, "it is itself again at once")
	}
}

// check looks whether every receipt that was answered OK is there.
func (p *process) check(t *testing.T, got results) {
	t.Helper()
	st, err := sqlite.Open(t.Context(), p.dir, sqlite.Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, st.Close()) }()
	for _, id := range got.acknowledged {
		_, err := st.RTs().Get(t.Context(), creditor, id)
		require.NoError(t, err, id)
	}
	findings, err := st.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, findings)
}

// syncs writes and syncs a file beside the database, now and then, until the returned
// function is called, which tells how long the slowest took.
func syncs(t *testing.T, dir string) (slowest func() time.Duration) {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "syncs"))
	require.NoError(t, err)
	_, err = f.Write(make([]byte, 1<<16))
	require.NoError(t, err)
	stop, took := make(chan struct{}), make(chan time.Duration)
	go func() {
		var most time.Duration
		page := make([]byte, 4<<10)
		for n := int64(0); ; n++ {
			select {
			case <-stop:
				_ = f.Close()
				took <- most
				return
			case <-time.After(10 * time.Millisecond):
			}
			page[0] = byte(n)
			_, _ = f.WriteAt(page, n%16*int64(len(page)))
			began := time.Now()
			_ = f.Sync()
			most = max(most, time.Since(began))
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-took
	}
}

// quantile returns the time within which a share of the calls were answered.
func quantile(took []time.Duration, share float64) time.Duration {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[min(len(took)-1, int(float64(len(took))*share))]
}
