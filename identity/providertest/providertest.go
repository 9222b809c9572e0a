// Package providertest is the contract of [identity.Provider] and of its add-ons: run it
// from the tests of every implementation, yours too.
//
//	func TestProvider(t *testing.T) {
//		providertest.Run(t, providertest.Harness{
//			Open:    func(t *testing.T, now func() time.Time) (identity.Provider, providertest.Browser) { … },
//			Request: identity.Request{CallbackURL: "https://portal.example.org/back"},
//			Person:  mario,
//		})
//	}
package providertest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// Harness is a provider under test, with somebody who signs in.
type Harness struct {
	// Open returns a new provider that tells the time by now, and who signs in with it.
	Open func(t *testing.T, now func() time.Time) (identity.Provider, Browser)
	// Request is what Begin is asked for.
	Request identity.Request
	// Person is who signs in, as the provider describes that person.
	Person identity.Person
}

// Browser does what the challenge says, lets Harness.Person do what, and returns what
// comes back. It returns false if the provider knows no such outcome; the tests that
// need it are skipped then.
type Browser func(t *testing.T, c identity.Challenge, what Outcome) (identity.Callback, bool)

// Outcome is what the person does at the identity provider.
type Outcome string

// The outcomes.
const (
	SignIn Outcome = "sign in" // as asked for
	Cancel Outcome = "cancel"  // break off
	Weaker Outcome = "weaker"  // sign in with less than [identity.High], which was asked for
)

// Run tests the provider.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for _, part := range []struct {
		name string
		test func(*testing.T, *run)
	}{
		{"begin", testBegin},
		{"sign in", testSignIn},
		{"unknown identity provider", testUnknown},
		{"other sign-in", testOther},
		{"late", testLate},
		{"twice", testTwice},
		{"at once", testAtOnce},
		{"cancelled", testCancelled},
		{"weaker", testWeaker},
		{"nothing in it", testNothing},
		{"context", testContext},
		{"metadata", testMetadata},
		{"logout", testLogout},
	} {
		t.Run(part.name, func(t *testing.T) {
			r := &run{Harness: h, clock: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
			r.provider, r.browser = h.Open(t, r.now)
			part.test(t, r)
		})
	}
}

// run is one test with a provider of its own.
type run struct {
	Harness
	provider identity.Provider
	browser  Browser

	mu    sync.Mutex
	clock time.Time
}

func (r *run) now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock
}

func (r *run) advance(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = r.clock.Add(d)
}

func (r *run) begin(t *testing.T, req identity.Request) identity.Challenge {
	t.Helper()
	c, err := r.provider.Begin(t.Context(), req)
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	return c
}

func (r *run) comesBack(t *testing.T, c identity.Challenge, what Outcome) identity.Callback {
	t.Helper()
	back, ok := r.browser(t, c, what)
	if !ok {
		t.Skipf("skipped: the provider knows no %q", what)
	}
	return back
}

// refused wants Complete to fail with one of the errors, telling nothing of the person.
func (r *run) refused(t *testing.T, back identity.Callback, p identity.Pending, wanted ...error) {
	t.Helper()
	auth, err := r.provider.Complete(t.Context(), back, p)
	if err == nil {
		t.Fatal("Complete: no error")
	}
	if !auth.Person.Subject.IsZero() {
		t.Error("Complete: a person beside an error")
	}
	r.discreet(t, err, p)
	for _, w := range wanted {
		if errors.Is(err, w) {
			return
		}
	}
	t.Errorf("Complete: %v, want one of %v", err, wanted)
}

// discreet wants an error that names nobody and no secret.
func (r *run) discreet(t *testing.T, err error, p identity.Pending) {
	t.Helper()
	public := pagonline.AsError(err)
	said := strings.ToLower(err.Error() + "\n" + public.It + "\n" + public.En)
	for _, secret := range []string{
		r.Person.GivenName, r.Person.FamilyName, r.Person.FiscalCode.String(), string(r.Person.ForeignID),
		r.Person.Email, r.Person.Mobile, r.Person.SPIDCode, r.Person.Address, r.Person.Subject.Value, p.Handle,
	} {
		if secret != "" && strings.Contains(said, strings.ToLower(secret)) {
			t.Error("the error tells something personal or secret")
		}
	}
}

