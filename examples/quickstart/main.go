// Command quickstart pays the State Archive of Livorno for photocopies, from the
// fields of the portal's form to a stored receipt. Everything runs here, over real
// HTTP on 127.0.0.1: portal, station, and a sandbox in pagoPA's place.
//
//	go run ./examples/quickstart
//
// With -data it leaves notice.pdf and receipt.pdf beside the database, and receipt-key.pub,
// which verifies the receipt; the next walk leaves notice-2.pdf and receipt-2.pdf.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/pagonline/pagonline/cart"
	"github.com/pagonline/pagonline/cart/catalog"
	"github.com/pagonline/pagonline/cart/catalog/load"
	"github.com/pagonline/pagonline/identity"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/checkout"
	"github.com/pagonline/pagonline/payment/sandbox"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/database"
	"github.com/pagonline/pagonline/payment/store/sqlite"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// town is the wiring: one creditor with its portal and station, and a pagoPA.
type town struct {
	base      string // http://127.0.0.1:…
	offer     catalog.Offer
	store     database.Store
	cashier   *payment.Cashier
	publisher payment.Publisher
	recover   func(context.Context) error // asks for receipts that never came; nil if flows alone could say which
	mail      payment.Handler
	shop      *cart.Shop
	pagopa    *sandbox.Sandbox
	papers    *papers
	letters   *letters
}

// run is the program; it returns the exit status.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (status int) {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 64
	}
	out := printer{o, stdout, stderr}
	dir := o.data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "pagonline"); err != nil {
			return out.failure(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	if o.named == "" {
		o.database = database.File(filepath.Join(dir, sqlite.FileName))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out.failure(err)
	}
	store, err := o.database.Open(ctx, payment.Sandbox)
	if err != nil {
		return out.failure(err)
	}
	defer store.Close()
	address := o.listen
	if address == "" {
		address = "127.0.0.1:0"
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return out.failure(err)
	}
	t, err := wire(store, dir, listener, o)
	if err != nil {
		return out.failure(errors.Join(err, listener.Close()))
	}
	server := &http.Server{Handler: t.mux(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()

	result, err := t.walk(ctx, o)
	if err != nil {
		return out.failure(err)
	}
	if o.data != "" {
		result.Files = t.papers.left(result.Receipt != nil)
	}
	if o.listen != "" {
		result.Listen = t.listening()
	}
	if err := out.success(result); err != nil {
		return out.failure(err)
	}
	if o.listen != "" {
		if err := t.keepOn(ctx, dir); err != nil {
			return out.failure(err)
		}
	}
	return 0
}

// wire puts the parts together.
func wire(store database.Store, dir string, listener net.Listener, o options) (*town, error) {
	t := &town{store: store, base: "http://" + listener.Addr().String(), letters: &letters{}}
	sample, err := load.Sample()
	if err != nil {
		return nil, err
	}
	if t.offer, err = sample.Offer(o.form.Institute, o.form.Service); err != nil {
		return nil, err
	}
	if t.papers, err = newPapers(dir, o.lang); err != nil {
		return nil, err
	}
	gateway, err := checkout.New("a subscription key", checkout.Config{BaseURL: t.base + "/sandbox"})
	if err != nil {
		return nil, err
	}
	cfg := payment.Config{Gateway: gateway}
	if err := t.copies(&cfg, o.mode); err != nil {
		return nil, err
	}
	if t.mail, err = t.mails(o.lang); err != nil {
		return nil, err
	}
	cfg.Handlers = append(cfg.Handlers, t.mail)
	t.cashier = payment.NewCashier(store, cfg)
	t.shop = cart.NewShop(sample, store, t.cashier, cart.Config{})
	t.pagopa = sandbox.New([]sandbox.Station{{
		FiscalCode: t.offer.Creditor.FiscalCode, Broker: t.offer.Creditor.Broker,
		StationID: t.offer.Creditor.Station, URL: t.base + "/station",
	}}, sandbox.Config{BaseURL: t.base + "/sandbox"})
	return t, nil
}

// mux is what the town serves: the creditor's station, the portal's return addresses,
// and pagoPA.
func (t *town) mux() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/station", station.New(t.cashier, []station.Creditor{{
		FiscalCode: t.offer.Creditor.FiscalCode, Broker: t.offer.Creditor.Broker, Station: t.offer.Creditor.Station,
	}}, station.Config{}))
	mux.Handle("/sandbox/", http.StripPrefix("/sandbox", t.pagopa))
	mux.HandleFunc("GET /portal/{order}/{at}", t.returned)
	mux.HandleFunc("GET /state", t.state)
	return mux
}

// walk goes the reader's way and returns what happened.
func (t *town) walk(ctx context.Context, o options) (*result, error) {
	person, err := signIn(ctx, o)
	if err != nil {
		return nil, err
	}
	if o.notice != "" {
		return t.payNotice(ctx, o, person)
	}
	// Istituto, Servizio, Quantità, Prezzo unitario, Dettaglio causale: add to the cart.
	basket, err := t.shop.Open(ctx, person.Subject.Owner())
	if err != nil {
		return nil, err
	}
	mine := cart.Ref{ID: basket.ID, Owner: basket.Owner}
	if _, err := t.shop.Add(ctx, mine, o.form); err != nil {
		return nil, err
	}
	// INVIA PAGAMENTO: one notice per item, and off to the payment page.
	debtor, err := cart.PayerFrom(person)
	if err != nil {
		return nil, err
	}
	orders, err := t.shop.Send(ctx, mine, cart.SendRequest{Debtor: debtor, Email: o.email, Back: t.back})
	if err != nil {
		return nil, err
	}
	order := orders[0] // of one item
	open, err := t.store.Positions().Get(ctx, order.Positions[0])
	if err == nil {
		err = t.papers.notice(open, t.offer.Creditor)
	}
	if err == nil {
		_, err = t.cashier.DeliverPending(ctx) // the copies
	}
	if err != nil {
		return nil, err
	}
	// Choose how to pay; then "presa in carico", which proves nothing, and back.
	returnTo, err := sandbox.Payer{Email: o.email}.Visit(ctx, order.Location, choices[o.pay])
	if err == nil && returnTo != "" {
		err = comeBack(ctx, returnTo)
	}
	if err != nil {
		return nil, err
	}
	return t.ended(ctx, person, order.Positions[0], order.Location)
}

// ended is some minutes later: the receipt reaches the station, the mail its payer.
func (t *town) ended(ctx context.Context, person identity.Person, k payment.Key, location string) (*result, error) {
	if err := t.pagopa.Flush(ctx); err != nil {
		return nil, err
	}
	if _, err := t.cashier.DeliverPending(ctx); err != nil {
		return nil, err
	}
	return t.result(ctx, person, k, location)
}
