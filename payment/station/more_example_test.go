package station_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/pagonline/pagonline/causale"
	"github.com/pagonline/pagonline/payment"
	"github.com/pagonline/pagonline/payment/euro"
	"github.com/pagonline/pagonline/payment/station"
	"github.com/pagonline/pagonline/payment/store/memory"
)

// ours is a creditor with its identifiers.
var ours = []station.Creditor{{FiscalCode: "99999000013", Broker: "99999000013", Station: "99999000013_01"}}

// today is a clock for examples.
func today() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

// issued opens a position for the examples.
func issued(cashier *payment.Cashier) payment.Position {
	p, err := cashier.Open(context.Background(), payment.OpenRequest{
		Creditor: payment.Creditor{FiscalCode: "99999000013", Name: "Ente creditore di prova", Segregation: 1},
		Office:   "Archivio di Stato di Livorno",
		Debtor:   payment.Subject{Kind: payment.Natural, Code: payment.Anonymous, Name: "Mario Rossi"},
		Wire:     causale.Wire{Protocol: causale.MustParseProtocol("345/2024"), Institute: "Archivio di Stato di Livorno"},
		Terms: payment.Terms{Transfers: []payment.Transfer{{
			Amount: euro.MustParse("12.50"), Creditor: "99999000013", IBAN: "IT60X0542811101000000123456", Category: "9/0701100AP/",
		}}},
	})
	if err != nil {
		fmt.Println(err)
	}
	return p
}

// How a debt can be paid, asked by REST. The handler stands beside that of SOAP.
func ExampleHandler_PaymentOptions() {
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{Now: today})
	h := station.New(cashier, ours, station.Config{})
	mux := http.NewServeMux()
	mux.Handle("/station", h)
	mux.Handle("/payment-options/", h.PaymentOptions())

	p := issued(cashier)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/payment-options/organizations/"+p.Creditor+"/notices/"+p.Number.String(), nil))
	var answer struct {
		PaymentOptions []struct {
			Amount  int64
			Status  string
			DueDate string
		}
	}
	err := json.Unmarshal(w.Body.Bytes(), &answer)
	fmt.Println(w.Code, answer.PaymentOptions, err)
	// Output: 200 [{1250 PO_UNPAID 2026-12-23T23:59:59}] <nil>
}

// After its reason has gone, what was refused is read and recorded again.
func ExampleHandler_Replay() {
	ctx := context.Background()
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{})
	h := station.New(cashier, ours, station.Config{})
	err := cashier.Quarantine(ctx, payment.QuarantinedMessage{Operation: "paSendRTV2", Reason: station.Unreadable, Raw: []byte("<cut off")})
	if err != nil {
		fmt.Println(err)
	}
	for m, err := range cashier.Quarantined(ctx) {
		if err != nil {
			fmt.Println(err)
			return
		}
		done, err := h.Replay(ctx, m.ID, "clerk-7")
		fmt.Println(done.Fault, err)
	}
	// Output: unreadable <nil>
}

// A debt that grows: interest after the due date.
func ExampleRecompute() {
	now := today
	recompute := func(_ context.Context, p payment.Position, _ station.Asked) (payment.Terms, error) {
		if !p.Late(now()) {
			return p.Terms, nil
		}
		sum, err := p.Transfers[0].Amount.Add(euro.MustParse("0.50"))
		p.Transfers[0].Amount = sum
		return p.Terms, err
	}
	cashier := payment.NewCashier(&memory.Store{}, payment.Config{Now: func() time.Time { return now() }})
	h := station.New(cashier, ours, station.Config{Recompute: recompute})
	p := issued(cashier)
	now = func() time.Time { return p.DueDate.End() }
	w := httptest.NewRecorder()
	h.PaymentOptions().ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet,
		"/payment-options/organizations/"+p.Creditor+"/notices/"+p.Number.String(), nil))
	var answer struct{ PaymentOptions []struct{ Amount int64 } }
	err := json.Unmarshal(w.Body.Bytes(), &answer)
	fmt.Println(answer.PaymentOptions, err)
	// Output: [{1300}] <nil>
}

// A server to which only the node can speak. The certificates come from files; here
// there are none.
func ExampleTLS_Config() {
	var ours tls.Certificate
	var nodeToday, nodeTomorrow *x509.Certificate // as PagoPA publishes them
	nodeToday, nodeTomorrow = &x509.Certificate{}, &x509.Certificate{}
	cfg, err := station.TLS{
		Certificates: []tls.Certificate{ours},
		Pinned:       []*x509.Certificate{nodeToday, nodeTomorrow},
	}.Config()
	fmt.Println(cfg.MinVersion == tls.VersionTLS12, cfg.ClientAuth, err)

	_, err = station.TLS{Certificates: []tls.Certificate{ours}}.Config()
	fmt.Println(err)
	// Output:
	// true RequireAnyClientCert <nil>
	// station: TLS names no certificate of the node
}

// Every part of a call has a bound.
func ExampleServer() {
	server := station.Server(http.NotFoundHandler(), nil)
	fmt.Println(server.ReadHeaderTimeout, server.ReadTimeout, server.WriteTimeout, server.IdleTimeout, server.MaxHeaderBytes)
	// Output: 5s 6s 20s 2m0s 16384
}
