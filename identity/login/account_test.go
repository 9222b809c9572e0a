package login_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// box is a mailer that keeps the mails.
type box struct {
	mu    sync.Mutex
	mails []local.Message
}

func (b *box) Send(_ context.Context, m local.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.mails = append(b.mails, m)
	return nil
}

var mailed = regexp.MustCompile(`http://\S+\?token=(\S+)`)

// last returns the last mail's link, the token in it and its purpose.
func (b *box) last() (link, token string, purpose identity.Purpose) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.mails[len(b.mails)-1]
	if found := mailed.FindStringSubmatch(m.Text); found != nil {
		return found[0], found[1], m.Purpose
	}
	return "", "", m.Purpose
}

const (
	canary   = "canarino@example.org"
	password = "una frase che nessuno usa"
)

// openLocal is a site with accounts, and with one provider.
func openLocal(t *testing.T) (*site, *box) {
	t.Helper()
	b := &box{}
	return openWith(t, map[identity.Scheme]identity.Provider{identity.Test: idptest.New(mario, idptest.Config{})}, func(s *site) login.Config {
		accounts, err := local.New(s.store, b, local.Config{
			Links: login.Links(s.URL), Hash: local.Cost{Memory: 64, Passes: 1, Threads: 1}, Now: s.clock,
		})
		require.NoError(t, err)
		return login.Config{Local: accounts}
	}), b
}

func post(t *testing.T, c *http.Client, address string, fields ...string) (*http.Response, string) {
	t.Helper()
	form := url.Values{}
	for pair := range slices.Chunk(fields, 2) {
		form.Set(pair[0], pair[1])
	}
	return read(t, must(c.PostForm(address, form)))
}

// register makes an account and activates it.
func register(t *testing.T, s *site, b *box, c *http.Client) {
	t.Helper()
	resp, body := post(t, c, s.URL+"/local/register", "email", canary, "password", password,
		"given_name", "Canarino", "family_name", "Rossi", "nationality", "us")
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	require.Contains(t, body, "Controllare la posta")
	link, token, purpose := b.last()
	require.Equal(t, identity.ActivateAccount, purpose)
	for range 2 { // the mail scanner's
		resp, body = get(t, browser(true), link)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, body, token)
		require.Equal(t, "strict-origin", resp.Header.Get("Referrer-Policy"), "the address holds the token")
	}
	resp, body = post(t, c, s.URL+"/local/activate", "token", token)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "Indirizzo confermato")
}

func TestAccount(t *testing.T) {
	s, b := openLocal(t)
	c := browser(true)
	for _, path := range []string{"/local/register", "/local/activate", "/local/login", "/local/reset"} {
		resp, body := get(t, c, s.URL+path)
		require.Equal(t, http.StatusOK, resp.StatusCode, path)
		for _, field := range regexp.MustCompile(` id="(\w+)"`).FindAllStringSubmatch(body, -1) {
			require.Contains(t, body, `<label for="`+field[1]+`">`, "%s: each field has its label", path)
		}
	}
	get(t, c, s.URL+"/cart")
	register(t, s, b, c)

	resp, body := post(t, c, s.URL+"/local/login", "email", canary, "password", "un'altra frase qualsiasi")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	require.Contains(t, body, "E-mail o password non corretta.")
	require.Contains(t, body, `value="`+canary+`"`, "what was typed stays")
	require.NotContains(t, body, "qualsiasi", "but for the password")
	resp, body = post(t, c, s.URL+"/local/login", "email", " Canarino@Example.org", "password", password, "return", "//evil.example")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "me: Canarino Rossi", body)
	require.Equal(t, s.URL+"/me", resp.Request.URL.String())

	// A reset ends the session.
	other := browser(true)
	resp, _ = post(t, other, s.URL+"/local/reset", "email", canary)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	link, token, _ := b.last()
	_, body = get(t, other, link)
	require.Contains(t, body, `action="/local/reset"`)
	resp, body = post(t, other, s.URL+"/local/reset", "token", token, "password", "corta")
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
	require.Contains(t, body, "aria-invalid")
	require.Contains(t, body, token, "to try again")
	_, body = post(t, other, s.URL+"/local/reset", "token", token, "password", "una frase nuova di zecca")
	require.Contains(t, body, "Password cambiata")
	_, body = get(t, c, s.URL+"/me")
	require.Equal(t, "me: ", body)
	resp, _ = post(t, other, s.URL+"/local/reset", "token", token, "password", "una frase nuova di zecca")
	require.Equal(t, http.StatusForbidden, resp.StatusCode, "once")

	for _, secret := range []string{"anarino", "Rossi", password, token} {
		require.NotContains(t, strings.ReplaceAll(s.log.String(), link[len(s.URL):], ""), secret)
	}
}

