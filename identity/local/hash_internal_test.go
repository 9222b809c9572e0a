package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/argon2"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment/store/memory"
)

var small = Cost{Memory: 64, Passes: 1, Threads: 1}

var links = Links{
	Activate: "https://archive.example.org/activate?token={token}", Reset: "https://archive.example.org/reset?token={token}",
	ChangeEmail: "https://archive.example.org/change?token={token}", Contact: "https://archive.example.org/contact?token={token}",
	SignIn: "https://archive.example.org/login",
}

// post keeps the code of the last mail, or fails.
type post struct {
	mu   sync.Mutex
	sent []Message
	fail error
}

func (p *post) Send(_ context.Context, m Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return p.fail
}

func (p *post) code() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for line := range strings.SplitSeq(p.sent[len(p.sent)-1].Text, "\n") {
		if len(line) == 43 && !strings.Contains(line, " ") {
			return line
		}
	}
	return ""
}

// counted returns accounts that count the runs of argon2id, with one that is active and
// one that is pending.
func counted(t *testing.T) (*Accounts, *post, *atomic.Int64) {
	t.Helper()
	p := &post{}
	a, err := New(&memory.Store{}, p, Config{Links: links, Hash: small})
	require.NoError(t, err)
	runs := &atomic.Int64{}
	a.hash.run = func(password, salt []byte, passes, memory uint32, threads uint8, length uint32) []byte {
		runs.Add(1)
		return argon2.IDKey(password, salt, passes, memory, threads, length)
	}
	r := Registration{Email: "mario.rossi@example.org", Password: "correct horse battery", FamilyName: "Rossi", Nationality: "US"}
	require.NoError(t, a.Register(t.Context(), r))
	_, err = a.Activate(t.Context(), p.code())
	require.NoError(t, err)
	r.Email = "pending@example.org"
	require.NoError(t, a.Register(t.Context(), r))
	runs.Store(0)
	return a, p, runs
}

// TestEqualWork: known, pending and unknown addresses cost the same.
func TestEqualWork(t *testing.T) {
	a, p, runs := counted(t)
	for _, email := range []string{"mario.rossi@example.org", "pending@example.org", "nobody@example.org"} {
		runs.Store(0)
		_, err := a.SignIn(t.Context(), email, "a wrong password, long enough")
		require.Equal(t, pagonline.NewError(pagonline.CodeLoginFailed).Because(identity.ErrAnswer), err)
		require.EqualValues(t, 1, runs.Load(), "sign-in")

		runs.Store(0)
		mails := len(p.sent)
		require.NoError(t, a.Register(t.Context(), Registration{Email: email, Password: "another long password", FamilyName: "Verdi", Nationality: "US"}))
		require.EqualValues(t, 1, runs.Load(), "registration")
		require.NoError(t, a.RequestReset(t.Context(), email, "en"))
		require.NoError(t, a.Resend(t.Context(), email, "en"))
		require.Len(t, p.sent, mails+3, "one mail for each request")
	}
}

// TestMailerFailsAlike: nor does a mailer that fails tell anything, or what it says.
func TestMailerFailsAlike(t *testing.T) {
	a, p, _ := counted(t)
	p.fail = errors.New("550 mario.rossi@example.org unknown")
	for _, email := range []string{"mario.rossi@example.org", "pending@example.org", "nobody@example.org"} {
		wanted := pagonline.NewError(pagonline.CodeUnavailable).Because(errMail)
		require.Equal(t, wanted, a.Register(t.Context(), Registration{Email: email, Password: "another long password", FamilyName: "Verdi", Nationality: "US"}))
		require.Equal(t, wanted, a.RequestReset(t.Context(), email, "en"))
		require.Equal(t, wanted, a.Resend(t.Context(), email, "en"))
	}
}

// stuck is a mailer that sends nothing until it is given up, once it is told to.
type stuck struct {
	post
	on bool
}

