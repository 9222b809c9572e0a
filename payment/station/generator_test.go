package station_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment/internal/wire"
)

// results are what became of the calls.
type results struct {
	sent, ok, refused int
	took              time.Duration   // from the first to the last answer
	good, bad         []time.Duration // of those answered and those refused, from when they were to be sent
	late              []time.Duration // how much later than that they were: what the machine had no time for
	acknowledged      []string        // ids of the receipts that were
	wrong             []string        // what is neither an answer nor a refusal
}

func (r *results) add(o *results) {
	r.sent, r.ok, r.refused = r.sent+o.sent, r.ok+o.ok, r.refused+o.refused
	r.good, r.bad, r.late = append(r.good, o.good...), append(r.bad, o.bad...), append(r.late, o.late...)
	r.acknowledged, r.wrong = append(r.acknowledged, o.acknowledged...), append(r.wrong, o.wrong...)
}

func (r *results) quantile(share float64) time.Duration { return quantile(r.good, share) }

func (r *results) refusedWithin(share float64) time.Duration { return quantile(r.bad, share) }

// inTime counts the calls that were answered within the service level.
func (r *results) inTime() (n int) {
	for _, took := range r.good {
		if took <= 2*time.Second {
			n++
		}
	}
	return n
}

func (r *results) report(what string) string {
	return fmt.Sprintf("%s: %d sent in %.1f s, %d answered (%.0f/s): p50 %s p99 %s p99.9 %s most %s; %d refused: p50 %s p99 %s most %s; "+
		"%d wrong; sent late: p50 %s p99 %s",
		what, r.sent, r.took.Seconds(), r.ok, float64(r.ok)/r.took.Seconds(),
		r.quantile(0.5), r.quantile(0.99), r.quantile(0.999), r.quantile(1),
		r.refused, r.refusedWithin(0.5), r.refusedWithin(0.99), r.refusedWithin(1),
		len(r.wrong), quantile(r.late, 0.5), quantile(r.late, 0.99))
}

// line is a connection to the station that stays open. It costs the machine little
// beside what the station does: the request is written as it is, the answer found by its
// length.
type line struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
	body []byte
}

func dial(address string) (*line, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &line{conn: conn, in: bufio.NewReaderSize(conn, 4<<10)}, nil
}

// call sends a message and returns status and answer, which is valid until the next call.
func (l *line) call(message []byte) (status int, answer []byte, err error) {
	l.out = append(l.out[:0], "POST / HTTP/1.1\r\nHost: s\r\nContent-Type: text/xml\r\nContent-Length: "...)
	l.out = append(strconv.AppendInt(l.out, int64(len(message)), 10), "\r\n\r\n"...)
	l.out = append(l.out, message...)
	if _, err := l.conn.Write(l.out); err != nil {
		return 0, nil, err
	}
	length := -1
	for first := true; ; first = false {
		header, err := l.in.ReadSlice('\n')
		if err != nil {
			return 0, nil, err
		}
		header = bytes.TrimSpace(header)
		name, value, _ := bytes.Cut(header, []byte(": "))
		switch {
		case first:
			if len(header) < 12 {
				return 0, nil, fmt.Errorf("status %q", header)
			}
			status, err = strconv.Atoi(string(header[9:12]))
		case len(header) == 0:
			if length < 0 {
				return 0, nil, errors.New("no length")
			}
			l.body = append(l.body[:0], make([]byte, length)...)
			_, err = io.ReadFull(l.in, l.body)
			return status, l.body, err
		case string(name) == "Content-Length":
			length, err = strconv.Atoi(string(value))
		}
		if err != nil {
			return 0, nil, err
		}
	}
}

// ask sends the n-th message and notes what became of it; since is when it was due.
func (p *process) ask(l *line, n int, message []byte, since func() time.Time, r *results) (_ []byte, err error) {
	message, operation := p.message(message[:0], n)
	begun := since()
	r.late = append(r.late, time.Since(begun))
	status, answer, err := l.call(message)
	took := time.Since(begun)
	r.sent++
	switch {
	case err != nil:
		r.wrong = append(r.wrong, fmt.Sprintf("%s: %v", operation, err))
	case status == http.StatusOK && bytes.Contains(answer, []byte("<outcome>OK</outcome>")):
		r.ok++
		r.good = append(r.good, took)
		if operation == wire.SendRT {
			r.acknowledged = append(r.acknowledged, p.numbers[(p.next+n)%len(p.numbers)])
		}
	case operation == wire.SendRT && status == http.StatusServiceUnavailable,
		operation != wire.SendRT && status == http.StatusOK && bytes.Contains(answer, []byte("<faultCode>PAA_SYSTEM_ERROR</faultCode>")):
		r.refused++
		r.bad = append(r.bad, took)
	default:
		r.wrong = append(r.wrong, fmt.Sprintf("%s: %d %s", operation, status, answer))
	}
	return message, err
}

// closed has so many callers, each of which waits for its answer.
func (p *process) closed(t *testing.T, callers int, long time.Duration) (all results) {
	t.Helper()
	var wg sync.WaitGroup
	var mu sync.Mutex
	next := make(chan int, callers)
	began := time.Now()
	for range callers {
		l, err := dial(p.address)
		require.NoError(t, err)
		wg.Go(func() {
			defer l.conn.Close()
			var r results
			var message []byte
			for n := range next {
				var err error
				if message, err = p.ask(l, n, message, time.Now, &r); err != nil {
					break
				}
			}
			mu.Lock()
			defer mu.Unlock()
			all.add(&r)
		})
	}
	n := 0
	for ; time.Since(began) < long; n++ {
		next <- n
	}
	close(next)
	wg.Wait()
	p.next += n
	all.took = time.Since(began)
	return all
}

// open sends at a rate, whether answers come or not; who gets none in time is missed all
// the same, for each call counts from when it was due.
func (p *process) open(t *testing.T, rate int, long time.Duration) (all results) {
	t.Helper()
	type caller struct {
		line    *line
		message []byte
		results results
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var idle []*caller
	n := int(float64(rate) * long.Seconds())
	began := time.Now()
	for i := range n {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
		if wait := time.Until(due); wait > 0 {
			time.Sleep(max(wait, time.Millisecond)) // to wake up for each of many costs the station its time
		}
		mu.Lock()
		var c *caller
		if last := len(idle) - 1; last >= 0 {
			c, idle = idle[last], idle[:last]
		}
		mu.Unlock()
		wg.Go(func() {
			if c == nil {
				l, err := dial(p.address)
				if err != nil {
					mu.Lock()
					defer mu.Unlock()
					all.wrong = append(all.wrong, err.Error())
					return
				}
				c = &caller{line: l}
			}
			var err error
			if c.message, err = p.ask(c.line, i, c.message, func() time.Time { return due }, &c.results); err != nil {
				mu.Lock()
				defer mu.Unlock()
				all.add(&c.results)
				_ = c.line.conn.Close()
				return
			}
			mu.Lock()
			defer mu.Unlock()
			idle = append(idle, c)
		})
	}
	wg.Wait()
	p.next += n
	all.took = time.Since(began)
	for _, c := range idle {
		all.add(&c.results)
		_ = c.line.conn.Close()
	}
	return all
}
