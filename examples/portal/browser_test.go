package main

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/pagonline/pagonline"
)

// browsers are those in which the portal is tried: the one that its users are told to
// take, and the one that most people have.
var browsers = map[string]func(t *testing.T, language string) window{"firefox": firefox, "chromium": chromium}

// TestBrowsers does in real browsers what people do. Each test begins without cookies,
// and ends without a complaint of the browser.
func TestBrowsers(t *testing.T) {
	if os.Getenv("PAGONLINE_BROWSERS") != "1" {
		t.Skip("skipped: PAGONLINE_BROWSERS is not 1")
	}
	for name, open := range browsers {
		t.Run(name, func(t *testing.T) {
			base := launch(t)
			w := open(t, "it")
			for _, do := range []struct {
				what string
				try  func(w window, base string)
			}{
				{"spid", trySPID},
				{"cie", tryCIE},
				{"eidas", tryEIDAS},
				{"cancelled", tryCancelled},
				{"account", tryAccount},
				{"italian", tryItalian},
				{"keyboard", tryKeyboard},
				{"pages", tryPages},
				{"complaints", tryComplaints},
			} {
				t.Run(do.what, func(t *testing.T) { do.try(w.in(t), base) })
			}
			for _, protocol := range []string{"http", "https"} {
				t.Run("another site, "+protocol, func(t *testing.T) { tryAnotherSite(w.in(t), protocol) })
			}
			t.Run("english", func(t *testing.T) { tryEnglish(open(t, "en-GB").in(t), base) })
		})
	}
}

// in is the window for one test.
func (w window) in(t *testing.T) window {
	w.t = t
	w.do("DeleteAllCookies", nil, nil)
	w.complaints()
	t.Cleanup(func() { require.Empty(t, w.complaints(), w.browser) })
	return w
}

// signIn presses the button of a scheme's fictional provider and answers its page.
func (w window) signIn(base, scheme string, clicks ...string) {
	w.t.Helper()
	w.open(base)
	w.see("Accedi come utente")
	w.click("Gestore di prova (" + scheme + ")")
	w.see("Le persone sono inventate")
	for _, text := range clicks {
		w.click(text)
	}
}

func trySPID(w window, base string) {
	w.signIn(base, "spid", "Accedi")
	me := w.see("I tuoi dati")
	require.Equal(w.t, base+"/me", me.url)
	require.Equal(w.t, http.StatusOK, me.status)
	require.Contains(w.t, me.body, "Mario")
	require.Contains(w.t, me.body, "RSSMRA80A01H501U")
	require.Contains(w.t, w.cookies(), cookie{Name: "session", HTTPOnly: true, SameSite: "Lax"}, "on a loopback host")
	w.click("Esci")
	require.Contains(w.t, w.see("Accesso terminato").body, "Accedi come utente")
	require.Empty(w.t, w.cookies())
	w.open(base + "/me")
	require.Equal(w.t, http.StatusUnauthorized, w.see("Entra con SPID").status)
}

// tryCIE signs in the second person, who is asked for an address and confirms it.
func tryCIE(w window, base string) {
	w.signIn(base, "cie", "Lucia Bianchi", "Accedi")
	require.Contains(w.t, w.see("I tuoi dati").body, "BNCLCU85M41F205T")
	address := w.browser + ".bianchi@example.org"
	w.fill("Indirizzo e-mail", address)
	w.click("Invia il codice di conferma")
	w.see("Controllare la posta")
	w.openMail(base, address)
	w.click("Conferma l'indirizzo")
	w.see("Indirizzo confermato")
	w.click("Continua")
	require.Contains(w.t, w.see("I tuoi dati").body, "Indirizzo per le comunicazioni: "+address)
	w.click("Esci")
	w.see("Accesso terminato")
	w.click("Esci anche dal gestore di identità")
	w.see("Uscita completata")
}

func tryEIDAS(w window, base string) {
	w.signIn(base, "eidas", "Accedi")
	me := w.see("I tuoi dati")
	require.Contains(w.t, me.body, "Mustermann")
	require.Contains(w.t, me.body, "Codice fiscale\n–")
	require.Contains(w.t, me.body, "DE/IT/T220001293")
}

func tryCancelled(w window, base string) {
	w.signIn(base, "spid", "Annulla")
	p := w.see(pagonline.NewError(pagonline.CodeLoginCancelled).It)
	require.Equal(w.t, http.StatusForbidden, p.status)
	w.click("Riprova")
	w.see("Le persone sono inventate")
	w.click("Accedi")
	w.see("I tuoi dati")
}

// openMail opens the address in the newest mail.
func (w window) openMail(base, to string) {
	w.t.Helper()
	w.open(base + "/mail")
	w.see(to)
	var link string
	require.NoError(w.t, w.script(&link, `return document.querySelector("article a").textContent`))
	require.True(w.t, strings.HasPrefix(link, base), link)
	w.open(link) // a scanner of mails
	w.open(link)
}

func (w window) register(base, nationality string) (email, password string) {
	w.t.Helper()
	email, password = w.browser+".doe@example.org", "una frase che nessuno usa"
	w.open(base)
	w.click("Registrazione")
	w.see("Per chi non può usare SPID, CIE o eIDAS")
	w.fill("Indirizzo e-mail", email)
	w.fill("Password", password)
	w.fill("Nome", "Jane")
	w.fill("Cognome", "Doe")
	w.click(nationality)
	w.click("Registrati")
	return email, password
}

