package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/payment"
)

// letterbox is a mail server that keeps what it takes.
type letterbox struct {
	mu      sync.Mutex
	letters []letter
}

type letter struct{ to, text string }

type session struct {
	*letterbox
	to string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, letter{s.to, string(text)})
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// waitFor returns the letters when there are n.
func (b *letterbox) waitFor(t *testing.T, n int) (all []letter) {
	t.Helper()
	require.Eventually(t, func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		all = slices.Clone(b.letters)
		return len(all) >= n
	}, 30*time.Second, 20*time.Millisecond)
	require.Len(t, all, n)
	return all
}

// TestPost: the station sends payer and office their receipt, and the payer what the desk
// does; each once.
func TestPost(t *testing.T) {
	dir, box := t.TempDir(), &letterbox{}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{letterbox: box}, nil }))
	server.Domain = "localhost"
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	b, err := os.ReadFile("../../cart/catalog/load/sample.json")
	require.NoError(t, err)
	own := filepath.Join(t.TempDir(), "catalog.json")
	require.NoError(t, os.WriteFile(own, []byte(strings.ReplaceAll(string(b), "as-li@cultura.gov.it", "ufficio@example.org")), 0o600))

	number := plan(t, dir, "debt", time.Now(), payment.Terms{}, 0)[0]
	sending := []string{"-smtp", l.Addr().String(), "-from", "pagamenti@example.org", "-catalog", own}
	status, lines := tool(t, "", append([]string{"station", "-data", dir}, sending...)...)
	require.Equal(t, statusRefuse, status)
	require.Contains(t, lines[0], "keys new")
	pub := filepath.Join(t.TempDir(), "pub.pem")
	status, lines = tool(t, "", "keys", "new", "-data", dir)
	require.Zero(t, status)
	require.NoError(t, os.WriteFile(pub, []byte(strings.Join(lines, "\n")), 0o600))

	status, _ = tool(t, "", "pay", number, "-url", listening(t, dir, sending...))
	require.Zero(t, status)
	letters := box.waitFor(t, 2)
	slices.SortFunc(letters, func(a, b letter) int { return strings.Compare(a.to, b.to) })
	require.Equal(t, []string{"mario.rossi@example.org", "ufficio@example.org"}, []string{letters[0].to, letters[1].to})
	require.Contains(t, letters[1].text, "Subject: 345/2024\r\n")
	require.Contains(t, letters[1].text, "Reply-To: <mario.rossi@example.org>\r\n")
	for i, letter := range letters {
		file := filepath.Join(t.TempDir(), string(rune('a'+i))+".eml")
		require.NoError(t, os.WriteFile(file, []byte(letter.text), 0o600))
		status, lines := tool(t, "", "receipt", "verify", file, "-key", pub, "-protocol", "345/2024", "-amount", "20.00")
		require.Zero(t, status, lines)
		require.Len(t, lines, 1, "both files are of one receipt")
	}

	ofCase := []string{"-data", dir, "-institute", "AS-LI", "-protocol", "345/2024", "-by", "sportello-1"}
	status, lines = tool(t, "", append([]string{"reject", "-reason", "In restauro."}, ofCase...)...)
	require.Zero(t, status, lines)
	letters = box.waitFor(t, 3)
	require.Equal(t, "mario.rossi@example.org", letters[2].to)
	require.Contains(t, letters[2].text, "In restauro.")
}

func TestPostFlags(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"-smtp", "localhost:25"}, {"-from", "a@example.org"}} {
		require.Equal(t, statusFlags, run(t.Context(), append([]string{"station", "-data", dir}, args...), nil, io.Discard, io.Discard))
	}
	status, _ := tool(t, "", "keys", "new", "-data", dir)
	require.Zero(t, status)
	for field, args := range map[string][]string{
		"addr": {"-smtp", "localhost", "-from", "a@example.org"}, "from": {"-smtp", "localhost:25", "-from", "nobody"},
	} {
		status, lines := tool(t, "", append([]string{"station", "-data", dir}, args...)...)
		require.Equal(t, statusRefuse, status)
		require.Contains(t, lines[0], `"field":"`+field+`"`)
	}
}
