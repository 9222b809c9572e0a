package webhook

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pagonline/pagonline"
)

// ErrGone says that the receiver answered 410 Gone: it wants no more events. The client
// sends none any more, and each is an error that wraps ErrGone, so that none is taken for
// delivered. Take the webhook out of the configuration, or make a new client.
var ErrGone = errors.New("webhook: the receiver wants no more events (410 Gone)")

// Error says that the receiver has not taken an event. It wraps a [pagonline.Error] of the
// class [pagonline.ErrUnavailable], or with [pagonline.CodeNotAllowed] beside [ErrGone].
type Error struct {
	Status  int // of the HTTP answer; 0 if there was none
	retryAt time.Time
	cause   error
}

func goneError() *Error {
	return &Error{Status: http.StatusGone, cause: pagonline.NewError(pagonline.CodeNotAllowed).Because(ErrGone)}
}

// Error returns the status and what it means.
func (e *Error) Error() string {
	if e.Status == 0 {
		return "webhook: no answer"
	}
	return fmt.Sprintf("webhook: HTTP %d: %s", e.Status, http.StatusText(e.Status))
}

// Retryable reports whether the same event may be taken later.
func (e *Error) Retryable() bool { return errors.Is(e.cause, pagonline.ErrUnavailable) }

// RetryAt returns when the receiver wants to see the event again (Retry-After), the zero
// time if it does not say.
func (e *Error) RetryAt() time.Time { return e.retryAt }

// Unwrap returns a [pagonline.Error], with the reason in it.
func (e *Error) Unwrap() error { return e.cause }

// maxReason bounds what the log gets, some of which the receiver may have written.
const maxReason = 200

// reason returns what is known beside the status, "" for nothing.
func (e *Error) reason() string {
	if why := pagonline.AsError(e.cause).Detail; why != nil {
		return fmt.Sprintf("%.*s", maxReason, why)
	}
	return ""
}
