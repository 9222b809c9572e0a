package main

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"io"
	"net/http"
	"strings"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/identity/login"
)

//go:embed pages.html
var pagesHTML string

//go:embed style.css
var styleCSS []byte

var pages = template.Must(template.New("").Parse(pagesHTML))

// view is what a page of the portal shows.
type view struct {
	Lang    string
	Title   string
	Test    bool // outside production
	Session identity.Session
	Body    template.HTML
	Ways    ways
	Mailbox bool // there is one
	Contact string
	Mails   []mailed
}

// ways are how to sign in, all of them or those that a nationality has.
type ways struct {
	Countries   []local.Country
	Nationality string // "" if it was not told
	Error       *pagonline.Error
	Hint        string // which way it is, for the nationality
	Buttons     []buttons
	Italian     []buttons // for foreigners who have SPID or CIE
	Email       bool      // the account by e-mail
}

// buttons are the ways to sign in with one scheme.
type buttons struct {
	Label   string
	Choices []choice
}

// choice is one identity provider.
type choice struct{ Name, Path string }

// T returns the text in the page's language.
func (v view) T(it, en string) string { return pagonline.Text{It: it, En: en}.In(v.Lang) }

// SignedInWith returns how the person signed in and at which level.
func (v view) SignedInWith() string {
	a := v.Session.Auth
	scheme, level := string(a.Person.Subject.Scheme), a.Assurance.String()
	if name, ok := schemeNames[a.Person.Subject.Scheme]; ok {
		scheme = name
	}
	if name, ok := levels[a.Assurance]; ok {
		level = name.In(v.Lang)
	}
	return scheme + ", " + level
}

// ForeignID returns the identifier as text: by itself it is printed for a log.
func (v view) ForeignID() string { return string(v.Session.Auth.Person.ForeignID) }

func (p *portal) view(r *http.Request, lang string) view {
	return view{
		Lang: lang, Test: p.entity.trial(), Session: login.Session(r.Context()), Mailbox: p.mailbox != nil,
	}
}

// render puts a page of the sign-in into the portal's document.
func (p *portal) render(page login.Page, w io.Writer, r *http.Request) error {
	body, err := page.Content()
	if err != nil {
		return err
	}
	v := p.view(r, page.Lang)
	v.Body, v.Title = body, page.Title()
	return pages.ExecuteTemplate(w, "body", v)
}

// show answers with a page of the portal's own.
func (p *portal) show(w http.ResponseWriter, status int, name string, v view) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, v); err != nil {
		p.log.Error("page", "name", name, "cause", err)
		http.Error(w, "Errore interno / Internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who hung up reads no more
}

// start offers the ways to sign in.
func (p *portal) start(w http.ResponseWriter, r *http.Request) { p.choose(w, r, http.StatusOK) }

func (p *portal) choose(w http.ResponseWriter, r *http.Request, status int) {
	v := p.view(r, p.login.Language(r))
	v.Title, v.Ways = "Accedi come utente", p.ways(r.URL.Query().Get("nationality"), v.Lang)
	if v.Ways.Error != nil {
		status = http.StatusBadRequest
	}
	p.show(w, status, "start", v)
}

// ways returns how people of a nationality sign in.
func (p *portal) ways(nationality, lang string) ways {
	policy := p.local.Policy()
	w := ways{Countries: policy.Countries(lang), Nationality: strings.ToUpper(strings.TrimSpace(nationality))}
	abroad := policy.CheckEIDAS(w.Nationality)
	if w.Nationality == "" || errors.Is(abroad, pagonline.ErrInvalid) {
		if w.Nationality != "" {
			w.Nationality, w.Error = "", pagonline.AsError(abroad)
		}
		w.Buttons, w.Email = p.signs.buttons(lang, samlSchemes), true
		return w
	}
	var schemes []identity.Scheme
	byEmail := policy.Check(w.Nationality)
	switch {
	case w.Nationality == "IT":
		schemes = italian
		w.Hint = pagonline.Text{It: "Con la nazionalità italiana si accede con SPID o con CIE.", En: "Italians sign in with SPID or CIE."}.In(lang)
	case abroad != nil:
		w.Hint = pagonline.AsError(abroad).In(lang)
	default:
		schemes = []identity.Scheme{identity.EIDAS}
		if byEmail != nil {
			w.Hint = pagonline.AsError(byEmail).In(lang)
		}
	}
	w.Buttons, w.Email = p.signs.buttons(lang, schemes), byEmail == nil
	if w.Nationality != "IT" {
		w.Italian = p.signs.buttons(lang, italian)
	}
	return w
}

// me tells who is signed in, and asks for an address if there is none.
func (p *portal) me(w http.ResponseWriter, r *http.Request) {
	v := p.view(r, p.login.Language(r))
	if !v.Session.SignedIn() {
		p.choose(w, r, http.StatusUnauthorized)
		return
	}
	v.Title = v.T("I tuoi dati", "Your data")
	switch contact, err := p.store.Contacts().Get(r.Context(), v.Session.Owner()); {
	case err == nil:
		v.Contact = contact.Email
	case !errors.Is(err, identity.ErrNotFound):
		p.login.Fail(w, r, err)
		return
	}
	p.show(w, http.StatusOK, "me", v)
}

// mails shows what would have been sent.
func (p *portal) mails(w http.ResponseWriter, r *http.Request) {
	v := p.view(r, p.login.Language(r))
	v.Title, v.Mails = v.T("Posta inviata", "Sent mail"), p.mailbox.list()
	p.show(w, http.StatusOK, "mail", v)
}

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	_, _ = w.Write(styleCSS)
}
