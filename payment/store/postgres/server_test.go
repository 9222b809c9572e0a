package postgres_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// mortal is a PostgreSQL of a test's own, which the test may kill.
type mortal struct {
	t      *testing.T
	as     *syscall.Credential // the server does not run as root
	bin    string
	dir    string
	port   string
	main   *exec.Cmd
	output bytes.Buffer
}

// newMortal starts a server, with its files in a new directory in parent.
func newMortal(t *testing.T, parent string) *mortal {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	require.NoError(t, err)
	if len(found) == 0 {
		t.Skip("skipped: no /usr/lib/postgresql/*/bin/postgres is there")
	}
	slices.Sort(found)
	m := &mortal{t: t, bin: filepath.Dir(found[len(found)-1])}
	m.dir, err = os.MkdirTemp(parent, "pagonline-") //nolint:usetesting // that the server may enter
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(m.dir)) })
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			t.Skip("skipped: root cannot be who the server runs as, and there is no user postgres")
		}
		uid, err := strconv.Atoi(u.Uid)
		require.NoError(t, err)
		gid, err := strconv.Atoi(u.Gid)
		require.NoError(t, err)
		m.as = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		require.NoError(t, os.Chown(m.dir, uid, gid))
	}
	out, err := m.command("initdb", "-D", m.data(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync").CombinedOutput()
	require.NoError(t, err, "%s", out)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, m.port, err = net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	require.NoError(t, l.Close())
	m.start()
	t.Cleanup(m.kill)
	return m
}

func (m *mortal) data() string { return filepath.Join(m.dir, "data") }

func (m *mortal) command(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(context.Background(), filepath.Join(m.bin, name), args...) // in cleanups too
	c.Dir, c.SysProcAttr = m.dir, &syscall.SysProcAttr{Credential: m.as}
	return c
}

// dsn leads to a schema of the server, "" for none.
func (m *mortal) dsn(schema string) string {
	dsn := fmt.Sprintf("postgres://postgres@127.0.0.1:%s/postgres?sslmode=disable", m.port)
	if schema != "" {
		dsn += "&search_path=" + schema
	}
	return dsn
}

// start returns when the server takes connections. Processes of one that was killed may
// live a moment longer, and then no other one can start.
func (m *mortal) start() {
	m.t.Helper()
	end := time.Now().Add(time.Minute)
	for m.main = nil; ; time.Sleep(10 * time.Millisecond) {
		if m.main == nil {
			m.main = m.command("postgres", "-D", m.data(), "-h", "127.0.0.1", "-p", m.port, "-k", m.dir, "-c", "max_connections=60")
			m.main.Stderr = &m.output
			require.NoError(m.t, m.main.Start())
		}
		if conn, err := pgx.Connect(m.t.Context(), m.dsn("")); err == nil {
			require.NoError(m.t, conn.Close(m.t.Context()))
			return
		}
		var ended syscall.WaitStatus
		if pid, err := syscall.Wait4(m.main.Process.Pid, &ended, syscall.WNOHANG, nil); err == nil && pid != 0 {
			m.main = nil
		}
		require.Less(m.t, time.Now(), end, "the server does not start")
	}
}

// kill kills the server, its first process; the others end when they notice.
func (m *mortal) kill() {
	_ = m.main.Process.Kill()
	_ = m.main.Wait()
}

// backend kills one of the processes that work for clients, whereupon the server ends
// the others and recovers. It reports whether there was one.
func (m *mortal) backend() bool {
	m.t.Helper()
	conn, err := pgx.Connect(m.t.Context(), m.dsn(""))
	require.NoError(m.t, err)
	defer conn.Close(m.t.Context())
	var pid int
	err = conn.QueryRow(m.t.Context(), `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
		ORDER BY state = 'active' DESC, random() LIMIT 1`).Scan(&pid)
	return err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil
}

// quiet returns when the server takes connections, and works for nobody any more.
func (m *mortal) quiet() {
	m.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		busy := 1
		if conn, err := pgx.Connect(m.t.Context(), m.dsn("")); err == nil {
			_ = conn.QueryRow(m.t.Context(), `SELECT count(*) FROM pg_stat_activity
				WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`).Scan(&busy)
			_ = conn.Close(m.t.Context())
		}
		if busy == 0 {
			return
		}
		require.Less(m.t, time.Now(), end, "the server does not come to rest")
	}
}

// shm returns the directory of a disk in memory, on which a sync takes no time, or "".
func shm() string {
	if _, err := os.Stat("/dev/shm"); err != nil {
		return ""
	}
	return "/dev/shm"
}
