// Command sandbox is a pagoPA to try a creditor's station against, on one address: the
// node, Checkout, GPD, ACA, biz-events and reporting flows. No money moves.
//
//	go run ./examples/sandbox -listen 127.0.0.1:8091 -station http://127.0.0.1:8090/station \
//		-creditor 99999000013 -broker 99999000013 -station-id 99999000013_01
//
// It prints one JSON object with the addresses of its services, as pagoPA's own
// documents give them: "node" is the SOAP endpoint for PSPs, and to the others come the
// paths of their OpenAPI documents. What it knows stands at "/", faults are posted to
// "/faults", time to "/clock"; see the package payment/sandbox. It ends with SIGTERM or
// SIGINT. The exit status is 64 for wrong flags, 1 for any other failure.
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
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"syscall"
	"time"

	"github.com/pagonline/pagonline/payment/sandbox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// options are the flags.
type options struct {
	listen  string
	station sandbox.Station
}

// errFlags says that the flags are wrong, which stderr has been told.
var errFlags = errors.New("wrong flags")

// fiscalCode is how creditors are named.
var fiscalCode = regexp.MustCompile(`^[0-9]{11}$`)

// parse reads the flags. Its error is [flag.ErrHelp] for who asked for help, else
// errFlags.
func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("sandbox", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on")
	f.StringVar(&o.station.URL, "station", "", "address of the creditor's station, as in http://127.0.0.1:8090/station")
	f.StringVar(&o.station.FiscalCode, "creditor", "", "fiscal code of the creditor, 11 digits")
	f.StringVar(&o.station.Broker, "broker", "", "idBrokerPA")
	f.StringVar(&o.station.StationID, "station-id", "", "idStation")
	f.BoolVar(&o.station.V1, "v1", false, "the station speaks paGetPayment and paSendRT, not their second versions")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return o, err
	} else if err != nil {
		return o, errFlags
	}
	var wrong string
	u, err := url.Parse(o.station.URL)
	switch {
	case f.NArg() > 0:
		wrong = "no arguments are taken: " + f.Arg(0)
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		wrong = "-station is an address that begins with http:// or https://"
	case !fiscalCode.MatchString(o.station.FiscalCode):
		wrong = "-creditor is a fiscal code of 11 digits"
	case o.station.Broker == "" || o.station.StationID == "":
		wrong = "-broker and -station-id are needed"
	}
	if wrong != "" {
		fmt.Fprintln(stderr, "sandbox:", wrong)
		return o, errFlags
	}
	return o, nil
}

// listening is where the services are found.
type listening struct {
	Listen    string `json:"listen"`
	Node      string `json:"node"`
	Checkout  string `json:"checkout"`
	GPD       string `json:"gpd"`
	ACA       string `json:"aca"`
	BizEvents string `json:"bizevents"`
	FDR       string `json:"fdr"`
}

func services(base, address string) listening {
	return listening{
		Listen: address, Node: base + "/node-for-psp/v1", Checkout: base + "/checkout/ec/v2",
		GPD: base + "/gpd/debt-positions-service/v3", ACA: base + "/aca/debt-positions-service/v1",
		BizEvents: base + "/bizevents/service/v1", FDR: base + "/fdr-org/service/v1",
	}
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
	if err := serve(ctx, o, stdout, stderr); err != nil {
		fmt.Fprintln(stderr, "sandbox:", err)
		return 1
	}
	return 0
}

// serve runs the sandbox until ctx ends.
func serve(ctx context.Context, o options, stdout, stderr io.Writer) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	base := "http://" + address
	pagopa := sandbox.New([]sandbox.Station{o.station}, sandbox.Config{
		BaseURL: base, Log: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	server := &http.Server{
		Handler: pagopa, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	if err := json.NewEncoder(stdout).Encode(services(base, address)); err != nil {
		return errors.Join(err, server.Close())
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 1)
	go func() {
		failed <- <-done
		stop() // if it ends by itself
	}()
	_ = pagopa.Run(running) // its error is always nil
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(closing); err != nil {
		_ = server.Close() // somebody does not let go
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
