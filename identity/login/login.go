// Package login is the sign-in journey over HTTP: an http.Handler between the browser
// and the providers of package identity.
//
// [New] takes a store and the providers, by scheme. The [Handler] answers these
// addresses, for each SCHEME it was given:
//
//	GET  /SCHEME/login?idp=ENTITY&return=PATH   sends the browser to the provider
//	POST /SCHEME/acs                            takes what it brings back (GET too)
//	GET  /login/finish                          makes it a session
//	GET  /SCHEME/metadata                       of an [identity.MetadataProvider]
//	     /SCHEME/slo                            of an [identity.LogoutProvider]
//	POST /logout                                ends the session
//
// and, with an account service, those of the account by e-mail:
//
//	/local/register  /local/activate  /local/login  /local/reset
//	/local/email     /local/close     /contact
//
// where GET shows a page and POST acts; their fields are email, password, given_name,
// family_name, nationality (two letters) and token. The other pages are the program's: it puts
// [Handler.Wrap] around them and asks [Session] who is there.
//
// # In a portal
//
// The entities, the key and the metadata are those of the packages spid and cie; store is
// an [identity.Store], as of payment/store/sqlite; each err is to be looked at.
//
//	const base = "https://portal.example.org"
//	withSPID, err := spid.New(spidEntity, key, store.Replays(), store.Audit(), spid.Config{}) // EIDAS: true in the entity
//	withCIE, err := cie.New(cieEntity, key, store.Replays(), store.Audit(), cie.Config{})
//	withEIDAS, err := eidas.New(withSPID, eidas.Config{})
//	err = errors.Join(withSPID.Update(ofSPID), withCIE.Update(ofCIE), withEIDAS.Update(ofNode)) // now and once a day
//	accounts, err := local.New(store, mailer, local.Config{Links: login.Links(base)})
//	handler, err := login.New(base, store, map[identity.Scheme]identity.Provider{
//		identity.SPID: withSPID, identity.CIE: withCIE, identity.EIDAS: withEIDAS,
//	}, login.Config{Local: accounts, Home: "/me"})
//	mux.Handle("/", handler)
//	mux.Handle("GET /me", handler.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
//		fmt.Fprintln(w, login.Session(r.Context()).SignedIn())
//	})))
//	err = handler.Prune(ctx) // once a minute
//
// The entities' ACS and SLO are base with /spid/acs and /spid/slo, or /cie/acs and /cie/slo.
// The buttons are links to /SCHEME/login, one for each that IdPs of a provider lists. What
// else grows in the store has a Prune of its own: see examples/portal.
//
// # What protects a sign-in
//
// The answer of a provider comes as a POST from another site, to which browsers give no
// SameSite=Lax cookie. So a sign-in begins with a cookie of its own, SameSite=None, good
// for sign-ins only, whose hash is kept with the sign-in. An answer that another browser
// brings is refused. The tabs of a browser share the cookie, and it ends by itself after
// ten minutes, or with the session. A right answer opens no session yet: the browser is sent to
// /login/finish with a secret that is good once and in this browser, and there, where the
// session cookie comes along, the session gets a new name and [Config.OnSignIn] gives the
// caller's cart an owner, all in one transaction.
//
// Nothing but the answers of providers (acs, slo) may come from another origin:
// [http.CrossOriginProtection] sees to it. Where the browser goes next is always a path
// of this site.
//
// # Too many
//
// What a stranger can make the site keep is counted by network, an IPv6 network being a
// /64: sign-ins begun, answers brought, sessions of nobody; see [Config.PerMinute]. The
// accounts by e-mail have narrower limits of their own. Too many get status 429 with
// Retry-After.
//
// # On a laptop
//
// Cookies are named __Host-… and are Secure. With a base address as in
// http://127.0.0.1:8080 browsers would not take them: the prefix goes, Secure goes, and
// the sign-in's cookie has to be Lax, so that it does not come along with a POST from
// another site. Such a POST, which says of itself that it is one (Sec-Fetch-Site), is
// then read without the cookie, and the cookie is asked for at /login/finish, a GET that
// it does come along with. No session opens without it there either.
package login

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
)

