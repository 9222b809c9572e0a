package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/payment/station"
)

// serve answers until ctx ends; calls that are being answered then have five seconds.
// Meanwhile it seals the journal once a minute, and at the end, and events are delivered.
func (c *call) serve(ctx context.Context, b *books, p *place, h *station.Handler, owner catalog.Creditor, address string) (err error) {
	engine, stop, err := c.deliver(ctx, b, p)
	if err != nil {
		return err
	}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, stop(ending))
	}()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/station", func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		engine.Wake() // it may have been a receipt
	})
	mux.Handle("/payment-options/", h.PaymentOptions())
	c.write(struct {
		Listen  string `json:"listen"`
		PA      string `json:"idPA"`
		Broker  string `json:"idBrokerPA"`
		Station string `json:"idStation"`
	}{listener.Addr().String(), owner.FiscalCode, owner.Broker, owner.Station})
	if err := c.out.Flush(); err != nil {
		return errors.Join(fmt.Errorf("standard output: %w", err), listener.Close())
	}
	server := station.Server(mux, nil)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	minute := time.NewTicker(time.Minute)
	defer minute.Stop()
	for ctx.Err() == nil {
		select {
		case err := <-served:
			return fmt.Errorf("serve: %w", err)
		case <-minute.C:
			if _, err := b.cashier.SealJournal(ctx); err != nil {
				fmt.Fprintln(c.stderr, "backoffice:", err)
			}
		case <-ctx.Done():
		}
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = server.Shutdown(ending)
	_, sealed := b.cashier.SealJournal(ending)
	return errors.Join(err, sealed)
}
