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
// Meanwhile it seals the journal once a minute, and archives and sends what there is, all
// of it a last time at the end.
func (c *call) serve(ctx context.Context, b *books, h *station.Handler, owner catalog.Creditor, address string) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/station", h)
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
	events := time.NewTicker(deliverEvery)
	defer events.Stop()
	for ctx.Err() == nil {
		select {
		case err := <-served:
			return fmt.Errorf("serve: %w", err)
		case <-minute.C:
			if _, err := b.cashier.SealJournal(ctx); err != nil {
				fmt.Fprintln(c.stderr, "backoffice:", err)
			}
		case <-events.C:
			c.deliver(ctx, b)
		case <-ctx.Done():
		}
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err = server.Shutdown(ending)
	_, sealed := b.cashier.SealJournal(ending)
	c.deliver(ending, b)
	return errors.Join(err, sealed)
}

// deliverEvery is how long an event waits at most before what follows from it is done.
const deliverEvery = time.Second

// deliver does what follows from the events that wait, if there is a key to sign with.
// What cannot be done waits; that is told once.
func (c *call) deliver(ctx context.Context, b *books) {
	if !b.delivers {
		return
	}
	said := ""
	if _, err := b.cashier.DeliverPending(ctx); err != nil {
		said = err.Error()
	}
	if said != "" && said != b.waits {
		fmt.Fprintln(c.stderr, "backoffice:", said)
	}
	b.waits = said
}
