package main

import (
	"encoding/base64"
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
	"github.com/pagonline/pagonline/payment/store/sqlite"
	"github.com/pagonline/pagonline/receipt"
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

	kept := archived(t, dir)
	require.Len(t, kept, 3, "what is sent is what is kept")
	for _, letter := range letters {
		require.Contains(t, strings.Join(strings.Fields(letter.text), ""), base64.StdEncoding.EncodeToString(kept[receipt.JSONDocument]))
		require.Contains(t, strings.Join(strings.Fields(letter.text), ""), base64.StdEncoding.EncodeToString(kept[receipt.PDFDocument]))
	}
	require.Contains(t, string(kept[receipt.RTDocument]), "paSendRTV2Request")

	ofCase := []string{"-data", dir, "-institute", "AS-LI", "-protocol", "345/2024", "-by", "sportello-1"}
	status, lines = tool(t, "", append([]string{"reject", "-reason", "In restauro."}, ofCase...)...)
	require.Zero(t, status, lines)
	letters = box.waitFor(t, 3)
	require.Equal(t, "mario.rossi@example.org", letters[2].to)
	require.Contains(t, letters[2].text, "In restauro.")
}

// archived returns what the archive of a database has, all of one receipt.
func archived(t *testing.T, dir string) map[receipt.DocumentKind][]byte {
	t.Helper()
	st, err := sqlite.Open(t.Context(), dir, sqlite.Config{Environment: payment.Sandbox})
	require.NoError(t, err)
	defer st.Close()
	all := map[receipt.DocumentKind][]byte{}
	for r, err := range st.Archive().List(t.Context(), receipt.Period{}) {
		require.NoError(t, err)
		d, err := st.Archive().Get(t.Context(), r.DocumentKey)
		require.NoError(t, err)
		require.NotContains(t, all, r.Kind)
		all[r.Kind] = d.Content
	}
	return all
}

// TestArchive: without mail too the station keeps RT, page and data of each receipt, from
// when there is a key to sign with; what was paid before is kept then.
func TestArchive(t *testing.T) {
	dir := t.TempDir()
	number := plan(t, dir, "debt", time.Now(), payment.Terms{}, 0)[0]
	url, stop := stationOf(t, dir)
	status, _ := tool(t, "", "pay", number, "-url", url)
	require.Zero(t, status)
	require.Empty(t, archived(t, dir))
	stop()
	status, lines := tool(t, "", "keys", "new", "-data", dir)
	require.Zero(t, status)
	listening(t, dir)
	require.Eventually(t, func() bool { return len(archived(t, dir)) == 3 }, 30*time.Second, 50*time.Millisecond)

	files := t.TempDir()
	pub := filepath.Join(files, "pub.pem")
	require.NoError(t, os.WriteFile(pub, []byte(strings.Join(lines, "\n")), 0o600))
	for kind, content := range archived(t, dir) {
		if kind == receipt.RTDocument {
			continue
		}
		file := filepath.Join(files, "receipt."+string(kind))
		require.NoError(t, os.WriteFile(file, content, 0o600))
		status, lines := tool(t, "", "receipt", "verify", file, "-key", pub, "-protocol", "345/2024", "-amount", "20.00")
		require.Zero(t, status, lines)
	}
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