func TestAccountRefusals(t *testing.T) {
	s, b := openLocal(t)
	c := browser(true)
	fields := []string{"email", canary, "password", password, "given_name", "Canarino", "family_name", "Rossi", "nationality"}
	resp, body := post(t, c, s.URL+"/local/register", append(fields, "DE")...)
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	require.Contains(t, body, "Accedi con eIDAS")
	require.Contains(t, body, `<a href="/">Scegli come accedere</a>`)
	require.Contains(t, body, `<a href="/?nationality=DE">Accedi con eIDAS</a>`)
	require.Contains(t, body, `<option value="DE" selected>Germania</option>`)
	require.Contains(t, body, "<title>Errore: Registrazione</title>")
	_, body = post(t, c, s.URL+"/local/register", append(fields, " it")...)
	require.Contains(t, body, `<a href="/?nationality=IT">Entra con SPID o CIE</a>`)
	resp, body = post(t, c, s.URL+"/local/register", "email", "nobody")
	require.Equal(t, http.StatusBadRequest, resp.StatusCode)
	require.Contains(t, body, "aria-invalid")
	require.Contains(t, body, "Da 15 a 1024 caratteri.")
	for path, fields := range map[string][]string{
		"/local/activate": {"token", "x"}, "/local/reset": {"token", "x", "password", password}, "/local/email": {"token", "x"},
		"/contact": {"token", "x"},
	} {
		resp, _ = post(t, c, s.URL+path, fields...)
		require.Equal(t, http.StatusForbidden, resp.StatusCode, path)
		resp, _ = get(t, c, s.URL+path+"?token=x")
		require.Equal(t, http.StatusForbidden, resp.StatusCode, path)
	}
	for _, path := range []string{"/contact", "/local/email", "/local/close"} {
		resp, body = get(t, c, s.URL+path)
		require.Equal(t, http.StatusUnauthorized, resp.StatusCode, "%s is for who signed in", path)
		require.Contains(t, body, "Per proseguire bisogna accedere.", path)
		require.Contains(t, body, `<a href="/">Scegli come accedere</a>`, path)
		resp, _ = post(t, c, s.URL+path, "email", canary)
		require.Equal(t, http.StatusUnauthorized, resp.StatusCode, path)
	}
	require.Empty(t, b.mails)
	resp, body = post(t, c, s.URL+"/local/activate", "email", canary) // nobody's
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Contains(t, body, "Se l&#39;indirizzo")
	for range 10 {
		post(t, c, s.URL+"/local/login", "email", canary, "password", password)
	}
	resp, _ = post(t, c, s.URL+"/local/login", "email", canary, "password", password)
	require.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
	require.Equal(t, "900", resp.Header.Get("Retry-After"))

	req := must(http.NewRequest(http.MethodPost, s.URL+"/local/login", strings.NewReader("email=x&password=y")))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, _ = read(t, must(c.Do(req)))
	require.Equal(t, http.StatusForbidden, resp.StatusCode, "nobody signs in for somebody else")
}

// between is a store where something happens before a transaction.
type between struct {
	login.Store
	do func()
}

func (b *between) Do(ctx context.Context, work func(ctx context.Context) error) error {
	if b.do != nil {
		b.do()
	}
	return b.Store.Do(ctx, work)
}

