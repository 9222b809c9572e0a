package login

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"

	"github.com/pagonline/pagonline"
	"github.com/pagonline/pagonline/identity/local"
)

// PageName says which page it is.
type PageName string

// The pages.
const (
	PageError        PageName = "error"      // a text, and a way on
	PagePost         PageName = "post"       // posts itself to the provider
	PageSignedOut    PageName = "signed-out" // and a way to sign out at the provider
	PageRegister     PageName = "register"
	PageActivate     PageName = "activate" // takes the token, or the address to mail it to again
	PageActivated    PageName = "activated"
	PageLogin        PageName = "login"
	PageReset        PageName = "reset"    // asks for the address
	PagePassword     PageName = "password" // asks for the token and a new password
	PageChanged      PageName = "changed"  // the password is the new one
	PageEmail        PageName = "email"    // asks for the account's new address
	PageConfirmEmail PageName = "email-confirm"
	PageClose        PageName = "close" // asks for the password, to close the account
	PageClosed       PageName = "closed"
	PageSent         PageName = "sent"    // a mail is on its way, perhaps
	PageContact      PageName = "contact" // asks for the address to write to
	PageConfirm      PageName = "contact-confirm"
	PageContacted    PageName = "contacted"
)

// Page is what a page has to show.
type Page struct {
	Name   PageName
	Lang   string           // "it" or "en"
	Nonce  string           // for the scripts of the page
	Error  *pagonline.Error // nil for none; its Field names the one that is wrong
	Again  string           // the address at which to try again, "" for none
	Choose string           // the path where one chooses how to sign in
	Home   string           // the path to go on to
	// Instead is how to sign in where the error says that it is not like this.
	Instead Link
	// Countries are those to choose the nationality from.
	Countries []local.Country
	// Account is the address of the account that the page is about, for the browser's
	// keeper of passwords.
	Account string
	// Post is the form that goes to a provider; without fields it is a link, without an
	// action there is none.
	Post Form
	// Partial is true if other services may still have the person signed in.
	Partial bool
	// Values are the fields of the page's form as they were typed, without passwords.
	Values map[string]string
}

// Link is an address and what it is called; without an address there is none.
type Link struct{ Path, Text string }

// Form is what a browser has to post.
type Form struct {
	Action string
	Fields url.Values
}

// Render writes a page. Its headers and its status are set already; scripts need the
// page's Nonce.
type Render func(p Page, w io.Writer, r *http.Request) error

//go:embed pages.html
var pagesHTML string

var pages = template.Must(template.New("").Parse(pagesHTML))

// Write writes the page as a whole document: what [Config.Render] is unless a program
// has its own.
func (p Page) Write(w io.Writer, _ *http.Request) error {
	if err := pages.ExecuteTemplate(w, "document", p); err != nil {
		return fmt.Errorf("login: page: %w", err)
	}
	return nil
}

// Content returns what stands between the page's <main> tags, for a program's own
// document.
func (p Page) Content() (template.HTML, error) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, "content", p); err != nil {
		return "", fmt.Errorf("login: page: %w", err)
	}
	return template.HTML(b.String()), nil //nolint:gosec // what a template wrote
}

// Heading returns what stands over the page.
func (p Page) Heading() string { return titles[p.Name].In(p.Lang) }

// Title returns the title of the document: the heading, and that there is an error.
func (p Page) Title() string {
	if p.Error == nil || p.Name == PageError {
		return p.Heading()
	}
	return p.T("Errore: ", "Error: ") + p.Heading()
}

// T returns the text in the page's language.
func (p Page) T(it, en string) string { return pagonline.Text{It: it, En: en}.In(p.Lang) }

// Failed reports whether the error is about the field.
func (p Page) Failed(field string) bool { return p.Error != nil && p.Error.Field == field }

// titles are the headings.
var titles = map[PageName]pagonline.Text{
	PageError:        {It: "Operazione non riuscita", En: "That did not work"},
	PagePost:         {It: "Si prosegue presso il gestore di identità", En: "On to the identity provider"},
	PageSignedOut:    {It: "Accesso terminato", En: "You are signed out"},
	PageRegister:     {It: "Registrazione", En: "Registration"},
	PageActivate:     {It: "Attivazione dell'utenza", En: "Account activation"},
	PageActivated:    {It: "Indirizzo confermato", En: "Address confirmed"},
	PageLogin:        {It: "Login without eIDAS", En: "Login without eIDAS"},
	PageReset:        {It: "Reimpostazione della password", En: "Password reset"},
	PagePassword:     {It: "Nuova password", En: "New password"},
	PageChanged:      {It: "Password cambiata", En: "Password changed"},
	PageEmail:        {It: "Cambio dell'indirizzo e-mail", En: "Change of your e-mail address"},
	PageConfirmEmail: {It: "Conferma del nuovo indirizzo", En: "Confirm your new address"},
	PageClose:        {It: "Cancellazione dell'utenza", En: "Deletion of your account"},
	PageClosed:       {It: "Utenza cancellata", En: "Account deleted"},
	PageSent:         {It: "Controllare la posta", En: "Look at your mail"},
	PageContact:      {It: "Indirizzo e-mail per le comunicazioni", En: "E-mail address for messages"},
	PageConfirm:      {It: "Conferma dell'indirizzo", En: "Confirm your address"},
	PageContacted:    {It: "Indirizzo confermato", En: "Address confirmed"},
}

// instead returns the way that the nationality has, if that is what is wrong.
func (h *Handler) instead(p Page) Link {
	if p.Error == nil {
		return Link{}
	}
	switch p.Error.Code {
	case pagonline.CodeEIDASCountryUnavailable:
		return Link{"/local/login", p.T("Login without eIDAS", "Login without eIDAS")}
	case pagonline.CodeEIDASCountryAvailable:
		to, err := url.Parse(h.cfg.Choose)
		if err != nil {
			return Link{}
		}
		nationality := p.Values["nationality"]
		if nationality != "" {
			query := to.Query()
			query.Set("nationality", nationality)
			to.RawQuery = query.Encode()
		}
		if nationality == "IT" {
			return Link{to.String(), p.T("Entra con SPID o CIE", "Sign in with SPID or CIE")}
		}
		return Link{to.String(), p.T("Accedi con eIDAS", "Login with eIDAS")}
	default:
		return Link{}
	}
}

// show answers with a page.
func (h *Handler) show(w http.ResponseWriter, r *http.Request, status int, p Page) {
	p.Lang, p.Nonce, p.Home, p.Choose = h.Language(r), newSecret(), h.cfg.Home, h.cfg.Choose
	p.Instead = h.instead(p)
	if p.Name == PageRegister {
		p.Countries = h.cfg.Local.Policy().Countries(p.Lang)
	}
	if p.Name == PageClose || p.Name == PageEmail {
		p.Account = Session(r.Context()).Auth.Person.Email
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", retryAfter(p.Error))
	}
	var b bytes.Buffer
	if err := h.cfg.Render(p, &b, r); err != nil {
		h.cfg.Log.ErrorContext(r.Context(), "page", "name", p.Name, "cause", err)
		http.Error(w, pagonline.NewError(pagonline.CodeInternal).In(p.Lang), http.StatusInternalServerError)
		return
	}
	nonce := "'nonce-" + p.Nonce + "'"
	w.Header().Set("Content-Security-Policy", policy(len(p.Post.Fields) == 0, nonce, nonce))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // to a browser that may be gone
}
