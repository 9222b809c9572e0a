package main

import (
	"bytes"
	_ "embed"
	"errors"
	"html/template"
	"io"
	"net/http"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity"
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
	Buttons []buttons
	Mailbox bool // there is one
	Contact string
	Mails   []mailed
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
	v.Title, v.Buttons = "Accedi come utente", p.signs.buttons(v.Lang)
	p.show(w, status, "start", v)
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
