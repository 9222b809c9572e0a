package login

import (
	"context"
	"net/http"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
)

// Links returns the pages of this package that the mails of the account by e-mail point
// to, on the site at baseURL.
func Links(baseURL string) local.Links {
	base := strings.TrimSuffix(baseURL, "/")
	return local.Links{
		Activate: base + "/local/activate?token={token}", Reset: base + "/local/reset?token={token}",
		ChangeEmail: base + "/local/email?token={token}", Contact: base + "/contact?token={token}", SignIn: base + "/local/login",
	}
}

// target is one address of the account by e-mail. Without a token it asks, with one it
// acts on what was mailed.
type target struct {
	// ask is the page without a token, token the one with it; "" for none.
	ask, token PageName
	purpose    identity.Purpose // of the token
	who        access
	// act does what was posted and returns the page that says so. A page without a name
	// has been answered already.
	act func(w http.ResponseWriter, r *http.Request) (PageName, error)
}

// access says who may ask; with a token that was mailed anybody may.
type access int

const (
	anybody     access = iota
	signedIn           // with any provider
	accountOnly        // with an account by e-mail
)

// localRoutes mounts the account by e-mail.
func (h *Handler) localRoutes() {
	for path, t := range map[string]target{
		"/local/register": {ask: PageRegister, act: h.register},
		"/local/activate": {ask: PageActivate, token: PageActivate, purpose: identity.ActivateAccount, act: h.activate},
		"/local/login":    {ask: PageLogin, act: h.localLogin},
		"/local/reset":    {ask: PageReset, token: PagePassword, purpose: identity.ResetPassword, act: h.reset},
		"/local/email":    {ask: PageEmail, token: PageConfirmEmail, purpose: identity.ChangeEmail, who: accountOnly, act: h.changeEmail},
		"/local/close":    {ask: PageClose, who: accountOnly, act: h.close},
		"/contact":        {ask: PageContact, token: PageConfirm, purpose: identity.ConfirmContact, who: signedIn, act: h.contact},
	} {
		h.mux.Handle("GET "+path, h.counted(h.asks(t)))
		h.mux.Handle("POST "+path, h.counted(h.acts(t)))
	}
}

// counted says where a request comes from, for the limits, and bounds what it brings.
func (h *Handler) counted(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := readForm(w, r, maxFields); err != nil {
			h.Fail(w, r, err)
			return
		}
		next(w, r.WithContext(local.From(r.Context(), h.cfg.Client(r))))
	})
}

// asks shows the page of a target. A token is looked at and not used up: mail scanners
// open links too.
func (h *Handler) asks(t target) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := r.Form.Get("token")
		if token == "" || t.token == "" {
			if !h.admits(w, r, t.who) {
				return
			}
			h.show(w, r, http.StatusOK, Page{Name: t.ask, Values: h.typed(r)})
			return
		}
		// The address holds the token: the next page is told the site alone.
		w.Header().Set("Referrer-Policy", "strict-origin")
		if err := h.cfg.Local.Peek(r.Context(), t.purpose, token); err != nil {
			h.refuse(w, r, t.ask, err)
			return
		}
		h.show(w, r, http.StatusOK, Page{Name: t.token, Values: h.typed(r)})
	}
}

// acts does what was posted.
func (h *Handler) acts(t target) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page := t.ask
		if r.PostForm.Has("token") && t.token != "" {
			page = t.token
		} else if !h.admits(w, r, t.who) {
			return
		}
		next, err := t.act(w, r)
		switch {
		case err != nil:
			h.refuse(w, r, page, err)
		case next != "":
			h.show(w, r, http.StatusOK, Page{Name: next})
		}
	}
}

// refuse shows the page again, with what is wrong and what was typed.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, page PageName, err error) {
	e := pagonline.AsError(err)
	h.cfg.Log.InfoContext(r.Context(), "refused", "page", page, "code", e.Code)
	h.show(w, r, status(e), Page{Name: page, Error: e, Values: h.typed(r)})
}

// typed returns the fields to show again.
func (h *Handler) typed(r *http.Request) map[string]string {
	values := map[string]string{}
	for _, name := range []string{"email", "given_name", "family_name", "nationality", "token"} {
		values[name] = r.Form.Get(name)
	}
	values["nationality"] = nationality(values["nationality"])
	values["return"] = path(r.Form.Get("return"), "")
	return values
}

func nationality(typed string) string { return strings.ToUpper(strings.TrimSpace(typed)) }

