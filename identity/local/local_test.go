package local_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/payment/store/memory"
)

const password = "correct horse battery"

func config(now func() time.Time) local.Config {
	return local.Config{
		Links: local.Links{
			Activate:    "https://archive.example.org/local/activate?token={token}",
			Reset:       "https://archive.example.org/local/reset?token={token}",
			ChangeEmail: "https://archive.example.org/local/email?token={token}",
			Contact:     "https://archive.example.org/contact?token={token}",
			SignIn:      "https://archive.example.org/local/login",
		},
		Sender: "Archivio di Stato di Livorno",
		Hash:   local.Cost{Memory: 64, Passes: 1, Threads: 1},
		Now:    now,
	}
}

// desk is accounts with a clock that tests set, and the mails that were sent.
type desk struct {
	accounts *local.Accounts
	store    *memory.Store
	mu       sync.Mutex
	clock    time.Time
	sent     []local.Message
	broken   bool // no mail goes out
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{store: &memory.Store{}, clock: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	var err error
	d.accounts, err = local.New(d.store, d, config(d.now))
	require.NoError(t, err)
	return d
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

func (d *desk) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = d.clock.Add(by)
}

func (d *desk) Send(_ context.Context, m local.Message) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.broken {
		return errors.New("no")
	}
	d.sent = append(d.sent, m)
	return nil
}

func (d *desk) last() local.Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sent[len(d.sent)-1]
}

// code returns what the last mail says to enter.
func (d *desk) code() string {
	for line := range strings.SplitSeq(d.last().Text, "\n") {
		if len(line) == 43 && !strings.Contains(line, " ") {
			return line
		}
	}
	return ""
}

func registration(email string) local.Registration {
	return local.Registration{Email: email, Password: password, GivenName: "Mario", FamilyName: "Rossi", Nationality: "us", Language: "en"}
}

func (d *desk) active(t *testing.T, email string) identity.Account {
	t.Helper()
	require.NoError(t, d.accounts.Register(t.Context(), registration(email)))
	account, err := d.accounts.Activate(t.Context(), d.code())
	require.NoError(t, err)
	return account
}

// session opens a session for the account.
func (d *desk) session(t *testing.T, id string, a identity.Account) {
	t.Helper()
	require.NoError(t, d.store.Sessions().Insert(t.Context(), identity.Session{
		ID: id, Auth: identity.Authentication{Person: a.Person()}, Expires: d.now().Add(time.Hour),
	}))
}

func (d *desk) signedIn(t *testing.T, id string) bool {
	t.Helper()
	_, err := d.store.Sessions().Get(t.Context(), id)
	return err == nil
}

func code(t *testing.T, wanted pagonline.Code, err error) {
	t.Helper()
	require.Equal(t, wanted, pagonline.CodeOf(err), "%v", err)
}

func TestJourney(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	require.NoError(t, d.accounts.Register(ctx, registration(" Mario.Rossi@Example.org ")))
	m := d.last()
	require.Equal(t, "mario.rossi@example.org", m.To)
	require.Equal(t, identity.ActivateAccount, m.Purpose)
	require.Contains(t, m.Text, "https://archive.example.org/local/activate?token="+d.code()+"\n")
	require.Contains(t, m.Text, "24 hours")
	require.NotContains(t, m.Text+m.Subject, "Mario", "names are what somebody typed")

	_, err := d.accounts.SignIn(ctx, "mario.rossi@example.org", "another password")
	code(t, pagonline.CodeLoginFailed, err)
	_, err = d.accounts.SignIn(ctx, "mario.rossi@example.org", password)
	code(t, pagonline.CodeNotActivated, err)

	for range 3 { // scanners
		require.NoError(t, d.accounts.Peek(ctx, identity.ActivateAccount, d.code()))
	}
	secret := d.code()
	_, err = d.accounts.Activate(ctx, " "+secret[:20]+"\r\n "+secret[20:])
	require.NoError(t, err, "as a mail program broke it")
	_, err = d.accounts.Activate(ctx, secret)
	code(t, pagonline.CodeTokenInvalid, err)

	account, err := d.accounts.SignIn(ctx, "MARIO.ROSSI@example.org", password)
	require.NoError(t, err)
	require.Equal(t, "US", account.Nationality)
	contact, found, err := d.accounts.Contact(ctx, account.Subject().Owner())
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "mario.rossi@example.org", contact.Email)
}

func TestLateTokens(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	require.NoError(t, d.accounts.Register(ctx, registration("mario.rossi@example.org")))
	d.pass(24 * time.Hour)
	_, err := d.accounts.Activate(ctx, d.code())
	code(t, pagonline.CodeActivationExpired, err)
	require.NoError(t, d.accounts.Resend(ctx, "mario.rossi@example.org", "it"))
	_, err = d.accounts.Activate(ctx, d.code())
	require.NoError(t, err)
	require.NoError(t, d.accounts.RequestReset(ctx, "mario.rossi@example.org", "it"))
	d.pass(time.Hour)
	code(t, pagonline.CodeTokenInvalid, d.accounts.Reset(ctx, d.code(), "a wholly other password"))
}

