package login

import (
	"context"
	"net/http"
	"strings"

	"github.com/pagonline/pagonline"
)

// Wrap puts the protection of this package around a program's own pages: requests that
// change something have to come from this site, what goes out has the headers that keep
// it to itself, and [Session] knows who is there. The program may set other headers.
// Inside another Wrap of the same handler it does nothing; mount each handler beside, not
// inside, the other's Wrap.
func (h *Handler) Wrap(next http.Handler) http.Handler {
	inside := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s, err := h.current(r.Context(), r)
		if err == nil {
			err = h.seen(r.Context(), s)
		}
		if err != nil {
			h.Fail(w, r, pagonline.NewError(pagonline.CodeUnavailable).Because(err))
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, &visit{h, s})))
	})
	checked := h.origins.Handler(inside)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if v, ok := r.Context().Value(contextKey{}).(*visit); ok && v.of == h {
			next.ServeHTTP(w, r)
			return
		}
		h.protect(w.Header())
		checked.ServeHTTP(w, r)
	})
}

// protect sets the headers of every answer.
func (h *Handler) protect(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", policy(true, "'none'", ""))
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Referrer-Policy", "same-origin") // "no-referrer" would hide the origin from our own check
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	if h.secure {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// policy returns the Content-Security-Policy. Forms that are posted to a provider may go
// anywhere, as providers send a browser on to addresses that nobody tells us.
func policy(formsStay bool, script, style string) string {
	p := "default-src 'none'; script-src " + script + "; style-src " + strings.TrimSpace("'self' "+style) + "; img-src 'self' data:; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"
	if formsStay {
		p += "; form-action 'self'"
	}
	return p
}

// crossOrigin answers a request that another site made in our name.
func (h *Handler) crossOrigin(w http.ResponseWriter, r *http.Request) {
	h.Fail(w, r, pagonline.NewError(pagonline.CodeNotAllowed))
}

func (h *Handler) nothing(w http.ResponseWriter, r *http.Request) {
	h.Fail(w, r, pagonline.NewError(pagonline.CodeNotFound))
}

// Language returns "it" or "en": in what to answer the request.
func (h *Handler) Language(r *http.Request) string { return h.cfg.Language(r) }

// acceptLanguage returns the first of "it" and "en" that a browser asks for, "it" if it
// asks for neither.
func acceptLanguage(r *http.Request) string {
	accept := r.Header.Get("Accept-Language")
	for tag := range strings.SplitSeq(accept[:min(len(accept), 200)], ",") {
		switch tag = strings.ToLower(strings.TrimSpace(tag)); {
		case strings.HasPrefix(tag, "it"):
			return "it"
		case strings.HasPrefix(tag, "en"):
			return "en"
		}
	}
	return "it"
}
