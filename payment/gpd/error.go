package gpd

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/payment"
)

// Error is a refusal by one of the services, or a failure to reach it. It wraps a
// [pagonline.Error] and, where the reason is known, that of package payment:
// [payment.ErrUnknown] for what is not there, [payment.ErrPaid], [payment.ErrExpired].
type Error struct {
	Status  int    // of the HTTP answer; 0 if there was none
	Title   string // what the service said, for the log
	Detail  string // the same at length; for the log only, it may name people
	retryAt time.Time
	cause   error
}

// Error returns the status and what it means.
func (e *Error) Error() string {
	if e.Status == 0 {
		return "gpd: " + e.Title
	}
	return fmt.Sprintf("gpd: HTTP %d: %s", e.Status, e.Title)
}

// Retryable reports whether the same call may succeed later.
func (e *Error) Retryable() bool { return errors.Is(e.cause, pagonline.ErrUnavailable) }

// RetryAt returns when the same call may be made again, the zero time if it does not
// matter or is not known.
func (e *Error) RetryAt() time.Time { return e.retryAt }

// Unwrap returns a [pagonline.Error], with the reason in it.
func (e *Error) Unwrap() error { return e.cause }

// because returns a copy of e with another code and reason.
func (e *Error) because(code pagonline.Code, reason error) *Error {
	c := *e
	c.cause = pagonline.NewError(code).Because(reason)
	return &c
}

// maxTitle bounds what is kept of an answer's title.
const maxTitle = 140

// problem makes an error of an answer that is no success (ProblemJson).
func (a *api) problem(resp *http.Response, body []byte) *Error {
	var said struct {
		Title  string `json:"title"`
		Detail string `json:"detail"`
	}
	if json.Unmarshal(body, &said) != nil || said.Title == "" {
		said.Title = http.StatusText(resp.StatusCode)
	}
	e := &Error{Status: resp.StatusCode, Title: clip(said.Title), Detail: said.Detail, retryAt: a.retryAt(resp)}
	code, reason := pagonline.CodeInternal, error(nil)
	switch {
	case resp.StatusCode == http.StatusBadRequest:
		code = pagonline.CodeInputSyntax
	case resp.StatusCode == http.StatusForbidden:
		code = pagonline.CodeNotAllowed // another's notices, or segregation code
	case resp.StatusCode == http.StatusNotFound:
		code, reason = pagonline.CodeNotFound, payment.ErrUnknown
	case resp.StatusCode == http.StatusConflict, resp.StatusCode == http.StatusUnprocessableEntity:
		code = pagonline.CodeConflict
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode >= 500:
		code = pagonline.CodeUnavailable
	}
	e.cause = pagonline.NewError(code, pagonline.Same("GPD")).Because(reason)
	return e
}

// clip cuts s to a length for the log, on one line.
func clip(s string) string {
	s = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, s), "")
	n := 0
	for i := range s {
		if n == maxTitle {
			return s[:i]
		}
		n++
	}
	return s
}

// retryAt reads Retry-After, in seconds or as a date.
func (a *api) retryAt(resp *http.Response) time.Time {
	said := resp.Header.Get("Retry-After")
	if n, err := strconv.ParseUint(said, 10, 31); err == nil {
		return a.now().Add(time.Duration(n) * time.Second)
	}
	at, err := http.ParseTime(said)
	if err != nil {
		return time.Time{}
	}
	return at
}
