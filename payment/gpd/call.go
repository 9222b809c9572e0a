package gpd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/pagonline/pagonline"
)

// api is the transport to one service.
type api struct {
	base    string
	keys    []string
	key     atomic.Int32 // the one that was taken last
	http    http.Client
	timeout time.Duration // of one request
	now     func() time.Time
	wait    func(context.Context, time.Duration) error
	limit   *limiter                    // nil for none
	spend   func(context.Context) error // asked before each request; nil for no budget
	tries   int                         // how often a call is sent at most
}

// call is one request.
type call struct {
	method string
	path   []string // its parts, escaped here
	query  url.Values
	body   any  // sent as JSON; nil for none
	spent  bool // the budget knows of it already
}

// maxAnswer bounds what is read of an answer: a page of 50 positions is far smaller.
const maxAnswer = 8 << 20

// The pauses between tries. Whoever is asked to wait longer than maxPause had better
// come back later.
const (
	firstPause = 500 * time.Millisecond
	maxPause   = 30 * time.Second
)

// do sends a call and returns the body of its answer. It sends again what was refused
// for the rate, and what got no answer if it can do no harm twice. Its error is an
// [*Error], or that of ctx.
func (a *api) do(ctx context.Context, c call) ([]byte, error) {
	for try := 1; ; try++ {
		body, err := a.signed(ctx, c)
		failed, ok := errors.AsType[*Error](err)
		if !ok || try >= a.tries {
			return body, err
		}
		pause := firstPause << (try - 1)
		if !failed.retryAt.IsZero() {
			pause = failed.retryAt.Sub(a.now())
		}
		if pause > maxPause || !again(c.method, failed.Status) {
			return nil, err
		}
		if err := a.wait(ctx, pause); err != nil {
			return nil, fmt.Errorf("gpd: %w", err)
		}
	}
}

// again reports whether a call that failed may be sent again at once. A POST that got no
// answer may have been carried out.
func again(method string, status int) bool {
	switch status {
	case http.StatusTooManyRequests:
		return true
	case 0, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return method != http.MethodPost
	default:
		return false
	}
}

// signed sends a call with the key that was taken last, then with the other one.
func (a *api) signed(ctx context.Context, c call) ([]byte, error) {
	first := a.key.Load()
	body, err := a.once(ctx, c, a.keys[first])
	failed, ok := errors.AsType[*Error](err)
	if !ok || failed.Status != http.StatusUnauthorized || len(a.keys) == 1 {
		return body, err
	}
	other := 1 - first
	c.spent = false // one more
	body, err = a.once(ctx, c, a.keys[other])
	if failed, ok := errors.AsType[*Error](err); !ok || failed.Status != http.StatusUnauthorized {
		a.key.Store(other)
	}
	return body, err
}

// once sends a call.
func (a *api) once(ctx context.Context, c call, key string) ([]byte, error) {
	req, err := a.request(ctx, c)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Ocp-Apim-Subscription-Key", key)
	if a.limit != nil {
		if err := a.wait(ctx, a.limit.reserve(a.now())); err != nil {
			return nil, fmt.Errorf("gpd: %w", err)
		}
	}
	if a.spend != nil && !c.spent {
		if err := a.spend(ctx); err != nil {
			return nil, err
		}
	}
	limited, cancel := context.WithTimeout(ctx, a.timeout)
	defer cancel()
	resp, err := a.http.Do(req.WithContext(limited))
	if err != nil {
		return nil, a.noAnswer(ctx, err)
	}
	defer func() { _ = resp.Body.Close() }() // read as far as it matters
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, a.noAnswer(ctx, err)
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, a.problem(resp, body)
	case len(body) > maxAnswer:
		return nil, unreadable("answer too long")
	}
	return body, nil
}

func (a *api) request(ctx context.Context, c call) (*http.Request, error) {
	var address strings.Builder
	address.WriteString(a.base)
	for _, part := range c.path {
		address.WriteString("/" + url.PathEscape(part))
	}
	if len(c.query) > 0 {
		address.WriteString("?" + c.query.Encode())
	}
	var body io.Reader
	if c.body != nil {
		b, err := json.Marshal(c.body)
		if err != nil {
			return nil, fmt.Errorf("gpd: %w", err)
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(ctx, c.method, address.String(), body)
	if err != nil {
		return nil, fmt.Errorf("gpd: %w", err)
	}
	if c.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	return req, nil
}

// noAnswer is the error of a call that got none, or ctx's if it has ended.
func (a *api) noAnswer(ctx context.Context, err error) error {
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("gpd: %w", ended)
	}
	return &Error{Title: "no answer", cause: pagonline.NewError(pagonline.CodeUnavailable).Because(err)}
}

// unreadable is the error of an answer that makes no sense. What was asked may have been
// done.
func unreadable(why string) *Error {
	return &Error{Status: http.StatusOK, Title: why, cause: pagonline.NewError(pagonline.CodeUnavailable)}
}