func testBegin(t *testing.T, r *run) {
	handles := map[string]bool{}
	for range 20 {
		c := r.begin(t, r.Request)
		p := c.Pending
		switch {
		case len(p.Handle) < 22:
			t.Fatalf("a handle of %d characters can be guessed", len(p.Handle))
		case handles[p.Handle]:
			t.Fatal("the same handle twice")
		case !p.Expires.After(r.now()) || p.Expires.After(r.now().Add(time.Hour)):
			t.Fatalf("a sign-in expires within an hour, not at %s", p.Expires)
		case p.Assurance < r.Request.Assurance:
			t.Fatalf("asked for %s, pending says %s", r.Request.Assurance, p.Assurance)
		case p.IdP != r.Request.IdP:
			t.Fatalf("asked for %q, pending says %q", r.Request.IdP, p.IdP)
		case c.URL == "":
			t.Fatal("a challenge without an address")
		}
		handles[p.Handle] = true
	}
}

func testSignIn(t *testing.T, r *run) {
	c := r.begin(t, r.Request)
	back := r.comesBack(t, c, SignIn)
	c.Pending.State = []byte("the caller's own")
	auth, err := r.provider.Complete(t.Context(), back, c.Pending)
	if err != nil {
		t.Fatalf("Complete: %v", err)
	}
	if auth.Person != r.Person {
		t.Errorf("Complete: got %+v, want %+v", auth.Person, r.Person)
	}
	if auth.Person.Subject.IsZero() || auth.Person.Subject.Scheme == "" {
		t.Error("Complete: a person without a lasting key")
	}
	if auth.Assurance < r.Request.Assurance || auth.Assurance == identity.NoAssurance {
		t.Errorf("Complete: asked for %s, got %s", r.Request.Assurance, auth.Assurance)
	}
	if age := r.now().Sub(auth.At); age < -time.Minute || age > time.Hour {
		t.Errorf("Complete: signed in at %s, now is %s", auth.At, r.now())
	}
}

func testUnknown(t *testing.T, r *run) {
	if r.Request.IdP == "" {
		t.Skip("skipped: the provider knows one identity provider")
	}
	req := r.Request
	req.IdP = "https://unknown.example.org"
	if _, err := r.provider.Begin(t.Context(), req); !errors.Is(err, identity.ErrProvider) {
		t.Errorf("Begin: %v, want %v", err, identity.ErrProvider)
	}
}

// testOther: an answer is good for the sign-in that it answers, and for no other.
func testOther(t *testing.T, r *run) {
	mine, other := r.begin(t, r.Request), r.begin(t, r.Request)
	back := r.comesBack(t, mine, SignIn)
	r.refused(t, back, other.Pending, identity.ErrPending)
	r.refused(t, back, identity.Pending{}, identity.ErrPending)

	handle := mine.Pending // of another browser, with the same request
	handle.Handle = other.Pending.Handle
	r.refused(t, back, handle, identity.ErrPending)
	if mine.Pending.RequestID != "" {
		request := mine.Pending
		request.RequestID = other.Pending.RequestID
		r.refused(t, back, request, identity.ErrPending, identity.ErrAnswer)
	}
	if mine.Pending.IdP != "" {
		mixed := mine.Pending
		mixed.IdP = "https://unknown.example.org"
		r.refused(t, back, mixed, identity.ErrPending, identity.ErrAnswer, identity.ErrProvider)
	}
}

func testLate(t *testing.T, r *run) {
	c := r.begin(t, r.Request)
	back := r.comesBack(t, c, SignIn)
	r.advance(c.Pending.Expires.Sub(r.now()) + time.Second)
	r.refused(t, back, c.Pending, identity.ErrPending)
}