func tryAccount(w window, base string) {
	email, password := w.register(base, "Stati Uniti")
	w.see("Controllare la posta")
	w.openMail(base, email)
	w.click("Attiva l'utenza")
	w.see("Indirizzo confermato")
	w.click("Accedi")
	for _, try := range []string{"un'altra frase", password} {
		w.see("Password dimenticata")
		w.fill("Indirizzo e-mail", email)
		w.fill("Password", try)
		w.click("Accedi")
		if try != password {
			require.Equal(w.t, http.StatusForbidden, w.see(pagonline.NewError(pagonline.CodeLoginFailed).It).status)
		}
	}
	me := w.see("I tuoi dati")
	require.Equal(w.t, base+"/me", me.url)
	require.Contains(w.t, me.body, "Indirizzo per le comunicazioni: "+email, "confirmed with the account")
}

func tryItalian(w window, base string) {
	w.register(base, "Italia")
	p := w.see(pagonline.NewError(pagonline.CodeEIDASCountryAvailable).It) // SPID, CIE, eIDAS
	require.Equal(w.t, http.StatusForbidden, p.status)
	w.click("Entra con SPID o CIE")
	ways := w.see("Con la nazionalità italiana").body
	require.Contains(w.t, ways, "Gestore di prova (cie)")
	require.NotContains(w.t, ways, "Gestore di prova (eidas)")
	w.click("Germania")
	w.click("Mostra come accedere")
	abroad, atHome, both := strings.Cut(w.see("Gestore di prova (eidas)").body, "Chi ha SPID o CIE")
	require.True(w.t, both)
	require.NotContains(w.t, abroad, "Gestore di prova (cie)")
	require.Contains(w.t, atHome, "Gestore di prova (cie)")
}

// tryKeyboard signs in and out with two keys.
func tryKeyboard(w window, base string) {
	reach := func(text string) {
		w.t.Helper()
		for range 40 {
			w.press(tab)
			var focus string
			require.NoError(w.t, w.script(&focus, `return document.activeElement.textContent.trim()`))
			if focus == text {
				w.press(enter)
				return
			}
		}
		require.Fail(w.t, "no focus", "%s: %q", w.browser, text)
	}
	w.open(base)
	w.see("Accedi come utente")
	reach("Gestore di prova (spid)")
	w.see("Le persone sono inventate")
	reach("Accedi")
	w.see("I tuoi dati")
	reach("Esci")
	w.see("Accesso terminato")
}

// basics looks for what keeps people out: the language of the page, one heading, labels,
// names, and room.
const basics = `const bad = [], all = s => [...document.querySelectorAll(s)]
if (document.documentElement.lang !== arguments[0]) bad.push("lang " + document.documentElement.lang)
if (!document.title || all("h1").length !== 1 || all("main").length !== 1) bad.push("title, h1 or main")
for (const e of all("input:not([type=hidden]), select, textarea")) if (![...e.labels].some(l => l.innerText.trim())) bad.push("no label: " + e.outerHTML)
for (const e of all("a, button")) if (!e.innerText.trim()) bad.push("no text: " + e.outerHTML)
if (new Set(all("[id]").map(e => e.id)).size !== all("[id]").length) bad.push("an id twice")
if (document.documentElement.scrollWidth > innerWidth) bad.push("wider than " + innerWidth)
return bad`

// tryPages looks at all pages, as wide as a desk's and a telephone's screen.
func tryPages(w window, base string) {
	look := func(path string, status int) {
		w.t.Helper()
		w.open(base + path)
		require.Equal(w.t, status, w.see("pagOnline").status, path)
		for _, width := range []int{1280, 360} {
			w.resize(width)
			var bad []string
			require.NoError(w.t, w.script(&bad, basics, "it"))
			require.Empty(w.t, bad, "%s %s", w.browser, path)
			w.shoot(fmt.Sprintf("%s-%d-%d", strings.Trim(strings.ReplaceAll(path, "/", "-"), "-"), status, width))
		}
		w.resize(1280)
	}
	open := []string{"/", "/local/register", "/local/login", "/local/reset", "/local/activate", "/mail"}
	for _, path := range open {
		look(path, http.StatusOK)
	}
	look("/me", http.StatusUnauthorized)
	look("/contact", http.StatusUnauthorized)
	look("/local/activate?token=x", http.StatusForbidden)
	look("/nowhere", http.StatusNotFound)
	w.signIn(base, "spid", "Accedi")
	w.see("I tuoi dati")
	for _, path := range append(slices.Clone(open[:1]), "/me", "/contact") {
		look(path, http.StatusOK)
	}
}

// tryComplaints makes sure that the browser would complain.
func tryComplaints(w window, base string) {
	w.open(base)
	require.NoError(w.t, w.script(nil, `document.head.append(Object.assign(document.createElement("script"), {textContent: "1"}))`))
	var heard []string
	require.True(w.t, wait(func() bool { heard = append(heard, w.complaints()...); return len(heard) > 0 }))
	require.Contains(w.t, heard[0], "script-src 'none'")
}

func tryEnglish(w window, base string) {
	w.open(base)
	w.see("Sent mail")
	var bad []string
	require.NoError(w.t, w.script(&bad, basics, "en"))
	require.Empty(w.t, bad)
	w.click("Gestore di prova (spid)")
	w.see("Le persone sono inventate")
	w.click("Annulla")
	w.see(pagonline.NewError(pagonline.CodeLoginCancelled).En)
	w.click("Try again")
	w.see("Le persone sono inventate")
	w.click("Accedi")
	w.see("Your data")
	w.click("Sign out")
	w.see("You are signed out here")
}
