package login_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment/store/memory"
)

func TestLimits(t *testing.T) {
	for what, path := range map[string]string{"begin": "/test/login", "answer": "/test/acs?handle=x", "start": "/cart"} {
		t.Run(what, func(t *testing.T) {
			address, most := "192.0.2.1", 3
			if what == "start" {
				most = 30
			}
			s := one(t, idptest.Config{}, login.Config{PerMinute: 3, Client: func(*http.Request) netip.Addr {
				return netip.MustParseAddr(address)
			}})
			begun := *s.now.Load()
			ask := func() *http.Response {
				resp, _ := get(t, browser(false), s.URL+path)
				return resp
			}
			for range most {
				require.NotEqual(t, http.StatusTooManyRequests, ask().StatusCode)
			}
			for range 5 {
				resp := ask()
				require.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
				require.Equal(t, "60", resp.Header.Get("Retry-After"))
				require.Empty(t, resp.Cookies(), "nothing was kept")
			}
			for _, address = range []string{"192.0.2.2", "2001:db8::1"} {
				require.NotEqual(t, http.StatusTooManyRequests, ask().StatusCode, "another network")
			}
			address = "::ffff:192.0.2.1"
			require.Equal(t, http.StatusTooManyRequests, ask().StatusCode, "the same address, written as IPv6")
			address = "192.0.2.1"
			for minute := range 19 { // a day takes twenty times a minute's
				s.set(begun.Add(time.Duration(minute+1) * time.Minute))
				for range most {
					require.NotEqual(t, http.StatusTooManyRequests, ask().StatusCode, "minute %d", minute+1)
				}
			}
			s.set(begun.Add(20 * time.Minute))
			resp := ask()
			require.Equal(t, http.StatusTooManyRequests, resp.StatusCode)
			require.Equal(t, "86400", resp.Header.Get("Retry-After"))
			s.set(begun.Add(24*time.Hour + time.Minute))
			require.NotEqual(t, http.StatusTooManyRequests, ask().StatusCode)
		})
	}
}

// A subscriber of IPv6 has more addresses than anybody can count.
func TestLimitOfASubscriber(t *testing.T) {
	address := netip.MustParseAddr("2001:db8::1")
	s := one(t, idptest.Config{}, login.Config{PerMinute: 2, Client: func(*http.Request) netip.Addr { address = address.Next(); return address }})
	for want := range 4 {
		resp, _ := get(t, browser(false), s.URL+"/test/login")
		require.Equal(t, want >= 2, resp.StatusCode == http.StatusTooManyRequests)
	}
}

// All come from a proxy on this machine: nobody is told apart, so nobody is counted.
func TestLimitsBehindAProxy(t *testing.T) {
	const site, laptop = "https://portal.example.org", "http://localhost:8080"
	for _, tt := range []struct {
		base, remote string
		want         int // of the second sign-in
	}{
		{site, "127.0.0.1:7", http.StatusFound},
		{site, "[::1]:7", http.StatusFound},
		{site, "[::ffff:127.0.0.1]:7", http.StatusFound},
		{site, "@", http.StatusFound},
		{site, "192.0.2.1:7", http.StatusTooManyRequests},
		{laptop, "127.0.0.1:7", http.StatusTooManyRequests},
	} {
		h, err := login.New(tt.base, new(memory.Store), map[identity.Scheme]identity.Provider{
			identity.Test: idptest.New(mario, idptest.Config{}),
		}, login.Config{PerMinute: 1})
		require.NoError(t, err)
		var w *httptest.ResponseRecorder
		for range 2 {
			w = httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodGet, tt.base+"/test/login", nil)
			r.RemoteAddr = tt.remote
			h.ServeHTTP(w, r)
		}
		require.Equal(t, tt.want, w.Code, "%s from %s", tt.base, tt.remote)
	}
}

func TestNoLimits(t *testing.T) {
	s := one(t, idptest.Config{}, login.Config{PerMinute: -1})
	for range 1100 {
		w := httptest.NewRecorder()
		s.h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, s.URL+"/test/login", nil))
		require.Equal(t, http.StatusFound, w.Code)
	}
}

// What another handler knows of a browser is nothing to this one.
func TestWrapOfAnotherHandler(t *testing.T) {
	secret := strings.Repeat("A", 52)
	public, staff := new(memory.Store), new(memory.Store)
	require.NoError(t, public.Sessions().Insert(t.Context(), identity.Session{
		ID: identity.HashSecret(secret), Auth: identity.Authentication{Person: mario}, SeenAt: time.Now(), Expires: time.Now().Add(time.Hour),
	}))
	a, err := login.New("https://public.example.org", public, nil, login.Config{})
	require.NoError(t, err)
	b, err := login.New("https://staff.example.org", staff, nil, login.Config{})
	require.NoError(t, err)
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if login.Session(r.Context()).SignedIn() {
			_, _ = io.WriteString(w, "signed in")
		}
	})
	for want, h := range map[string]http.Handler{"signed in": b.Wrap(a.Wrap(a.Wrap(page))), "": a.Wrap(b.Wrap(page))} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "https://staff.example.org/", nil)
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: secret})
		h.ServeHTTP(w, r)
		require.Equal(t, want, w.Body.String())
	}
	a.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err = b.Start(w, r)
	})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "https://staff.example.org/", nil))
	require.ErrorContains(t, err, "outside Wrap")
}

func TestTwoTabs(t *testing.T) {
	s, c := one(t, idptest.Config{}, login.Config{}), browser(false)
	first, second := steps(t, s, c, "?return=/a"), steps(t, s, c, "?return=/b")
	for answer, want := range map[string]string{first: "/a", second: "/b"} {
		resp, _ := get(t, c, answer)
		require.Equal(t, http.StatusSeeOther, resp.StatusCode)
		resp, _ = get(t, c, s.URL+resp.Header.Get("Location"))
		require.Equal(t, http.StatusSeeOther, resp.StatusCode)
		require.Equal(t, want, resp.Header.Get("Location"))
	}
	resp, err := c.Post(s.URL+"/logout", "", nil)
	require.NoError(t, err)
	resp, _ = read(t, resp)
	require.Len(t, resp.Cookies(), 2, "both cookies go")
}
