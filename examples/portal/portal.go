package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/identity/login"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

// portal is the program behind its addresses.
type portal struct {
	log     *slog.Logger
	entity  entityFile
	temp    string // a directory to remove at the end, if there is one
	store   *sqlite.Store
	signs   *signIn
	sources []source // of the identity providers
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
	if p.entity, err = readEntity(dir, o.baseURL); err != nil {
		return err
	}
	if p.store, err = sqlite.Open(ctx, dir, sqlite.Config{Environment: p.entity.Environment}); err != nil {
		return err
	}
	if p.signs, err = newSignIn(ctx, p.entity, p.store, o); err != nil {
		return err
	}
	accounts, err := p.accounts(o)
	if err != nil {
		return err
	}
	p.login, err = login.New(o.baseURL, p.store, p.signs.providers, login.Config{
		Local: accounts, Home: "/me", Render: p.render, Log: p.log,
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
		all.Handle(path, idp)
	}
	return all
}

// prune forgets what is over. The log of the exchanges stays as long as the rules want.
func (p *portal) prune(ctx context.Context) error {
	now := time.Now()
	_, tokens := p.store.Tokens().Prune(ctx, now)
	_, counters := p.store.Counters().Prune(ctx, now)
	_, replays := p.store.Replays().Prune(ctx, now)
	_, audit := p.store.Audit().Prune(ctx, now.AddDate(0, -identity.AuditMonths, -1))
	return errors.Join(p.login.Prune(ctx), tokens, counters, replays, audit)
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
