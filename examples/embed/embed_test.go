package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/providertest"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/sandbox"
)

// served is the program on an address of its own, and a browser that has come there.
type served struct {
	*payments
	pagopa  *sandbox.Sandbox
	browser *http.Client
}

// serve starts the program; the second result ends it.
func serve(ctx context.Context, dsn string) (*served, func(), error) {
	mux := http.NewServeMux()
	server := httptest.NewServer(http.NewCrossOriginProtection().Handler(mux))
	s := &served{browser: &http.Client{}}
	var err error
	if s.payments, s.pagopa, err = start(ctx, dsn, server.URL); err == nil {
		mux.Handle("/", s.payments)
		s.browser.Jar, err = cookiejar.New(nil)
	}
	return s, func() {
		server.Close()
		if s.payments == nil {
			return
		}
		_ = s.store.Close()
		_ = s.db.Close()
		if s.pool != nil {
			s.pool.Close()
		}
	}, err
}

func running(t *testing.T, dsn string) *served {
	t.Helper()
	s, stop, err := serve(t.Context(), dsn)
	t.Cleanup(stop)
	require.NoError(t, err)
	return s
}

// page is what the browser shows after a request.
func page(resp *http.Response, err error) (int, string) {
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	shown, _, _ := strings.Cut(strings.TrimPrefix(string(body), "<p>"), "\n")
	return resp.StatusCode, shown
}

func (s *served) get(path string) (int, string) { return page(s.browser.Get(s.base + path)) }

// pays has the reader press the button, and do what he likes on pagoPA's page.
func (s *served) pays(ctx context.Context, what sandbox.Choice) (back string, err error) {
	browser := *s.browser
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := browser.PostForm(s.base+"/pay", url.Values{"protocol": {"345/2024"}})
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	return sandbox.Payer{}.Visit(ctx, resp.Header.Get("Location"), what)
}

// A reader of the archive pays his quote, and his file is released.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "embed")
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, stop, err := serve(ctx, "sqlite:"+filepath.Join(dir, "archive.db"))
	defer stop()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.get("/"))
	back, err := s.pays(ctx, sandbox.Pay)
	fmt.Println(strings.TrimPrefix(back, s.base), err)
	fmt.Println(s.get("/files")) // which does not believe a browser
	err = s.pagopa.Flush(ctx)    // the receipt comes
	fmt.Println(err)
	_, err = s.cashier.DeliverPending(ctx)
	fmt.Println(err)
	fmt.Println(s.get("/files"))
	// Output:
	// 200 File 345/2024, no notice yet: waits to be paid
	// /files <nil>
	// 200 File 345/2024, notice 301000000000000144: waits to be paid
	// <nil>
	// <nil>
	// 200 File 345/2024, notice 301000000000000144: released
}

// databases are those of an archive.
func databases(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "archive.db")}
	if server := os.Getenv("PAGONLINE_TEST_POSTGRES"); server != "" {
		all["postgres"] = newDatabase(t, server)
	}
	return all
}

// newDatabase makes one on a server, and returns its URL.
func newDatabase(t *testing.T, server string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	name := "test_" + strings.ToLower(rand.Text())
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := conn.Exec(context.Background(), "DROP DATABASE "+name)
		require.NoError(t, err)
		require.NoError(t, conn.Close(context.Background()))
	})
	u, err := url.Parse(server)
	require.NoError(t, err)
	u.Path = "/" + name
	return u.String()
}

// TestStory: he thinks it over once, and pays; the program starts again on what is there.
func TestStory(t *testing.T) {
	for kind, dsn := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			s := running(t, dsn)
			_, shown := s.get("/")
			require.Contains(t, shown, "no notice yet: waits to be paid")
			for _, what := range []sandbox.Choice{sandbox.Refuse, sandbox.Pay} {
				back, err := s.pays(t.Context(), what)
				require.NoError(t, err)
				require.Equal(t, s.base+"/files", back)
				_, shown = s.get("/files")
				require.Regexp(t, `notice 3\d{17}: waits to be paid`, shown)
			}
			require.NoError(t, s.pagopa.Flush(t.Context()))
			_, err := s.cashier.DeliverPending(t.Context())
			require.NoError(t, err)
			again := running(t, dsn)
			_, shown = again.get("/")
			require.Regexp(t, `notice 3\d{17}: released`, shown)
		})
	}
}

