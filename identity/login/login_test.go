package login_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment/store/memory"
)

var mario = identity.Person{
	Subject:   identity.SubjectID{Scheme: identity.SPID, Value: "RSSMRA80A01H501U"},
	GivenName: "Canarino", FamilyName: "Rossi", Email: "canarino@example.org",
}

// site is a program with a page that tells who is there.
type site struct {
	*httptest.Server
	store *memory.Store
	h     *login.Handler
	log   *lines
	now   atomic.Pointer[time.Time]
}

// lines is a log to look into.
type lines struct {
	mu sync.Mutex
	strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Builder.Write(b)
}

func open(t *testing.T, providers map[identity.Scheme]identity.Provider, cfg login.Config) *site {
	t.Helper()
	return openWith(t, providers, func(*site) login.Config { return cfg })
}

// openWith is open, for a configuration that needs the site's address or its store.
func openWith(t *testing.T, providers map[identity.Scheme]identity.Provider, configure func(*site) login.Config) *site {
	t.Helper()
	s := &site{store: new(memory.Store), log: &lines{}}
	s.set(time.Now())
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = s.log.Write([]byte(r.URL.String() + "\n"))
		s.h.Wrap(http.HandlerFunc(s.pages)).ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	cfg := configure(s)
	cfg.Home, cfg.Now, cfg.Log = "/me", s.clock, slog.New(slog.NewTextHandler(s.log, nil))
	var err error
	s.h, err = login.New(s.URL, s.store, providers, cfg)
	require.NoError(t, err)
	return s
}

func (s *site) clock() time.Time { return *s.now.Load() }

func (s *site) set(now time.Time) { s.now.Store(&now) }

func (s *site) pages(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/me":
		_, _ = io.WriteString(w, "me: "+login.Session(r.Context()).Auth.Person.Name())
	case "/cart":
		session, err := s.h.Start(w, r)
		if err == nil {
			err = s.store.Sessions().Update(r.Context(), session.ID, func(s *identity.Session) error {
				s.State = []byte("cart 7")
				return nil
			})
		}
		if err != nil {
			s.h.Fail(w, r, err)
		}
	default:
		s.h.ServeHTTP(w, r)
	}
}

// browser is one with cookies; it follows redirects or not.
func browser(follows bool) *http.Client {
	jar, _ := cookiejar.New(nil)
	c := &http.Client{Jar: jar}
	if !follows {
		c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return c
}

func get(t *testing.T, c *http.Client, address string) (*http.Response, string) {
	t.Helper()
	resp, err := c.Get(address)
	require.NoError(t, err)
	return read(t, resp)
}

func read(t *testing.T, resp *http.Response) (*http.Response, string) {
	t.Helper()
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp, string(body)
}

// one is a site with one provider, named test.
func one(t *testing.T, idp idptest.Config, cfg login.Config) *site {
	t.Helper()
	return open(t, map[identity.Scheme]identity.Provider{identity.Test: idptest.New(mario, idp)}, cfg)
}

// steps goes to the provider and returns the address with its answer.
func steps(t *testing.T, s *site, c *http.Client, query string) string {
	t.Helper()
	resp, _ := get(t, c, s.URL+"/test/login"+query)
	require.Equal(t, http.StatusFound, resp.StatusCode)
	return resp.Header.Get("Location")
}

func TestSignIn(t *testing.T) {
	var before, after identity.Session
	s := one(t, idptest.Config{}, login.Config{OnSignIn: func(_ context.Context, b, a identity.Session) error {
		before, after = b, a
		return nil
	}})
	c := browser(true)
	_, body := get(t, c, s.URL+"/me")
	require.Equal(t, "me: ", body)
	get(t, c, s.URL+"/cart")
	old := c.Jar.Cookies(must(url.Parse(s.URL)))
	resp, body := get(t, c, s.URL+"/test/login")
	require.Equal(t, http.StatusOK, resp.StatusCode)
	require.Equal(t, "me: Canarino Rossi", body)
	require.Equal(t, "/me", resp.Request.URL.RequestURI())

	require.False(t, before.SignedIn())
	require.Equal(t, "cart 7", string(after.State), "the cart came along")
	require.Equal(t, mario, after.Auth.Person)
	_, err := s.store.Sessions().Get(t.Context(), before.ID)
	require.ErrorIs(t, err, identity.ErrNotFound, "the session has another name")

	stale := browser(true)
	stale.Jar.SetCookies(must(url.Parse(s.URL)), old)
	_, body = get(t, stale, s.URL+"/me")
	require.Equal(t, "me: ", body)

	// The same person again keeps the cart.
	get(t, c, s.URL+"/test/login?return=/cart?x=1")
	require.True(t, before.SignedIn())
	require.Equal(t, "cart 7", string(after.State))

	resp, err = c.Post(s.URL+"/logout", "", nil)
	require.NoError(t, err)
	resp, _ = read(t, resp)
	require.Equal(t, http.StatusOK, resp.StatusCode)
	_, body = get(t, c, s.URL+"/me")
	require.Equal(t, "me: ", body)

	for _, canary := range []string{"Canarino", "canarino", "Rossi", "RSSMRA80A01H501U"} {
		require.NotContains(t, s.log.String(), canary)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAnotherPersonGetsNoCart(t *testing.T) {
	other := mario
	other.Subject.Value = "VRDLGI80A01H501K"
	var after identity.Session
	s := open(t, map[identity.Scheme]identity.Provider{
		identity.Test: idptest.New(mario, idptest.Config{}), "other": idptest.New(other, idptest.Config{}),
	}, login.Config{OnSignIn: func(_ context.Context, _, a identity.Session) error {
		after = a
		return nil
	}})
	c := browser(true)
	get(t, c, s.URL+"/cart")
	get(t, c, s.URL+"/test/login")
	require.Equal(t, "cart 7", string(after.State))
	get(t, c, s.URL+"/other/login")
	require.Empty(t, after.State)
}

func TestRefusals(t *testing.T) {
	for name, tt := range map[string]struct {
		idp idptest.Config
		do  func(t *testing.T, s *site, c *http.Client) *http.Response
		it  string
	}{
		"cancelled": {idptest.Config{Cancel: true}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, body := get(t, c, steps(t, s, c, "?return=/cart"))
			require.Contains(t, body, `<a href="/test/login?return=%2Fcart">Riprova</a>`)
			return resp
		}, "Accesso annullato."},
		"too weak": {idptest.Config{Assurance: identity.Low}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, body := get(t, c, steps(t, s, c, ""))
			require.NotContains(t, body, "Riprova")
			return resp
		}, ""},
		"replayed": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			answer := steps(t, s, c, "")
			resp, _ := get(t, c, answer)
			require.Equal(t, http.StatusSeeOther, resp.StatusCode)
			resp, _ = get(t, c, answer)
			return resp
		}, ""},
		"another browser": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, _ := get(t, browser(false), steps(t, s, c, ""))
			return resp
		}, ""},
		"another browser with a sign-in of its own": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			thief := browser(false)
			steps(t, s, thief, "")
			resp, _ := get(t, thief, steps(t, s, c, ""))
			return resp
		}, ""},
		"finished in another browser": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, _ := get(t, c, steps(t, s, c, ""))
			thief := browser(false)
			steps(t, s, thief, "")
			resp, _ = get(t, thief, s.URL+resp.Header.Get("Location"))
			require.Empty(t, resp.Cookies())
			return resp
		}, ""},
		"finished twice": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, _ := get(t, c, steps(t, s, c, ""))
			address := s.URL + resp.Header.Get("Location")
			get(t, c, address)
			resp, _ = get(t, c, address)
			return resp
		}, ""},
		"late answer": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			answer := steps(t, s, c, "")
			s.set(s.now.Load().Add(11 * time.Minute))
			resp, _ := get(t, c, answer)
			return resp
		}, ""},
		"late finish": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, _ := get(t, c, steps(t, s, c, ""))
			s.set(s.now.Load().Add(2 * time.Minute))
			resp, _ = get(t, c, s.URL+resp.Header.Get("Location"))
			return resp
		}, ""},
		"the finish as an answer": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, _ := get(t, c, steps(t, s, c, ""))
			secret := must(url.Parse(resp.Header.Get("Location"))).Query().Get("h")
			resp, _ = get(t, c, s.URL+"/test/acs?handle="+url.QueryEscape("finish "+identity.HashSecret(secret)))
			return resp
		}, ""},
		"no answer": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, _ := get(t, c, s.URL+"/test/acs")
			return resp
		}, ""},
		"no finish": {idptest.Config{}, func(t *testing.T, s *site, c *http.Client) *http.Response {
			resp, _ := get(t, c, s.URL+"/login/finish")
			return resp
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, c := one(t, tt.idp, login.Config{}), browser(false)
			resp := tt.do(t, s, c)
			require.Equal(t, http.StatusForbidden, resp.StatusCode)
			if tt.it != "" {
				require.Contains(t, s.log.String(), "login_cancelled")
			}
		})
	}
}

