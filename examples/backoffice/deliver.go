package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/gpd"
	"github.com/pagonline/pagonline/payment/jobs"
	"github.com/pagonline/pagonline/payment/webhook"
)

// outFlags say who else is told what happens.
type outFlags struct{ webhook, copies, pagopa string }

func (c *call) outFlags() *outFlags {
	f := &outFlags{}
	c.fs.StringVar(&f.webhook, "webhook", "", "indirizzo a cui va ogni evento, firmato col segreto in WEBHOOK_SECRET / "+
		"address to which every event goes, signed with the secret in WEBHOOK_SECRET (and WEBHOOK_OLD_SECRET, while it changes)")
	c.fs.StringVar(&f.copies, "copies", "", "dove pagoPA tiene copia degli avvisi, con la chiave in PAGOPA_KEY / "+
		"where pagoPA keeps copies of the notices, with the key in PAGOPA_KEY: aca | gpd")
	c.fs.StringVar(&f.pagopa, "pagopa", "", "indirizzo di pagoPA, per -copies / address of pagoPA, for -copies: URL")
	c.checks = append(c.checks, func() string {
		if f.copies != "" && f.copies != "aca" && f.copies != "gpd" || (f.copies == "") != (f.pagopa == "") {
			return "-copies aca|gpd -pagopa URL"
		}
		return ""
	})
	return f
}

// tells reports whether there is somebody to tell.
func (f *outFlags) tells() bool { return f.webhook != "" || f.copies != "" }

// handler is who waits for events, and task is what is to be done now and then.
type (
	handler struct {
		name   string
		handle payment.Handler
	}
	task struct {
		name  string
		every time.Duration
		do    func(context.Context) error
	}
)

// connect adds the handlers and tasks that the flags ask for.
func (c *call) connect(b *books, f *outFlags, creditor string) error {
	if f.webhook != "" {
		hook, err := c.newWebhook(b, f.webhook)
		if err != nil {
			return err
		}
		b.handlers = append(b.handlers, handler{"webhook", hook.Handle})
	}
	cfg := gpd.Config{BaseURL: f.pagopa, Positions: b.store.Positions(), Calls: b.store.Counters()}
	key := os.Getenv("PAGOPA_KEY")
	switch f.copies {
	case "aca":
		aca, err := gpd.NewACA(key, cfg)
		if err != nil {
			return err
		}
		b.handlers = append(b.handlers, handler{"aca", payment.Mirror(b.store, aca)})
	case "gpd":
		client, err := gpd.New(key, cfg)
		if err != nil {
			return err
		}
		receipts, err := gpd.NewReceipts(key, cfg)
		if err != nil {
			return err
		}
		b.handlers = append(b.handlers, handler{"gpd", payment.Mirror(b.store, client)})
		b.tasks = append(b.tasks, task{"receipts", time.Hour, gpd.Recover(b.store, receipts, client.Claims(creditor), gpd.RecoverConfig{Log: c.log()})})
	}
	return nil
}

func (c *call) newWebhook(b *books, address string) (*webhook.Client, error) {
	secret, err := secretIn("WEBHOOK_SECRET")
	if err != nil {
		return nil, err
	}
	cfg := webhook.Config{Log: c.log()}
	if os.Getenv("WEBHOOK_OLD_SECRET") != "" {
		if cfg.OldSecret, err = secretIn("WEBHOOK_OLD_SECRET"); err != nil {
			return nil, err
		}
	}
	if u, err := url.Parse(address); err == nil {
		cfg.InsecureHTTP = onThisMachine(u.Hostname())
	}
	return webhook.New(b.store, address, secret, cfg)
}

// onThisMachine reports whether what is sent to a host leaves it.
func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// log is what the parts say while the station runs.
func (c *call) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(c.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// deliver starts what hands events to who waits for them, and does what is to be done now
// and then, until stop is called. Where nobody waits, because there is no key to sign
// receipts with, events wait too.
func (c *call) deliver(ctx context.Context, b *books, p *place) (engine *jobs.Engine, stop func(context.Context) error, err error) {
	var queue *jobs.Queue
	if file := p.database.File(); file != "" {
		queue, err = jobs.OpenSQLite(ctx, filepath.Dir(file))
	} else {
		queue, err = jobs.OpenPostgres(ctx, p.named)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("queue: %w", err)
	}
	engine = jobs.New(b.store, queue, jobs.Config{Log: c.log()})
	for _, h := range b.handlers {
		engine.Register(h.name, h.handle)
	}
	for _, t := range append(b.tasks, task{"expiry", time.Hour, b.cashier.Expire}) {
		engine.Repeat(t.name, t.every, t.do)
	}
	if err := engine.Start(ctx); err != nil {
		return nil, nil, errors.Join(err, queue.Close())
	}
	return engine, func(ctx context.Context) error { return errors.Join(engine.Stop(ctx), queue.Close()) }, nil
}