// Store keeps the sign-ins under way and the sessions; an [identity.Store] is one.
type Store interface {
	// Do runs work as one transaction; see [identity.Store].
	Do(ctx context.Context, work func(ctx context.Context) error) error
	Pendings() identity.PendingStore
	Sessions() identity.Sessions
	Counters() identity.Counters
}

// Config says how people sign in. The zero value works.
type Config struct {
	// Local keeps the accounts by e-mail and the contact addresses; its links are those of
	// [Links]. Default: there are none.
	Local *local.Accounts
	// Assurance is the least level that will do. Default: [identity.Substantial].
	Assurance identity.Assurance
	// OnSignIn is called when somebody signs in, in the transaction that replaces the
	// session before by the one after: the place to bind the cart. If nobody was signed
	// in before, or the same person, after has the State of before. Its error undoes the
	// sign-in. It may be called more than once.
	OnSignIn func(ctx context.Context, before, after identity.Session) error
	// Home is the path where one arrives who asked for no other. Default: "/".
	Home string
	// Choose is the path of the page where one chooses how to sign in. Where the person
	// told a nationality, links to it do too, as in "/?nationality=DE". Default: "/".
	Choose string
	// Idle is how long a session lasts without a visit. Default: 30 minutes.
	Idle time.Duration
	// Lifetime is how long a session lasts at most. Default: 8 hours.
	Lifetime time.Duration
	// Anonymous is how long the session of nobody lasts. Default: 24 hours.
	Anonymous time.Duration
	// Language returns "it" or "en" for a request. Default: by its Accept-Language,
	// Italian for everything else.
	Language func(r *http.Request) string
	// Client returns the browser's network address, to count by; the zero value is not
	// counted. Default: that of the connection, and none for a connection from this machine
	// to a site that is not on a loopback host. Behind a proxy it is the proxy's: take it
	// from the header that one's own proxy sets.
	Client func(r *http.Request) netip.Addr
	// PerMinute bounds what one network (an IPv4 address, an IPv6 /64) may do in a minute:
	// begin so many sign-ins, bring so many answers, start ten times as many sessions of
	// nobody; and 20 times that in 24 hours. 0 means 1000, as a whole university may have
	// one address; negative, no limit.
	PerMinute int
	// Render writes the page. Default: [Page.Write].
	Render Render
	// Now is the clock. Default: the system's.
	Now func() time.Time
	// Log is told of sign-ins, their ends and their errors, without names. Default: nothing.
	Log *slog.Logger
}

// Handler is the sign-in journey. It is safe for concurrent use.
type Handler struct {
	store     Store
	providers map[identity.Scheme]identity.Provider
	cfg       Config
	base      string // without a slash at the end
	secure    bool
	local     bool // on a loopback host
	mux       *http.ServeMux
	origins   *http.CrossOriginProtection
	wrapped   http.Handler
}

// New returns the handler of the site at baseURL: "https://" and a host, or "http://" and
// a loopback host. It has to be mounted at the site's root. Providers are by the scheme
// that stands in their addresses: a letter and up to 15 letters and digits, all small,
// and neither "login" nor "local". Its error says what is wrong with an argument.
func New(baseURL string, store Store, providers map[identity.Scheme]identity.Provider, cfg Config) (*Handler, error) {
	base, err := url.Parse(baseURL)
	switch {
	case err != nil:
		return nil, fmt.Errorf("login: base address: %w", err)
	case base.Host == "", base.Path != "" && base.Path != "/", base.RawQuery != "", base.User != nil:
		return nil, errors.New("login: the base address is a scheme and a host, as in https://portal.example.org")
	case base.Scheme != "https" && (base.Scheme != "http" || !loopback(base.Hostname())):
		return nil, errors.New("login: the base address begins with https://, or is http:// and a loopback host")
	case store == nil:
		return nil, errors.New("login: no store")
	}
	h := &Handler{
		store: store, providers: providers, cfg: cfg.withDefaults(),
		base: base.Scheme + "://" + base.Host, secure: base.Scheme == "https", local: loopback(base.Hostname()),
		mux: http.NewServeMux(), origins: http.NewCrossOriginProtection(),
	}
	if err := h.origins.AddTrustedOrigin(h.base); err != nil {
		return nil, fmt.Errorf("login: base address: %w", err)
	}
	if h.cfg.Client == nil {
		h.cfg.Client = h.client
	}
	h.origins.SetDenyHandler(http.HandlerFunc(h.crossOrigin))
	if err := h.routes(); err != nil {
		return nil, err
	}
	h.wrapped = h.Wrap(h.mux)
	return h, nil
}

