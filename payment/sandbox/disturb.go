package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/pagonline/pagonline/payment/notice"
)

// maxDisturbed is how much of a request is looked at for the notice of a fault.
const maxDisturbed = 1 << 20

// service reports whether an address is one of pagoPA's, not one of the sandbox's own or
// of the payer's pages.
func service(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch first {
	case "", "pay", "faults", "clock", "restart":
		return false
	default:
		return true
	}
}

// disturbed counts a request to a service, and reports whether a fault has answered it.
// It concerns the notices that it mentions. What is slow or malformed is the answer: what
// was asked for is done all the same.
func (s *Sandbox) disturbed(w http.ResponseWriter, r *http.Request) bool {
	if !service(r.URL.Path) || len(s.Rules()) == 0 {
		return false
	}
	head, err := io.ReadAll(io.LimitReader(r.Body, maxDisturbed))
	r.Body = &rest{Reader: io.MultiReader(bytes.NewReader(head), failing{err}, r.Body), Closer: r.Body}
	hit := map[Fault]bool{}
	s.mu.Lock()
	for _, f := range []Fault{Slow, TooManyRequests, ServerError, Malformed} {
		_, hit[f] = s.strikes(f, func(n notice.Number) bool { return s.mentions(r.URL, head, n) })
	}
	s.mu.Unlock()
	switch {
	case hit[TooManyRequests]:
		w.Header().Set("Retry-After", "10")
		problem(w, http.StatusTooManyRequests, "Too many requests", "scripted fault")
	case hit[ServerError]:
		problem(w, http.StatusInternalServerError, "Internal server error", "scripted fault")
	case hit[Slow], hit[Malformed]:
		done := &recorder{header: w.Header()}
		s.mux.ServeHTTP(done, r)
		done.WriteHeader(http.StatusOK) // unless there is a status
		if hit[Slow] && !s.wait(r) {
			return true
		}
		answer := done.body.Bytes()
		if hit[Malformed] {
			w.Header().Del("Location")
			answer = answer[:len(answer)/2]
		}
		w.WriteHeader(done.status)
		_, _ = w.Write(answer) // who hung up does not read it
	default:
		return false
	}
	return true
}

// wait keeps a request waiting; it reports whether its sender is still there.
func (s *Sandbox) wait(r *http.Request) bool {
	late := time.NewTimer(s.cfg.SlowAnswer)
	defer late.Stop()
	select {
	case <-late.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// mentions reports whether a request is about a notice: its IUV, with which its number
// ends, or the token of one of its attempts stands in the address or body. The caller
// holds the lock.
func (s *Sandbox) mentions(u *url.URL, body []byte, n notice.Number) bool {
	said := func(id string) bool {
		return strings.Contains(u.Path, id) || strings.Contains(u.RawQuery, id) || bytes.Contains(body, []byte(id))
	}
	if said(n.IUV().String()) {
		return true
	}
	for token, a := range s.attempts {
		if a.key.Number == n && said(token) {
			return true
		}
	}
	return false
}

// rest is a body whose first part was read.
type rest struct {
	io.Reader
	io.Closer
}

// failing is where a body failed to be read; with no error it is just empty.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}