// TestTokensHaveOnePurpose: a code for one thing is good for no other, and is not used
// up by the attempt.
func TestTokensHaveOnePurpose(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	d.active(t, "mario.rossi@example.org")
	require.NoError(t, d.accounts.RequestReset(ctx, "mario.rossi@example.org", "it"))
	secret := d.code()
	_, err := d.accounts.Activate(ctx, secret)
	code(t, pagonline.CodeTokenInvalid, err)
	code(t, pagonline.CodeTokenInvalid, d.accounts.ConfirmEmail(ctx, secret))
	_, err = d.accounts.ConfirmContact(ctx, secret)
	code(t, pagonline.CodeTokenInvalid, err)
	code(t, pagonline.CodeTokenInvalid, d.accounts.Peek(ctx, identity.ConfirmContact, secret))
	code(t, pagonline.CodeTokenInvalid, d.accounts.Peek(ctx, identity.ResetPassword, strings.Repeat("x", 1<<20)))
	code(t, pagonline.CodePassword, d.accounts.Reset(ctx, secret, "short"))
	require.NoError(t, d.accounts.Reset(ctx, secret, "a wholly other password"))
	code(t, pagonline.CodeTokenInvalid, d.accounts.Reset(ctx, secret, "a wholly other password"))
}

// TestTokensAreTakenOnce, also by many at once.
func TestTokensAreTakenOnce(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	require.NoError(t, d.accounts.Register(ctx, registration("mario.rossi@example.org")))
	var (
		all sync.WaitGroup
		mu  sync.Mutex
		got int
	)
	secret := d.code()
	for range 16 {
		all.Go(func() {
			if _, err := d.accounts.Activate(ctx, secret); err == nil {
				mu.Lock()
				got++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Equal(t, 1, got)
}

// TestContact: one address of two subjects stays two contacts, and makes no account.
func TestContact(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	mario := d.active(t, "mario.rossi@example.org")
	cie := identity.SubjectID{Scheme: identity.CIE, Value: "RSSMRA80A01H501U"}.Owner()
	require.NoError(t, d.accounts.AskContact(ctx, cie, "mario.rossi@example.org", "it"))
	require.Equal(t, "it", d.last().Language)
	_, found, err := d.accounts.Contact(ctx, cie)
	require.NoError(t, err)
	require.False(t, found)
	require.NoError(t, d.accounts.Peek(ctx, identity.ConfirmContact, d.code()))
	contact, err := d.accounts.ConfirmContact(ctx, d.code())
	require.NoError(t, err)
	require.Equal(t, identity.Contact{Owner: cie, Email: "mario.rossi@example.org", ConfirmedAt: d.now()}, contact)
	_, err = d.accounts.ConfirmContact(ctx, d.code())
	code(t, pagonline.CodeTokenInvalid, err)

	require.NoError(t, d.accounts.Delete(ctx, mario.ID))
	_, found, err = d.accounts.Contact(ctx, cie)
	require.NoError(t, err)
	require.True(t, found, "the account's end is not the other subject's")
	code(t, pagonline.CodeTooManyAttempts, d.accounts.AskContact(ctx, cie, "rossi@example.org", "it"))
	code(t, pagonline.CodeNotAllowed, d.accounts.AskContact(ctx, "", "rossi@example.org", "it"))
}

// TestCanaries: no error, no log and no subject holds what a person typed.
func TestCanaries(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	var out strings.Builder
	log := slog.New(slog.NewTextHandler(&out, nil))
	r := registration("canary.mail@example.org")
	r.Password, r.FamilyName = "canary password canary", "Canary"
	keep := func(err error) {
		log.Error("failed", "err", err)
		out.WriteString(pagonline.AsError(err).It + pagonline.AsError(err).Error())
	}
	require.NoError(t, d.accounts.Register(ctx, r))
	log.Info("sent", "mail", d.last())
	log.Info("asked", "registration", r)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		fmt.Fprintf(&out, verb+verb, []any{r, d.last()}, d.last())
	}
	_, err := d.accounts.SignIn(ctx, r.Email, r.Password)
	keep(err)
	for range 11 {
		_, err = d.accounts.SignIn(ctx, r.Email, "canary")
		keep(err)
	}
	keep(d.accounts.Peek(ctx, identity.ResetPassword, d.code()))
	r.Nationality = "canary"
	keep(d.accounts.Register(ctx, r))
	account, err := d.accounts.Activate(ctx, d.code())
	require.NoError(t, err)
	log.Info("active", "account", account)
	for _, m := range d.sent {
		out.WriteString(m.Subject)
	}
	require.NotContains(t, strings.ToLower(out.String()), "canary")
	require.NotContains(t, out.String(), d.code())
}

func TestNewRefuses(t *testing.T) {
	d := newDesk(t)
	for name, wrong := range map[string]func(*local.Config){
		"no links":         func(c *local.Config) { c.Links = local.Links{} },
		"no token":         func(c *local.Config) { c.Links.Reset = "https://archive.example.org/reset" },
		"not https":        func(c *local.Config) { c.Links.Reset = "http://archive.example.org/reset?token={token}" },
		"no host":          func(c *local.Config) { c.Links.Reset = "https:/reset?token={token}" },
		"lines":            func(c *local.Config) { c.Sender = "a\r\nb" },
		"cost":             func(c *local.Config) { c.Hash = local.Cost{Memory: 1 << 30, Passes: 1, Threads: 1} },
		"negative at once": func(c *local.Config) { c.Parallel = -1 },
	} {
		cfg := config(nil)
		wrong(&cfg)
		_, err := local.New(d.store, d, cfg)
		require.Error(t, err, name)
	}
	cfg := config(nil)
	cfg.Links.Reset = "http://127.0.0.1:8080/reset?token={token}"
	_, err := local.New(d.store, d, cfg)
	require.NoError(t, err)
	_, err = local.New(nil, d, cfg)
	require.Error(t, err)
}