func testTwice(t *testing.T, r *run) {
	c := r.begin(t, r.Request)
	back := r.comesBack(t, c, SignIn)
	if _, err := r.provider.Complete(t.Context(), back, c.Pending); err != nil {
		t.Fatalf("Complete: %v", err)
	}
	r.refused(t, back, c.Pending, identity.ErrPending)
}

// testAtOnce: of many who bring the same answer one is let in.
func testAtOnce(t *testing.T, r *run) {
	c := r.begin(t, r.Request)
	back := r.comesBack(t, c, SignIn)
	const many = 8
	errs := make([]error, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() { _, errs[i] = r.provider.Complete(t.Context(), back, c.Pending) })
	}
	all.Wait()
	in := 0
	for _, err := range errs {
		switch {
		case err == nil:
			in++
		case !errors.Is(err, identity.ErrPending):
			t.Errorf("Complete: %v, want %v", err, identity.ErrPending)
		}
	}
	if in != 1 {
		t.Errorf("%d of %d were let in", in, many)
	}
}

func testCancelled(t *testing.T, r *run) {
	c := r.begin(t, r.Request)
	r.refused(t, r.comesBack(t, c, Cancel), c.Pending, identity.ErrCancelled)
}

func testWeaker(t *testing.T, r *run) {
	req := r.Request
	req.Assurance = identity.High
	c, err := r.provider.Begin(t.Context(), req)
	if errors.Is(err, identity.ErrAssurance) {
		return // it knows beforehand
	}
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	r.refused(t, r.comesBack(t, c, Weaker), c.Pending, identity.ErrAssurance)
}

func testNothing(t *testing.T, r *run) {
	c := r.begin(t, r.Request)
	r.refused(t, identity.Callback{}, c.Pending, identity.ErrPending, identity.ErrAnswer)
	r.refused(t, identity.Callback{}, identity.Pending{}, identity.ErrPending)
}

// testContext: who gave up is not served, and has used nothing up. A Begin that waits for
// nothing need not look at the context.
func testContext(t *testing.T, r *run) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.provider.Begin(over, r.Request); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Begin: %v, want %v", err, context.Canceled)
	}
	c := r.begin(t, r.Request)
	back := r.comesBack(t, c, SignIn)
	if _, err := r.provider.Complete(over, back, c.Pending); !errors.Is(err, context.Canceled) {
		t.Errorf("Complete: %v, want %v", err, context.Canceled)
	}
	if _, err := r.provider.Complete(t.Context(), back, c.Pending); err != nil {
		t.Errorf("Complete, after one whose context was over: %v", err)
	}
}

func testMetadata(t *testing.T, r *run) {
	p, ok := r.provider.(identity.MetadataProvider)
	if !ok {
		t.Skip("skipped: the provider publishes nothing")
	}
	body, mediaType, err := p.Metadata(t.Context())
	if err != nil || len(body) == 0 || !strings.Contains(mediaType, "/") {
		t.Errorf("Metadata: %d bytes, %q, %v", len(body), mediaType, err)
	}
}

func testLogout(t *testing.T, r *run) {
	p, ok := r.provider.(identity.LogoutProvider)
	if !ok {
		t.Skip("skipped: the provider knows no logout")
	}
	c := r.begin(t, r.Request)
	auth, err := p.Complete(t.Context(), r.comesBack(t, c, SignIn), c.Pending)
	if err != nil {
		t.Fatalf("Complete: %v", err)
	}
	if _, err := p.BeginLogout(t.Context(), auth.Login); err != nil {
		t.Errorf("BeginLogout: %v", err)
	}
	for _, back := range []identity.Callback{{}, {Method: "GET", Query: "SAMLRequest=x"}, {Method: "POST"}} {
		_, err := p.Logout(t.Context(), back)
		if !errors.Is(err, identity.ErrAnswer) {
			t.Errorf("Logout: %v, want %v", err, identity.ErrAnswer)
		}
	}
}
