// Command portal is where people pay: for now, where they sign in and see who they are.
//
//	go run ./examples/portal
//
// and then http://127.0.0.1:8080 in a browser. Without flags it signs in the fictional
// people of identity providers of its own, below /demo; the account by e-mail ("Login
// without eIDAS") works too, and its mail is read at /mail.
//
//	go run ./examples/portal -base-url https://portal.example.org -listen :8443 -tls-cert c.pem -tls-key k.pem \
//		-data DIR -smtp mail.example.org:587 -from portal@example.org \
//		-idp-metadata spid=https://registry.spid.gov.it/entities-idp -federation spid=registry.pem -idp-metadata cie=cie.xml
//
// DIR holds the database (with -database it is elsewhere), portal.json (the keys and what metadata say of the body) and the
// last good copy of what -idp-metadata fetched, for the day on which that cannot be had.
// Where there is no portal.json it is made, with test values; it is for its owner's eyes
// only. Outside production, which portal.json names, all pages say FAC-SIMILE. In
// production mail has to be sent: /mail shows to everybody what opens an account.
//
// Behind a proxy, -client-header names the header by which people are told apart for the
// limits; without it nobody who comes by way of this machine is counted. Neither is
// anybody outside production on a loopback host; the limits of each account stay.
//
// It prints one JSON object with its address and ends with SIGTERM or SIGINT. The exit
// status is 64 for wrong flags, 1 for any other failure.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 64
	}
	if err := serve(ctx, o, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "portal:", err)
		return 1
	}
	return 0
}

// serve answers until ctx ends; calls that are being answered then have two seconds.
func serve(ctx context.Context, o options, stdout, stderr io.Writer) (err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close()
	if o.baseURL, err = o.address(listener.Addr().String()); err != nil {
		return err
	}
	p, err := newPortal(ctx, o, slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	server := &http.Server{
		Handler: p, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	served := make(chan error, 1)
	go func() {
		if o.tlsCert != "" {
			served <- server.ServeTLS(listener, o.tlsCert, o.tlsKey)
			return
		}
		served <- server.Serve(listener)
	}()
	if err := json.NewEncoder(stdout).Encode(struct {
		Listen string `json:"listen"`
		URL    string `json:"url"`
	}{listener.Addr().String(), o.baseURL}); err != nil {
		return errors.Join(err, server.Close(), ignoreClosed(<-served))
	}
	return p.until(ctx, server, served)
}

// until waits for the end of ctx or of the server. Meanwhile it tidies up once a minute,
// and reads the identity providers' metadata once a day, as their keys change, or an hour
// after that failed.
func (p *portal) until(ctx context.Context, server *http.Server, served <-chan error) error {
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	metadata := time.NewTimer(p.signs.again)
	defer metadata.Stop()
	for {
		select {
		case err := <-served:
			return fmt.Errorf("serve: %w", err)
		case <-minute.C:
			if err := p.prune(ctx); err != nil {
				p.log.WarnContext(ctx, "prune", "cause", err)
			}
		case <-metadata.C:
			if err := p.signs.update(ctx, p.sources); err != nil {
				p.log.WarnContext(ctx, "the identity providers stay as they were", "cause", err)
			}
			metadata.Reset(p.signs.again)
		case <-ctx.Done():
			ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
			defer cancel()
			if err := server.Shutdown(ending); err != nil {
				_ = server.Close() // somebody does not let go
			}
			return ignoreClosed(<-served)
		}
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}
