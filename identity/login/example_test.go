package login_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/idptest"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// A program mounts the handler at its root and puts Wrap around its own pages.
func ExampleNew() {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()

	store := new(memory.Store)
	mario := idptest.New(identity.Person{GivenName: "Mario", FamilyName: "Rossi"}, idptest.Config{})
	handler, err := login.New(server.URL, store, map[identity.Scheme]identity.Provider{identity.Test: mario}, login.Config{
		Home: "/me",
		OnSignIn: func(_ context.Context, before, after identity.Session) error {
			fmt.Println("signed in before:", before.SignedIn(), "now:", after.SignedIn())
			return nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux.Handle("/", handler)
	mux.Handle("GET /me", handler.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(w, "Hello", login.Session(r.Context()).Auth.Person.Name())
	})))

	jar, _ := cookiejar.New(nil)
	browser := &http.Client{Jar: jar}
	resp, err := browser.Get(server.URL + "/test/login")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Print(string(body))
	// Output:
	// signed in before: false now: true
	// Hello Mario Rossi
}

// Start gives a browser a session before anybody signs in, whose State can name a cart.
func ExampleHandler_Start() {
	store := new(memory.Store)
	handler, err := login.New("https://portal.example.org", store, nil, login.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	add := handler.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session, err := handler.Start(w, r)
		if err != nil {
			handler.Fail(w, r, err)
			return
		}
		_, _ = fmt.Fprint(w, "signed in: ", session.SignedIn())
	}))
	w := httptest.NewRecorder()
	add.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "https://portal.example.org/cart", nil))
	name, _, _ := strings.Cut(w.Header().Get("Set-Cookie"), "=")
	fmt.Println(w.Body, name)
	// Output: signed in: false __Host-session
}

// A program's own document holds the content of the pages of the sign-in.
func ExamplePage_Content() {
	handler, err := login.New("https://portal.example.org", new(memory.Store), nil, login.Config{
		Render: func(p login.Page, w io.Writer, _ *http.Request) error {
			content, err := p.Content()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(w, "<title>%s – Portale</title>\n%s\n", p.Title(), content)
			return err
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://portal.example.org/login/finish", nil))
	fmt.Println(w.Code)
	fmt.Print(w.Body)
	// Output:
	// 403
	// <title>Operazione non riuscita – Portale</title>
	// <h1>Operazione non riuscita</h1>
	// <p role="alert" id="error">Accesso scaduto o già usato: ricominciare.</p>
	// <p><a href="/">Scegli come accedere</a></p>
}

// Session tells a page inside Wrap who is there; Fail shows what is not for everybody.
func ExampleSession() {
	handler, err := login.New("https://portal.example.org", new(memory.Store), nil, login.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	purchases := handler.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s := login.Session(r.Context()); !s.SignedIn() {
			handler.Fail(w, r, pagonline.NewError(pagonline.CodeNotAllowed))
		}
	}))
	w := httptest.NewRecorder()
	purchases.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "https://portal.example.org/purchases", nil))
	fmt.Println(w.Code, strings.Contains(w.Body.String(), "Operazione non consentita."))
	// Output: 403 true
}

// The accounts by e-mail point to the pages of this package.
func ExampleLinks() {
	links := login.Links("https://portal.example.org")
	fmt.Println(links.Activate)
	fmt.Println(links.SignIn)
	// Output:
	// https://portal.example.org/local/activate?token={token}
	// https://portal.example.org/local/login
}
