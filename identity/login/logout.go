package login

import (
	"context"
	"fmt"
	"net/http"

	"github.com/pagonline/pagonline/identity"
)

// logout ends the browser's session here, and offers to end it at the provider too.
func (h *Handler) logout(w http.ResponseWriter, r *http.Request) {
	s := Session(r.Context())
	if secret := h.cookie(r, sessionCookie); secret != "" {
		if err := h.store.Sessions().Delete(r.Context(), identity.HashSecret(secret)); err != nil {
			h.Fail(w, r, unavailable(err))
			return
		}
	}
	h.setCookie(w, sessionCookie, "", -1)
	h.setCookie(w, loginCookie, "", -1)
	forget(r.Context())
	h.cfg.Log.InfoContext(r.Context(), "signed out", "session", s)
	page := Page{Name: PageSignedOut}
	if p, ok := h.providers[s.Auth.Login.Scheme].(identity.LogoutProvider); ok && !s.Auth.Login.IsZero() {
		c, err := p.BeginLogout(r.Context(), s.Auth.Login)
		if err == nil && c.Pending.Handle != "" {
			c.Pending.Handle = logoutHandle(c.Pending.RequestID)
			err = h.store.Pendings().Put(r.Context(), c.Pending)
		}
		if err != nil { // it is over here all the same
			h.cfg.Log.WarnContext(r.Context(), "no logout at the provider", "login", s.Auth.Login, "cause", err)
			c = identity.Challenge{}
		}
		page.Post = Form{Action: c.URL, Fields: c.Form}
	}
	h.show(w, r, http.StatusOK, page)
}

// singleLogout answers the provider that ends a sign-in, or that was asked to.
func (h *Handler) singleLogout(scheme identity.Scheme, p identity.LogoutProvider) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := readForm(w, r, maxAnswer); err != nil {
			h.Fail(w, r, err)
			return
		}
		out, err := p.Logout(r.Context(), identity.Callback{
			Method: r.Method, URL: h.base + r.URL.RequestURI(), Query: r.URL.RawQuery, Values: r.Form,
		})
		if err == nil && out.InResponseTo != "" {
			_, err = h.take(r.Context(), logoutHandle(out.InResponseTo))
		}
		if err != nil {
			h.cfg.Log.WarnContext(r.Context(), "logout refused", "scheme", scheme, "cause", err)
			h.Fail(w, r, err)
			return
		}
		if !out.Ended.IsZero() {
			n, err := h.end(r.Context(), out.Ended)
			if err != nil {
				h.Fail(w, r, unavailable(fmt.Errorf("login: logout: %w", err)))
				return
			}
			h.cfg.Log.InfoContext(r.Context(), "signed out by the provider", "login", out.Ended, "sessions", n)
		}
		if out.Reply.URL != "" {
			h.send(w, r, out.Reply, Page{Name: PagePost})
			return
		}
		h.show(w, r, http.StatusOK, Page{Name: PageSignedOut, Partial: out.Partial})
	})
}

// logoutHandle is the name of a logout under way, which its answer tells. A sign-in has
// another.
func logoutHandle(request string) string { return "logout " + request }

// end ends the sessions of a sign-in and returns how many there were. An entity may vouch
// in several schemes, whose logout is at one address.
func (h *Handler) end(ctx context.Context, l identity.Login) (ended int, err error) {
	err = h.store.Do(ctx, func(ctx context.Context) error {
		ended = 0
		for l.Scheme = range h.providers {
			n, err := h.store.Sessions().DeleteByLogin(ctx, l)
			if err != nil {
				return err
			}
			ended += n
		}
		return nil
	})
	return ended, err
}
