package login

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
)

// step is what a pending sign-in keeps for this package.
type step struct {
	Browser string          `json:"browser"` // hash of the sign-in's cookie
	Scheme  identity.Scheme `json:"scheme"`
	Return  string          `json:"return"`
	// Auth is set once the provider has answered, and only the session is missing.
	Auth *identity.Authentication `json:"auth,omitempty"`
}

func (s step) bytes() ([]byte, error) {
	return json.Marshal(s) //nolint:musttag // the fields of identity have the names that they have
}

// readStep returns what p keeps, if it is for this browser: one whose cookie is nonce. An
// empty nonce will do where the cookie could not come along.
func readStep(p identity.Pending, nonce string, cookieComes bool) (step, error) {
	var s step
	if err := json.Unmarshal(p.State, &s); err != nil { //nolint:musttag // as above
		return step{}, fmt.Errorf("login: state: %w", identity.ErrPending)
	}
	if nonce == "" && !cookieComes {
		return s, nil
	}
	if !sameSecret(identity.HashSecret(nonce), s.Browser) {
		return step{}, fmt.Errorf("login: another browser: %w", identity.ErrPending)
	}
	return s, nil
}

// consume reads what the browser brings back from a provider.
func (h *Handler) consume(scheme identity.Scheme) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h.count(r, countAnswer)
		if err == nil {
			err = readForm(w, r, maxAnswer)
		}
		if err != nil {
			h.Fail(w, r, err)
			return
		}
		back := identity.Callback{Method: r.Method, URL: h.base + r.URL.RequestURI(), Query: r.URL.RawQuery, Values: r.Form}
		s, idp, err := h.complete(r, back)
		if err != nil {
			h.failed(r.Context(), "answer", cmp.Or(s.Scheme, scheme), err) // eIDAS answers where SPID does
			h.show(w, r, status(err), Page{Name: PageError, Error: pagonline.AsError(err), Again: again(s, idp, err)})
			return
		}
		secret := newSecret()
		state, err := s.bytes()
		if err == nil {
			err = h.store.Pendings().Put(r.Context(), identity.Pending{
				Handle: finishHandle(secret), Scheme: s.Scheme, IssuedAt: h.cfg.Now().UTC(),
				Expires: h.cfg.Now().UTC().Add(finishWithin), State: state,
			})
		}
		if err != nil {
			h.Fail(w, r, unavailable(err))
			return
		}
		http.Redirect(w, r, "/login/finish?h="+secret, http.StatusSeeOther)
	})
}

// complete takes the sign-in that the answer names, and has its provider read the answer.
// The step is returned with an error too, if the browser is the right one.
func (h *Handler) complete(r *http.Request, back identity.Callback) (s step, idp string, err error) {
	handle := back.Values.Get("RelayState")
	if handle == "" {
		handle = back.Values.Get("handle")
	}
	p, err := h.take(r.Context(), handle)
	if err != nil {
		return step{}, "", err
	}
	s, err = readStep(p, h.cookie(r, loginCookie), h.secure || r.Header.Get("Sec-Fetch-Site") != "cross-site")
	if err != nil {
		return step{}, "", err
	}
	provider, known := h.providers[s.Scheme]
	if !known || s.Auth != nil {
		return step{}, "", fmt.Errorf("login: no answer is due: %w", identity.ErrPending)
	}
	auth, err := provider.Complete(r.Context(), back, p)
	if err != nil {
		return s, p.IdP, err
	}
	s.Auth = &auth
	return s, p.IdP, nil
}

// take returns the pending sign-in, once and in time.
func (h *Handler) take(ctx context.Context, handle string) (identity.Pending, error) {
	if handle == "" || len(handle) > maxHandle {
		return identity.Pending{}, fmt.Errorf("login: no sign-in named: %w", identity.ErrPending)
	}
	p, err := h.store.Pendings().Take(ctx, handle)
	switch {
	case errors.Is(err, identity.ErrNotFound):
		return identity.Pending{}, fmt.Errorf("login: unknown sign-in: %w", identity.ErrPending)
	case err != nil:
		return identity.Pending{}, unavailable(err)
	case !h.cfg.Now().Before(p.Expires):
		return identity.Pending{}, fmt.Errorf("login: too late: %w", identity.ErrPending)
	}
	return p, nil
}

// finish opens the session of who signed in.
func (h *Handler) finish(w http.ResponseWriter, r *http.Request) {
	secret := newSecret()
	var s step
	err := h.store.Do(r.Context(), func(ctx context.Context) error {
		p, err := h.take(ctx, finishHandle(r.URL.Query().Get("h")))
		if err != nil {
			return err
		}
		if s, err = readStep(p, h.cookie(r, loginCookie), true); err != nil {
			return err
		}
		if s.Auth == nil {
			return fmt.Errorf("login: not answered: %w", identity.ErrPending)
		}
		return h.signIn(ctx, r, *s.Auth, secret)
	})
	if err != nil {
		h.failed(r.Context(), "finish", s.Scheme, err)
		h.Fail(w, r, err)
		return
	}
	h.welcome(w, r, *s.Auth, secret, s.Return)
}

// welcome gives the browser the new session's cookie and sends it where it was going.
func (h *Handler) welcome(w http.ResponseWriter, r *http.Request, auth identity.Authentication, secret, path string) {
	h.cfg.Log.InfoContext(r.Context(), "signed in", "auth", auth)
	h.setCookie(w, sessionCookie, secret, 0)
	http.Redirect(w, r, path, http.StatusSeeOther)
}

// finishHandle is the name of an answered sign-in: the secret itself is kept nowhere.
func finishHandle(secret string) string { return "finish " + identity.HashSecret(secret) }

// again returns the address at which to begin once more, "" if that makes no sense.
func again(s step, idp string, err error) string {
	if s.Scheme == "" || !identity.Retry(err) {
		return ""
	}
	query := url.Values{"return": {s.Return}}
	if idp != "" {
		query.Set("idp", idp)
	}
	return "/" + string(s.Scheme) + "/login?" + query.Encode()
}
