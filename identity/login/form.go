package login

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"time"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// What a browser may send.
const (
	maxAnswer = 512 << 10 // an answer in base64 and a little
	maxFields = 16 << 10  // a page's fields
	maxHandle = 512
)

// finishWithin is how long the way from the answer to the session may take.
const finishWithin = time.Minute

// readForm reads at most limit bytes of form.
func readForm(w http.ResponseWriter, r *http.Request, limit int64) error {
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	if err := r.ParseForm(); err != nil {
		return pagonline.NewError(pagonline.CodeInputSyntax, pagonline.Text{It: "modulo", En: "form"}).Because(unreadable(err))
	}
	return nil
}

// unreadable says what is wrong with a form without quoting it.
func unreadable(err error) error {
	if _, long := errors.AsType[*http.MaxBytesError](err); long {
		return errors.New("login: form too long")
	}
	return errors.New("login: not a form")
}

// Fail answers with the page of err: its text for the person, and the status of its class.
func (h *Handler) Fail(w http.ResponseWriter, r *http.Request, err error) {
	e := pagonline.AsError(err)
	if errors.Is(e, pagonline.ErrInternal) || errors.Is(e, pagonline.ErrUnavailable) {
		h.cfg.Log.ErrorContext(r.Context(), "failed", "path", r.URL.Path, "code", e.Code, "cause", e.Detail)
	}
	h.show(w, r, status(e), Page{Name: PageError, Error: e})
}

// failed tells the log of a sign-in that did not come about.
func (h *Handler) failed(ctx context.Context, what string, scheme identity.Scheme, err error) {
	h.cfg.Log.WarnContext(ctx, "not signed in", "step", what, "scheme", scheme, "code", pagonline.CodeOf(err), "cause", err, "detail", pagonline.AsError(err).Detail)
}

// status returns the HTTP status for an error, by its class.
func status(err error) int {
	switch e := pagonline.AsError(err); {
	case e.Code == pagonline.CodeTooManyAttempts:
		return http.StatusTooManyRequests
	case errors.Is(e, pagonline.ErrInvalid):
		return http.StatusBadRequest
	case errors.Is(e, pagonline.ErrNotFound):
		return http.StatusNotFound
	case errors.Is(e, pagonline.ErrConflict):
		return http.StatusConflict
	case errors.Is(e, pagonline.ErrDenied):
		return http.StatusForbidden
	case errors.Is(e, pagonline.ErrUnavailable):
		return http.StatusServiceUnavailable
	default:
		return http.StatusInternalServerError
	}
}

// unavailable is for what a store could not do; an error with a code stays as it is.
func unavailable(err error) error {
	if _, coded := errors.AsType[*pagonline.Error](err); coded {
		return err
	}
	return pagonline.NewError(pagonline.CodeUnavailable).Because(err)
}

func sameSecret(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