// admits reports whether the browser's person may ask, and answers who may not: nobody is
// told to sign in first.
func (h *Handler) admits(w http.ResponseWriter, r *http.Request, who access) bool {
	s, refused := Session(r.Context()), pagonline.NewError(pagonline.CodeNotAllowed)
	switch {
	case who >= signedIn && !s.SignedIn():
		refused.Text = pagonline.Text{It: "Per proseguire bisogna accedere.", En: "You have to sign in first."}
		h.show(w, r, http.StatusUnauthorized, Page{Name: PageError, Error: refused})
	case who == accountOnly && s.Auth.Person.Subject.Scheme != identity.Local:
		h.Fail(w, r, refused)
	default:
		return true
	}
	return false
}

func (h *Handler) register(_ http.ResponseWriter, r *http.Request) (PageName, error) {
	f := r.PostForm
	return PageSent, h.cfg.Local.Register(r.Context(), local.Registration{
		Email: f.Get("email"), Password: f.Get("password"), GivenName: f.Get("given_name"), FamilyName: f.Get("family_name"),
		Nationality: nationality(f.Get("nationality")), Language: h.Language(r),
	})
}

func (h *Handler) activate(_ http.ResponseWriter, r *http.Request) (PageName, error) {
	if !r.PostForm.Has("token") {
		return PageSent, h.cfg.Local.Resend(r.Context(), r.PostForm.Get("email"), h.Language(r))
	}
	_, err := h.cfg.Local.Activate(r.Context(), r.PostForm.Get("token"))
	return PageActivated, err
}

func (h *Handler) reset(_ http.ResponseWriter, r *http.Request) (PageName, error) {
	if r.PostForm.Has("token") {
		return PageChanged, h.cfg.Local.Reset(r.Context(), r.PostForm.Get("token"), r.PostForm.Get("password"))
	}
	if s := Session(r.Context()); s.SignedIn() && s.Auth.Person.Subject.Scheme != identity.Local {
		return "", pagonline.NewError(pagonline.CodeResetNotApplicable)
	}
	return PageSent, h.cfg.Local.RequestReset(r.Context(), r.PostForm.Get("email"), h.Language(r))
}

// localLogin opens the session of who knows the password.
func (h *Handler) localLogin(w http.ResponseWriter, r *http.Request) (PageName, error) {
	account, err := h.cfg.Local.SignIn(r.Context(), r.PostForm.Get("email"), r.PostForm.Get("password"))
	if err != nil {
		return "", err
	}
	auth := identity.Authentication{Person: account.Person(), Assurance: identity.SelfAsserted, At: h.cfg.Now().UTC()}
	secret := newSecret()
	err = h.store.Do(r.Context(), func(ctx context.Context) error {
		if err := h.cfg.Local.Still(ctx, account); err != nil {
			return err
		}
		return h.signIn(ctx, r, auth, secret)
	})
	if err != nil {
		return "", err
	}
	h.welcome(w, r, auth, secret, path(r.PostForm.Get("return"), h.cfg.Home))
	return "", nil
}

func (h *Handler) changeEmail(_ http.ResponseWriter, r *http.Request) (PageName, error) {
	if r.PostForm.Has("token") {
		return PageActivated, h.cfg.Local.ConfirmEmail(r.Context(), r.PostForm.Get("token"))
	}
	return PageSent, h.cfg.Local.AskEmail(r.Context(), accountID(r), r.PostForm.Get("password"), r.PostForm.Get("email"))
}

// close closes the account for ever, and with it all its sessions.
func (h *Handler) close(w http.ResponseWriter, r *http.Request) (PageName, error) {
	if _, err := h.cfg.Local.Confirm(r.Context(), accountID(r), r.PostForm.Get("password")); err != nil {
		return "", err
	}
	if err := h.cfg.Local.Delete(r.Context(), accountID(r)); err != nil {
		return "", err
	}
	h.setCookie(w, sessionCookie, "", -1)
	forget(r.Context())
	return PageClosed, nil
}

func (h *Handler) contact(_ http.ResponseWriter, r *http.Request) (PageName, error) {
	if r.PostForm.Has("token") {
		_, err := h.cfg.Local.ConfirmContact(r.Context(), r.PostForm.Get("token"))
		return PageContacted, err
	}
	return PageSent, h.cfg.Local.AskContact(r.Context(), Session(r.Context()).Owner(), r.PostForm.Get("email"), h.Language(r))
}

func accountID(r *http.Request) string { return Session(r.Context()).Auth.Person.Subject.Value }
