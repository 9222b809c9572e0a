package idptest

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/pagonline/pagonline/identity"
)

// ServeHTTP serves, below BaseURL: /metadata; /sso, the sign-in by both bindings, with a
// login page that offers the people, the levels and all [Cases]; /slo, the logout. A
// request that is not right gets a page that says what is wrong, instead of the number of
// an anomaly that a real identity provider would send.
func (p *SAMLProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 2*maxMessage)
	if err := r.ParseForm(); err != nil {
		p.refuse(w, err)
		return
	}
	path := r.URL.Path
	if base, err := url.Parse(p.cfg.BaseURL); err == nil {
		path = strings.TrimPrefix(path, strings.TrimSuffix(base.Path, "/"))
	}
	switch {
	case path == "/metadata" && r.Method == http.MethodGet:
		w.Header().Set("Content-Type", "application/samlmetadata+xml")
		_, _ = w.Write(p.Metadata()) // who hung up reads no more
	case path == "/sso" && (r.Method == http.MethodGet || r.Method == http.MethodPost):
		p.askPerson(w, r)
	case path == "/login" && r.Method == http.MethodPost:
		p.login(w, r)
	case path == "/slo" && (r.Method == http.MethodGet || r.Method == http.MethodPost):
		p.logoutPage(w, r)
	default:
		http.NotFound(w, r)
	}
}

// askPerson shows the login page.
func (p *SAMLProvider) askPerson(w http.ResponseWriter, r *http.Request) {
	a, err := p.readRequest(r.URL.RawQuery, r.PostForm)
	if err != nil {
		p.refuse(w, err)
		return
	}
	show(w, http.StatusOK, loginPage, map[string]any{
		"Action": p.url("/login"), "Query": r.URL.RawQuery, "Request": r.PostForm.Get("SAMLRequest"), "Relay": r.PostForm.Get("RelayState"),
		"Service": a.service, "Level": a.level.String(), "People": p.cfg.People, "Cases": Cases(p.scheme), "Scheme": strings.ToUpper(string(p.scheme)),
	})
}

// login answers what was chosen on the login page, whose fields carry the request.
func (p *SAMLProvider) login(w http.ResponseWriter, r *http.Request) {
	form := url.Values{}
	if field := r.PostForm.Get("SAMLRequest"); field != "" {
		form = url.Values{"SAMLRequest": {field}, "RelayState": {r.PostForm.Get("RelayState")}}
	}
	challenge := identity.Challenge{URL: p.url("/sso") + "?" + r.PostForm.Get("query"), Form: form}
	name := r.PostForm.Get("case")
	if r.PostForm.Has("cancel") {
		name = "111"
	}
	var is Case
	cases := Cases(p.scheme)
	if i := slices.IndexFunc(cases, func(c Case) bool { return c.Name == name }); i >= 0 {
		is = cases[i]
	}
	if n, err := strconv.Atoi(r.PostForm.Get("level")); err == nil && n >= 1 && n <= 3 {
		is.Level = identity.Low + identity.Assurance(n-1)
	}
	person := p.cfg.People[0]
	if n, err := strconv.Atoi(r.PostForm.Get("person")); err == nil && n >= 0 && n < len(p.cfg.People) {
		person = p.cfg.People[n]
	}
	back, err := p.Answer(challenge, person, is)
	if err != nil {
		p.refuse(w, err)
		return
	}
	show(w, http.StatusOK, backPage, back)
}

// logoutPage answers a LogoutRequest, and says goodbye after a LogoutResponse or without
// any message, as CIE does.
func (p *SAMLProvider) logoutPage(w http.ResponseWriter, r *http.Request) {
	challenge := identity.Challenge{URL: p.url("/slo") + "?" + r.URL.RawQuery, Form: r.PostForm}
	switch {
	case r.Form.Has("SAMLRequest"):
		_, isPOST := r.PostForm["SAMLRequest"]
		back, err := p.AnswerLogout(challenge, LogoutCase{POST: isPOST})
		switch {
		case err != nil:
			p.refuse(w, err)
		case back.Method == http.MethodPost:
			show(w, http.StatusOK, backPage, back)
		default:
			http.Redirect(w, r, back.URL, http.StatusFound)
		}
	case r.Form.Has("SAMLResponse"):
		if err := p.EndLogout(challenge); err != nil {
			p.refuse(w, err)
			return
		}
		show(w, http.StatusOK, messagePage, "Uscita completata.")
	default:
		show(w, http.StatusOK, messagePage, "Uscita completata.")
	}
}

func (p *SAMLProvider) refuse(w http.ResponseWriter, err error) {
	show(w, http.StatusBadRequest, messagePage, err.Error())
}

func show(w http.ResponseWriter, code int, page *template.Template, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_ = page.Execute(w, data) // who hung up reads no more
}

const head = `<!DOCTYPE html><html lang="it"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gestore di prova</title></head><body><main>`

var (
	loginPage = template.Must(template.New("login").Parse(head + `<h1>Gestore di identità di prova ({{.Scheme}})</h1>
<p>{{.Service}} chiede un accesso di livello almeno: {{.Level}}. Le persone sono inventate.</p>
<form method="post" action="{{.Action}}">
<input type="hidden" name="query" value="{{.Query}}"><input type="hidden" name="SAMLRequest" value="{{.Request}}"><input type="hidden" name="RelayState" value="{{.Relay}}">
<fieldset><legend>Persona</legend>{{range $i, $p := .People}}<label><input type="radio" name="person" value="{{$i}}"{{if eq $i 0}} checked{{end}}> {{$p.Name}}</label> {{end}}</fieldset>
<p><label>Livello <select name="level"><option value="">quello richiesto</option><option value="1">1</option><option value="2">2</option><option value="3">3</option></select></label></p>
<p><label>Risposta <select name="case"><option value="">giusta</option>{{range .Cases}}<option value="{{.Name}}">{{.Name}}: {{.About}}</option>{{end}}</select></label></p>
<p><button>Accedi</button> <button name="cancel" value="1">Annulla</button></p>
</form></main></body></html>
`))
	backPage = template.Must(template.New("back").Parse(head + `<h1>Ritorno al servizio</h1>
<form method="post" action="{{.URL}}">{{range $name, $values := .Values}}{{range $values}}<input type="hidden" name="{{$name}}" value="{{.}}">{{end}}{{end}}<button>Continua</button></form>
<script>document.forms[0].submit()</script></main></body></html>
`))
	messagePage = template.Must(template.New("message").Parse(head + `<p>{{.}}</p></main></body></html>
`))
)