func TestAnswerWithoutCookieOnALaptop(t *testing.T) {
	s := one(t, idptest.Config{}, login.Config{})
	c := browser(false)
	post := func(c *http.Client, answer, site string) *http.Response {
		u := must(url.Parse(answer))
		req := must(http.NewRequest(http.MethodPost, s.URL+u.Path, strings.NewReader(u.RawQuery)))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", site)
		req.Header.Set("Origin", "https://idp.example.org")
		resp, _ := read(t, must(c.Do(req)))
		return resp
	}
	// A browser posts it without the cookie, and brings the cookie to the finish.
	resp := post(browser(false), steps(t, s, c, ""), "cross-site")
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	finish := s.URL + resp.Header.Get("Location")
	refused, _ := get(t, browser(false), finish)
	require.Equal(t, http.StatusForbidden, refused.StatusCode, "not without the cookie")
	resp, _ = get(t, c, finish)
	require.Equal(t, http.StatusSeeOther, resp.StatusCode)
	// The cookie comes along from another port, so it is asked for at once.
	require.Equal(t, http.StatusForbidden, post(browser(false), steps(t, s, c, ""), "same-site").StatusCode)
	require.Equal(t, http.StatusForbidden, post(browser(false), steps(t, s, c, ""), "none").StatusCode)
	require.Equal(t, http.StatusSeeOther, post(c, steps(t, s, c, ""), "same-site").StatusCode)
}

func TestConcurrentFinish(t *testing.T) {
	s, c := one(t, idptest.Config{}, login.Config{}), browser(false)
	answer := steps(t, s, c, "")
	in := parallel(c, answer)
	require.Len(t, in[http.StatusSeeOther], 1)
	require.Len(t, in[http.StatusForbidden], 7)
	in = parallel(c, s.URL+in[http.StatusSeeOther][0])
	require.Len(t, in[http.StatusSeeOther], 1)
	require.Len(t, in[http.StatusForbidden], 7)
}

// parallel opens the address eight times with the cookies of c, which it does not change,
// and returns where each status led.
func parallel(c *http.Client, address string) map[int][]string {
	u, got := must(url.Parse(address)), map[int][]string{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			own := browser(false)
			own.Jar.SetCookies(u, c.Jar.Cookies(u))
			resp := must(own.Get(address))
			defer resp.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			got[resp.StatusCode] = append(got[resp.StatusCode], resp.Header.Get("Location"))
		})
	}
	wg.Wait()
	return got
}