// TestBothOrNeither: no notice is opened that the archive does not know of, and no file is
// released for less than a payment.
func TestBothOrNeither(t *testing.T) {
	for kind, dsn := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			s := running(t, dsn)
			owner, exec := identity.SubjectID{Scheme: scheme, Value: "1"}.Owner(), s.exec
			s.exec = func(ctx context.Context, statement string, args ...any) error {
				if err := exec(ctx, statement, args...); err != nil {
					return err
				}
				return exec(ctx, "INSERT INTO nowhere VALUES (1)")
			}
			_, err := s.send(t.Context(), owner, "345/2024")
			require.ErrorContains(t, err, "nowhere")
			require.Empty(t, s.positions(t))
			require.Zero(t, s.count(t, "notice IS NOT NULL"))
			s.exec = exec

			_, err = s.send(t.Context(), identity.SubjectID{Scheme: scheme, Value: "2"}.Owner(), "345/2024")
			require.Equal(t, pagonline.CodeQuoteUnknown, pagonline.CodeOf(err))
			_, err = s.send(t.Context(), owner, "not a protocol")
			require.Error(t, err)

			_, err = s.send(t.Context(), owner, "345/2024")
			require.NoError(t, err)
			all := s.positions(t)
			require.Len(t, all, 1)
			require.Equal(t, 1, s.count(t, "notice = '"+all[0].Number.String()+"'"))
			require.NoError(t, s.release(t.Context(), payment.Event{Kind: payment.PositionEvent(payment.Open), Position: all[0].Key}))
			require.Zero(t, s.count(t, "released = 1"))
			for range 2 {
				require.NoError(t, s.release(t.Context(), payment.Event{Kind: payment.PositionEvent(payment.Paid), Position: all[0].Key}))
				require.Equal(t, 1, s.count(t, "released = 1"))
			}
		})
	}
}

func (s *served) positions(t *testing.T) (all []payment.Position) {
	t.Helper()
	for p, err := range s.store.Positions().List(t.Context(), payment.PositionFilter{}) {
		require.NoError(t, err)
		all = append(all, p)
	}
	return all
}

func (s *served) count(t *testing.T, where string) (n int) {
	t.Helper()
	require.NoError(t, s.db.QueryRowContext(t.Context(), "SELECT count(*) FROM files WHERE "+where).Scan(&n))
	return n
}

// TestProvider: the archive signs its readers in as any provider does.
func TestProvider(t *testing.T) {
	for kind, dsn := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			s := running(t, dsn)
			providertest.Run(t, providertest.Harness{
				Open: func(_ *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) {
					s.now = now
					return signedIn{s.payments}, func(t *testing.T, c identity.Challenge, what providertest.Outcome) (identity.Callback, bool) {
						t.Helper()
						back, err := url.Parse(c.URL)
						require.NoError(t, err)
						return identity.Callback{
							Method: http.MethodGet, URL: c.URL, Query: back.RawQuery, Values: back.Query(),
						}, what == providertest.SignIn
					}
				},
				Request: identity.Request{CallbackURL: s.base + "/archive/acs", Assurance: identity.Low},
				Person: identity.Person{
					Subject: identity.SubjectID{Scheme: scheme, Value: "1"}, GivenName: "Mario", FamilyName: "Rossi",
				},
			})
		})
	}
}

// signedIn is the archive, asked by Mario Rossi.
type signedIn struct{ *payments }

// Begin implements [identity.Provider].
func (s signedIn) Begin(ctx context.Context, r identity.Request) (identity.Challenge, error) {
	return s.payments.Begin(context.WithValue(ctx, readerKey{}, "1"), r)
}

// TestStrangers: who is nobody to the archive is nobody here.
func TestStrangers(t *testing.T) {
	s := running(t, "sqlite:"+filepath.Join(t.TempDir(), "archive.db"))
	status, _ := s.get("/files")
	require.Equal(t, http.StatusUnauthorized, status)
	status, _ = s.get("/archive/login?return=/files")
	require.GreaterOrEqual(t, status, http.StatusBadRequest)
	status, _ = page(s.browser.PostForm(s.base+"/pay", url.Values{"protocol": {"345/2024"}}))
	require.Equal(t, http.StatusForbidden, status)
	require.Empty(t, s.positions(t))
}

// TestDatabases: a name that will not do is told without its password.
func TestDatabases(t *testing.T) {
	for _, dsn := range []string{
		"mysql://clerk:secret@h/db", "postgres://clerk:secret@h:port/db", "sqlite:/no/such/directory/x.db",
		"postgres://clerk:secret@127.0.0.1:1/db?connect_timeout=1",
	} {
		_, _, err := start(t.Context(), dsn, "http://127.0.0.1:1")
		require.Error(t, err, dsn)
		require.NotContains(t, fmt.Sprintf("%v %+v", err, err), "secret")
	}
}

// TestAdded: what a program has to add stays short.
func TestAdded(t *testing.T) {
	added, err := os.ReadFile("payments.go")
	require.NoError(t, err)
	require.LessOrEqual(t, bytes.Count(added, []byte("\n")), 150)
}
