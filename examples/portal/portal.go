package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/local"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment/store/database"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// portal is the program behind its addresses.
type portal struct {
	log     *slog.Logger
	entity  entityFile
	temp    string // a directory to remove at the end, if there is one
	store   database.Store
	signs   *signIn
	sources []source // of the identity providers
	local   *local.Accounts
	login   *login.Handler
	mailbox *mailbox // nil if mail is sent
	handler http.Handler
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// newPortal opens what there is in the data directory and puts the parts together. Close
// it.
func newPortal(ctx context.Context, o options, log *slog.Logger) (*portal, error) {
	p := &portal{log: log, sources: o.metadata}
	if err := p.open(ctx, o); err != nil {
		return nil, errors.Join(err, p.close())
	}
	p.warn(ctx)
	p.handler = p.routes()
	return p, nil
}

func (p *portal) open(ctx context.Context, o options) (err error) {
	if o.data == "" {
		if p.temp, err = os.MkdirTemp("", "portal-"); err != nil {
			return err
		}
	}
	dir := cmp.Or(o.data, p.temp)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if p.entity, err = readEntity(dir, o.baseURL, p.log); err != nil {
		return err
	}
	if o.database.IsZero() {
		o.database = database.File(filepath.Join(dir, sqlite.FileName))
	}
	if p.store, err = o.database.Open(ctx, p.entity.Environment); err != nil {
		return err
	}
	if p.local, err = p.accounts(o); err != nil {
		return err
	}
	if p.signs, err = newSignIn(ctx, p.entity, p.store, o, dir, p.log); err != nil {
		return err
	}
	client, perMinute := o.client(), 0
	if p.entity.trial() && o.onThisMachine() { // all are one address: whoever tries it out, and his tests
		client, perMinute = func(*http.Request) netip.Addr { return netip.Addr{} }, -1
	}
	p.login, err = login.New(o.baseURL, p.store, p.signs.providers, login.Config{
		Local: p.local, Home: "/me", Client: client, PerMinute: perMinute, Render: p.render, Log: p.log,
	})
	return err
}

// routes puts the pages together. The fictional identity providers are other people's
// sites, save that they stand on this one.
func (p *portal) routes() http.Handler {
	pages := http.NewServeMux()
	pages.Handle("/", p.login)
	pages.HandleFunc("GET /{$}", p.start)
	pages.HandleFunc("GET /me", p.me)
	pages.HandleFunc("GET /style.css", style)
	if p.mailbox != nil {
		pages.HandleFunc("GET /mail", p.mails)
	}
	all := http.NewServeMux()
	all.Handle("/", p.login.Wrap(pages))
	for path, idp := range p.signs.demo {
		all.Handle(path, fenced(idp))
	}
	return all
}

// fenced gives the pages of the fictional identity providers, which do not know where they
// stand, the headers of a page that minds its own business.
func fenced(idp http.Handler) http.Handler {
	sum := sha256.Sum256([]byte("document.forms[0].submit()"))
	policy := "default-src 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Referrer-Policy", "same-origin")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		idp.ServeHTTP(w, r)
	})
}

// warn tells who runs a portal in earnest what should not be so in earnest.
func (p *portal) warn(ctx context.Context) {
	unconfirmed := 0
	for _, c := range p.local.Policy().Countries("it") {
		if strings.Contains(c.Source, "unconfirmed") {
			unconfirmed++
		}
	}
	if unconfirmed > 0 && !p.entity.trial() {
		p.log.WarnContext(ctx, "eIDAS countries that no publication of the Commission confirms", "countries", unconfirmed)
	}
}

// prune forgets what is over. The log of the exchanges stays as long as the rules want.
func (p *portal) prune(ctx context.Context) error {
	now := time.Now()
	_, accounts := p.store.Accounts().Prune(ctx, now.AddDate(0, 0, -7)) // that nobody confirmed
	_, tokens := p.store.Tokens().Prune(ctx, now)
	_, counters := p.store.Counters().Prune(ctx, now)
	_, replays := p.store.Replays().Prune(ctx, now)
	_, audit := p.store.Audit().Prune(ctx, now.AddDate(0, -identity.AuditMonths, -1))
	return errors.Join(p.login.Prune(ctx), accounts, tokens, counters, replays, audit)
}

func (p *portal) close() error {
	var err error
	if p.store != nil {
		err = p.store.Close()
	}
	if p.temp != "" {
		err = errors.Join(err, os.RemoveAll(p.temp))
	}
	if err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}