func (cfg Config) withDefaults() Config {
	if cfg.Assurance == identity.NoAssurance {
		cfg.Assurance = identity.Substantial
	}
	if cfg.OnSignIn == nil {
		cfg.OnSignIn = func(context.Context, identity.Session, identity.Session) error { return nil }
	}
	cfg.Home, cfg.Choose = path(cfg.Home, "/"), path(cfg.Choose, "/")
	for limit, usual := range map[*time.Duration]time.Duration{
		&cfg.Idle: 30 * time.Minute, &cfg.Lifetime: 8 * time.Hour, &cfg.Anonymous: 24 * time.Hour,
	} {
		if *limit <= 0 {
			*limit = usual
		}
	}
	if cfg.Language == nil {
		cfg.Language = acceptLanguage
	}
	if cfg.PerMinute == 0 {
		cfg.PerMinute = 1000
	}
	if cfg.Render == nil {
		cfg.Render = Page.Write
	}
	if cfg.Now == nil {
		cfg.Now = time.Now //nolint:forbidigo // the one default clock of the package
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return cfg
}

// routes mounts what there is.
func (h *Handler) routes() error {
	h.mux.HandleFunc("GET /login/finish", h.finish)
	h.mux.HandleFunc("POST /logout", h.logout)
	h.mux.HandleFunc("/", h.nothing)
	for scheme, provider := range h.providers {
		if !schemeName.MatchString(string(scheme)) || scheme == "login" || scheme == identity.Local || provider == nil {
			return fmt.Errorf("login: no scheme to mount: %q", scheme)
		}
		at := "/" + string(scheme)
		h.mux.Handle("GET "+at+"/login", h.begin(scheme))
		h.mux.Handle("GET "+at+"/acs", h.consume(scheme))
		h.mux.Handle("POST "+at+"/acs", h.consume(scheme))
		h.origins.AddInsecureBypassPattern("POST " + at + "/acs")
		if p, ok := provider.(identity.MetadataProvider); ok {
			h.mux.Handle("GET "+at+"/metadata", h.metadata(p))
		}
		if p, ok := provider.(identity.LogoutProvider); ok {
			h.mux.Handle("GET "+at+"/slo", h.singleLogout(scheme, p))
			h.mux.Handle("POST "+at+"/slo", h.singleLogout(scheme, p))
			h.origins.AddInsecureBypassPattern("POST " + at + "/slo")
		}
	}
	if h.cfg.Local != nil {
		h.localRoutes()
	}
	return nil
}

// ServeHTTP answers the addresses of the journey, and 404 for all others.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.wrapped.ServeHTTP(w, r) }

// Prune forgets sign-ins and sessions that are over. Call it now and then.
func (h *Handler) Prune(ctx context.Context) error {
	now := h.cfg.Now()
	_, pendings := h.store.Pendings().Prune(ctx, now)
	_, sessions := h.store.Sessions().Prune(ctx, now)
	return errors.Join(pendings, sessions)
}

// loopback reports whether the host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// newSecret returns 260 random bits, as text that is safe in cookies and addresses.
func newSecret() string { return rand.Text() + rand.Text() }

// secretLength is how long they are.
const secretLength = 52
