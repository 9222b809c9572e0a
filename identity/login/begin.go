package login

import (
	"net/http"

	"github.com/pagonline/pagonline/identity"
)

// maxEntity bounds the name of an identity provider.
const maxEntity = 1024

// begin sends the browser to sign in.
func (h *Handler) begin(scheme identity.Scheme) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := h.count(r, countBegin); err != nil {
			h.Fail(w, r, err)
			return
		}
		query := r.URL.Query()
		idp, back := query.Get("idp"), path(query.Get("return"), h.cfg.Home)
		if len(idp) > maxEntity {
			h.Fail(w, r, identity.ErrProvider)
			return
		}
		c, err := h.providers[scheme].Begin(r.Context(), identity.Request{
			CallbackURL: h.base + "/" + string(scheme) + "/acs", IdP: idp, Assurance: h.cfg.Assurance,
		})
		if err != nil {
			h.failed(r.Context(), "begin", scheme, err)
			h.Fail(w, r, err)
			return
		}
		nonce := h.cookie(r, loginCookie) // of a sign-in in another tab, perhaps
		if nonce == "" {
			nonce = newSecret()
		}
		c.Pending.State, err = step{Browser: identity.HashSecret(nonce), Scheme: scheme, Return: back}.bytes()
		if err == nil {
			err = h.store.Pendings().Put(r.Context(), c.Pending)
		}
		if err != nil {
			h.Fail(w, r, unavailable(err))
			return
		}
		h.setCookie(w, loginCookie, nonce, loginMinutes)
		h.send(w, r, c, Page{Name: PagePost})
	})
}

// send sends the browser on with the challenge; page is the one that posts its form.
func (h *Handler) send(w http.ResponseWriter, r *http.Request, c identity.Challenge, page Page) {
	if len(c.Form) == 0 {
		http.Redirect(w, r, c.URL, http.StatusFound)
		return
	}
	page.Post = Form{Action: c.URL, Fields: c.Form}
	h.show(w, r, http.StatusOK, page)
}

// metadata publishes the document of a provider.
func (h *Handler) metadata(p identity.MetadataProvider) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, mediaType, err := p.Metadata(r.Context())
		if err != nil {
			h.failed(r.Context(), "metadata", "", err)
			h.Fail(w, r, err)
			return
		}
		w.Header().Set("Content-Type", mediaType)
		_, _ = w.Write(body) // to a browser that may be gone
	})
}