func (s *stuck) Send(ctx context.Context, m Message) error {
	if s.on {
		<-ctx.Done()
		return ctx.Err()
	}
	return s.post.Send(ctx, m)
}

// TestStuckMailer holds nobody for long, and undoes nothing that was done.
func TestStuckMailer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, ctx := &stuck{}, t.Context()
		a, err := New(&memory.Store{}, m, Config{Links: links, Hash: small})
		require.NoError(t, err)
		r := Registration{Email: "mario.rossi@example.org", Password: "correct horse battery", FamilyName: "Rossi", Nationality: "US"}
		require.NoError(t, a.Register(ctx, r))
		_, err = a.Activate(ctx, m.code())
		require.NoError(t, err)
		require.NoError(t, a.RequestReset(ctx, r.Email, "en"))
		secret := m.code()
		m.on = true

		start := time.Now()
		require.NoError(t, a.Reset(ctx, secret, "a wholly other password"))
		require.Equal(t, tellTime, time.Since(start))
		start = time.Now()
		err = a.Resend(ctx, r.Email, "en")
		require.Equal(t, pagonline.CodeUnavailable, pagonline.CodeOf(err))
		require.Equal(t, sendTime, time.Since(start))
	})
}

// TestBoundedMemory: of 200 sign-ins at once, as many run as there are slots.
func TestBoundedMemory(t *testing.T) {
	a, _, _ := counted(t)
	var running, peak atomic.Int64
	run := a.hash.run
	a.hash.run = func(password, salt []byte, passes, memory uint32, threads uint8, length uint32) []byte {
		n := running.Add(1)
		defer running.Add(-1)
		for old := peak.Load(); n > old && !peak.CompareAndSwap(old, n); old = peak.Load() {
		}
		return run(password, salt, passes, memory, threads, length)
	}
	var all sync.WaitGroup
	for i := range 200 {
		ctx := From(t.Context(), netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}))
		all.Go(func() { _, _ = a.SignIn(ctx, fmt.Sprintf("nobody%d@example.org", i), "a wrong password, long enough") })
	}
	all.Wait()
	require.LessOrEqual(t, peak.Load(), int64(4))
	require.Positive(t, peak.Load())
}

// TestWaitingEndsWithItsContext: who waits for a slot and gives up runs nothing.
func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := newHasher(small, 1)
		require.NoError(t, err)
		h.slot <- struct{}{}
		ctx, cancel := context.WithCancel(t.Context())
		var got error
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, got = h.make(ctx, "password")
		}()
		synctest.Wait() // it waits for the slot
		cancel()
		<-done
		require.ErrorIs(t, got, context.Canceled)
		<-h.slot
	})
}

// TestRehash: who signs in after the cost was changed is kept at the new one.
func TestRehash(t *testing.T) {
	a, _, runs := counted(t)
	a.hash.cost.Passes = 2
	account, err := a.SignIn(t.Context(), "mario.rossi@example.org", "correct horse battery")
	require.NoError(t, err)
	require.EqualValues(t, 2, runs.Load())
	require.Contains(t, account.Password, "$m=64,t=2,p=1$")
	runs.Store(0)
	_, err = a.SignIn(t.Context(), "mario.rossi@example.org", "correct horse battery")
	require.NoError(t, err)
	require.EqualValues(t, 1, runs.Load())
}

// TestDefaultCost is the one test that pays it.
func TestDefaultCost(t *testing.T) {
	h, err := newHasher(Cost{}, 0)
	require.NoError(t, err)
	kept, err := h.make(t.Context(), "correct horse battery")
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(kept, "$argon2id$v=19$m=65536,t=3,p=4$"))
	right, stale, err := h.verify(t.Context(), kept, "correct horse battery")
	require.NoError(t, err)
	require.True(t, right)
	require.False(t, stale)
	require.Equal(t, 4, cap(h.slot))
}

