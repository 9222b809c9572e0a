package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Transport returns a transport that hands every request to the sandbox in this process,
// whatever its host: no socket is opened. Put it into the [http.Client] of what is
// tested, or of an httpmock; where BaseURL has a path, addresses have it too. Requests
// are served one after another by who sends them, and end with their contexts.
func (s *Sandbox) Transport() http.RoundTripper {
	var path string
	if u, err := url.Parse(s.base); err == nil {
		path = u.Path
	}
	return inProcess{http.StripPrefix(path, s)}
}

// inProcess serves requests by a handler, without a socket.
type inProcess struct{ handler http.Handler }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx := r.Context()
	in := r.Clone(ctx)
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer func() { _ = in.Body.Close() }() // as every transport must
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if in.Host == "" {
		in.Host = in.URL.Host
	}
	in.RequestURI, in.RemoteAddr = in.URL.RequestURI(), "127.0.0.1:0"
	in.URL.Scheme, in.URL.Host = "", "" // as a server gets it
	if in.URL.Path == "" {
		in.URL.Path = "/"
	}
	w := &recorder{header: http.Header{}}
	t.handler.ServeHTTP(w, in)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w.WriteHeader(http.StatusOK) // unless there is a status
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// recorder keeps what a handler writes.
type recorder struct {
	header, sent http.Header
	status       int // 0 until it is known
	body         bytes.Buffer
}

func (a *recorder) Header() http.Header { return a.header }

func (a *recorder) WriteHeader(status int) {
	if a.status == 0 {
		a.status, a.sent = status, a.header.Clone()
	}
}

func (a *recorder) Write(b []byte) (int, error) {
	if a.status == 0 && a.header.Get("Content-Type") == "" {
		a.header.Set("Content-Type", http.DetectContentType(b))
	}
	a.WriteHeader(http.StatusOK)
	return a.body.Write(b)
}
