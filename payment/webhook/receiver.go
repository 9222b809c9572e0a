package webhook

import (
	"context"
	"errors"
	"net/http"

	"github.com/pagonline/pagonline"
)

// Receiver returns a handler that hands each request to take, once it is verified, with
// its webhook-id. It answers 204 when take returns nil, 503 for its error and for what
// could not be read, so that the event comes again, and else 401 for what is not
// authentic, 413 for what is too large, 400 for what makes no sense, 405 for what is no
// POST.
func (v *Verifier) Receiver(take func(ctx context.Context, id string, p Payload) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		id, p, err := v.Read(r)
		status := http.StatusNoContent
		switch {
		case errors.Is(err, ErrTooLarge):
			status = http.StatusRequestEntityTooLarge
		case errors.Is(err, pagonline.ErrDenied):
			status = http.StatusUnauthorized
		case errors.Is(err, pagonline.ErrInvalid):
			status = http.StatusBadRequest
		case err != nil:
			status = http.StatusServiceUnavailable
		case take(r.Context(), id, p) != nil:
			status = http.StatusServiceUnavailable
		}
		if status == http.StatusNoContent {
			w.WriteHeader(status)
			return
		}
		http.Error(w, http.StatusText(status), status)
	})
}
