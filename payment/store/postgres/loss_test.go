package postgres_test

import (
	"context"
	"errors"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/store/postgres"
	"github.com/pagonline/pagonline/payment/store/postgres/postgrestest"
	"github.com/pagonline/pagonline/payment/store/storetest"
)

// proxy stands between a store and its server, and cuts connections, or goes silent.
type proxy struct {
	address string
	to      string
	left    atomic.Int64 // messages that may pass; below zero all may
	after   atomic.Bool  // the last one reaches the server, and its answer is lost
	silent  atomic.Bool

	mu    sync.Mutex
	conns []net.Conn
}

// through returns a proxy and a DSN that leads through it.
func through(t *testing.T, dsn string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{address: l.Addr().String(), to: u.Host}
	p.left.Store(-1)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		require.NoError(t, l.Close())
		p.cut()
		all.Wait()
	})
	u.Host = p.address
	query := u.Query()
	query.Set("sslmode", "disable")
	u.RawQuery = query.Encode()
	return p, u.String()
}

func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

// cutAt lets so many messages pass, when those are through by which the driver takes its
// leave of the last connection.
func (p *proxy) cutAt(place int64, after bool) {
	time.Sleep(30 * time.Millisecond)
	p.after.Store(after)
	p.left.Store(place)
}

func (p *proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.to)
	if err != nil {
		return
	}
	defer server.Close()
	p.mu.Lock()
	p.conns = append(p.conns, client, server)
	p.mu.Unlock()
	var back sync.WaitGroup
	defer back.Wait()
	var lost atomic.Bool
	answered := make(chan struct{})
	back.Go(func() {
		defer client.Close()
		defer close(answered)
		for buffer := make([]byte, 1<<16); ; {
			n, err := server.Read(buffer)
			if err != nil || lost.Load() {
				return
			}
			if _, err := client.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	for buffer := make([]byte, 1<<16); ; {
		n, err := client.Read(buffer)
		if err != nil {
			_ = server.Close()
			return
		}
		for p.silent.Load() {
			time.Sleep(time.Millisecond)
		}
		left := p.left.Add(-1)
		if left == -1 { // it was 0
			if p.after.Load() {
				lost.Store(true)
				_, _ = server.Write(buffer[:n])
				<-answered // the server has done what it was told
			}
			_ = server.Close()
			return
		}
		if _, err := server.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// work is a unit that writes a position, its receipt and an event, with a part that
// fails in the middle. It reads now and then, for what only writes goes out with the next
// that reads, or with the commit.
func work(st *postgres.Store, n uint64) func(context.Context) error {
	errPart := errors.New("this part fails")
	return func(ctx context.Context) error {
		p := storetest.Position(n)
		if err := st.Positions().Insert(ctx, p); err != nil {
			return err
		}
		err := st.Do(ctx, func(ctx context.Context) error {
			err := st.Carts().Insert(ctx, storetest.Cart(p.Number.String()))
			_, read := st.Carts().Get(ctx, p.Number.String())
			return errors.Join(err, read, errPart)
		})
		if !errors.Is(err, errPart) {
			return err
		}
		if _, err := st.Positions().Get(ctx, p.Key); err != nil {
			return err
		}
		if err := st.RTs().Insert(ctx, storetest.Receipt(p, p.Number.String())); err != nil {
			return err
		}
		if _, err := st.RTs().Get(ctx, p.Creditor, p.Number.String()); err != nil {
			return err
		}
		return st.Outbox().Append(ctx, payment.Event{Kind: payment.ReceiptRecorded, Position: p.Key, ReceiptID: p.Number.String(), At: p.OpenedAt})
	}
}

// kept reports whether all of the work is there; a part of it is a failure.
func kept(t *testing.T, st *postgres.Store, n uint64) bool {
	t.Helper()
	ctx, p, events := t.Context(), storetest.Position(n), 0
	_, noPosition := st.Positions().Get(ctx, p.Key)
	_, noReceipt := st.RTs().Get(ctx, p.Creditor, p.Number.String())
	for _, err := range st.Outbox().List(ctx, payment.EventFilter{Position: p.Key}) {
		require.NoError(t, err)
		events++
	}
	_, noCart := st.Carts().Get(ctx, p.Number.String())
	require.Error(t, noCart)
	require.Equal(t, noPosition, noReceipt)
	require.Equal(t, noPosition == nil, events == 1)
	return noPosition == nil
}

// TestConnectionLost cuts the connection of a unit in every place: before each message to
// the server, and before the answer to it.
func TestConnectionLost(t *testing.T) {
	dsn := database(t)
	direct := open(t, dsn, postgres.Config{})
	p, lossy := through(t, dsn)
	st := open(t, lossy, postgres.Config{Connections: 1})
	n := uint64(0)
	for _, after := range []bool{false, true} {
		committed := false
		for place := int64(0); ; place++ {
			n++
			require.Less(t, place, int64(50))
			p.cutAt(place, after)
			err := st.Do(t.Context(), work(st, n))
			p.left.Store(-1)
			if err == nil {
				require.True(t, kept(t, direct, n))
				t.Logf("%d places", place)
				require.GreaterOrEqual(t, place, int64(5))
				break
			}
			require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err), "%d: %v", place, err)
			if kept(t, direct, n) {
				require.True(t, after, "only an answer that was lost leaves it open")
				committed = true
				require.ErrorIs(t, again(t, st, n), payment.ErrExists)
			} else {
				require.NoError(t, again(t, st, n))
			}
		}
		require.Equal(t, after, committed)
	}
}

// again does the work once more, after the pool has noticed that its connection is gone.
func again(t *testing.T, st *postgres.Store, n uint64) (err error) {
	t.Helper()
	for range 3 {
		if err = st.Do(t.Context(), work(st, n)); pagonline.CodeOf(err) != pagonline.CodeUnavailable {
			break
		}
	}
	return err
}

// TestConnectionLostOutside: readers and counters say the same, and go on afterwards.
func TestConnectionLostOutside(t *testing.T) {
	dsn := database(t)
	p, lossy := through(t, dsn)
	st, ctx := open(t, lossy, postgres.Config{}), t.Context()
	calls := map[string]func() error{
		"Get": func() error {
			_, err := st.Positions().Get(ctx, storetest.Position(1).Key)
			return err
		},
		"List": func() error {
			for _, err := range st.Outbox().List(ctx, payment.EventFilter{}) {
				return err
			}
			return nil
		},
		"Next": func() error {
			_, err := st.Numbers().Next(ctx, "99999000013", 1)
			return err
		},
	}
	for name, call := range calls {
		for _, after := range []bool{false, true} {
			p.cutAt(0, after)
			require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(call()), name)
			p.left.Store(-1)
		}
	}
	time.Sleep(1100 * time.Millisecond) // the pool looks at what was idle so long
	for name, call := range calls {
		if err := call(); err != nil {
			require.ErrorIs(t, err, payment.ErrNotFound, name)
		}
	}
}

// TestServerEndsConnections in the middle of a unit, as it does when it is stopped.
func TestServerEndsConnections(t *testing.T) {
	dsn := database(t)
	st := open(t, dsn+"&application_name="+t.Name(), postgres.Config{})
	terminate := func() {
		postgrestest.Exec(t, dsn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", t.Name())
	}
	for i, swallow := range []bool{false, true} {
		n := uint64(i + 1)
		err := st.Do(t.Context(), func(ctx context.Context) error {
			if err := work(st, n)(ctx); err != nil {
				return err
			}
			terminate()
			_, err := st.Positions().Get(ctx, storetest.Position(100).Key)
			require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
			if swallow {
				return nil
			}
			return err
		})
		require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
		time.Sleep(1100 * time.Millisecond)
		require.False(t, kept(t, st, n))
		require.NoError(t, st.Do(t.Context(), work(st, n)))
	}
	err := st.Do(t.Context(), func(ctx context.Context) error {
		err := work(st, 3)(ctx)
		terminate() // only the commit finds out
		return err
	})
	require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
	time.Sleep(1100 * time.Millisecond)
	require.False(t, kept(t, st, 3))
}

// TestNoWaitWithoutEnd: a server that is silent, one that waits for somebody else, and a
// unit that forgets itself.
func TestNoWaitWithoutEnd(t *testing.T) {
	dsn := database(t)
	p, lossy := through(t, dsn)
	ctx, first := t.Context(), open(t, dsn, postgres.Config{})
	st := open(t, lossy, postgres.Config{StatementTimeout: 2 * time.Second, LockTimeout: 300 * time.Millisecond, IdleTimeout: 500 * time.Millisecond})
	require.NoError(t, first.Carts().Insert(ctx, storetest.Cart("c1")))
	unavailable := func(err error) {
		t.Helper()
		require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err), "%v", err)
	}
	require.NoError(t, first.Do(ctx, func(inner context.Context) error {
		err := first.Carts().Insert(inner, storetest.Cart("c2"))
		_, read := first.Carts().Get(inner, "c2") // it is there now
		require.NoError(t, read)
		unavailable(st.Carts().Insert(ctx, storetest.Cart("c2")))
		return err
	}))
	unavailable(st.Do(ctx, func(ctx context.Context) error {
		err := st.Carts().Insert(ctx, storetest.Cart("c3"))
		_, read := st.Carts().Get(ctx, "c3")
		require.NoError(t, read)
		time.Sleep(time.Second)
		return errors.Join(err, st.Carts().Insert(ctx, storetest.Cart("c4")))
	}))
	_, err := first.Carts().Get(ctx, "c3")
	require.Error(t, err)

	p.silent.Store(true)
	began := time.Now()
	unavailable(st.Carts().Insert(ctx, storetest.Cart("c5")))
	_, err = st.Carts().Get(ctx, "c1")
	unavailable(err)
	require.Less(t, time.Since(began), 15*time.Second)
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, st.Carts().Insert(short, storetest.Cart("c6")), context.DeadlineExceeded)
	p.silent.Store(false)
}