// A reset ends all sessions, the one that is about to open with the old password too.
func TestSignInRacesReset(t *testing.T) {
	store, b := new(memory.Store), &box{}
	accounts, err := local.New(store, b, local.Config{
		Links: login.Links("http://localhost:8080"), Hash: local.Cost{Memory: 64, Passes: 1, Threads: 1},
	})
	require.NoError(t, err)
	ctx := t.Context()
	require.NoError(t, accounts.Register(ctx, local.Registration{Email: canary, Password: password, FamilyName: "Rossi", Nationality: "US"}))
	_, token, _ := b.last()
	_, err = accounts.Activate(ctx, token)
	require.NoError(t, err)
	require.NoError(t, accounts.RequestReset(ctx, canary, "it"))
	_, token, _ = b.last()
	race := &between{Store: store}
	race.do = func() {
		race.do = nil
		require.NoError(t, accounts.Reset(ctx, token, "una frase nuova di zecca"))
	}
	h, err := login.New("http://localhost:8080", race, nil, login.Config{Local: accounts})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "http://localhost:8080/local/login", strings.NewReader(url.Values{"email": {canary}, "password": {password}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	h.ServeHTTP(w, r)
	require.Equal(t, http.StatusForbidden, w.Code)
	require.Empty(t, w.Result().Cookies())
}

func TestContact(t *testing.T) {
	s, b := openLocal(t)
	c := browser(true)
	get(t, c, s.URL+"/test/login")
	resp, _ := get(t, c, s.URL+"/contact")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	resp, _ = post(t, c, s.URL+"/contact", "email", canary)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	link, token, purpose := b.last()
	require.Equal(t, identity.ConfirmContact, purpose)
	_, err := s.store.Contacts().Get(t.Context(), mario.Subject.Owner())
	require.ErrorIs(t, err, identity.ErrNotFound)
	_, body := get(t, browser(true), link)
	require.Contains(t, body, `action="/contact"`)
	_, body = post(t, browser(true), s.URL+"/contact", "token", token)
	require.Contains(t, body, "Indirizzo confermato")
	contact, err := s.store.Contacts().Get(t.Context(), mario.Subject.Owner())
	require.NoError(t, err)
	require.Equal(t, canary, contact.Email)

	// Who has another's password has no use for ours.
	resp, body = post(t, c, s.URL+"/local/reset", "email", canary)
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	require.Contains(t, body, "gestore di identità")
	resp, _ = get(t, c, s.URL+"/local/close")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
}

func TestAccountChanges(t *testing.T) {
	s, b := openLocal(t)
	c := browser(true)
	register(t, s, b, c)
	post(t, c, s.URL+"/local/login", "email", canary, "password", password)
	for _, path := range []string{"/local/email", "/local/close"} {
		resp, body := get(t, c, s.URL+path)
		require.Equal(t, http.StatusOK, resp.StatusCode, path)
		require.Contains(t, body, `autocomplete="username" readonly value="`+canary+`"`, "for the keeper of passwords")
	}
	resp, _ := post(t, c, s.URL+"/local/email", "email", "nuovo@example.org", "password", password)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	link, token, _ := b.last()
	_, body := get(t, c, link)
	require.Contains(t, body, `action="/local/email"`)
	resp, _ = post(t, c, s.URL+"/local/email", "token", token)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	resp, _ = post(t, c, s.URL+"/local/login", "email", canary, "password", password)
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	_, body = post(t, c, s.URL+"/local/login", "email", "nuovo@example.org", "password", password)
	require.Equal(t, "me: Canarino Rossi", body)

	resp, _ = post(t, c, s.URL+"/local/close", "password", "un'altra frase qualsiasi")
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
	_, body = post(t, c, s.URL+"/local/close", "password", password)
	require.Contains(t, body, "Utenza cancellata")
	require.Contains(t, body, `<a href="/">Torna all&#39;inizio</a>`)
	_, body = get(t, c, s.URL+"/me")
	require.Equal(t, "me: ", body)
}
