package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/pagonline/pagonline/identity"
)

// The cookies, without their prefix.
const (
	sessionCookie = "session"
	loginCookie   = "login"
)

// loginMinutes is how long the cookie of a sign-in lasts.
const loginMinutes = 10

type contextKey struct{}

// visit is what a request knows of its session.
type visit struct {
	of      *Handler
	session identity.Session
}

// Session returns the session of the request with the context ctx: inside
// [Handler.Wrap], the innermost one, for a browser that has one. Otherwise it is the zero value, which is of
// nobody.
func Session(ctx context.Context) identity.Session {
	if v, ok := ctx.Value(contextKey{}).(*visit); ok {
		return v.session
	}
	return identity.Session{}
}

// forget leaves the rest of the request, its page among it, without the session that has
// ended.
func forget(ctx context.Context) {
	if v, ok := ctx.Value(contextKey{}).(*visit); ok {
		v.session = identity.Session{}
	}
}

// Start returns the browser's session, and gives it one of nobody if it has none: for a
// cart that is filled before signing in. It has to be called inside [Handler.Wrap],
// before the answer's body. Its error has [pagonline.CodeTooManyAttempts] if there were too
// many from one network.
func (h *Handler) Start(w http.ResponseWriter, r *http.Request) (identity.Session, error) {
	v, ok := r.Context().Value(contextKey{}).(*visit)
	if !ok || v.of != h {
		return identity.Session{}, errors.New("login: Start outside Wrap")
	}
	if v.session.ID != "" {
		return v.session, nil
	}
	if err := h.count(r, countStart); err != nil {
		return identity.Session{}, err
	}
	secret, now := newSecret(), h.cfg.Now().UTC()
	s := identity.Session{ID: identity.HashSecret(secret), CreatedAt: now, SeenAt: now, Expires: now.Add(h.cfg.Anonymous)}
	if err := h.store.Sessions().Insert(r.Context(), s); err != nil {
		return identity.Session{}, fmt.Errorf("login: session: %w", err)
	}
	h.setCookie(w, sessionCookie, secret, 0)
	v.session = s
	return s, nil
}

// current returns the session of the browser's cookie, zero if there is none or it is
// over.
func (h *Handler) current(ctx context.Context, r *http.Request) (identity.Session, error) {
	secret := h.cookie(r, sessionCookie)
	if secret == "" {
		return identity.Session{}, nil
	}
	s, err := h.store.Sessions().Get(ctx, identity.HashSecret(secret))
	if errors.Is(err, identity.ErrNotFound) {
		return identity.Session{}, nil
	}
	if err != nil {
		return identity.Session{}, fmt.Errorf("login: session: %w", err)
	}
	now := h.cfg.Now()
	if !now.Before(s.Expires) || s.SignedIn() && now.Sub(s.SeenAt) >= h.cfg.Idle {
		return identity.Session{}, nil
	}
	return s, nil
}

// seen notes that the browser is here, once a minute.
func (h *Handler) seen(ctx context.Context, s identity.Session) error {
	now := h.cfg.Now().UTC()
	if s.ID == "" || now.Sub(s.SeenAt) < time.Minute {
		return nil
	}
	err := h.store.Sessions().Update(ctx, s.ID, func(s *identity.Session) error {
		s.SeenAt = now
		return nil
	})
	if err != nil && !errors.Is(err, identity.ErrNotFound) {
		return fmt.Errorf("login: session: %w", err)
	}
	return nil
}

// signIn replaces the browser's session by one of who signed in, whose cookie is to hold
// secret. It is called inside a transaction.
func (h *Handler) signIn(ctx context.Context, r *http.Request, auth identity.Authentication, secret string) error {
	before, err := h.current(ctx, r)
	if err != nil {
		return err
	}
	now := h.cfg.Now().UTC()
	after := identity.Session{ID: identity.HashSecret(secret), Auth: auth, CreatedAt: now, SeenAt: now, Expires: now.Add(h.cfg.Lifetime)}
	if !before.SignedIn() || before.Owner() == after.Owner() {
		after.State = before.State
	}
	if old := h.cookie(r, sessionCookie); old != "" {
		if err := h.store.Sessions().Delete(ctx, identity.HashSecret(old)); err != nil {
			return fmt.Errorf("login: session: %w", err)
		}
	}
	if err := h.store.Sessions().Insert(ctx, after); err != nil {
		return fmt.Errorf("login: session: %w", err)
	}
	return h.cfg.OnSignIn(ctx, before, after)
}

// cookie returns the value of a cookie of ours, "" if it has not the form of one.
func (h *Handler) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(h.cookieName(name))
	if err != nil || len(c.Value) != secretLength {
		return ""
	}
	return c.Value
}

func (h *Handler) cookieName(name string) string {
	if h.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie gives the browser a cookie, for as long as it runs or for some minutes; with
// -1 it takes the cookie away.
func (h *Handler) setCookie(w http.ResponseWriter, name, value string, minutes int) {
	c := &http.Cookie{ //nolint:gosec // Secure everywhere but on a loopback host
		Name: h.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: h.secure,
		SameSite: http.SameSiteLaxMode, MaxAge: minutes * 60,
	}
	if name == loginCookie && h.secure {
		c.SameSite = http.SameSiteNoneMode
	}
	http.SetCookie(w, c)
}