// TestKnownHash: a string that the reference implementation wrote (its test suite,
// test.c: argon2id, version 19, t=2, m=2^8, p=1, "password", "somesalt").
func TestKnownHash(t *testing.T) {
	h, err := newHasher(small, 1)
	require.NoError(t, err)
	right, stale, err := h.verify(t.Context(),
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password")
	require.NoError(t, err)
	require.True(t, right)
	require.True(t, stale)
}

func TestParsePHCRefuses(t *testing.T) {
	for _, s := range []string{
		"", "$", "$$$$$",
		"$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",           // another function
		"$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",          // another version
		"$argon2id$v=19$m=4294967295,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",   // 4 TiB
		"$argon2id$v=19$m=256,t=4294967295,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", // for ever
		"$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",          // argon2 panics
		"$argon2id$v=19$m=256,t=2,p=0$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",          // argon2 panics
		"$argon2id$v=19$m=256,t=2,p=257$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",        // wraps to 1
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$",                                                     // any password has no key
		"$argon2id$v=19$t=2,m=256,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",          // another order
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4$",
		"$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ=$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		strings.Repeat("$", 1<<20),
	} {
		_, err := parsePHC(s)
		require.ErrorIs(t, err, errPHC)
	}
}

// FuzzParsePHC: what is read is what would be written, and costs no more than allowed.
func FuzzParsePHC(f *testing.F) {
	f.Add("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")
	f.Add("$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$")
	f.Add("$argon2id$v=19$m=1,m=256,t=2,p=1$c29tZXNhbHQ$nf65")
	f.Fuzz(func(t *testing.T, s string) {
		h, err := parsePHC(s)
		if err != nil {
			require.ErrorIs(t, err, errPHC)
			return
		}
		require.Equal(t, s, h.String())
		require.NoError(t, h.cost.check())
	})
}

func TestNetwork(t *testing.T) {
	for in, out := range map[string]string{
		"192.0.2.1":         "192.0.2.1",
		"::ffff:192.0.2.1":  "192.0.2.1",
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"fe80::1%eth0":      "fe80::/64",
	} {
		require.Equal(t, out, network(From(t.Context(), netip.MustParseAddr(in))))
	}
	require.Empty(t, network(t.Context()))
	require.Empty(t, network(From(t.Context(), netip.Addr{})))
}

// TestTexts: each mail has both languages and a subject of one line; the duration reads
// well.
func TestTexts(t *testing.T) {
	require.Len(t, texts, 10)
	for purpose, x := range texts {
		for _, s := range []string{x.subject.It, x.subject.En, x.body.It, x.body.En} {
			require.NotEmpty(t, s, purpose)
			require.True(t, oneLine(s), purpose)
			require.NotContains(t, s, "%")
		}
	}
	require.Equal(t, "24 ore", duration(24*3600e9).It)
	require.Equal(t, "one hour", duration(3600e9).En)
	require.Equal(t, "90 minutes", duration(5400e9).En)
}

// TestMessageLog: a message logs its purpose alone.
func TestMessageLog(t *testing.T) {
	var out strings.Builder
	slog.New(slog.NewTextHandler(&out, nil)).Info("sent", "mail", Message{To: "mario.rossi@example.org", Text: "canary", Purpose: NoAccount})
	require.Contains(t, out.String(), "mail=no-account")
	require.NotContains(t, out.String(), "canary")
	require.NotContains(t, out.String(), "mario")
}

// FuzzCommon: a password stays what it is in capitals, and blanks make it no better.
func FuzzCommon(f *testing.F) {
	f.Add("passwordpassword")
	f.Add("una gondola sul Po")
	f.Fuzz(func(t *testing.T, s string) {
		s, ok := normal(s)
		if !ok || len(s) > 100 {
			return
		}
		is := common(s)
		require.Equal(t, is, common(" "+s+"\t"))
		if ascii := !strings.ContainsFunc(s, func(r rune) bool { return r > '~' }); ascii {
			require.Equal(t, is, common(strings.ToUpper(s)))
		}
	})
}
